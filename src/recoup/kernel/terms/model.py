"""Payment terms as facts: from an issue date and an amount to due dates and installments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from math import gcd

from recoup.kernel.dates import (
    add_business_days,
    add_months,
    end_of_month,
    is_closed,
    next_open,
)
from recoup.kernel.errors import Refusal
from recoup.kernel.money import check_minor, divide_half_up

DAYS_MAX = 3_650
MONTHS_MAX = 120
PARTS_MAX = 60
# Two steps and the net date: the most that invoices and accounting programs carry.
DISCOUNTS_MAX = 2
PPM = 1_000_000


class Kind(StrEnum):
    """Whether the debtor gets the goods before the money."""

    CREDIT = "credit"
    # Due before delivery: while it is unpaid nothing is delivered, so it is no late debt.
    ADVANCE = "advance"
    ON_DELIVERY = "on_delivery"


class Roll(StrEnum):
    """Where a due date goes that falls on a closed day."""

    NONE = "none"
    FOLLOWING = "following"
    PRECEDING = "preceding"
    # The next open day, unless it is in another month; then the one before.
    MODIFIED = "modified"


@dataclass(frozen=True)
class Part:
    """One installment: its weight, and its due date counted from the issue date in this order."""

    weight: int = 1
    months: int = 0
    days: int = 0
    is_business_days: bool = False
    # Then on to the end of that month …
    to_month_end: bool = False
    # … or to this day of the month after it; the last day where that month is shorter.
    day_of_next_month: int | None = None
    # Then so many days more.
    days_more: int = 0
    # Then on to the first such day, Monday is 0; the day itself when it is one.
    weekday: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers nobody means."""
        day, weekday = self.day_of_next_month, self.weekday
        if not (
            self.weight > 0
            and 0 <= self.months <= MONTHS_MAX
            and 0 <= self.days <= DAYS_MAX
            and 0 <= self.days_more <= DAYS_MAX
            and (day is None or 1 <= day <= 31)
            and (weekday is None or 0 <= weekday <= 6)
        ):
            raise Refusal(
                "terms-out-of-range",
                f"Terms count from 0 to {DAYS_MAX} days, on days of the month from 1 to 31, with"
                " shares above 0. Correct the number.",
            )


@dataclass(frozen=True)
class Discount:
    """What may be deducted for paying within so many days of the issue date."""

    ppm: int  # of the amount, per million
    days: int

    def __post_init__(self) -> None:
        """Refuse a discount of nothing, or of everything."""
        if not (0 < self.ppm < PPM and 0 <= self.days <= DAYS_MAX):
            raise Refusal(
                "discount-out-of-range",
                f"A discount is more than 0 and less than 100 %, for 0 to {DAYS_MAX} days."
                " Correct the number.",
            )


@dataclass(frozen=True)
class Terms:
    """When what part of an invoice is due, and what is deducted for paying early."""

    parts: tuple[Part, ...] = (Part(),)
    # The first is the earliest and the largest.
    discounts: tuple[Discount, ...] = ()
    roll: Roll = Roll.NONE
    kind: Kind = Kind.CREDIT

    def __post_init__(self) -> None:
        """Refuse what nobody could follow."""
        if not 1 <= len(self.parts) <= PARTS_MAX:
            raise Refusal(
                "terms-parts", f"Terms have from 1 to {PARTS_MAX} parts. Write fewer parts."
            )
        steps = self.discounts
        falls = all(a.days < b.days and a.ppm > b.ppm for a, b in pairwise(steps))
        if len(steps) > DISCOUNTS_MAX or not falls:
            raise Refusal(
                "discount-ladder",
                f"There are at most {DISCOUNTS_MAX} discounts, and the later one is smaller,"
                " as in `3/10 2/20 net 30`. Correct them.",
            )


@dataclass(frozen=True)
class Installment:
    """One dated part of an invoice."""

    due_date: date
    amount_minor: int


