"""What happens to a reminder when money, credit notes and corrections come; and once only."""

from __future__ import annotations

import json

from conformance import house
from conformance.base import Answer
from conformance.scenarios.base import Scenario, plays
from conformance.scenarios.small import (
    TODAY,
    books,
    decided,
    euros,
    ladder,
    outstanding,
    said,
)
from recoup.books.apply_cash import reverse, unapply
from recoup.books.models import Intent
from recoup.policy import document
from recoup.policy.document import PolicyRefusal
from tests.books.ledgers import Ledger, entry_of


def _status(ledger: Ledger) -> str:
    """Resolved when nothing is to be said any more."""
    return "Unresolved" if said(decided(ledger)) else "Resolved"


@plays("ERP-05-unpay")
def payment_taken_back(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    item = ledger.invoice(account, 100_00)
    money = ledger.receipt(account, 100_00)
    applied = ledger.apply(money, item, 100_00)
    assert _status(ledger) == "Resolved"
    unapply(application=applied, **ledger.told)
    money.refresh_from_db()
    reverse(entry=entry_of(money), **ledger.told)
    late = decided(ledger).aging["overdue_minor"][0]
    found = {"invoice": "Overdue" if late else "Paid", "dunning_status": _status(ledger)}
    return s.agrees(found)


@plays("ERP-06-credit-note")
def credit_notes(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    item = ledger.invoice(account, 100_00)
    note = ledger.credit_note(account, 100_00)
    applied = ledger.apply(note, item, 100_00)
    linked = _status(ledger)
    unapply(application=applied, **ledger.told)
    note.refresh_from_db()
    reverse(entry=entry_of(note), **ledger.told)
    taken_back = _status(ledger)
    ledger.credit_note(account, 100_00)
    alone = _status(ledger)
    because = (
        "a credit note that is not yet applied covers what is owed, so nobody is chased; "
        "linked and taken back agree"
    )
    return s.deviates([linked, taken_back, alone], [*s.then[:2], "Resolved"], because=because)


@plays("TRAP-03-cron-twice")
def twenty_two_times(s: Scenario) -> Answer:
    ledger = books(s)
    ledger.invoice(ledger.account(), 100_00)
    for _ in range(22):
        house.run_day(ledger.creditor, TODAY)
    sent = Intent.objects.filter(creditor=ledger.creditor, state="accepted").count()
    return s.agrees(sent, known=s.then["reminders"], note="no fees are charged yet")


@plays("OCA-12-cancel-invoice")
def cancelled_invoice(s: Scenario) -> Answer:
    return s.not_covered(
        "a choice of that program: here a correction is always possible, and the late gate "
        "withholds what was planned"
    )


@plays("OCA-13-first-level-anchor")
def first_step_needs_an_anchor(s: Scenario) -> Answer:
    text = json.dumps(ladder({"trigger": {"days_after_previous": 5}}))
    try:
        document.load(text)
    except PolicyRefusal:
        return s.agrees({"error": True})
    return s.agrees({"error": False})


@plays("ERP-21-fx-revaluation")
def revaluation(s: Scenario) -> Answer:
    return s.not_covered("no base currency: a receivable is owed in its own currency")


@plays("ERP-26-mixed-ccy")
def two_currencies(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    ledger.invoice(account, s.given["invoices"][0]["base"] * 100, currency="INR")
    ledger.invoice(account, s.given["invoices"][1]["USD"] * 100, currency="USD")
    balances = [euros(minor) for minor in decided(ledger).aging["balance_minor"]]
    known = [*s.then[0]["outstanding"], *s.then[1]["outstanding_USD"]]
    assert outstanding(ledger) == known
    because = "each currency agrees; currencies are never added together, so there is no base view"
    return s.deviates(balances, known, because=because)


@plays("MF-04-fx")
def currency_of_the_message(s: Scenario) -> Answer:
    ledger = books(s)
    ledger.invoice(ledger.account(), s.given["open_EUR"] * 100)
    house.run_day(ledger.creditor, TODAY)
    told = [
        (message.currency, euros(message.net_minor))
        for message in house.accepted(ledger.creditor, TODAY)
    ]
    because = "a message asks in the currency that is owed; converting would ask for another sum"
    return s.deviates(told, [("EUR", s.given["open_EUR"])], because=because)
