"""Harm done to charges on purpose."""

from __future__ import annotations

from datetime import timedelta

from recoup.books.models import Charge
from recoup.books.query import execute
from recoup.engine.bundle import Hold
from tests.jobs.charging import night, publish


def charges(books) -> Charge:
    """A charge on the invoice of the books, made last month."""
    ledger = books.ledger
    lines = ("interest: {mode: invoice}", "approval: auto", "courtesy_waiver: none")
    publish(ledger, *lines, at=ledger.at - timedelta(days=90))
    ledger.invoice(books.account, 9000_00, due=ledger.today - timedelta(days=60))
    night(ledger, ledger.today + timedelta(days=1))
    return Charge.objects.order_by("pk")[0]


def change_charge(charge: Charge, sets: str) -> None:
    execute(f"UPDATE books_charge SET {sets} WHERE id = %s", [charge.pk])


def charge_of_another_sum(books):
    change_charge(charges(books), "amount_minor = amount_minor - 1")


def proposed_and_owed(books):
    change_charge(charges(books), "state = 'proposed'")


def waived_and_owed(books):
    change_charge(charges(books), "state = 'waived', closed_why = 'goodwill'")


def bred_by_a_charge(books):
    charge = charges(books)
    own = charge.document.items.get()
    change_charge(charge, f"open_item_id = {own.pk}")


def charged_beyond_what_is_owed(books):
    charge = charges(books)
    change_charge(charge, "amount_minor = amount_minor + 100")


def charged_in_a_moratorium(books):
    charge = charges(books)
    ledger = books.ledger
    ledger.hold(
        books.account, first=charge.first_date, last=charge.last_date, reason=Hold.INSOLVENCY
    )
    execute("UPDATE books_charge SET recorded_at = '2027-01-01 00:00:00'")


CHARGE_HARMS = [
    ("M11", "A charge stands as the ledger has it", charge_of_another_sum),
    ("M11", "A charge stands as the ledger has it", proposed_and_owed),
    ("M11", "A charge stands as the ledger has it", waived_and_owed),
    ("M11", "A charge is on an invoice", bred_by_a_charge),
    ("M12", "No more is charged than is owed", charged_beyond_what_is_owed),
    ("M14", "Nothing is charged in a moratorium", charged_in_a_moratorium),
]
