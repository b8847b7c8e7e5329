"""Early-payment discounts through the bank: in time, late, in part, in steps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from recoup.books import agree
from recoup.books.models import CashApplication, OpenItem, StatementLine, Transfer
from recoup.books.models.ledger import LedgerAccount
from recoup.books.publish import publish_policy
from recoup.engine.matching.frames import MatchPolicy
from recoup.jobs import cash
from recoup.policy import document
from tests.books.ledgers import Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive

NUMBER = "RE-2026-0815"


@pytest.fixture
def books(creditor, today, at) -> Ledger:
    return Ledger(creditor, today, at)


def invoice(books: Ledger, text: str, *, days_old: int) -> OpenItem:
    """An invoice of 1,000 with these terms, issued so many days before today."""
    account = books.account("K1", name="Ahorn Handels GmbH")
    issued = books.today - timedelta(days=days_old)
    item = books.invoice(account, 1000_00, key=NUMBER, due=issued + timedelta(days=60))
    OpenItem.objects.filter(pk=item.pk).update(issue_date=issued)
    steps = {"2/10 net 60": (20_000, 10, 0, 0), "3/10 2/20 net 60": (30_000, 10, 20_000, 20)}
    names = ("discount_ppm", "discount_days", "later_ppm", "later_days")
    row = {"kind": "invoice", "key": NUMBER, "text": text, "source": "agreed", "is_counted": False}
    agree.note_document_terms(
        creditor=books.creditor,
        terms=agree.DOCUMENT_TERMS.of([row | dict(zip(names, steps[text], strict=True))]),
    )
    return item


def pay(books: Ledger, amount_minor: int, day: date, number: int = 1, opening: int = 0) -> None:
    paid = Paid(amount_minor, NUMBER, "Ahorn Handels GmbH")
    receive(books, OnPaper(number, day, opening, (paid,)).text())


def think(books: Ledger, policy: MatchPolicy | None = None) -> cash.Matched:
    act = cash.Act(today=books.today, at=books.at, by="vera", why="test")
    return cash.match(books.creditor, act=act, policy=policy or MatchPolicy())


def given(item: OpenItem) -> int:
    found = Transfer.objects.filter(open_item=item, debit=int(LedgerAccount.DISCOUNT))
    return sum(found.values_list("amount_minor", flat=True))


def left(item: OpenItem) -> int:
    return OpenItem.objects.get(pk=item.pk).open_minor


@pytest.mark.parametrize(
    ("text", "days_old", "came", "discount"),
    [
        ("2/10 net 60", 5, 980_00, 20_00),
        ("2/10 net 60", 13, 980_00, 20_00),
        ("3/10 2/20 net 60", 9, 970_00, 30_00),
        ("3/10 2/20 net 60", 18, 980_00, 20_00),
    ],
)
def test_paid_in_time_less_the_discount_the_invoice_is_settled(
    books, text, days_old, came, discount
):
    item = invoice(books, text, days_old=days_old)
    pay(books, came, books.today)
    assert think(books).posted == 1
    assert (left(item), given(item)) == (0, discount)


@pytest.mark.parametrize(
    ("text", "days_old", "came"),
    [("2/10 net 60", 14, 980_00), ("3/10 2/20 net 60", 18, 970_00)],
)
def test_a_discount_taken_too_late_is_never_given_by_itself(books, text, days_old, came):
    item = invoice(books, text, days_old=days_old)
    pay(books, came, books.today)
    think(books)
    assert given(item) == 0
    assert left(item) in (1000_00, 1000_00 - came)


def test_a_person_may_grant_what_was_taken_too_late(books):
    item = invoice(books, "2/10 net 60", days_old=20)
    pay(books, 980_00, books.today)
    think(books)
    line = StatementLine.objects.get()
    act = cash.Act(today=books.today, at=books.at, by="vera", why="goodwill")
    if line.state == "open":
        proposal = line.proposals.get(rank=1)
        assert proposal.residual_kind == "discount-late"
        cash.accept(proposal, act=act)
        assert (left(item), given(item)) == (0, 20_00)
    else:
        assert (left(item), given(item)) == (20_00, 0)


def test_two_parts_in_time_earn_the_discount_on_the_whole(books):
    item = invoice(books, "2/10 net 60", days_old=5)
    act = cash.Act(today=books.today, at=books.at, by="vera", why="test")
    pay(books, 500_00, books.today)
    first = StatementLine.objects.get()
    settled = cash.Settlement(first.pk, item.account_id, (cash.Part(item.pk, 500_00),))
    cash.settle_line(settled, act=act)
    assert (left(item), given(item)) == (500_00, 0)
    pay(books, 480_00, books.today, number=2, opening=500_00)
    think(books)
    assert (left(item), given(item)) == (0, 20_00)
    assert CashApplication.objects.count() == 2


def test_the_policy_says_how_long_money_may_travel_and_whether_parts_earn(books):
    standard = document.standard().text
    text = standard.replace("discount_grace_days: 3", "discount_grace_days: 0")
    text += "\nterms: {part_payment_discount: its_share}\n"
    publish_policy(creditor=books.creditor, name="standard", text=text, at=books.at, by="vera")
    policy = cash.policy_of(books.creditor, today=books.today)
    assert (policy.discount_grace_days, policy.discounts_parts) == (0, True)
