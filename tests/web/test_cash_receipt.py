"""Receipts: returned, refunded; rests given up; money on the account page and on Today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from recoup.books.models import Creditor, Entry, MoneyRequest, OpenItem, Receipt
from tests.web.cash_books import mt940, taken_in


@pytest.fixture
def receipt(books, paid):
    """A payment of 98.00 on an invoice over 99.00."""
    paid("T-2", 98_00)
    return Receipt.objects.get()


@pytest.fixture
def on_account(books, owner, today, at, account_named):
    """A payment that is on account."""
    line = taken_in(books, today, at, mt940((40_00, "Somebody", "x")))[0]
    address = reverse("cash_on_account", args=[books.code, line.pk])
    owner.post(address, {"account": account_named("Quiet").pk})
    return Receipt.objects.get()


@pytest.fixture
def do(books, owner):
    """Do something; the page one is led to, as text."""

    def act(name, pk, client=owner, **form):
        address = reverse(name, args=[books.code, pk])
        return client.post(address, form, follow=True).content.decode()

    return act


def item(number):
    return OpenItem.objects.get(document__number=number)


def test_a_receipt_says_what_it_paid_and_by_whom(books, owner, receipt):
    text = owner.get(reverse("receipt", args=[books.code, receipt.pk])).content.decode()
    assert "T-2" in text
    assert "vera" in text
    assert "It came back" in text


def test_a_returned_payment_opens_what_it_paid_and_is_returned_once(do, receipt):
    assert "Say why" in do("receipt_bounce", receipt.pk)
    assert "taken back" in do("receipt_bounce", receipt.pk, reason="No funds")
    assert item("T-2").open_minor == 99_00
    assert Entry.objects.filter(why="No funds").exists()
    assert "already" in do("receipt_bounce", receipt.pk, reason="No funds")


def test_money_on_account_is_refunded_at_most_once(do, on_account):
    assert "Only what is not applied" in do(
        "receipt_refund", on_account.pk, amount="40.01", reason="Paid twice"
    )
    assert "is not an amount" in do("receipt_refund", on_account.pk, amount="?", reason="x")
    assert "Say why" in do("receipt_refund", on_account.pk, amount="1")
    do("receipt_refund", on_account.pk, amount="40,00", reason="Paid twice")
    on_account.refresh_from_db()
    assert on_account.unapplied_minor == 0


def test_the_small_rest_of_an_invoice_is_given_up(do, receipt):
    text = do("give_up_rest", item("T-2").pk, kind="bank_charges")
    assert "is given up" in text
    assert item("T-2").open_minor == 0
    assert Entry.objects.filter(kind="bank_charges").exists()


def test_a_whole_invoice_is_not_given_up_as_a_rest(do, books, receipt):
    assert "partly paid" in do("give_up_rest", item("T-1").pk)
    assert "Choose as what" in do("give_up_rest", item("T-2").pk, kind="sales")


def test_a_large_rest_waits_and_the_only_owner_says_the_reason_again(do, books, owner, paid):
    paid("T-1", 290_00)
    assert "Say why" in do("give_up_rest", item("T-1").pk)
    assert "waits for a second one" in do("give_up_rest", item("T-1").pk, reason="Broken tiles")
    assert item("T-1").open_minor == 10_00
    request = MoneyRequest.objects.get()
    page = owner.get(reverse("cash_requests", args=[books.code])).content.decode()
    assert "Nobody else here may decide this" in page
    assert "written again" in do("cash_approve", request.pk)
    assert "Approved and posted" in do("cash_approve", request.pk, reason="Broken tiles")
    assert item("T-1").open_minor == 0


def test_a_large_refund_is_declined_by_another(do, books, today, at, paid, person, account_named):
    line = taken_in(books, today, at, mt940((400_00, "Somebody", "x")))[0]
    do("cash_on_account", line.pk, account=account_named("Quiet").pk)
    receipt = Receipt.objects.get()
    assert "waits for a second one" in do(
        "receipt_refund", receipt.pk, amount="300", reason="Twice"
    )
    request = MoneyRequest.objects.get()
    controller = person("controller")
    assert "Say why" in do("cash_decline", request.pk, client=controller)
    assert "Declined" in do(
        "cash_decline", request.pk, client=controller, reason="It was not twice"
    )
    receipt.refresh_from_db()
    assert receipt.unapplied_minor == 400_00


def test_the_account_page_tells_payments_as_its_customer_would(
    books, owner, receipt, account_named
):
    address = reverse("account", args=[books.code, account_named("Tidewater").pk])
    text = owner.get(address).content.decode()
    payments = text[text.index(">Payments<") :]
    assert "T-2" in payments
    assert "98,00" in payments
    assert "Small rests to give up" in payments


def test_the_account_page_says_what_is_on_account(books, owner, on_account):
    address = reverse("account", args=[books.code, on_account.account_id])
    assert "on account, nothing yet" in owner.get(address).content.decode()


@pytest.mark.parametrize(("days", "is_said"), [(3, False), (4, True)])
def test_today_says_first_when_bank_data_are_too_old(books, owner, today, days, is_said):
    Creditor.objects.filter(pk=books.pk).update(bank_data_until=today - timedelta(days=days))
    text = owner.get(reverse("today", args=[books.code])).content.decode()
    sentence = f"are {days} days old: nothing that presses for payment goes out"
    assert (sentence in text) is is_said
    if is_said:
        assert text.index(sentence) < text.index("What is owed")


def test_today_counts_the_payments_to_look_at(books, owner, today, at):
    address = reverse("today", args=[books.code])
    assert "to look at" not in owner.get(address).content.decode()
    taken_in(books, today, at, mt940((40_00, "Somebody", "x"), (41_00, "Else", "y")))
    text = owner.get(address).content.decode()
    assert "<strong>2</strong> payments to look at" in text
