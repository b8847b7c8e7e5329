"""Counted twice? Seen on Today and in Cash, said by a person, taken apart again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from recoup.books.models import OpenItem, SameMoney
from recoup.jobs import cash
from tests.books.ledgers import Ledger
from tests.web.cash_books import mt940, taken_in


@pytest.fixture
def card(books, today, at, account_named):
    """What a provider told of: 300.00, which paid an invoice."""
    ledger = Ledger(books, today, at)
    receipt = ledger.receipt(account_named("Tidewater"), 300_00, source="import")
    ledger.apply(receipt, OpenItem.objects.get(document__number="T-1"), 300_00)
    return receipt


@pytest.fixture
def line(books, today, at, card):
    return taken_in(books, today, at, mt940((300_00, "Tidewater Boats", "T-1")))[0]


def test_a_payment_says_that_it_may_be_counted_already(books, owner, line, card):
    address = reverse("cash_line", args=[books.code, line.pk])
    assert "Counted already?" in owner.get(address).content.decode()
    owner.post(reverse("same_line", args=[books.code, line.pk, card.pk]))
    assert SameMoney.objects.get().other == card
    assert "Counted already?" not in owner.get(address).content.decode()


def test_today_and_cash_ask_until_somebody_says(
    signed_in_page, books, owner, line, card, today, at, accessible
):
    act = cash.Act(today=today, at=at, by="vera", why="on account")
    cash.settle_line(cash.Settlement(line.pk, card.account_id), act=act)
    assert "may be counted twice" in owner.get(reverse("today", args=[books.code])).content.decode()
    page = signed_in_page
    page.goto(reverse("twice", args=[books.code]))
    accessible(page)
    page.get_by_role("button", name="The same money").click()
    page.get_by_text("Counted once").wait_for()
    accessible(page)
    page.get_by_label("Why they are two payments").fill("Paid twice indeed")
    page.get_by_role("button", name="Take apart").click()
    page.get_by_text("both payments count").wait_for()
    assert SameMoney.objects.get().state == "undone"


def test_two_payments_are_not_asked_about_again(books, owner, line, card, today, at):
    act = cash.Act(today=today, at=at, by="vera", why="on account")
    receipt = cash.settle_line(cash.Settlement(line.pk, card.account_id), act=act)
    address = reverse("same_decide", args=[books.code, receipt.pk, card.pk])
    owner.post(address, {"verb": "different"})
    page = owner.get(reverse("twice", args=[books.code])).content.decode()
    assert "No payment looks as if it were counted twice." in page
