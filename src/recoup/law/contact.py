"""What a law says about asking: hours, how often, pauses, proof, and whom its rules bind.

Only what is verified restricts. A state's rules stand beside the country's: the nearest value
that may be used counts. Where the kind of debtor is not known the strictest of all kinds holds,
and where the region is not known the strictest of all regions we have a document for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from recoup.kernel.dates import add_business_days
from recoup.kernel.parties import LegalKind
from recoup.law.lookup import Found, Law, Opening, law, law_of, minor
from recoup.law.read import documents

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Way(StrEnum):
    """How a debtor is asked."""

    EMAIL = "email"
    TEXT = "text"
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"


@dataclass(frozen=True)
class Limit:
    """A bound of the law, and where it says so."""

    value: int
    found: Found


@dataclass(frozen=True)
class Restrictions:
    """What the law leaves of a day for a debtor; None where it says nothing.

    Minutes are those after midnight by the debtor's clock; the closing minute itself is allowed.
    """

    opens: Limit | None = None
    closes: Limit | None = None
    # No contact on this day of the week.
    closed: Found | None = None
    # No contact on public holidays.
    holidays: Found | None = None
    per_7_days_max: Limit | None = None
    per_30_days_max: Limit | None = None


def usable(law_: Law, topic: str, *, on: date, kind: LegalKind) -> Found | None:
    """The nearest value that may be used: here, or else in the wider law."""
    asked: Law | None = law_
    while asked is not None:
        found = asked.find(topic, on=on, kind=kind)
        if found is None:
            return None
        if found.entry.is_usable:
            return found
        asked = asked.wider
    return None


def restrictions(law_: Law, *, on: date, kind: LegalKind, way: Way = Way.EMAIL) -> Restrictions:
    """What one law says of a day of its own calendar for one kind of debtor."""
    if way is Way.LETTER:
        return Restrictions()
    kinds = LegalKind if kind is LegalKind.UNKNOWN else (kind,)
    return strictest(_of_kind(law_, on, each, way) for each in kinds)


def _of_kind(law_: Law, on: date, kind: LegalKind, way: Way) -> Restrictions:
    opens, closes, closed = _hours(law_, on, kind, way)
    holidays = usable(law_, "contact.public_holidays", on=on, kind=kind)
    if holidays is not None and holidays.entry.value is True:
        holidays = None
    return Restrictions(
        opens=opens,
        closes=closes,
        closed=closed,
        holidays=holidays,
        per_7_days_max=_limit(law_, "contact.per_7_days_max", on, kind),
        per_30_days_max=_limit(law_, "contact.per_30_days_max", on, kind),
    )


def _hours(
    law_: Law, on: date, kind: LegalKind, way: Way
) -> tuple[Limit | None, Limit | None, Found | None]:
    """From when, until when, and whether not at all."""
    found = usable(law_, "contact.hours", on=on, kind=kind)
    if way is Way.VISIT:
        found = usable(law_, "contact.visit_hours", on=on, kind=kind) or found
    if found is None or not isinstance(found.entry.value, list):
        return None, None, None
    spans = [
        (_minute(each.opens), _minute(each.closes))
        for each in found.entry.value
        if isinstance(each, Opening) and WEEKDAYS[on.weekday()] in each.days
    ]
    if not spans:
        return None, None, found
    opens, closes = max(spans, key=lambda span: span[1] - span[0])
    return Limit(opens, found), Limit(closes, found), None


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _limit(law_: Law, topic: str, on: date, kind: LegalKind) -> Limit | None:
    found = usable(law_, topic, on=on, kind=kind)
    return None if found is None else Limit(int(str(found.entry.value)), found)


def strictest(several: Iterator[Restrictions]) -> Restrictions:
    """What satisfies all of them; of equals the first is cited."""
    every = list(several)
    return Restrictions(
        opens=max((e.opens for e in every if e.opens), key=_value, default=None),
        closes=min((e.closes for e in every if e.closes), key=_value, default=None),
        closed=next((e.closed for e in every if e.closed), None),
        holidays=next((e.holidays for e in every if e.holidays), None),
        per_7_days_max=_least(e.per_7_days_max for e in every),
        per_30_days_max=_least(e.per_30_days_max for e in every),
    )


def _value(limit: Limit) -> int:
    return limit.value


def _least(limits: Iterator[Limit | None]) -> Limit | None:
    return min((each for each in limits if each is not None), key=_value, default=None)


def laws_at(country: str, region: str) -> tuple[Law, ...]:
    """The laws a debtor may stand under: one, or all of the country when the region is unknown."""
    if region:
        one = law_of(country, region)
        return () if one is None else (one,)
    return tuple(
        law(document.code)
        for document in documents().values()
        if any(place.country == country for place in document.places)
    )


@lru_cache(maxsize=4096)
def restrictions_at(country: str, region: str, kind: LegalKind, on: date) -> Restrictions:
    """The restrictions on writing to a debtor of a place; empty where we know no law."""
    return strictest(restrictions(each, on=on, kind=kind) for each in laws_at(country, region))


def objection(
    law_: Law, *, way: Way, at: datetime, is_public_holiday: bool, kind: LegalKind
) -> Found | None:
    """What forbids to contact such a debtor at an hour of the debtor's own clock; None if nothing.

    The opening and the closing minute themselves are allowed.
    """
    left = restrictions(law_, on=at.date(), kind=kind, way=way)
    if left.closed is not None:
        return left.closed
    if is_public_holiday and left.holidays is not None:
        return left.holidays
    if left.opens is not None and at.time() < _clock(left.opens.value):
        return left.opens.found
    if left.closes is not None and at.time() > _clock(left.closes.value):
        return left.closes.found
    return None


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60) if minute < 24 * 60 else time.max


def call_objection(
    law_: Law, *, calls_last_7_days: int, last_conversation: date | None, on: date, kind: LegalKind
) -> Found | None:
    """What forbids one more call about a debt on a day: how many there were, or a recent talk."""
    most = usable(law_, "contact.calls_per_7_days_max", on=on, kind=kind)
    if most is not None and calls_last_7_days >= int(str(most.entry.value)):
        return most
    pause = usable(law_, "contact.call_pause_days", on=on, kind=kind)
    if (
        pause is not None
        and last_conversation is not None
        and on < _after(last_conversation, pause)
    ):
        return pause
    return None


def next_call_date(law_: Law, *, conversation: date, kind: LegalKind) -> date:
    """The first day on which a call is allowed after a conversation, whoever called."""
    pause = usable(law_, "contact.call_pause_days", on=conversation, kind=kind)
    return conversation if pause is None else _after(conversation, pause)


def _after(conversation: date, pause: Found) -> date:
    return conversation + timedelta(days=int(str(pause.entry.value)))


@dataclass(frozen=True)
class Validation:
    """The days in which a debtor may ask for proof."""

    assumed_receipt: date
    last_date: date
    found: Found


def validation(law_: Law, *, sent: date, kind: LegalKind) -> Validation | None:
    """The period that a notice of this day opens; None where the law knows none."""
    receipt = usable(law_, "contact.assumed_receipt_days", on=sent, kind=kind)
    days = usable(law_, "contact.validation_days", on=sent, kind=kind)
    if receipt is None or days is None:
        return None
    # The holidays are those of the law that says so: federal ones for a federal rule.
    place = receipt.document.places[0]
    received = add_business_days(
        sent, int(str(receipt.entry.value)), country=place.country, region=place.region
    )
    return Validation(received, received + timedelta(days=int(str(days.entry.value))), days)


@dataclass(frozen=True)
class Asked:
    """A debt as the rules on asking look at it."""

    is_business_debt: bool
    # The debtor or guarantor is a person, not a company.
    is_natural_person: bool
    # A creditor asks for what is owed to itself, under its own name.
    is_own: bool
    # All that is owed to the same creditor, and when the debt was entered into.
    total_minor: int
    currency: str
    entered_on: date


@dataclass(frozen=True)
class Coverage:
    """Whether a law's rules on asking bind; `found` says why, None when it is not known."""

    is_bound: bool
    found: Found | None


def coverage(law_: Law, asked: Asked, *, on: date, kind: LegalKind) -> Coverage:
    """Whether the rules of this law bind; what is not known binds."""
    own = usable(law_, "contact.covers_own_debts", on=on, kind=kind)
    if own is None:
        return Coverage(is_bound=True, found=None)
    if asked.is_own and own.entry.value is False:
        return Coverage(is_bound=False, found=own)
    if not asked.is_business_debt:
        return Coverage(is_bound=True, found=own)
    business = usable(law_, "contact.covers_business_debts", on=on, kind=kind)
    if business is not None and business.entry.value is True:
        return Coverage(is_bound=True, found=business)
    limit = usable(law_, "contact.covers_commercial_to", on=asked.entered_on, kind=kind)
    if limit is None or not asked.is_natural_person:
        return Coverage(is_bound=False, found=limit or business or own)
    return Coverage(is_bound=_is_within(asked, limit), found=limit)


def _is_within(asked: Asked, limit: Found) -> bool:
    currency = limit.entry.currency or limit.document.currency
    if asked.currency != currency:
        return True
    value = limit.entry.value
    assert isinstance(value, int)
    return asked.total_minor <= minor(value, currency)
