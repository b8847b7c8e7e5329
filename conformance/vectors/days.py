"""Due dates, limitation and waiting times, as the vectors state them."""

from __future__ import annotations

from datetime import date

from conformance.base import Answer
from conformance.vectors.base import Vector, answers
from recoup.kernel.dates import add_months
from recoup.kernel.parties import LegalKind
from recoup.law.court import earliest_issue
from recoup.law.debt import Debt, Event, Happened
from recoup.law.limitation import limitation
from recoup.law.step import Case
from recoup.law.terms import agreed_due, default_due, end_of_month_readings, longest_end_of_month

COMPANY, CONSUMER = LegalKind.COMPANY, LegalKind.CONSUMER


@answers("default_due_date")
def _default(vector: Vector) -> Answer:
    start = vector.day("later_of_invoice_and_delivery")
    found = default_due(vector.law, start=start, kind=COMPANY)
    return vector.agrees(
        {"due": str(found.due_date), "interest_from": str(found.first_interest_date)}
    )


@answers("effective_due")
def _cut(vector: Vector) -> Answer:
    start, days = vector.day("receipt"), int(vector.text("agreed_days"))
    found = agreed_due(vector.law, start=start, agreed_days=days, kind=COMPANY)
    return vector.agrees({"due": str(found.due_date), "days": (found.due_date - start).days})


@answers("msmed_due")
def _acceptance(vector: Vector) -> Answer:
    start, days = vector.day("acceptance"), int(vector.text("agreed_days"))
    found = agreed_due(vector.law, start=start, agreed_days=days, kind=COMPANY)
    return vector.agrees(
        {"due": str(found.due_date), "interest_from": str(found.first_interest_date)}
    )


@answers("due_45_end_of_month")
def _end_of_month(vector: Vector) -> Answer:
    start = vector.day("invoice")
    found = longest_end_of_month(vector.law, start=start, kind=COMPANY)
    assert found == end_of_month_readings(start=start, days=45)
    first = vector.text("method") == "plus45_then_month_end"
    due = found.days_then_month_end if first else found.month_end_then_days
    return vector.agrees({"due": str(due)})


EVENTS = {
    "reminder_letter": Happened.REMINDER,
    "written_demand": Happened.WRITTEN_DEMAND,
    "part_payment": Happened.PART_PAYMENT,
}


@answers("limitation")
def _limitation(vector: Vector) -> Answer:
    told = vector.inputs["events"]
    assert isinstance(told, list)
    events = tuple(
        Event(EVENTS[name], date.fromisoformat(day)) for each in told for name, day in each.items()
    )
    due = date.fromisoformat(str(vector.inputs.get("due") or vector.inputs.get("default")))
    kind = CONSUMER if vector.inputs.get("kind") == "consumer_credit" else COMPANY
    owed = Debt(kind=kind, amount_minor=100, currency="", due_date=due, events=events)
    found = limitation(vector.law, owed)
    assert found.is_verified, found.sentence
    if "years" in vector.expected:
        years = vector.law.count("limitation.years", on=due, kind=kind)
        restarted = found.last_date != add_months(due, 12 * years)
        return vector.agrees({"years": years, "restarted": restarted})
    (name,) = vector.expected
    if name == "extinguished_after":
        assert found.is_extinguished_after
    return vector.agrees({name: str(found.last_date)})


@answers("earliest_issue")
def _issue(vector: Vector) -> Answer:
    named = {
        "letter_date": Happened.LETTER_OF_CLAIM,
        "reply_form_received": Happened.REPLY_FORM,
        "documents_supplied": Happened.DOCUMENTS_SUPPLIED,
    }
    events = tuple(
        Event(kind, vector.day(name)) for name, kind in named.items() if vector.inputs.get(name)
    )
    on = max(each.on for each in events)
    owed = Debt(
        kind=CONSUMER, amount_minor=100_00, currency="GBP", due_date=date(2026, 1, 1), events=events
    )
    found = earliest_issue(Case(vector.law, owed, on, limitation(vector.law, owed)))
    ours: dict[str, object] = {"not_before": str(found.waited_date)}
    if "plus_notice_days" in vector.expected:
        ours["plus_notice_days"] = found.notice_days
    return vector.agrees(ours)


@answers("aging_schedule", "roll_rates", "provision_matrix", "provision_movement")
def _provisions(vector: Vector) -> Answer:
    return vector.not_covered("provisions for doubtful debts are not part of this version")
