"""The only clock of the web app, so that a demo can live on a day of its own."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from recoup.books.models import Creditor
from recoup.kernel.dates import local_day

VARIABLE = "RECOUP_TODAY"


def _fixed() -> str | None:
    """The day named by RECOUP_TODAY; production lives on its own calendar only."""
    return None if settings.ENVIRONMENT == "production" else os.environ.get(VARIABLE)


def now() -> datetime:
    """This instant, or this time of day on the day named by RECOUP_TODAY."""
    at = datetime.now(UTC)
    fixed = _fixed()
    return datetime.combine(date.fromisoformat(fixed), at.timetz()) if fixed else at


def today(creditor: Creditor) -> date:
    """The creditor's business date: its own calendar day, or the one named by RECOUP_TODAY."""
    fixed = _fixed()
    return date.fromisoformat(fixed) if fixed else local_day(now(), creditor.time_zone)


def local(at: datetime, creditor: Creditor) -> datetime:
    """The instant on the creditor's own clock."""
    return at.astimezone(ZoneInfo(creditor.time_zone))
