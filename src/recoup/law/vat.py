"""When the value-added tax on a bad debt comes back, and how much of it is in a price."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from recoup.kernel.dates import add_months
from recoup.kernel.errors import Refusal
from recoup.kernel.money import divide_half_up
from recoup.kernel.parties import LegalKind
from recoup.law.lookup import Found, Law

_MILLION = 1_000_000


class State(StrEnum):
    """Whether the tax may be claimed back on a day."""

    OPEN = "open"
    WAIT = "wait"  # until the day `since`
    WRITE_OFF = "write_off"  # once the debt is written off
    LATE = "late"  # `until` has passed


@dataclass(frozen=True)
class BadDebt:
    """A debt as the tax looks at it."""

    supplied_on: date
    due_date: date
    written_off_on: date | None = None
    insolvent_on: date | None = None


@dataclass(frozen=True)
class Relief:
    """The answer for a day: from when, until when, and the paragraphs."""

    state: State
    since: date | None
    until: date | None
    cites: tuple[Found, ...]


def relief(law: Law, debt: BadDebt, *, on: date, kind: LegalKind = LegalKind.UNKNOWN) -> Relief:
    """Whether the tax comes back on a day.

    Refusal `law-silent` or `law-unverified` where the document does not say when.
    """
    asked = _Asked(law, on, kind)
    needed = asked.get("vat.write_off_needed").entry.value is True
    waited = _waited(asked, debt)
    since: date | None = waited
    if needed:
        since = None if debt.written_off_on is None else max(waited, debt.written_off_on)
    until = _until(asked, debt)
    state = _state(since, until, on)
    if state is State.WAIT and needed and waited <= on and debt.written_off_on is None:
        state = State.WRITE_OFF
    return Relief(state, since, until, tuple(asked.found))


@dataclass
class _Asked:
    """The law of a day, and what it was asked."""

    law: Law
    on: date
    kind: LegalKind
    found: list[Found] = field(default_factory=list)

    def get(self, topic: str) -> Found:
        found = self.law.get(topic, on=self.on, kind=self.kind)
        self.found.append(found)
        return found

    def find(self, topic: str) -> Found | None:
        """None where the law is silent; what is not verified refuses."""
        return None if self.law.find(topic, on=self.on, kind=self.kind) is None else self.get(topic)


def _waited(asked: _Asked, debt: BadDebt) -> date:
    """The first day after the wait, or on which something ended it before."""
    days = [_after(asked, debt, int(str(asked.get("vat.wait_months").entry.value)))]
    for day, topic in (
        (debt.insolvent_on, "vat.insolvency_ends_wait"),
        (debt.written_off_on, "vat.write_off_enough"),
    ):
        found = None if day is None else asked.find(topic)
        if day is not None and found is not None and found.entry.value is True:
            days.append(day)
    return min(days)


def _after(asked: _Asked, debt: BadDebt, months: int) -> date:
    """The first day on which so many months have passed.

    A supply's own day is the first of them; a due date is not, the next day is. Where the law
    does not say what counts, the later of both does.
    """
    chosen = asked.find("vat.wait_from")
    if chosen is not None and chosen.entry.value == "supply":
        return add_months(debt.supplied_on, months)
    is_due = chosen is not None and chosen.entry.value == "due_date"
    start = debt.due_date if is_due else max(debt.due_date, debt.supplied_on)
    return add_months(start, months) + timedelta(days=1)


def _until(asked: _Asked, debt: BadDebt) -> date | None:
    """The last day, counted from the later of due date and supply."""
    months = asked.find("vat.latest_months")
    if months is None:
        return None
    return add_months(max(debt.due_date, debt.supplied_on), int(str(months.entry.value)))


def _state(since: date | None, until: date | None, on: date) -> State:
    if until is not None and on > until:
        return State.LATE
    return State.OPEN if since is not None and since <= on else State.WAIT


def tax_in(law: Law, *, price_minor: int, on: date, kind: LegalKind = LegalKind.UNKNOWN) -> int:
    """The tax inside a price at the standard rate: an eleventh at 10 percent.

    Only where the documents do not say themselves what tax they carried.
    """
    rate = law.percent_ppm("vat.rate", on=on, kind=kind)
    if price_minor < 0:
        raise Refusal("negative-price", "A price with tax is not below zero; ask for its size.")
    return divide_half_up(price_minor * rate, _MILLION + rate)


__all__ = ["BadDebt", "Relief", "State", "relief", "tax_in"]
