"""Rules on asking and on tax, as the vectors state them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from conformance.base import Answer
from conformance.vectors.base import Vector, answers, minor, written
from recoup.kernel.dates import add_months
from recoup.kernel.parties import LegalKind
from recoup.law import contact, vat
from recoup.law.lookup import law

CONSUMER = LegalKind.CONSUMER
A_MONDAY = date(2026, 11, 23)


WAYS = {"phone": contact.Way.CALL, "face": contact.Way.VISIT, "any": contact.Way.EMAIL}


@answers("contact_time")
def _contact(vector: Vector) -> Answer:
    # Every vector that names a day names a Monday.
    assert vector.inputs.get("day", "Mon") == "Mon"
    at = datetime.fromisoformat(f"{A_MONDAY}T{vector.text('local')}")
    objection = contact.objection(
        vector.law, way=WAYS[vector.text("channel")], at=at, is_public_holiday=False, kind=CONSUMER
    )
    return vector.agrees({"allowed": objection is None})


@answers("call_allowed")
def _call(vector: Vector) -> Answer:
    talked = A_MONDAY if vector.inputs["conversation_within_7_days"] else None
    objection = contact.call_objection(
        vector.law,
        calls_last_7_days=int(vector.text("prior_calls_last_7_days")),
        last_conversation=talked,
        on=A_MONDAY,
        kind=CONSUMER,
    )
    return vector.agrees({"allowed": objection is None})


@answers("call_cooldown")
def _pause(vector: Vector) -> Answer:
    talked, calls = vector.day("conversation"), vector.inputs["calls"]
    assert isinstance(calls, list)
    found = [
        contact.call_objection(
            vector.law, calls_last_7_days=0, last_conversation=talked,
            on=date.fromisoformat(day), kind=CONSUMER,
        )
        for day in calls
    ]  # fmt: skip
    again = contact.next_call_date(vector.law, conversation=talked, kind=CONSUMER)
    return vector.agrees(
        {
            "presumed_violations": sum(each is not None for each in found),
            "next_allowed": str(again),
        }
    )


@answers("validation_period")
def _validation(vector: Vector) -> Answer:
    found = contact.validation(vector.law, sent=vector.day("sent"), kind=CONSUMER)
    assert found is not None
    return vector.agrees(
        {"assumed_receipt": str(found.assumed_receipt), "ends": str(found.last_date)}
    )


@answers("coverage")
def _coverage(vector: Vector) -> Answer:
    inputs = vector.inputs
    is_business = inputs["debt"] == "commercial"
    asked = contact.Asked(
        is_business_debt=is_business,
        is_natural_person=True,
        is_own=True,
        total_minor=minor(inputs.get("total_with_creditor", 0)),
        currency="USD",
        entered_on=date.fromisoformat(str(inputs.get("entered", "2026-01-01"))),
    )
    kind = LegalKind.SOLE_TRADER if is_business else CONSUMER
    laws = {"fdcpa": law("US"), "rosenthal": law("US-CA")}
    return vector.agrees(
        {
            name: contact.coverage(laws[name], asked, on=A_MONDAY, kind=kind).is_bound
            for name in vector.expected
        }
    )


@answers("gst_adjustment")
def _adjustment(vector: Vector) -> Answer:
    due = date(2025, 1, 31)
    on = add_months(due, int(vector.text("overdue_months"))) + timedelta(days=1)
    gone = on if vector.inputs["written_off"] else None
    debt = vat.BadDebt(supplied_on=due, due_date=due, written_off_on=gone)
    assert vat.relief(vector.law, debt, on=on).state is vat.State.OPEN
    tax = vat.tax_in(vector.law, price_minor=vector.minor("debt_incl_gst"), on=on)
    return vector.agrees({"adjustment": written(tax, vector.expected["adjustment"])})


@answers("gst_bad_debt")
def _bad_debt(vector: Vector) -> Answer:
    supplied, on = vector.day("supply"), vector.day("on")
    gone = supplied if vector.inputs["written_off"] else None
    insolvent = on if vector.inputs["debtor_insolvent"] else None
    debt = vat.BadDebt(supplied, supplied, written_off_on=gone, insolvent_on=insolvent)
    allowed = vat.relief(vector.law, debt, on=on).state is vat.State.OPEN
    return vector.agrees({"allowed": allowed})