def due_date(
    part: Part,
    *,
    issue_date: date,
    country: str = "",
    region: str = "",
    roll: Roll = Roll.NONE,
) -> date:
    """The day a part is due; business days and holidays are those of the place."""
    day = add_months(issue_date, part.months)
    if part.is_business_days:
        day = add_business_days(day, part.days, country=country, region=region)
    else:
        day = day + timedelta(days=part.days)
    if part.day_of_next_month is not None:
        following = add_months(day.replace(day=1), 1)
        day = min(following + timedelta(days=part.day_of_next_month - 1), end_of_month(following))
    elif part.to_month_end:
        day = end_of_month(day)
    day += timedelta(days=part.days_more)
    if part.weekday is not None:
        day += timedelta(days=(part.weekday - day.weekday()) % 7)
    return _rolled(day, roll, country, region)


def _rolled(day: date, roll: Roll, country: str, region: str) -> date:
    if roll is Roll.NONE:
        return day
    after = next_open(day, country=country, region=region)
    stays = roll is Roll.FOLLOWING or (roll is Roll.MODIFIED and after.month == day.month)
    return after if stays else _last_open(day, country, region)


def _last_open(day: date, country: str, region: str) -> date:
    while is_closed(day, country=country, region=region):
        day -= timedelta(days=1)
    return day


def installments(
    terms: Terms, *, issue_date: date, amount_minor: int, country: str = "", region: str = ""
) -> list[Installment]:
    """The parts in order of their due dates; their amounts add up to the whole, exactly.

    Each is rounded half up by itself, as a deposit on an invoice is; the last takes what is left.
    """
    dated = sorted(
        (
            due_date(part, issue_date=issue_date, country=country, region=region, roll=terms.roll),
            number,
        )
        for number, part in enumerate(terms.parts)
    )
    amounts = _split(check_minor(amount_minor), [terms.parts[number].weight for _, number in dated])
    return [Installment(day, amount) for (day, _), amount in zip(dated, amounts, strict=True)]


def _split(amount_minor: int, weights: list[int]) -> list[int]:
    """By weight, with the rounding on the last; none ever turns against the others' sign."""
    total, left = sum(weights), abs(amount_minor)
    parts = []
    for weight in weights[:-1]:
        part = min(divide_half_up(abs(amount_minor) * weight, total), left)
        parts.append(part)
        left -= part
    sign = -1 if amount_minor < 0 else 1
    return [sign * part for part in (*parts, left)]


def discount_on(terms: Terms, *, issue_date: date, paid_date: date) -> Discount | None:
    """The discount that still stands on a day, the largest there is; None when all are over."""
    days = (paid_date - issue_date).days
    return next((each for each in terms.discounts if days <= each.days), None)


def discount_minor(discount: Discount | None, *, amount_minor: int) -> int:
    """What is deducted when paid in time: the discount's share of the amount, half up."""
    return divide_half_up(check_minor(amount_minor) * discount.ppm, PPM) if discount else 0


@dataclass(frozen=True)
class StillOff:
    """What may be deducted of an invoice when the rest arrives by a day."""

    less_minor: int
    until: date


def still_off(
    steps: Sequence[tuple[int, int]],
    *,
    issue_date: date,
    open_minor: int,
    paid_minor: int,
    on: date,
) -> StillOff | None:
    """The discount that stands on a day, of the whole that was paid in time; None without one.

    `steps` are parts per million and days from issue; a part of 0 is no discount.
    """
    terms = Terms(discounts=tuple(Discount(*step) for step in steps if step[0]))
    found = discount_on(terms, issue_date=issue_date, paid_date=on)
    if found is None or open_minor <= 0:
        return None
    less = min(discount_minor(found, amount_minor=open_minor + paid_minor), open_minor)
    return StillOff(less, issue_date + timedelta(days=found.days)) if less else None


@cache
def longest_days(terms: Terms, *, country: str = "", region: str = "") -> int:
    """The longest these terms ever come to, in days: over every issue date of four years."""
    first = date(2024, 1, 1)
    days = (first + timedelta(days=each) for each in range(4 * 365 + 1))
    return max(
        (due_date(part, issue_date=day, country=country, region=region, roll=terms.roll) - day).days
        for day in days
        for part in terms.parts
    )


def simplest(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same parts in the smallest weights: 50 and 50 say no more than 1 and 1."""
    divisor = gcd(*(part.weight for part in parts))
    return tuple(replace(part, weight=part.weight // divisor) for part in parts)
