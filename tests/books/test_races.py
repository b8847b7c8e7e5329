"""Two at the same moment: one of them wins, the other is told so, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from recoup.books.apply_cash import reverse, unapply
from recoup.books.invariants import INVARIANTS, Scope, offenders
from recoup.books.models import Account, CashApplication, Entry, HoldRecord, OpenItem, Receipt
from recoup.kernel.errors import Refusal
from tests.books.ledgers import entry_of

RACES = 100
FEWER = 25
AT_ONCE = 2


@pytest.fixture
def race():
    """Run deeds at the same moment, each on a connection of its own; what became of each."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield lambda *deeds: _race(pool, deeds)
        barrier = Barrier(AT_ONCE)
        list(pool.map(lambda _: (barrier.wait(), connections.close_all()), range(AT_ONCE)))


def _race(pool, deeds):
    barrier = Barrier(len(deeds))

    def run(deed):
        barrier.wait()
        try:
            deed()
        except Refusal as refused:
            return refused.code
        return "done"

    return sorted(pool.map(run, deeds))


@pytest.fixture
def ledger(committed_ledger):
    yield committed_ledger
    scope = Scope(None, committed_ledger.today, committed_ledger.at)
    assert [each.title for each in INVARIANTS if offenders(each, scope)] == []


def left(thing):
    held = type(thing).objects.get(pk=thing.pk)
    return held.unapplied_minor if isinstance(held, Receipt) else held.open_minor


def test_the_same_money_is_applied_once_however_often_two_try(ledger, race):
    account = ledger.account()
    receipt, item = ledger.receipt(account, RACES), ledger.invoice(account, 10 * RACES)
    told = set()
    for number in range(RACES):
        row = ledger.application_row(receipt, item, 1, key=f"race-{number}")
        told.update(race(*[lambda row=row: ledger.post_applications([row])] * AT_ONCE))
        assert left(receipt) == RACES - number - 1
    assert told == {"done"}
    assert (left(receipt), left(item)) == (0, 9 * RACES)
    assert CashApplication.objects.count() == RACES


def test_money_that_two_want_for_different_items_goes_to_one(ledger, race):
    account = ledger.account()
    items = [ledger.invoice(account, 100 * FEWER) for _ in range(AT_ONCE)]
    for number in range(FEWER):
        receipt = ledger.receipt(account, 100)
        rows = [
            ledger.application_row(receipt, each, 60, key=f"{number}-{each.pk}") for each in items
        ]
        outcome = race(*[lambda row=row: ledger.post_applications([row]) for row in rows])
        assert outcome == ["done", "over-applied"]
        assert left(receipt) == 40
    assert sum(left(each) for each in items) == (200 - 60) * FEWER


def test_different_receipts_to_one_item_lose_no_update(ledger, race):
    account = ledger.account()
    item = ledger.invoice(account, FEWER * AT_ONCE)
    for _ in range(FEWER):
        rows = [ledger.application_row(ledger.receipt(account, 1), item, 1) for _ in range(AT_ONCE)]
        race(*[lambda row=row: ledger.post_applications([row]) for row in rows])
    assert left(item) == 0


def test_a_file_imported_by_two_at_once_is_posted_once(ledger, race):
    account = ledger.account()
    rows = [ledger.document_rows(account, 100, key=f"I{number}")[0] for number in range(20)]
    money = [ledger.receipt_row(account, 50, ref=f"R{number}") for number in range(20)]
    assert race(*[lambda: ledger.post(rows)] * AT_ONCE) == ["done"] * AT_ONCE
    assert race(*[lambda: ledger.post_receipts(money)] * AT_ONCE) == ["done"] * AT_ONCE
    assert (OpenItem.objects.count(), Receipt.objects.count()) == (20, 20)


def test_an_account_opened_by_two_at_once_is_one(ledger, race):
    for number in range(10):
        name = f"K{number}"
        assert race(*[lambda name=name: ledger.account(name)] * AT_ONCE) == ["done"] * AT_ONCE
    assert Account.objects.count() == 10


@pytest.mark.parametrize("deed", ["take back", "reverse"])
def test_what_two_undo_at_once_is_undone_once(ledger, race, deed):
    account = ledger.account()
    for _ in range(10):
        item, receipt = ledger.invoice(account, 100), ledger.receipt(account, 100)
        if deed == "take back":
            applied = ledger.apply(receipt, item, 100)
            undo = lambda applied=applied: unapply(application=applied, **ledger.told)  # noqa: E731
        else:
            entry = entry_of(item)
            undo = lambda entry=entry: reverse(entry=entry, **ledger.told)  # noqa: E731
        assert race(*[undo] * AT_ONCE) == ["already-reversed", "done"]
    assert Entry.objects.filter(reverses__isnull=False).count() == 10


def test_applying_and_reversing_at_once_never_does_both(ledger, race):
    account = ledger.account()
    for _ in range(20):
        item, receipt = ledger.invoice(account, 100), ledger.receipt(account, 100)
        entry, row = entry_of(item), ledger.application_row(receipt, item, 100)
        outcome = race(
            lambda row=row: ledger.post_applications([row]),
            lambda entry=entry: reverse(entry=entry, **ledger.told),
        )
        assert outcome in (["done", "over-applied"], ["done", "still-applied"])


def test_a_hold_set_by_two_at_once_is_one(ledger, race):
    account = ledger.account()
    assert race(*[lambda: ledger.hold(account)] * AT_ONCE) == ["done"] * AT_ONCE
    assert HoldRecord.objects.count() == 1
