"""One debt as the law asks about it: who owes what since when, and what has happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from recoup.kernel.parties import LegalKind


class Happened(StrEnum):
    """What may happen to a debt that a law asks about. Words are for ever."""

    REMINDER = "reminder"
    WRITTEN_DEMAND = "written_demand"
    COSTS_NOTICE = "costs_notice"
    LETTER_OF_CLAIM = "letter_of_claim"
    REPLY_FORM = "reply_form"
    DOCUMENTS_SUPPLIED = "documents_supplied"
    NOTICE_OF_CLAIM = "notice_of_claim"
    STATUTORY_DEMAND = "statutory_demand"
    ACKNOWLEDGMENT = "acknowledgment"
    WRITTEN_ACKNOWLEDGMENT = "written_acknowledgment"
    PART_PAYMENT = "part_payment"
    INTEREST_PAYMENT = "interest_payment"
    SECURITY = "security"
    NEGOTIATION = "negotiation"
    COURT_CLAIM = "court_claim"
    CLAIM_SERVED = "claim_served"
    JUDGMENT = "judgment"
    ENFORCEMENT = "enforcement"
    WRITTEN_OFF = "written_off"


TITLES: Mapping[Happened, str] = {
    Happened.REMINDER: "Reminder sent",
    Happened.WRITTEN_DEMAND: "Written demand sent",
    Happened.COSTS_NOTICE: "Notice of collection costs sent",
    Happened.LETTER_OF_CLAIM: "Letter of claim sent",
    Happened.REPLY_FORM: "Reply form received",
    Happened.DOCUMENTS_SUPPLIED: "Documents asked for supplied",
    Happened.NOTICE_OF_CLAIM: "Notice of a claim given",
    Happened.STATUTORY_DEMAND: "Statutory demand served",
    Happened.ACKNOWLEDGMENT: "Debt acknowledged by word or conduct",
    Happened.WRITTEN_ACKNOWLEDGMENT: "Debt acknowledged in a signed writing",
    Happened.PART_PAYMENT: "Part payment made as part of this debt",
    Happened.INTEREST_PAYMENT: "Interest paid",
    Happened.SECURITY: "Security given",
    Happened.NEGOTIATION: "Negotiations about the debt",
    Happened.COURT_CLAIM: "Claim filed with a court",
    Happened.CLAIM_SERVED: "Claim or order for payment served",
    Happened.JUDGMENT: "Judgment or final order",
    Happened.ENFORCEMENT: "Enforcement begun",
    Happened.WRITTEN_OFF: "Written off",
}


@dataclass(frozen=True)
class Event:
    """Something dated. Uncertain is what we have seen and nobody has confirmed."""

    kind: Happened
    on: date
    is_certain: bool = True
    # The last day of what lasts, such as negotiations.
    until: date | None = None
    # Of a notice of costs: the day the debtor had it, and the costs that it names.
    received: date | None = None
    names_minor: int | None = None


@dataclass(frozen=True)
class Stop:
    """Something that stops asking, in a word of the topic `stop.states`; both days inclusive."""

    word: str
    first_date: date
    last_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class Debt:
    """What is open of one debt, and all that happened to it."""

    kind: LegalKind
    amount_minor: int
    currency: str
    due_date: date
    # What it was at first, by which fixed sums go; 0 when that is what is open.
    original_minor: int = 0
    events: tuple[Event, ...] = ()
    stops: tuple[Stop, ...] = ()

    def last(self, *kinds: Happened, on: date) -> date | None:
        """The last day up to `on` on which one of these happened for certain."""
        days = [
            each.on
            for each in self.events
            if each.kind in kinds and each.is_certain and each.on <= on
        ]
        return max(days, default=None)

    def first(self, *kinds: Happened, after: date, on: date) -> date | None:
        """The first day after a day, up to `on`, on which one of these happened."""
        days = [each.on for each in self.events if each.kind in kinds and after < each.on <= on]
        return min(days, default=None)

    @property
    def size_minor(self) -> int:
        """What the debt was at first."""
        return self.original_minor or self.amount_minor

    def stops_on(self, on: date) -> tuple[Stop, ...]:
        """The stops in force on a day."""
        return tuple(
            each
            for each in self.stops
            if each.first_date <= on and (each.last_date is None or each.last_date >= on)
        )


def day_words(day: date) -> str:
    """A day in a sentence: `31 March 2026`."""
    return f"{day.day} {day:%B %Y}"
