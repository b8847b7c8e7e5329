"""Moves: what stood on the wrong account stands on the right one, as old and as far as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books import correct, load
from recoup.books.apply_cash import reverse
from recoup.books.models import (
    CashApplication,
    Entry,
    HoldRecord,
    Receipt,
    TimelineEvent,
)
from recoup.books.move import Piece, move, take_back_move
from recoup.engine.bundle import Hold
from recoup.kernel.errors import Refusal
from tests.books.histories import remind
from tests.books.ledgers import MAYBE, balance, entry_of, sound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def wrong(ledger):
    return ledger.account("K1")


@pytest.fixture
def right(ledger):
    return ledger.account("K2")


def moved(ledger, thing, to, amount=None):
    [done] = move(pieces=[Piece(thing, amount)], to=to, **ledger.told)
    return done


def bundled(ledger, account):
    days = {
        "as_of": ledger.today + timedelta(days=1),
        "debtor_ids": [account.debtor_id],
        "maybe": MAYBE,
    }
    return load.bundle_of(ledger.creditor, **days)


@pytest.mark.parametrize(("amount", "stays", "goes"), [(None, 0, 100_00), (40_00, 60_00, 40_00)])
def test_an_invoice_moves_wholly_or_in_part(ledger, wrong, right, amount, stays, goes):
    item = ledger.invoice(wrong, 100_00)
    done = moved(ledger, item, right, amount)
    assert (balance(wrong), balance(right)) == (stays, goes)
    there = done.to_item
    assert there.document.number == item.document.number
    assert (there.issue_date, there.due_date) == (item.issue_date, item.due_date)
    assert there.imported_date == item.imported_date
    assert sound(ledger)


@pytest.mark.parametrize("kind", ["invoice", "credit_note", "charge"])
def test_what_moved_goes_back_once(ledger, wrong, right, kind):
    item = ledger.invoice(wrong, 100_00, kind=kind)
    done = moved(ledger, item, right)
    before = balance(right)
    take_back_move(move=done, **ledger.told)
    assert (balance(wrong), balance(right)) == (before, 0)
    with pytest.raises(Refusal, match="taken back already"):
        take_back_move(move=done, **ledger.told)
    again = moved(ledger, item, right)
    assert again.entry.key != done.entry.key
    assert sound(ledger)


def test_both_timelines_tell_of_it(ledger, wrong, right):
    item = ledger.invoice(wrong, 100_00)
    take_back_move(move=moved(ledger, item, right), **ledger.told)
    told = TimelineEvent.objects.filter(kind__contains="move").order_by("pk")
    assert [(each.account.number, each.kind, each.facts["other"]) for each in told] == [
        ("K1", "moved_away", "K2"),
        ("K2", "moved_here", "K1"),
        ("K1", "move_undone", "K2"),
        ("K2", "move_undone", "K1"),
    ]
    assert {each.facts["why"] for each in told} == {"a test"}


def test_steps_and_age_go_with_an_invoice(ledger, wrong, right):
    item = ledger.invoice(wrong, 100_00)
    remind(ledger, [item])
    there = moved(ledger, item, right).to_item
    row = bundled(ledger, right).items.row(0, named=True)
    assert (row["item_id"], row["last_step"], row["last_step_date"]) == (there.pk, 1, ledger.today)
    assert bundled(ledger, wrong).items.is_empty()
    third = moved(ledger, there, ledger.account("K3")).to_item
    row = bundled(ledger, third.account).items.row(0, named=True)
    assert (row["item_id"], row["last_step"]) == (third.pk, 1)


def test_what_is_said_of_the_rest_is_not_said_of_what_moved(ledger, wrong, right):
    item = ledger.invoice(wrong, 100_00)
    moved(ledger, item, right, 40_00)
    ledger.today += timedelta(days=3)
    item.refresh_from_db()
    remind(ledger, [item])
    assert bundled(ledger, wrong).items["last_step"].to_list() == [1]
    assert bundled(ledger, right).items["last_step"].to_list() == [0]


@pytest.mark.parametrize(("part", "expected"), [(None, None), (30_00, 30_00), (90_00, 40_00)])
def test_a_dispute_goes_with_the_invoice(ledger, wrong, right, part, expected):
    item = ledger.invoice(wrong, 100_00)
    ledger.hold(wrong, item=item, part=part)
    there = moved(ledger, item, right, 40_00).to_item
    held = HoldRecord.objects.get(open_item=there)
    assert (held.held_minor, held.reason) == (expected, Hold.DISPUTE)


def test_a_hold_set_where_it_went_holds_it_where_it_goes_back(ledger, wrong, right):
    item = ledger.invoice(wrong, 100_00)
    ledger.hold(wrong, item=item)
    done = moved(ledger, item, right)
    ledger.hold(right, item=done.to_item, reason=Hold.PROMISE)
    take_back_move(move=done, **ledger.told)
    reasons = HoldRecord.objects.filter(open_item=item).values_list("reason", flat=True)
    assert sorted(reasons) == sorted([Hold.DISPUTE, Hold.PROMISE])


def test_what_was_paid_meanwhile_does_not_go_back(ledger, wrong, right):
    done = moved(ledger, ledger.invoice(wrong, 100_00), right)
    paid = ledger.apply(ledger.receipt(right, 30_00), done.to_item, 30_00)
    with pytest.raises(Refusal, match="paid, applied or moved on since"):
        take_back_move(move=done, **ledger.told)
    correct.take_back_application(application=paid, **ledger.told)
    take_back_move(move=done, **ledger.told)
    assert balance(wrong) == 100_00


@pytest.mark.parametrize(
    ("amount", "code"),
    [(0, "move-too-large"), (-1, "move-too-large"), (100_01, "move-too-large")],
)
def test_more_than_is_left_does_not_move(ledger, wrong, right, amount, code):
    with pytest.raises(Refusal) as refused:
        moved(ledger, ledger.invoice(wrong, 100_00), right, amount)
    assert refused.value.code == code
    assert balance(right) == 0


def test_nothing_moves_to_its_own_account_or_to_another_creditor(ledger, wrong):
    item = ledger.invoice(wrong, 100_00)
    with pytest.raises(Refusal, match="stands on this account already"):
        moved(ledger, item, wrong)
    with pytest.raises(Refusal, match="one creditor to another"):
        moved(ledger, item, ledger.other("second").account("K9"))


def test_a_move_is_not_reversed_like_a_document(ledger, wrong, right):
    done = moved(ledger, ledger.invoice(wrong, 100_00), right)
    with pytest.raises(Refusal, match="its own correction"):
        reverse(entry=done.entry, **ledger.told)
    with pytest.raises(Refusal):
        reverse(entry=entry_of(done.from_item), **ledger.told)


def test_all_move_or_none(ledger, wrong, right):
    items = [ledger.invoice(wrong, 10_00), ledger.invoice(wrong, 20_00)]
    with pytest.raises(Refusal):
        move(pieces=[Piece(items[0]), Piece(items[1], 20_01)], to=right, **ledger.told)
    assert balance(right) == 0


def test_money_moves_and_frees_what_it_paid_as_far_as_needed(ledger, wrong, right):
    first, second = ledger.invoice(wrong, 30_00), ledger.invoice(wrong, 50_00)
    receipt = ledger.receipt(wrong, 100_00)
    ledger.apply(receipt, first, 30_00)
    ledger.apply(receipt, second, 50_00)
    done = correct.move_money(receipt=receipt, amount_minor=60_00, to=right, **ledger.told)
    assert (balance(wrong), balance(right)) == (40_00, -60_00)
    standing = CashApplication.objects.filter(reversed_entry=None)
    assert [each.open_item_id for each in standing] == [first.pk]
    assert done.to_receipt.received_date == receipt.received_date
    assert sound(ledger)
    take_back_move(move=done, **ledger.told)
    assert (balance(wrong), balance(right)) == (-20_00, 0)


def test_money_that_comes_back_from_the_bank_comes_back_from_where_it_went(ledger, wrong, right):
    paid_here, paid_there = ledger.invoice(wrong, 30_00), ledger.invoice(right, 50_00)
    receipt = ledger.receipt(wrong, 80_00)
    ledger.apply(receipt, paid_here, 30_00)
    there = moved(ledger, receipt, right).to_receipt
    Receipt.objects.get(pk=receipt.pk)
    ledger.apply(there, paid_there, 50_00)
    assert (balance(wrong), balance(right)) == (0, 0)
    with pytest.raises(Refusal, match="moved here from another account"):
        correct.bounce(receipt=there, **ledger.told)
    correct.bounce(receipt=receipt, **ledger.told)
    assert (balance(wrong), balance(right)) == (30_00, 50_00)
    assert sound(ledger)


def test_what_was_paid_out_where_it_went_is_not_taken_back_here(ledger, wrong, right):
    receipt = ledger.receipt(wrong, 80_00)
    there = moved(ledger, receipt, right).to_receipt
    paid_out = correct.refund(receipt=there, amount_minor=10_00, **ledger.told)
    with pytest.raises(Refusal, match="paid back"):
        correct.bounce(receipt=receipt, **ledger.told)
    correct.take_back_refund(entry=paid_out, **ledger.told)
    correct.bounce(receipt=receipt, **ledger.told)
    assert (balance(wrong), balance(right)) == (0, 0)


def test_a_day_before_the_move_is_as_it_was(ledger, wrong, right):
    item = ledger.invoice(wrong, 100_00, issued=ledger.today - timedelta(days=30))
    ledger.today += timedelta(days=5)
    moved(ledger, item, right)
    ids = [wrong.debtor_id, right.debtor_id]
    before = load.bundle_of(
        ledger.creditor, as_of=ledger.today - timedelta(days=1), debtor_ids=ids, maybe=MAYBE
    )
    assert before.items["item_id"].to_list() == [item.pk]
    assert Entry.objects.get(kind="move").effective_date == ledger.today
