"""Contra and credit notes: several items in one act, back in one."""

from __future__ import annotations

import pytest

from recoup.books import contra, correct
from recoup.books.models import OpenItem
from recoup.books.stated import STATED, settle_as_stated
from recoup.books.use_credit import take_back_use, use_credit
from recoup.jobs.verify import verify
from recoup.kernel.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def items(ledger):
    account = ledger.account()
    return [ledger.invoice(account, 100_00), ledger.invoice(account, 40_00)]


def left(items):
    found = dict(OpenItem.objects.values_list("pk", "open_minor"))
    return [found[each.pk] for each in items]


def sound(ledger):
    found = verify(ledger.creditor, as_of=ledger.today, at=ledger.at, by="verify")
    return [each.sentence for each in found if not each.holds] == []


def set_off(ledger, amounts, reference="ER-77"):
    account = ledger.account()
    return contra.set_off(account=account, amounts=amounts, reference=reference, **ledger.told)


def test_what_we_owe_is_set_off_and_taken_back_in_one(ledger, items):
    first, second = items
    entry = set_off(ledger, {first.pk: 60_00, second.pk: 40_00})
    assert left(items) == [40_00, 0]
    assert (entry.kind, entry.why) == ("contra", "ER-77: a test")
    assert sound(ledger)
    correct.take_back_given_up(entry=entry, **ledger.told)
    assert left(items) == [100_00, 40_00]
    with pytest.raises(Refusal, match="taken back already"):
        correct.take_back_given_up(entry=entry, **ledger.told)
    assert sound(ledger)


def test_the_same_supplier_invoice_may_be_set_off_piece_by_piece(ledger, items):
    set_off(ledger, {items[0].pk: 10_00})
    set_off(ledger, {items[0].pk: 10_00})
    assert left(items)[0] == 80_00


@pytest.mark.parametrize(
    ("amounts", "reference", "code"),
    [
        ((100_01, 0), "ER-77", "contra-too-large"),
        ((0, 40_00), "ER-77", "contra-too-large"),
        ((10_00, 10_00), " ", "contra-reference"),
        ((), "ER-77", "contra-nothing"),
    ],
)
def test_a_contra_that_cannot_be_is_refused_whole(ledger, items, amounts, reference, code):
    wanted = {item.pk: amount for item, amount in zip(items, amounts, strict=False)}
    with pytest.raises(Refusal) as refused:
        set_off(ledger, wanted, reference)
    assert refused.value.code == code
    assert left(items) == [100_00, 40_00]


def test_a_contra_keeps_to_one_account_and_currency(ledger, items):
    theirs = ledger.invoice(ledger.account("K2"), 5_00)
    dollars = ledger.invoice(ledger.account(), 5_00, currency="USD")
    with pytest.raises(Refusal, match="not one of this account"):
        set_off(ledger, {items[0].pk: 1, theirs.pk: 1})
    with pytest.raises(Refusal, match="one currency"):
        set_off(ledger, {items[0].pk: 1, dollars.pk: 1})


def test_a_credit_note_is_used_over_several_invoices_and_taken_back_in_one(ledger, items):
    first, second = items
    credit = ledger.credit_note(ledger.account(), 70_00)
    name = use_credit(credit=credit, amounts={first.pk: 20_00, second.pk: 40_00}, **ledger.told)
    assert left([*items, credit]) == [80_00, 0, -10_00]
    again = use_credit(credit=credit, amounts={first.pk: 10_00, second.pk: 0}, **ledger.told)
    assert again != name
    assert take_back_use(credit=credit, name=name, **ledger.told) == 2
    assert left([*items, credit]) == [90_00, 40_00, -60_00]
    with pytest.raises(Refusal, match="taken back already"):
        take_back_use(credit=credit, name=name, **ledger.told)
    assert sound(ledger)


def test_more_than_the_credit_is_not_used(ledger, items):
    credit = ledger.credit_note(ledger.account(), 50_00)
    with pytest.raises(Refusal, match="are left"):
        use_credit(credit=credit, amounts={items[0].pk: 30_00, items[1].pk: 30_00}, **ledger.told)
    with pytest.raises(Refusal, match="no credit note"):
        use_credit(credit=items[0], amounts={items[1].pk: 1}, **ledger.told)
    assert left(items) == [100_00, 40_00]


def test_a_credit_note_that_its_source_has_used_leaves_the_books_sound(ledger):
    note = ledger.credit_note(ledger.account(), 30_00, key="G-1")
    row = {
        "line": 1,
        "kind": "credit_note",
        "key": "G-1",
        "position": 1,
        "open_minor": 10_00,
        "settled_date": ledger.today,
    }
    told = {"creditor": ledger.creditor, **ledger.told}
    assert settle_as_stated(stated=STATED.of([row]), **told) == 1
    assert left([note]) == [-10_00]
    found = verify(ledger.creditor, as_of=ledger.today, at=ledger.at, by="tests")
    assert [each.sentence for each in found if not each.holds] == []
