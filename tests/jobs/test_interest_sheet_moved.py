"""The interest sheet of a debt that moved: one continuous history, no day twice and none lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from recoup.books.merge import merge, take_apart
from recoup.books.models import OpenItem
from recoup.books.move import Piece, move, take_back_move
from recoup.jobs.charges.figures import figures
from recoup.jobs.item_interest import Item, item_sheet
from recoup.reports.interest_pdf import write_pdf
from recoup.reports.interest_sheet import move_words
from tests.books.ledgers import Ledger
from tests.engine import calculator
from tests.jobs.charging import publish

pytestmark = pytest.mark.django_db

ISSUED, DUE, AS_OF = date(2025, 11, 1), date(2025, 11, 30), date(2026, 6, 30)
FIRST_MOVE, SECOND_MOVE, PAID = date(2026, 1, 10), date(2026, 2, 20), date(2026, 3, 15)


@pytest.fixture
def ledger(creditor, at) -> Ledger:
    ledger = Ledger(creditor, date(2025, 12, 1), at.replace(year=2025, month=12, day=1))
    publish(ledger, "approval: auto", "courtesy_waiver: none", "interest: {mode: invoice}")
    return ledger


def on(ledger, day):
    return replace(ledger, today=day)


def invoice(ledger, number, key):
    return ledger.invoice(ledger.account(number), 10000_00, key=key, due=DUE, issued=ISSUED)


def went(ledger, item, number, day, amount=None):
    to = ledger.account(number)
    item.refresh_from_db()
    return move(pieces=[Piece(item, amount)], to=to, **on(ledger, day).told)[0]


def pay(ledger, item, amount):
    there = on(ledger, PAID)
    there.apply(there.receipt(item.account, amount), item, amount)


def sheet(item):
    item.refresh_from_db()
    return item_sheet(Item(item, AS_OF, "en"))


def by_hand(ledger, paid):
    """What the clerk of the engine's tests works out, day by day."""
    rule = figures(ledger.creditor, as_of=AS_OF).rulings.rules[0]
    start = DUE + timedelta(days=rule.counting.first_day)
    balances = [(ISSUED, 10000_00)]
    if paid:
        balances.append((PAID + timedelta(days=1), 10000_00 - paid))
    debt = calculator.Debt(DUE, start, tuple(balances), (), rule)
    return calculator.interest(debt, as_of=AS_OF)


def figured(ledger, number):
    rows = figures(ledger.creditor, as_of=AS_OF).rows
    mine = rows.filter((rows["number"] == number) & (rows["kind"] == "interest"))
    return mine["total_minor"].sum()


@pytest.mark.parametrize("paid", [0, 2500_00])
@pytest.mark.parametrize("days", [(FIRST_MOVE,), (FIRST_MOVE, SECOND_MOVE)])
def test_what_moved_wholly_is_told_as_if_it_had_stayed_with_its_moves(ledger, paid, days):
    item, twin = invoice(ledger, "K1", "moved"), invoice(ledger, "K9", "still")
    for number, day in zip(("K2", "K3"), days, strict=False):
        item = went(ledger, item, number, day).to_item
    if paid:
        for each in (item, twin):
            pay(ledger, each, paid)
    found, still = sheet(item), sheet(twin)
    assert found.stretches == still.stretches
    assert found.total_minor == still.total_minor == by_hand(ledger, paid)
    assert found.total_minor == figured(ledger, "moved")
    assert found.debt.payments == still.debt.payments
    assert found.debt.open_minor == still.debt.open_minor == 10000_00 - paid
    assert [day for day, _ in found.moves] == list(days)
    assert f"{10000_00 // 100:,}"[:2] in move_words(found)[0]
    assert all(
        after.first == before.last + timedelta(days=1)
        for before, after in zip(found.stretches, found.stretches[1:], strict=False)
    )
    assert write_pdf(found).startswith(b"%PDF")


def test_each_account_answers_for_the_days_on_which_it_stood_there(ledger):
    item = went(ledger, invoice(ledger, "K1", "moved"), "K2", FIRST_MOVE).to_item
    found = sheet(item)
    rows = figures(ledger.creditor, as_of=AS_OF).rows
    mine = rows.filter(rows["item_id"] == item.pk)["total_minor"].sum()
    assert found.elsewhere.open_minor == 0
    assert 0 < mine < found.total_minor
    assert found.total_minor - found.elsewhere.interest_minor == mine
    assert found.claim_minor == 10000_00 + mine


def test_of_a_debt_in_two_parts_each_account_owes_its_own_and_together_the_whole(ledger):
    item = invoice(ledger, "K1", "moved")
    part = went(ledger, item, "K2", FIRST_MOVE, 4000_00).to_item
    here, there = sheet(item), sheet(part)
    assert here.stretches == there.stretches
    assert here.total_minor == by_hand(ledger, 0)
    assert (here.elsewhere.open_minor, there.elsewhere.open_minor) == (4000_00, 6000_00)
    assert here.claim_minor + there.claim_minor == 10000_00 + here.total_minor


def test_after_a_merge_the_survivor_answers_for_all_of_it(ledger):
    item = invoice(ledger, "K1", "moved")
    told = on(ledger, FIRST_MOVE).told
    made = merge(account=item.account, survivor=ledger.account("K2"), **told)
    found = sheet(OpenItem.objects.get(account__number="K2", document__number="moved"))
    assert found.total_minor == by_hand(ledger, 0)
    assert found.claim_minor == 10000_00 + found.total_minor
    made.refresh_from_db()
    take_apart(merge=made, pieces=None, **on(ledger, SECOND_MOVE).told)
    back = sheet(item)
    assert back.total_minor == by_hand(ledger, 0)
    assert (back.moves, back.claim_minor) == ((), found.claim_minor)


def test_a_move_that_was_taken_back_never_was(ledger):
    item = invoice(ledger, "K1", "moved")
    done = went(ledger, item, "K2", FIRST_MOVE)
    take_back_move(move=done, **on(ledger, SECOND_MOVE).told)
    found = sheet(item)
    assert found.total_minor == by_hand(ledger, 0)
    assert found.moves == ()
