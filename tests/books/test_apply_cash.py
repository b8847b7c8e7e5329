"""The door of cash application: what is applied, taken back, reversed and refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books.apply_cash import reverse, unapply
from recoup.books.models import (
    AccountEvent,
    CashApplication,
    Entry,
    LedgerAccount,
    OpenItem,
    Receipt,
    Transfer,
)
from recoup.kernel.errors import Refusal
from tests.books.ledgers import entry_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(ledger):
    return ledger.account()


def left(thing):
    """What is left of a receipt or an item, freshly read."""
    if isinstance(thing, Receipt):
        return Receipt.objects.get(pk=thing.pk).unapplied_minor
    return OpenItem.objects.get(pk=thing.pk).open_minor


def last_balance():
    return AccountEvent.objects.latest("evseq").balance_after_minor


def test_money_closes_an_item_and_the_balance_stays(ledger, account):
    item, receipt = ledger.invoice(account, 100_00), ledger.receipt(account, 120_00)
    assert last_balance() == -20_00
    ledger.apply(receipt, item, 100_00)
    assert (left(item), left(receipt), last_balance()) == (0, 20_00, -20_00)
    moved = Transfer.objects.get(open_item=item, receipt=receipt)
    assert (moved.debit, moved.credit) == (LedgerAccount.UNAPPLIED, LedgerAccount.RECEIVABLE)


def test_a_credit_note_is_set_off_by_way_of_its_own_account(ledger, account):
    item, credit = ledger.invoice(account, 100_00), ledger.credit_note(account, 30_00)
    ledger.apply(credit, item, 30_00)
    assert (left(item), left(credit), last_balance()) == (70_00, 0, 70_00)
    set_off = Transfer.objects.filter(entry__kind="cash_application").order_by("pk")
    assert [(each.debit, each.credit, each.open_item_id) for each in set_off] == [
        (LedgerAccount.RECEIVABLE, LedgerAccount.SET_OFF, credit.pk),
        (LedgerAccount.SET_OFF, LedgerAccount.RECEIVABLE, item.pk),
    ]


def test_applying_the_same_twice_adds_nothing(ledger, account):
    item, receipt = ledger.invoice(account, 100_00), ledger.receipt(account, 100_00)
    row = ledger.application_row(receipt, item, 40_00)
    assert ledger.post_applications([row, row]) == 1
    assert ledger.post_applications([row]) == 0
    assert (left(item), CashApplication.objects.count()) == (60_00, 1)


def test_money_is_applied_no_earlier_than_both_sides_exist(ledger, account):
    issued = ledger.today - timedelta(days=20)
    item = ledger.invoice(account, 10_00, issued=issued)
    receipt = ledger.receipt(account, 10_00, on=issued - timedelta(days=5))
    applied = ledger.apply(receipt, item, 10_00, applied_date=issued - timedelta(days=5))
    assert applied.applied_date == issued
    assert applied.entry.effective_date == issued


@pytest.mark.parametrize(
    ("code", "amount"),
    [
        ("over-applied", 100_01),
        ("amount-out-of-range", 0),
        ("amount-out-of-range", -1),
    ],
)
def test_more_than_is_left_or_less_than_something_is_refused(ledger, account, code, amount):
    item, receipt = ledger.invoice(account, 100_00), ledger.receipt(account, 200_00)
    with pytest.raises(Refusal) as refused:
        ledger.apply(receipt, item, amount)
    assert refused.value.code == code
    assert (left(item), left(receipt), CashApplication.objects.count()) == (100_00, 200_00, 0)


def test_two_applications_that_only_together_are_too_much_are_refused(ledger, account):
    receipt = ledger.receipt(account, 100_00)
    items = [ledger.invoice(account, 60_00), ledger.invoice(account, 60_00)]
    with pytest.raises(Refusal) as refused:
        ledger.post_applications([ledger.application_row(receipt, each, 60_00) for each in items])
    assert refused.value.code == "over-applied"
    assert [left(each) for each in items] == [60_00, 60_00]


@pytest.mark.parametrize("turned", ["invoice as source", "credit note as target"])
def test_the_wrong_side_of_an_application_is_refused(ledger, account, turned):
    invoice, credit = ledger.invoice(account, 50_00), ledger.credit_note(account, 50_00)
    pair = (invoice, ledger.invoice(account, 50_00))
    if turned == "credit note as target":
        pair = (ledger.receipt(account, 50_00), credit)
    with pytest.raises(Refusal) as refused:
        ledger.apply(*pair, 10_00)
    assert refused.value.code == "over-applied"


def test_money_of_another_account_currency_or_creditor_is_refused(ledger, account):
    item = ledger.invoice(account, 50_00)
    second, stranger = ledger.account("K2"), ledger.other("second")
    cases = {
        "other-account": ledger.receipt(second, 50_00),
        "currency-mixed": ledger.receipt(account, 50_00, currency="USD"),
        "unknown-item": stranger.receipt(stranger.account("K1"), 50_00),
    }
    for code, receipt in cases.items():
        with pytest.raises(Refusal) as refused:
            ledger.apply(receipt, item, 10_00)
        assert refused.value.code == code


def test_what_was_taken_back_is_open_again(ledger, account):
    item, receipt = ledger.invoice(account, 100_00), ledger.receipt(account, 100_00)
    applied = ledger.apply(receipt, item, 100_00)
    undone = unapply(application=applied, **ledger.told)
    assert (left(item), left(receipt), last_balance()) == (100_00, 100_00, 0)
    assert undone.reverses == applied.entry
    assert CashApplication.objects.get().reversed_entry == undone
    with pytest.raises(Refusal) as refused:
        unapply(application=applied, **ledger.told)
    assert refused.value.code == "already-reversed"
    ledger.apply(receipt, item, 100_00)
    assert left(item) == 0


@pytest.mark.parametrize("kind", ["invoice", "credit_note", "receipt"])
def test_what_was_posted_is_reversed_once(ledger, account, kind):
    thing = getattr(ledger, kind)(account, 25_00)
    entry = entry_of(thing)
    undone = reverse(entry=entry, **ledger.told)
    assert (left(thing), last_balance()) == (0, 0)
    assert undone.kind == f"{kind}_reversed"
    for again in (entry, undone):
        with pytest.raises(Refusal) as refused:
            reverse(entry=again, **ledger.told)
        assert refused.value.code == "already-reversed"


def test_a_reversed_invoice_takes_no_more_money(ledger, account):
    item, receipt = ledger.invoice(account, 25_00), ledger.receipt(account, 25_00)
    reverse(entry=entry_of(item), **ledger.told)
    with pytest.raises(Refusal, match="0 are left"):
        ledger.apply(receipt, item, 1)


@pytest.mark.parametrize("side", ["item", "receipt", "credit"])
def test_what_is_applied_is_not_reversed(ledger, account, side):
    item, receipt = ledger.invoice(account, 25_00), ledger.receipt(account, 25_00)
    credit = ledger.credit_note(account, 5_00)
    ledger.apply(receipt, item, 10_00)
    ledger.apply(credit, item, 5_00)
    count = Entry.objects.count()
    thing = {"item": item, "receipt": receipt, "credit": credit}[side]
    with pytest.raises(Refusal) as refused:
        reverse(entry=entry_of(thing), **ledger.told)
    assert refused.value.code == "still-applied"
    assert Entry.objects.count() == count


def test_reversing_an_application_is_taking_it_back(ledger, account):
    item, receipt = ledger.invoice(account, 25_00), ledger.receipt(account, 25_00)
    applied = ledger.apply(receipt, item, 10_00)
    reverse(entry=applied.entry, **ledger.told)
    assert (left(item), left(receipt)) == (25_00, 25_00)
    assert CashApplication.objects.get().reversed_entry is not None


def test_all_installments_of_an_invoice_are_reversed_together(ledger, account):
    items = ledger.items(account, 34, 33, 33)
    reverse(entry=entry_of(items[0]), **ledger.told)
    assert [left(each) for each in items] == [0, 0, 0]
