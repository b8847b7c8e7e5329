"""The demo's bank: a month of statements goes in, and what is certain of it is applied."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books.models import BankAccount, Proposal, SourceFile, Statement, StatementLine
from recoup.demo import bank
from recoup.jobs.verify import verify
from tests.books.ledgers import Ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(creditor, today, at, settings, tmp_path):
    """Sixty customers with three invoices each."""
    settings.DATA = tmp_path
    ledger = Ledger(creditor, today, at)
    for number in range(60):
        account = ledger.account(f"K{number}", name=f"Bäckerei Nr{number:02d} Müller GmbH")
        for place in range(3):
            key = f"LV-{10_000 + 3 * number + place}"
            due = today - timedelta(days=5 * place)
            ledger.invoice(account, 50_00 + 731 * number + 13 * place, key=key, due=due)
    return ledger


def test_the_same_books_and_day_give_the_same_bytes(books):
    first = bank.statements(books.creditor, books.today)
    assert first == bank.statements(books.creditor, books.today)
    assert first != bank.statements(books.creditor, books.today, seed=1)
    assert all(content.isascii() for _, content in first)


def test_a_month_goes_in_whole_and_leaves_work_for_a_person(books):
    done = bank.take_in(books.creditor, books.today, at=books.at, by="tests")
    assert set(SourceFile.objects.values_list("state", flat=True)) == {"done"}
    assert Statement.objects.count() == bank.DAYS
    assert BankAccount.objects.get().gap == ""
    assert BankAccount.objects.get().data_until == books.today - timedelta(days=1)
    assert done.posted >= 10
    assert done.unidentified >= len(bank.UNKNOWN)
    assert Proposal.objects.exists()
    assert StatementLine.objects.filter(state="other").count() == len(bank.OUTGOING)
    found = verify(books.creditor, as_of=books.today, at=books.at, by="tests")
    assert [each.sentence for each in found if not each.holds] == []


def test_nobody_pays_before_the_invoice_or_after_the_month(books):
    bank.take_in(books.creditor, books.today, at=books.at, by="tests")
    applied = StatementLine.objects.filter(state="applied").select_related("receipt")
    for line in applied:
        for application in line.receipt.cashapplication_set.select_related("open_item"):
            assert application.open_item.issue_date < line.booked_date < books.today


def test_who_is_on_hold_pays_nothing(books):
    for account in {item.account for item in books.items(books.account("K0"), 5_00)}:
        books.hold(account)
    said = b"".join(content for _, content in bank.statements(books.creditor, books.today))
    assert b"Nr00" not in said
