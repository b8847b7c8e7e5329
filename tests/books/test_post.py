"""The door of the ledger: documents, receipts and their duplicates and conflicts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recoup.books.models import (
    AccountEvent,
    Document,
    Entry,
    LedgerAccount,
    OpenItem,
    Receipt,
    Transfer,
)
from recoup.kernel.errors import Refusal
from recoup.kernel.money import MAX_MINOR

pytestmark = pytest.mark.django_db
TABLES = (Document, OpenItem, Entry, Transfer, Receipt, AccountEvent)


def counts():
    return [table.objects.count() for table in TABLES]


def balances():
    return list(AccountEvent.objects.order_by("evseq").values_list("kind", "balance_after_minor"))


def test_an_invoice_is_owed_from_its_issue_date(ledger):
    item = ledger.invoice(ledger.account(), 120_00)
    assert (item.amount_minor, item.open_minor) == (120_00, 120_00)
    moved = Transfer.objects.get(open_item=item)
    assert (moved.debit, moved.credit) == (LedgerAccount.RECEIVABLE, LedgerAccount.SALES)
    assert moved.effective_date == item.issue_date
    assert balances() == [("documents_posted", 120_00)]


def test_a_credit_note_is_owed_by_us(ledger):
    item = ledger.credit_note(ledger.account(), 20_00)
    assert (item.amount_minor, item.open_minor) == (-20_00, -20_00)
    moved = Transfer.objects.get(open_item=item)
    assert (moved.debit, moved.credit) == (LedgerAccount.SALES, LedgerAccount.RECEIVABLE)
    assert balances() == [("documents_posted", -20_00)]


def test_an_invoice_has_one_item_for_each_installment(ledger):
    items = ledger.items(ledger.account(), 34, 33, 33)
    assert [item.open_minor for item in items] == [34, 33, 33]
    assert items[1].due_date - items[0].due_date == timedelta(days=30)
    assert Entry.objects.count() == 1


def test_a_document_of_zero_moves_nothing(ledger):
    item = ledger.invoice(ledger.account(), 0)
    assert item.open_minor == 0
    assert Transfer.objects.count() == 0


def test_installments_that_do_not_add_up_are_refused(ledger):
    rows = ledger.document_rows(ledger.account(), 50, 50)
    rows = [row | {"total_minor": 101} for row in rows]
    with pytest.raises(Refusal, match="add up to 100") as refused:
        ledger.post(rows)
    assert refused.value.code == "installments-total"
    assert Document.objects.count() == 0


def test_posting_the_same_twice_adds_nothing(ledger):
    account = ledger.account()
    rows = ledger.document_rows(account, 10_00, 20_00) + ledger.document_rows(account, 5_00)
    money = [ledger.receipt_row(account, 7_00), ledger.receipt_row(account, 7_00)]
    assert ledger.post(rows).new.height == 3
    assert ledger.post_receipts(money).new.height == 2
    before = counts()
    again, money_again = ledger.post(rows), ledger.post_receipts(money)
    assert counts() == before
    assert (again.new.height, again.duplicate.height, again.conflict.height) == (0, 3, 0)
    assert (money_again.new.height, money_again.duplicate.height) == (0, 2)


@given(first=st.sets(st.integers(0, 9)), second=st.sets(st.integers(0, 9)), turn=st.booleans())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_overlapping_files_give_the_same_books_in_either_order(ledger, first, second, turn):
    with transaction.atomic():
        account = ledger.account()
        files = [second, first] if turn else [first, second]
        for numbers in files:
            ledger.post([ledger.document_rows(account, 10 + n, key=f"I{n}")[0] for n in numbers])
            ledger.post_receipts([ledger.receipt_row(account, 5, ref=f"R{n}") for n in numbers])
        either = first | second
        held = OpenItem.objects.order_by("amount_minor").values_list("amount_minor", flat=True)
        assert list(held) == [10 + n for n in sorted(either)]
        assert Receipt.objects.count() == len(either)
        transaction.set_rollback(True)


def test_a_line_repeated_within_one_file_counts_once(ledger):
    account = ledger.account()
    rows, money = ledger.document_rows(account, 10_00), [ledger.receipt_row(account, 3_00)]
    posted, received = ledger.post(rows * 3), ledger.post_receipts(money * 3)
    assert (posted.new.height, posted.duplicate.height) == (1, 2)
    assert (received.new.height, received.duplicate.height) == (1, 2)
    assert OpenItem.objects.get().open_minor == 10_00


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    "change", [{"currency": "USD"}, {"total_minor": 9_00, "amount_minor": 9_00}, "account"]
)
def test_a_document_that_contradicts_a_known_one_is_left_alone(ledger, change, known):
    account, other = ledger.account("K1"), ledger.account("K2")
    [row] = ledger.document_rows(account, 10_00)
    changed = row | ({"account_id": other.pk} if change == "account" else change)
    if known:
        ledger.post([row])
        posted = ledger.post([changed])
    else:
        posted = ledger.post([row, changed])
    assert (posted.new.height, posted.conflict.height) == (not known, 1)
    item = OpenItem.objects.get()
    assert (item.account_id, item.currency, item.open_minor) == (account.pk, "EUR", 10_00)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("change", [{"currency": "USD"}, {"amount_minor": 9_00}, "account"])
def test_a_receipt_that_contradicts_a_known_one_is_left_alone(ledger, change, known):
    account, other = ledger.account("K1"), ledger.account("K2")
    row = ledger.receipt_row(account, 10_00)
    changed = row | ({"account_id": other.pk} if change == "account" else change)
    if known:
        ledger.post_receipts([row])
        posted = ledger.post_receipts([changed])
    else:
        posted = ledger.post_receipts([row, changed])
    assert (posted.new.height, posted.conflict.height) == (not known, 1)
    receipt = Receipt.objects.get()
    assert (receipt.account_id, receipt.currency, receipt.amount_minor) == (
        account.pk,
        "EUR",
        10_00,
    )


def test_equal_receipts_of_different_references_are_both_kept(ledger):
    account = ledger.account()
    ledger.receipt(account, 50_00, ref="2026-03-03/1")
    ledger.receipt(account, 50_00, ref="2026-03-03/2")
    assert balances()[-1] == ("receipts_posted", -100_00)


def test_the_same_number_may_be_an_invoice_and_a_credit_note(ledger):
    account = ledger.account()
    ledger.invoice(account, 10_00, key="1001")
    ledger.credit_note(account, 10_00, key="1001")
    assert balances()[-1] == ("documents_posted", 0)


def test_two_creditors_may_use_the_same_numbers(ledger):
    other = ledger.other("second")
    ledger.invoice(ledger.account("K1"), 10_00, key="1001")
    other.invoice(other.account("K1"), 20_00, key="1001")
    assert sorted(Document.objects.values_list("total_minor", flat=True)) == [10_00, 20_00]


def test_money_is_an_unapplied_credit_until_it_is_applied(ledger):
    receipt = ledger.receipt(ledger.account(), 40_00)
    assert receipt.unapplied_minor == 40_00
    moved = Transfer.objects.get(receipt=receipt)
    assert (moved.debit, moved.credit) == (LedgerAccount.BANK, LedgerAccount.UNAPPLIED)


@pytest.mark.parametrize("amount", [MAX_MINOR, 1])
def test_amounts_up_to_the_limit_are_taken(ledger, amount):
    account = ledger.account()
    assert ledger.invoice(account, amount).open_minor == amount
    assert ledger.receipt(account, amount).unapplied_minor == amount


@pytest.mark.parametrize("amount", [MAX_MINOR + 1, -1, 2**62])
def test_amounts_beyond_the_limit_are_refused(ledger, amount):
    account = ledger.account()
    with pytest.raises(Refusal) as refused:
        ledger.post(ledger.document_rows(account, amount))
    assert refused.value.code == "amount-out-of-range"
    with pytest.raises(Refusal) as refused:
        ledger.post_receipts([ledger.receipt_row(account, amount)])
    assert refused.value.code == "amount-out-of-range"


def test_a_receipt_of_nothing_is_refused(ledger):
    with pytest.raises(Refusal, match="amount of 0"):
        ledger.post_receipts([ledger.receipt_row(ledger.account(), 0)])


def test_a_file_that_cannot_be_posted_whole_posts_nothing(ledger):
    account = ledger.account()
    rows = ledger.document_rows(account, 10_00) + ledger.document_rows(account, 1, key="x" * 201)
    with pytest.raises(Refusal, match="201 characters"), transaction.atomic():
        ledger.post(rows)
    assert counts() == [0] * len(TABLES)


def test_an_invoice_for_an_account_of_another_creditor_is_refused(ledger):
    theirs = ledger.other("second").account("K1")
    with transaction.atomic():
        savepoint = transaction.savepoint()
        with pytest.raises(IntegrityError):
            _post_and_check(ledger, ledger.document_rows(theirs, 10_00))
        transaction.savepoint_rollback(savepoint)
    assert counts() == [0] * len(TABLES)


def _post_and_check(ledger, rows):
    ledger.post(rows)
    connection.check_constraints()
