"""Many payments at once: posted and taken back together, exactly as one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books import adjust, correct
from recoup.books.models import (
    Alias,
    CashApplication,
    OpenItem,
    Proposal,
    Receipt,
    StatementLine,
    TimelineEvent,
)
from recoup.engine.matching.frames import MatchPolicy
from recoup.jobs import cash, cash_many
from recoup.jobs.verify import verify
from tests.books.ledgers import Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive

PAYERS = 6


@pytest.fixture
def books(creditor, today, at) -> Ledger:
    return Ledger(creditor, today, at)


@pytest.fixture
def act(books) -> cash.Act:
    return cash.Act(today=books.today, at=books.at, by="vera", why="test")


@pytest.fixture
def proposals(books, act) -> list[Proposal]:
    """Payments of six debtors, one with a credit note taken off and one short by bank charges."""
    paid = []
    for number in range(PAYERS):
        account = books.account(f"K{number}", name=f"Ahorn Handel {number} GmbH")
        books.invoice(account, 100_00, key=f"RE-{number}00815", due=books.today - timedelta(days=9))
        if number == 1:
            books.credit_note(account, 20_00)
        amount = {1: 80_00, 2: 98_00}.get(number, 100_00)
        paid.append(Paid(amount, f"RE-{number}00815", account.name))
    receive(books, OnPaper(1, books.today, 0, tuple(paid)).text())
    cash.match(books.creditor, act=act, policy=MatchPolicy(auto_post_ppm=2_000_000))
    return list(Proposal.objects.filter(rank=1).select_related("line").order_by("line_id"))


def settled() -> list[StatementLine]:
    found = StatementLine.objects.filter(state="applied").select_related("receipt__account")
    return list(found.order_by("pk"))


def left() -> list[int]:
    return list(OpenItem.objects.order_by("pk").values_list("open_minor", flat=True))


def taught() -> list[tuple[object, ...]]:
    found = Alias.objects.order_by("account", "kind", "value")
    return list(found.values_list("account", "kind", "value", "count"))


def broken(books: Ledger) -> list[str]:
    findings = verify(books.creditor, as_of=books.today, at=books.at, by="tests")
    return [each.sentence for each in findings if not each.holds]


@pytest.mark.parametrize("slice_", [2_000, 4, 1])
def test_together_is_exactly_as_one_by_one(books, act, proposals, monkeypatch, slice_):
    monkeypatch.setattr(cash_many, "SLICE", slice_)
    before = left()
    for each in proposals:
        cash.accept(each, act=act)
    one_by_one = (left(), taught(), Receipt.objects.count())
    for line in settled():
        cash.undo(line, act=act)
    assert left() == before
    assert not taught()
    cash.match(books.creditor, act=act, policy=MatchPolicy(auto_post_ppm=2_000_000))
    again = list(Proposal.objects.filter(rank=1).order_by("line_id"))
    answer = cash_many.accept_many(books.creditor, again, act=act)
    assert (len(answer.done), answer.refused) == (PAYERS, [])
    assert (left(), taught(), Receipt.objects.count() - PAYERS) == one_by_one
    assert not Proposal.objects.exists()


def test_what_was_posted_together_is_taken_back_together(books, act, proposals):
    before = left()
    cash_many.accept_many(books.creditor, proposals, act=act)
    cash_many.undo_many(books.creditor, settled(), act=act)
    assert left() == before
    assert not settled()
    assert not taught()
    assert not CashApplication.objects.filter(reversed_entry=None).exists()
    assert not Receipt.objects.exclude(unapplied_minor=0).exists()
    told = TimelineEvent.objects.filter(kind="posted_by_hand", facts__what="Undoing of a payment")
    assert told.count() == PAYERS
    assert broken(books) == []


def test_what_cannot_be_posted_stands_alone_and_the_others_are_posted(books, act, proposals):
    item = OpenItem.objects.get(pk=proposals[3].items[0][0])
    row = {
        "account_id": item.account_id,
        "open_item_id": item.pk,
        "currency": "EUR",
        "amount_minor": 1_00,
        "kind": "write_off",
        "effective_date": books.today,
        "key": "a-euro",
    }
    rows = adjust.ADJUSTMENTS.of([row])
    adjust.adjust(creditor=books.creditor, adjustments=rows, **books.told)
    answer = cash_many.accept_many(books.creditor, proposals, act=act)
    assert len(answer.done) == PAYERS - 1
    [(line, refusal)] = answer.refused
    assert (line, refusal.code) == (proposals[3].line_id, "over-applied")
    assert StatementLine.objects.get(pk=line).state == "open"


def test_what_somebody_settled_meanwhile_is_passed_over(books, act, proposals):
    cash.settle_line(cash.Settlement(proposals[0].line_id, proposals[0].account_id), act=act)
    answer = cash_many.accept_many(books.creditor, proposals, act=act)
    assert len(answer.done) == PAYERS - 1
    assert proposals[0].line_id not in answer.done
    assert not answer.refused


def test_money_that_moved_on_since_is_taken_back_in_its_own_way(books, act, proposals):
    before = left()
    cash_many.accept_many(books.creditor, proposals, act=act)
    receipt = settled()[0].receipt
    other = books.account("K9", name="Somebody Else")
    correct.move_money(receipt=receipt, amount_minor=30_00, to=other, **books.told)
    cash_many.undo_many(books.creditor, settled(), act=act)
    assert [minor for minor in left() if minor] == before
    assert broken(books) == []
