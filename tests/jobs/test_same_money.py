"""The same money by the bank and in another way: found, counted once, taken apart again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books import alike, same
from recoup.books.models import Receipt, SameMoney, StatementLine
from recoup.engine.matching.frames import MatchPolicy
from recoup.jobs import cash, same_money
from recoup.jobs.verify import verify
from recoup.kernel.errors import Refusal
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive

NAME = "Ahorn Handels GmbH"


@pytest.fixture
def books(creditor, today, at) -> Ledger:
    return Ledger(creditor, today, at)


@pytest.fixture
def act(books) -> cash.Act:
    return cash.Act(today=books.today, at=books.at, by=BY, why="the same money")


@pytest.fixture
def item(books):
    return books.invoice(books.account("K1", name=NAME), 100_00, key="RE-1")


def by_card(books, item, amount=100_00, **words) -> Receipt:
    """A receipt that a payment provider told of, applied to the item as far as it goes."""
    receipt = books.receipt(item.account, amount, **({"source": "import"} | words))
    item.refresh_from_db()
    if item.open_minor:
        books.apply(receipt, item, min(amount, item.open_minor))
    return receipt


def by_bank(books, words="RE-1", amount=100_00) -> StatementLine:
    receive(books, OnPaper(1, books.today, 0, (Paid(amount, words, NAME),)).text())
    return StatementLine.objects.get()


def left(item) -> int:
    item.refresh_from_db()
    return item.open_minor


def sound(books) -> list[str]:
    found = verify(books.creditor, as_of=books.today, at=books.at, by=BY)
    return [each.sentence for each in found if not each.holds]


def test_a_payment_known_already_is_shown_and_not_counted_by_itself(books, act, item):
    card = by_card(books, item)
    line = by_bank(books)
    assert cash.match(books.creditor, act=act, policy=MatchPolicy()).posted == 0
    assert alike.of_line(line) == [card]


def test_the_banks_line_takes_the_place_of_the_other_receipt(books, act, item):
    card = by_card(books, item)
    line = by_bank(books)
    linked = same_money.link_line(line, card, act=act)
    assert (linked.other, linked.state) == (card, "same")
    assert left(item) == 0
    assert linked.receipt.unapplied_minor == 0
    assert same.is_back(card)
    assert alike.pairs(books.creditor) == []
    assert sound(books) == []


def test_two_receipts_of_the_same_money_are_a_task_until_somebody_says(books, act, item):
    line = by_bank(books)
    cash.settle_line(
        cash.Settlement(line.pk, item.account_id, (cash.Part(item.pk, 100_00),)), act=act
    )
    card = by_card(books, item)
    assert card.unapplied_minor == 100_00
    (pair,) = alike.pairs(books.creditor)
    assert pair.other == card
    linked = same.link(
        receipt=pair.receipt, other=pair.other, today=act.today, at=act.at, by=BY, why="twice"
    )
    assert (left(item), linked.receipt.unapplied_minor) == (0, 0)
    assert alike.pairs(books.creditor) == []
    assert sound(books) == []


def test_taking_them_apart_posts_the_other_anew_and_it_pays_what_it_paid(books, act, item):
    card = by_card(books, item)
    linked = same_money.link_line(by_bank(books), card, act=act)
    again = same.unlink(same=linked, today=act.today, at=act.at, by=BY, why="two after all")
    assert (left(item), again.unapplied_minor) == (0, 0)
    linked.receipt.refresh_from_db()
    assert linked.receipt.unapplied_minor == 100_00
    assert sound(books) == []
    with pytest.raises(Refusal, match="taken back already"):
        same.unlink(same=linked, today=act.today, at=act.at, by=BY, why="again")


def test_what_a_person_kept_apart_is_not_asked_again(books, act, item):
    line = by_bank(books)
    cash.settle_line(cash.Settlement(line.pk, item.account_id), act=act)
    by_card(books, item)
    (pair,) = alike.pairs(books.creditor)
    same.keep_apart(receipt=pair.receipt, other=pair.other, at=act.at, by=BY)
    assert alike.pairs(books.creditor) == []
    assert SameMoney.objects.get().state == "different"
    with pytest.raises(Refusal, match="decided already"):
        same.link(
            receipt=pair.receipt, other=pair.other, today=act.today, at=act.at, by=BY, why="x"
        )


@pytest.mark.parametrize(
    "words",
    [{"received": 8}, {"amount": 99_00}, {"source": "stated"}, {"source": "bank"}],
    ids=["long before", "another sum", "as a ledger states", "by the bank as well"],
)
def test_other_money_is_not_taken_for_the_same(books, act, item, words):
    line = by_bank(books)
    cash.settle_line(cash.Settlement(line.pk, item.account_id), act=act)
    amount, days = words.pop("amount", 100_00), words.pop("received", 0)
    if days:
        words["on"] = books.today - timedelta(days=days)
    books.receipt(item.account, amount, **({"source": "import"} | words))
    assert alike.pairs(books.creditor) == []


def test_only_a_receipt_of_the_bank_and_one_from_elsewhere_are_linked(books, act, item):
    first = books.receipt(item.account, 5_00, source="import")
    second = books.receipt(item.account, 5_00, source="import")
    with pytest.raises(Refusal, match="Choose such a pair"):
        same.link(receipt=first, other=second, today=act.today, at=act.at, by=BY, why="x")
