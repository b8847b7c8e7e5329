"""Every step towards a debtor on a day: open, not yet and from when, never, or not known.

Pure: given the law, the debt with what happened to it, and the day, the answer is the same.
Not legal advice: each step says which paragraph it rests on and whether that is verified.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from recoup.kernel.errors import Refusal
from recoup.law import costs, court, vat
from recoup.law.bands import by_size
from recoup.law.debt import Debt, Happened, day_words
from recoup.law.interest import statutory
from recoup.law.laws import Laws
from recoup.law.limitation import earliest
from recoup.law.lookup import Law
from recoup.law.step import (
    Case,
    Rule,
    Ruling,
    State,
    Step,
    done,
    later,
    never,
    not_late,
    open_,
    stopped,
    too_old,
    unknown,
)

SAYS_NOTHING = "The law document says nothing about it."
NOT_COUNTING = (
    "The notice on record does not count:"
    " it must say when it was received and which costs it named."
)


@dataclass(frozen=True)
class StepKind:
    """A kind of step: its name, its rule, which law is asked, and whether it means a court."""

    code: str
    title: str
    rule: Rule
    asks: Callable[[Laws], Law]
    is_for_court: bool = False


def steps(laws: Laws, debt: Debt, *, on: date) -> tuple[Step, ...]:
    """Every step in the order in which people take them."""
    time = earliest(laws.of_time, debt)
    return tuple(
        _step(kind, Case(kind.asks(laws), debt, on, time), laws.unsettled) for kind in KINDS
    )


def _step(kind: StepKind, case: Case, unsettled: str) -> Step:
    is_of_debt = kind.asks is _contract
    ruling = unknown(unsettled) if is_of_debt and unsettled else kind.rule(case)
    step = Step(
        code=kind.code,
        title=kind.title,
        state=ruling.state,
        why=ruling.why,
        from_date=ruling.from_date,
        amount_minor=ruling.amount_minor,
        currency=case.debt.currency if ruling.amount_minor is not None else "",
        is_for_court=kind.is_for_court,
        law=case.law.code,
        cites=tuple({(each.topic, each.cite): each for each in case.cites}.values()),
    )
    if step.is_verified or step.state is State.UNKNOWN:
        return step
    return replace(step, why=f"{step.why} Not verified.")


def _reminder(case: Case) -> Ruling:
    found = too_old(case) or stopped(case) or not_late(case)
    if found:
        return found
    return open_("It is late and nothing on record stops a reminder.")


def _interest(case: Case) -> Ruling:
    found = too_old(case) or stopped(case, but=("dispute", "represented", "cease_request"))
    if found:
        return found
    debt = case.debt
    try:
        rule = statutory(case.law, on=debt.due_date, kind=debt.kind)
    except Refusal as refusal:
        case.value("interest.claimable", on=debt.due_date)
        is_none = refusal.code == "interest-not-claimable"
        return never(refusal.sentence) if is_none else unknown(refusal.sentence)
    case.cites.extend(rule.cites)
    formal = (Happened.WRITTEN_DEMAND, Happened.LETTER_OF_CLAIM, Happened.COURT_CLAIM)
    wanted = formal if rule.counting.needs_demand else (*formal, Happened.REMINDER)
    if rule.counting.needs_demand or case.is_so("default.demand_needed"):
        asked = debt.first(*wanted, after=debt.due_date, on=case.on)
        if asked is None:
            what = "a formal demand" if rule.counting.needs_demand else "a reminder"
            return later(f"Interest runs from {what} after the due date; none is on record.")
        return open_(f"Interest runs since the demand of {day_words(asked)}.")
    return not_late(case) or open_(f"Interest runs from {day_words(case.late_from)}.")


def _compensation(case: Case) -> Ruling:
    found = too_old(case) or stopped(case, but=("dispute", "represented", "cease_request"))
    if found:
        return found
    debt = case.debt
    claimable = case.value("compensation.claimable", on=debt.due_date)
    if claimable is None:
        return unknown(SAYS_NOTHING)
    if claimable.entry.value is not True:
        return never("The law gives no fixed sum towards such a debtor.")
    if not claimable.entry.is_usable:
        return unknown("Whether a fixed sum may be claimed is not verified.")
    amount = _scale(case, "compensation.fixed", debt.size_minor, on=debt.due_date)
    if amount is None:
        return unknown("The fixed sum is not known for this debt.")
    wait = not_late(case)
    if wait:
        return replace(wait, amount_minor=amount)
    return open_("The fixed sum is owed once the debt is late.", amount_minor=amount)


def _costs_notice(case: Case) -> Ruling:
    found = too_old(case) or stopped(case) or not_late(case)
    if found:
        return found
    days = case.number("costs.notice_days")
    if not days:
        return never("The law asks for no such notice from this debtor's creditor.")
    notice = costs.notice_of(case.debt, days=days, on=case.on)
    if notice is not None:
        return done(f"Received on {day_words(notice.received)}.")
    words = f"Collection costs are owed only {days} days after a notice that names them."
    if costs.sent_notices(case.debt, on=case.on):
        words = f"{words} {NOT_COUNTING}"
    return open_(words)


def _costs(case: Case) -> Ruling:
    found = too_old(case) or stopped(case) or not_late(case)
    if found:
        return found
    claimable = case.value("costs.claimable")
    if claimable is None:
        return unknown(SAYS_NOTHING)
    if not claimable.entry.is_usable:
        return unknown("Whether such costs may be claimed is not verified.")
    if claimable.entry.value is not True:
        return never("The law gives no such costs towards this debtor.")
    amount = _scale(case, "costs.tariff", case.debt.amount_minor, on=case.on)
    days = case.number("costs.notice_days")
    if not days:
        return open_("The law's scale gives them.", amount_minor=amount)
    notice = costs.notice_of(case.debt, days=days, on=case.on)
    if notice is None:
        is_sent = bool(costs.sent_notices(case.debt, on=case.on))
        why = NOT_COUNTING if is_sent else "None is on record."
        return later(f"Owed {days} days after a notice that names them. {why}", amount_minor=amount)
    amount = None if amount is None else min(amount, notice.names_minor)
    had = f"the notice received on {day_words(notice.received)}"
    if case.on < notice.opens:
        return later(f"Not before {days} days after {had}.", notice.opens, amount_minor=amount)
    return open_(f"The {days} days after {had} are over.", amount_minor=amount)


def _agency(case: Case) -> Ruling:
    found = too_old(case) or stopped(case) or not_late(case)
    if found:
        return found
    words = case.words("licence")
    return open_(words or "Nothing on record forbids it; see that the agency is licensed.")


def _credit_agency(case: Case) -> Ruling:
    found = too_old(case) or stopped(case) or not_late(case)
    return found or unknown(f"{SAYS_NOTHING} Ask a lawyer before reporting anybody.")


def _vat(case: Case) -> Ruling:
    words, debt = case.words("vat.relief"), case.debt
    broke = [each.first_date for each in debt.stops_on(case.on) if each.word == "insolvency"]
    bad = vat.BadDebt(
        # We do not know the day of supply; the due date is never earlier than we may assume.
        supplied_on=debt.due_date,
        due_date=debt.due_date,
        written_off_on=debt.last(Happened.WRITTEN_OFF, on=case.on),
        insolvent_on=min(broke, default=None),
    )
    try:
        found = vat.relief(case.law, bad, on=case.on, kind=debt.kind)
    except Refusal as refusal:
        case.value("vat.wait_months")
        return unknown(f"{refusal.sentence} {words}".strip())
    case.cites.extend(found.cites)
    if found.state is vat.State.LATE and found.until is not None:
        return never(f"It is too late since {day_words(found.until)}.")
    if found.state is vat.State.WRITE_OFF:
        return later(f"The debt must be written off first. {words}".strip())
    if found.state is vat.State.WAIT:
        return later(words or "The law has a waiting time.", found.since)
    if not all(each.entry.is_usable for each in case.cites):
        return unknown(f"The waiting time would be over; that is not verified. {words}".strip())
    return open_(words or "The waiting time is over.")


def _write_off(case: Case) -> Ruling:
    gone = case.debt.last(Happened.WRITTEN_OFF, on=case.on)
    if gone is not None:
        return done(f"Written off on {day_words(gone)}.")
    return open_("It is your own decision. The debtor still owes; money after it is a recovery.")


def _scale(case: Case, topic: str, amount_minor: int, *, on: date) -> int | None:
    """What a scale gives; None where it is not verified, not there, or of another currency."""
    debt = case.debt
    case.value(topic, on=on)
    try:
        return by_size(
            case.law, topic, amount_minor=amount_minor, currency=debt.currency, on=on,
            kind=debt.kind,
        )  # fmt: skip
    except Refusal:
        return None


def _contract(laws: Laws) -> Law:
    return laws.contract


def _place(laws: Laws) -> Law:
    return laws.place


def _home(laws: Laws) -> Law:
    return laws.home


KINDS = (
    StepKind("friendly_reminder", "Friendly reminder", _reminder, _place),
    StepKind("statutory_interest", "Statutory interest", _interest, _contract),
    StepKind("fixed_compensation", "Fixed compensation", _compensation, _contract),
    StepKind("costs_notice", "Notice of collection costs", _costs_notice, _contract),
    StepKind("collection_costs", "Collection costs", _costs, _contract),
    StepKind("letter_of_claim", "Letter before a claim", court.letter, _place, is_for_court=True),
    StepKind("statutory_demand", "Statutory demand", court.demand, _place, is_for_court=True),
    StepKind("court_claim", "Claim at court", court.claim, _place, is_for_court=True),
    StepKind("agency", "Hand over to a collection agency", _agency, _place),
    StepKind("credit_agency", "Report to a credit agency", _credit_agency, _place),
    StepKind("vat_relief", "Tax back on a bad debt", _vat, _home),
    StepKind("write_off", "Write it off", _write_off, _home),
)
