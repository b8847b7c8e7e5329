"""What every door is told, to hand it on: the business day, the instant, who, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict


class When(TypedDict):
    """The business day, the instant, and who does it."""

    today: date
    at: datetime
    by: str


class Told(When):
    """And why."""

    why: str
