"""The clock of the command line, and whose hand it is."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from recoup.books.models import Creditor
from recoup.kernel.dates import instant, local_day

Clock = Callable[[], datetime]

# A demo or rehearsal lives on the day that this names; production knows only the real one.
VARIABLE = "RECOUP_TODAY"
# When a rehearsed day sends: in the morning, by the creditor's clock.
REHEARSED_HOUR = time(10, 0)


def now() -> datetime:
    """This instant, or this time of day on the day named by RECOUP_TODAY."""
    at = datetime.now(UTC)
    fixed = _fixed()
    return datetime.combine(fixed, at.timetz()) if fixed else at


def today(creditor: Creditor) -> date:
    """The creditor's business date."""
    return _fixed() or local_day(now(), creditor.time_zone)


def business_now(creditor: Creditor, as_of: date) -> datetime:
    """The instant by which hours are judged: now, or ten in the morning of a rehearsed day."""
    if _fixed() is None and as_of == today(creditor):
        return now()
    return instant(as_of, REHEARSED_HOUR, creditor.time_zone)


def local(at: datetime, creditor: Creditor) -> datetime:
    """The instant on the creditor's own clock."""
    return at.astimezone(ZoneInfo(creditor.time_zone))


def by() -> str:
    """The name under which a command writes."""
    try:
        return f"{getpass.getuser()}, command line"
    except (KeyError, OSError):
        return "command line"


def _fixed() -> date | None:
    fixed = os.environ.get(VARIABLE)
    if not fixed or settings.ENVIRONMENT == "production":
        return None
    return date.fromisoformat(fixed)
