"""When a step comes up: one function from a due date to a day, and its inverse for columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from recoup.kernel.dates import add_business_days, add_months, end_of_month


class TriggerKind(StrEnum):
    """The words a step may use to say when it comes up."""

    DAYS_BEFORE_DUE = "days_before_due"
    ON_DUE = "on_due"
    DAYS_AFTER_DUE = "days_after_due"
    BUSINESS_DAYS_AFTER_DUE = "business_days_after_due"
    END_OF_MONTH_AFTER_DUE = "end_of_month_after_due"
    DAY_OF_MONTH_AFTER_DUE = "day_of_month_after_due"
    DAYS_AFTER_PREVIOUS = "days_after_previous"


# Courtesy: said before anything is late, and lapses once a later step comes up.
COURTESY = frozenset({TriggerKind.DAYS_BEFORE_DUE, TriggerKind.ON_DUE})

# A trigger counts at most this many days, so the furthest due date that can matter is known.
DAYS_MAX = 3_650


@dataclass(frozen=True)
class Calendar:
    """The place whose working days count."""

    country: str
    region: str = ""


def comes_up_on(kind: TriggerKind, days: int, anchor: date, calendar: Calendar) -> date:
    """The day a step comes up: `anchor` is the due date, or the day of the previous step.

    Never earlier for a later anchor: `latest_anchor` relies on it.
    """
    match kind:
        case TriggerKind.DAYS_BEFORE_DUE:
            return anchor - timedelta(days=days)
        case TriggerKind.ON_DUE:
            return anchor
        case TriggerKind.DAYS_AFTER_DUE | TriggerKind.DAYS_AFTER_PREVIOUS:
            return anchor + timedelta(days=days)
        case TriggerKind.BUSINESS_DAYS_AFTER_DUE:
            return add_business_days(anchor, days, country=calendar.country, region=calendar.region)
        case TriggerKind.END_OF_MONTH_AFTER_DUE:
            return end_of_month(anchor) + timedelta(days=days)
        case TriggerKind.DAY_OF_MONTH_AFTER_DUE:
            following = add_months(anchor.replace(day=1), 1)
            return min(following.replace(day=1) + timedelta(days=days - 1), end_of_month(following))


def latest_anchor(kind: TriggerKind, days: int, as_of: date, calendar: Calendar) -> date:
    """The latest anchor whose step has come up by `as_of`.

    An item has reached a step exactly when its due date is not after this one day, so a
    calendar of holidays costs one comparison of integers per item.
    """
    return _last_true(
        lambda day: comes_up_on(kind, days, day, calendar) <= as_of,
        low=as_of - timedelta(days=2 * days + 400),
        high=as_of + timedelta(days=days + 1),
    )


def _last_true(holds: Callable[[date], bool], *, low: date, high: date) -> date:
    """The last day on which a condition holds that holds on `low` and not on `high`."""
    assert holds(low)
    assert not holds(high)
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low
