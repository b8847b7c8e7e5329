"""The last day to act on a debt before time runs out, and what starts that time anew.

The answer is the earliest day that the law and what happened allow. What a document does not
verify, and what nobody has confirmed, never makes it later; it is named beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from recoup.kernel.dates import add_months
from recoup.kernel.parties import LegalKind
from recoup.law.debt import Debt, Event, Happened, day_words
from recoup.law.lookup import Found, Law

# Months ahead at which we warn where a document names none: our own choice.
WARN_MONTHS = 6
MONTHS_OF_YEAR = 12

# Which words of a law each event is, and which it may be.
_IS: Mapping[Happened, tuple[str, ...]] = {
    Happened.WRITTEN_DEMAND: ("written_demand", "demand"),
    Happened.LETTER_OF_CLAIM: ("written_demand", "demand"),
    Happened.ACKNOWLEDGMENT: ("acknowledgment",),
    Happened.WRITTEN_ACKNOWLEDGMENT: ("written_acknowledgment", "acknowledgment"),
    Happened.PART_PAYMENT: ("part_payment",),
    Happened.INTEREST_PAYMENT: ("interest_payment",),
    Happened.SECURITY: ("security",),
    Happened.NEGOTIATION: ("negotiation",),
    Happened.COURT_CLAIM: ("court_action",),
    Happened.CLAIM_SERVED: ("court_action", "service_of_claim"),
    Happened.ENFORCEMENT: ("enforcement",),
}
_MAY_BE: Mapping[Happened, tuple[str, ...]] = {
    Happened.REMINDER: ("written_demand", "demand"),
    Happened.COSTS_NOTICE: ("written_demand", "demand"),
    Happened.STATUTORY_DEMAND: ("written_demand", "demand"),
    Happened.PART_PAYMENT: ("acknowledgment",),
    Happened.INTEREST_PAYMENT: ("part_payment", "acknowledgment"),
    Happened.COURT_CLAIM: ("service_of_claim",),
}
_ACTIONS = {"court_action", "service_of_claim"}


class Standing(StrEnum):
    """How a debt stands to its time."""

    UNKNOWN = "unknown"
    RUNNING = "running"
    SOON = "soon"
    RUN_OUT = "run_out"
    ACTED = "acted"


@dataclass(frozen=True)
class Limitation:
    """The last day to act, and all that it rests on."""

    law: str
    # As early as it can be; None where the law says nothing at all.
    last_date: date | None
    is_verified: bool
    # What it rests on that is not verified, each after an `if`.
    conditions: tuple[str, ...]
    # Later than the last day, should what is not verified or confirmed count after all.
    perhaps_until: date | None
    # The first day of something that stops time and has not ended.
    stopped_since: date | None
    # A claim was made in time on this day.
    acted_on: date | None
    # Once it has run out the debt itself is gone, and nothing may be asked any more.
    is_extinguished_after: bool
    warn_months: int
    cites: tuple[Found, ...]

    def standing(self, on: date, *, months: int | None = None) -> Standing:
        """How the debt stands on a day; `months` ahead of the end it is soon."""
        if self.last_date is None:
            return Standing.UNKNOWN
        if self.acted_on is not None and self.acted_on <= on:
            return Standing.ACTED
        if on > self.last_date:
            return Standing.RUN_OUT
        ahead = self.warn_months if months is None else months
        return Standing.SOON if add_months(on, ahead) >= self.last_date else Standing.RUNNING

    @property
    def sentence(self) -> str:
        """The answer in words, with every if."""
        if self.last_date is None:
            return "When the debt becomes too old is not known: the law document does not say."
        if self.acted_on is not None:
            return f"A claim was made in time, on {day_words(self.acted_on)}."
        last = day_words(self.last_date)
        if not self.is_verified:
            ifs = " and ".join(self.conditions)
            said = f"Time to claim runs out at the earliest after {last}, if {ifs}; not verified."
        else:
            said = f"The last day to claim is {last}."
        if self.stopped_since is not None:
            said += f" Time has stood still since {day_words(self.stopped_since)}; not counted."
        if self.perhaps_until is not None:
            said += f" It may be as late as {day_words(self.perhaps_until)}; do not rely on it."
        return said


def earliest(laws: Sequence[Law], debt: Debt) -> Limitation:
    """The same where it is not said which of several laws governs the debt: whichever is first."""
    found = [limitation(law, debt) for law in laws]
    known = [each for each in found if each.last_date is not None]
    if not known:
        return found[0]
    first = min(known, key=lambda each: each.last_date or date.max)
    if len({each.last_date for each in found}) == 1:
        return first
    others = [each.perhaps_until or each.last_date for each in known]
    name = next(law.document.name for law in laws if law.code == first.law)
    assert first.last_date is not None
    return replace(
        first,
        is_verified=False,
        conditions=(f"the law of {name} governs the debt", *first.conditions),
        perhaps_until=_later(first.last_date, *others),
    )


def limitation(law: Law, debt: Debt) -> Limitation:
    """The last day to act on a debt. Of a debtor of unknown kind: the earliest of all kinds."""
    if debt.kind is not LegalKind.UNKNOWN:
        return _of_kind(law, debt)
    found = _of_kind(law, debt)
    for kind in LegalKind:
        other = _of_kind(law, replace(debt, kind=kind))
        if other.last_date and (found.last_date is None or other.last_date < found.last_date):
            named = f"the debtor is a {kind.word.replace('_', ' ')}"
            found = replace(
                other, is_verified=False, conditions=(named, *other.conditions),
                perhaps_until=_later(other.last_date, found.last_date, other.perhaps_until),
            )  # fmt: skip
    return found


def _of_kind(law: Law, debt: Debt) -> Limitation:
    judgment = debt.last(Happened.JUDGMENT, on=date.max)
    topic = "limitation.years" if judgment is None else "limitation.judgment_years"
    on = debt.due_date if judgment is None else judgment
    years = law.find(topic, on=on, kind=debt.kind)
    warn = law.find("limitation.warn_months", on=on, kind=debt.kind)
    months = WARN_MONTHS if warn is None else int(str(warn.entry.value))
    if years is None:
        return Limitation(law.code, None, False, (), None, None, None, False, months, ())
    clock = _Clock(law, debt, years, judgment)
    return clock.answer(months)


class _Clock:
    """The running of time for one debt: as early as certain, and as late as may be."""

    def __init__(self, law: Law, debt: Debt, years: Found, judgment: date | None) -> None:
        self.law, self.debt, self.years = law, debt, years
        self.number = int(str(years.entry.value))
        self.cites: list[Found] = [years]
        self.start = judgment or debt.due_date
        self.is_judgment = judgment is not None
        self.last = self.perhaps = self._first_end()
        self.stopped_since: date | None = None
        self.acted_on: date | None = None

    def _find(self, topic: str) -> Found | None:
        return self.law.find(topic, on=self.start, kind=self.debt.kind)

    def _first_end(self) -> date:
        start = self.start
        if not self.is_judgment:
            counted = self._find("limitation.from")
            if counted is not None and counted.entry.is_usable:
                self.cites.append(counted)
                if counted.entry.value == "end_of_year":
                    start = date(start.year, 12, 31)
        return add_months(start, self.number * MONTHS_OF_YEAR)

    def answer(self, months: int) -> Limitation:
        for event in sorted(self.debt.events, key=lambda each: each.on):
            self._take(event)
        extinguishes = self._find("limitation.extinguishes")
        is_gone = extinguishes is not None and extinguishes.entry.value is True
        if is_gone and extinguishes is not None:
            self.cites.append(extinguishes)
        usable = self.years.entry.is_usable
        of = "a judgment can be enforced for" if self.is_judgment else "the period is"
        plural = "" if self.number == 1 else "s"
        condition = f"{of} {self.number} year{plural} ({self.years.cite})"
        return Limitation(
            law=self.law.code,
            last_date=self.last,
            is_verified=usable,
            conditions=() if usable else (condition,),
            perhaps_until=self.perhaps if self.perhaps > self.last else None,
            stopped_since=self.stopped_since,
            acted_on=self.acted_on,
            # Not verified: then still nothing is asked once it has run out.
            is_extinguished_after=is_gone,
            warn_months=months,
            cites=_once(self.cites),
        )

    def _take(self, event: Event) -> None:
        if self.is_judgment and event.on < self.start:
            return
        restarts = self._effect("limitation.restarts", event)
        suspends = self._effect("limitation.suspends", event)
        if self.acted_on is None and event.on <= self.last and self._is_action(event):
            self.acted_on = event.on
        if restarts is not None:
            self._restart(event, is_certain=restarts)
        if suspends is not None and event.on <= self.perhaps:
            self._suspend(event, is_certain=suspends)

    def _effect(self, topic: str, event: Event) -> bool | None:
        """True: for certain; False: perhaps; None: not at all."""
        found = self._words(topic, event.on)
        if found is None:
            return None
        words = _list(found)
        is_one = words & set(_IS.get(event.kind, ()))
        may_be = words & set(_MAY_BE.get(event.kind, ()))
        if not is_one and not may_be:
            return None
        self.cites.append(found)
        return bool(is_one) and event.is_certain and found.entry.is_usable

    def _words(self, topic: str, on: date) -> Found | None:
        return self.law.find(topic, on=on, kind=self.debt.kind)

    def _restart(self, event: Event, *, is_certain: bool) -> None:
        years = self.number
        cap = self._find("limitation.restart_years_max")
        if cap is not None:
            years = min(years, int(str(cap.entry.value)))
            self.cites.append(cap)
        end = add_months(event.on, years * MONTHS_OF_YEAR)
        revives = self._find("limitation.revives")
        may_revive = revives is not None and revives.entry.value is True
        if event.on <= self.perhaps or may_revive:
            self.perhaps = max(self.perhaps, end)
        does_revive = may_revive and revives is not None and revives.entry.is_usable
        if is_certain and (event.on <= self.last or does_revive):
            self.last = max(self.last, end)

    def _suspend(self, event: Event, *, is_certain: bool) -> None:
        if event.until is None:
            self.stopped_since = self.stopped_since or event.on
            return
        longer = event.until - event.on
        self.perhaps += longer
        if is_certain and event.on <= self.last:
            self.last += longer

    def _is_action(self, event: Event) -> bool:
        """A claim made: filed or served, whichever this law asks for."""
        words: set[str] = set()
        for topic in ("limitation.restarts", "limitation.suspends"):
            found = self._words(topic, event.on)
            words |= _list(found) if found is not None else set()
        wanted = (words & _ACTIONS) or _ACTIONS
        return event.is_certain and bool(wanted & set(_IS.get(event.kind, ())))


def _list(found: Found) -> set[str]:
    value = found.entry.value
    return {str(each) for each in value} if isinstance(value, list) else set()


def _once(cites: list[Found]) -> tuple[Found, ...]:
    seen: dict[tuple[str, str], Found] = {}
    for each in cites:
        seen.setdefault((each.topic, each.cite), each)
    return tuple(seen.values())


def _later(last: date, *others: date | None) -> date | None:
    known = [each for each in others if each is not None and each > last]
    return max(known, default=None)
