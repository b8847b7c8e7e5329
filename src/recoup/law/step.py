"""One step towards a debtor: whether it is open, from when, or why never, with its paragraph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from recoup.law.debt import Debt, day_words
from recoup.law.limitation import Limitation, Standing
from recoup.law.lookup import Found, Law


class State(StrEnum):
    """Whether a step may be taken. Not known is no permission."""

    OPEN = "open"
    DONE = "done"
    LATER = "later"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Step:
    """A step on a day; `why` is a sentence, `cites` what it rests on."""

    code: str
    title: str
    state: State
    why: str
    # For what is not open yet, when that is known.
    from_date: date | None = None
    # What it adds for the debtor, or costs the creditor (a court's fee), in minor units.
    amount_minor: int | None = None
    currency: str = ""
    is_for_court: bool = False
    # The code of the law that was asked.
    law: str = ""
    cites: tuple[Found, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Everything it rests on may be calculated with."""
        return all(each.entry.is_usable for each in self.cites)

    @property
    def is_signed(self) -> bool:
        """A lawyer has signed everything it rests on; nobody has when it rests on nothing."""
        return bool(self.cites) and all(each.is_signed for each in self.cites)

    @property
    def citation(self) -> str:
        """The paragraphs, each once; the pages read, where no paragraph is named."""
        named = [each.entry.cite for each in self.cites if each.entry.cite]
        return "; ".join(dict.fromkeys(named or [each.cite for each in self.cites]))


@dataclass
class Case:
    """A debt on a day under a law, while its steps are found; gathers what each rests on."""

    law: Law
    debt: Debt
    on: date
    time: Limitation
    cites: list[Found] = field(default_factory=list)

    @property
    def late_from(self) -> date:
        """The first day late."""
        return self.debt.due_date + timedelta(days=1)

    def value(self, topic: str, *, on: date | None = None) -> Found | None:
        """What the law says, verified or not; it is cited from here on."""
        found = self.law.find(topic, on=on or self.on, kind=self.debt.kind)
        if found is not None:
            self.cites.append(found)
        return found

    def number(self, topic: str) -> int | None:
        """A whole number of days or months, verified or not."""
        found = self.value(topic)
        return None if found is None else int(str(found.entry.value))

    def is_so(self, topic: str) -> bool | None:
        """Yes, no, or the law says nothing."""
        found = self.value(topic)
        return None if found is None else found.entry.value is True

    def words(self, topic: str) -> str:
        """A sentence of the law document; empty where it has none."""
        found = self.value(topic)
        return "" if found is None else str(found.entry.value)

    @property
    def has_run_out(self) -> bool:
        """The last day to claim has gone by."""
        return self.time.standing(self.on) is Standing.RUN_OUT


@dataclass(frozen=True)
class Ruling:
    """What a rule found, before its step is named."""

    state: State
    why: str
    from_date: date | None = None
    amount_minor: int | None = None


Rule = Callable[[Case], Ruling]


def open_(why: str, *, amount_minor: int | None = None) -> Ruling:
    """May be taken today."""
    return Ruling(State.OPEN, why, amount_minor=amount_minor)


def later(why: str, from_date: date | None = None, *, amount_minor: int | None = None) -> Ruling:
    """May not be taken yet."""
    return Ruling(State.LATER, why, from_date, amount_minor)


def never(why: str) -> Ruling:
    """May not be taken at all, as things stand."""
    return Ruling(State.NEVER, why)


def done(why: str) -> Ruling:
    """Has been taken."""
    return Ruling(State.DONE, why)


def unknown(why: str) -> Ruling:
    """The law document does not say, or not well enough."""
    return Ruling(State.UNKNOWN, why)


def too_old(case: Case) -> Ruling | None:
    """Where the debt itself is gone, or nothing may be asked any more once time has run out."""
    if not case.has_run_out or case.time.last_date is None:
        return None
    ran_out = f"Time ran out after {day_words(case.time.last_date)}"
    if case.time.is_extinguished_after:
        case.cites.extend(case.time.cites)
        return never(f"{ran_out} and the debt is gone: nothing may be asked any more.")
    stops = case.value("stop.states")
    if stops is not None and "statute_barred" in _list(stops):
        case.cites.extend(case.time.cites)
        return never(f"{ran_out}, and the law lets nobody ask for such a debt.")
    return None


def stopped(case: Case, *, but: tuple[str, ...] = ()) -> Ruling | None:
    """What a recorded stop says of a step; None when none stands in its way."""
    for stop in case.debt.stops_on(case.on):
        found = _STOPPED.get(stop.word)
        if found is not None and stop.word not in but:
            return found(case, stop.first_date, stop.last_date)
    return None


def _insolvent(case: Case, _first: date, _last: date | None) -> Ruling:
    case.value("stop.states")
    words = case.words("stop.insolvency")
    return never(f"The debtor is insolvent. {words or 'Claim in the estate.'}")


def _breathing_space(case: Case, first: date, last: date | None) -> Ruling:
    case.value("stop.breathing_space")
    if last is None:
        days = case.number("stop.breathing_space_days")
        last = None if days is None else first + timedelta(days=days - 1)
    after = None if last is None else last + timedelta(days=1)
    return later("A breathing space protects the debtor until it ends.", after)


def _disputed(case: Case, _first: date, last: date | None) -> Ruling:
    case.value("stop.states")
    after = None if last is None else last + timedelta(days=1)
    return later("The debtor contests it; answer the dispute first.", after)


def _deceased(case: Case, _first: date, _last: date | None) -> Ruling:
    case.value("stop.states")
    return later("The debtor has died; only those who settle the estate may be asked.")


def _represented(_case: Case, _first: date, _last: date | None) -> Ruling:
    return later("Somebody speaks for the debtor; write to that person only.")


def _ceased(_case: Case, _first: date, _last: date | None) -> Ruling:
    return never("The debtor asked not to be contacted about it.")


_STOPPED: Mapping[str, Callable[[Case, date, date | None], Ruling]] = {
    "insolvency": _insolvent,
    "breathing_space": _breathing_space,
    "deceased": _deceased,
    "dispute": _disputed,
    "represented": _represented,
    "cease_request": _ceased,
}


def not_late(case: Case) -> Ruling | None:
    """Nothing may be asked for as late before the day after the due date."""
    if case.on > case.debt.due_date:
        return None
    return later(f"It is due on {day_words(case.debt.due_date)}.", case.late_from)


def _list(found: Found) -> tuple[str, ...]:
    value = found.entry.value
    return tuple(str(each) for each in value) if isinstance(value, list) else ()
