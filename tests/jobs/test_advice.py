"""Remittance advice: what a payer says is used for the payment, whichever comes first."""

from __future__ import annotations

import io

import pytest

from recoup.books import advise, advised, files
from recoup.books.merge import merge, take_apart
from recoup.books.models import Advice, Proposal, Receipt, SetAsideRow, SourceFile, StatementLine
from recoup.engine.matching.frames import MatchPolicy
from recoup.formats.advice.base import Declared
from recoup.jobs import advice, cash
from recoup.jobs.nightly import nightly
from recoup.jobs.verify import verify
from recoup.kernel.errors import Refusal
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive

NAME = "Ahorn Handels GmbH"
LIST = """Invoice,Gross,Deduction,Paid,Reason
RE-1,60.00,,60.00,
RE-2,50.00,10.00,40.00,one box was broken
"""


@pytest.fixture
def books(creditor, today, at) -> Ledger:
    return Ledger(creditor, today, at)


@pytest.fixture
def act(books) -> cash.Act:
    return cash.Act(today=books.today, at=books.at, by=BY, why="test")


@pytest.fixture
def items(books):
    account = books.account("K1", name=NAME)
    return [
        books.invoice(account, 60_00, key="RE-1"),
        books.invoice(account, 50_00, key="RE-2"),
        books.invoice(account, 130_00, key="RE-3"),
    ]


def told(books, act, text=LIST, *, name="advice.csv", **more) -> advice.AdviceIn:
    file = files.receive(
        creditor=books.creditor, name=name, stream=io.BytesIO(text.encode()), at=books.at, by=BY
    )
    declared = Declared(currency="EUR")
    return advice.bring(file, declared=declared, act=act, policy=MatchPolicy(), **more)


def paid(books, act, *lines: Paid) -> cash.Matched:
    receive(books, OnPaper(1, books.today, 0, lines).text())
    return cash.match(books.creditor, act=act, policy=MatchPolicy())


def left(*items) -> list[int]:
    for item in items:
        item.refresh_from_db()
    return [item.open_minor for item in items]


def all_holds(books) -> list[str]:
    found = verify(books.creditor, as_of=books.today, at=books.at, by=BY)
    return [each.sentence for each in found if not each.holds]


def test_a_payment_whose_advice_adds_up_is_posted_by_itself(books, act, items):
    brought = told(books, act)
    assert (brought.is_new, brought.advice.known_by) == (True, "documents")
    done = paid(books, act, Paid(100_00, "see advice", NAME))
    assert done.posted == 1
    assert left(*items) == [0, 10_00, 130_00]
    used = Advice.objects.get()
    assert (used.state, used.line) == ("used", StatementLine.objects.get())
    assert all_holds(books) == []


def test_advice_after_the_payment_has_it_thought_over(books, act, items):
    assert paid(books, act, Paid(100_00, "see advice", NAME)).posted == 0
    assert Proposal.objects.exists()
    assert told(books, act).matched.posted == 1
    assert left(*items) == [0, 10_00, 130_00]


def test_the_same_file_again_adds_nothing(books, act, items):
    told(books, act)
    again = told(books, act, name="copy.csv")
    assert not again.is_new
    assert (Advice.objects.count(), again.advice.rows.count()) == (1, 2)
    assert all_holds(books) == []


def test_undoing_the_payment_gives_its_advice_back_and_posts_nothing_by_itself(books, act, items):
    told(books, act)
    paid(books, act, Paid(100_00, "see advice", NAME))
    line = StatementLine.objects.get()
    cash.undo(line, act=act)
    assert Advice.objects.get().state == "waiting"
    assert cash.match(books.creditor, act=act, policy=MatchPolicy()).posted == 0
    assert left(*items) == [60_00, 50_00, 130_00]


@pytest.mark.parametrize(
    ("text", "posted"),
    [
        (LIST + "Total,,,100.00,\n", 1),
        (LIST + "Total,,,110.00,\n", 0),
        (LIST + "RE-3,NaN,,NaN,\n", 0),
        (LIST.replace("RE-2", "RE-9"), 0),
        (LIST.replace("40.00", "39.00"), 0),
    ],
)
def test_only_advice_that_is_whole_and_adds_up_posts(books, act, items, text, posted):
    told(books, act, text)
    assert paid(books, act, Paid(100_00, "see advice", NAME)).posted == posted


def test_the_payment_reference_ties_advice_to_a_payer_nobody_knows(books, act, items):
    told(books, act, "Payment reference,PAY-77812\n" + LIST)
    assert paid(books, act, Paid(100_00, "PAY-77812", "Holding of somebody")).posted == 1
    assert left(*items) == [0, 10_00, 130_00]


def test_a_reference_that_two_payments_bear_ties_to_neither(books, act, items):
    told(books, act, "Payment reference,PAY-77812\n" + LIST)
    twice = Paid(100_00, "PAY-77812", "Holding of somebody")
    assert paid(books, act, twice, twice).posted == 0


def test_advice_in_another_currency_is_not_that_payments(books, act, items):
    file = files.receive(
        creditor=books.creditor, name="a.csv", stream=io.BytesIO(LIST.encode()), at=books.at, by=BY
    )
    declared = Declared(currency="USD")
    advice.bring(file, declared=declared, act=act, policy=MatchPolicy())
    assert paid(books, act, Paid(100_00, "see advice", NAME)).posted == 0


@pytest.mark.parametrize(
    ("text", "number", "known_by"),
    [
        ("Customer number,K2\nInvoice,Paid\nX-1,5.00\n", "K2", "number"),
        ("Customer,Birke AG\nInvoice,Paid\nX-1,5.00\n", "K2", "name"),
        ("Invoice,Paid\nre-1,5.00\n", "K1", "documents"),
        ("Invoice,Paid\nX-1,5.00\n", None, ""),
        ("Invoice,Paid\nRE-1,5.00\nBB-1,5.00\n", None, ""),
    ],
)
def test_advice_belongs_to_whom_it_points_to_or_waits(books, act, items, text, number, known_by):
    other = books.account("K2", name="Birke AG")
    books.invoice(other, 10_00, key="BB-1")
    found = told(books, act, text).advice
    assert (found.account and found.account.number, found.known_by) == (number, known_by)


def test_an_email_address_that_is_known_says_whose_it_is(books, act, items):
    point = books.contact_point(items[0].account)
    text = f"From: X <{point.value}>\nSubject: paid\n\nInvoice   Amount\nZZ-100   EUR 5.00\n"
    found = told(books, act, text, name="a.eml").advice
    assert (found.account, found.known_by) == (items[0].account, "email")


def test_a_person_says_whose_it_is_and_which_payment(books, act, items):
    books.account("K2", name="Birke AG")
    paid(books, act, Paid(100_00, "nothing", "Holding of somebody"))
    brought = told(books, act)
    line = StatementLine.objects.get()
    assert line.state == "open"
    assert advice.tie(brought.advice, line, act=act, policy=MatchPolicy()).posted == 1
    assert left(*items) == [0, 10_00, 130_00]
    with pytest.raises(Refusal, match="settled meanwhile"):
        advise.give(advice=brought.advice, account=items[0].account)


def test_advice_follows_an_account_into_the_one_it_is_merged_into_and_back(books, act, items):
    survivor = books.account("K2", name="Ahorn Nord GmbH")
    told_of = told(books, act).advice
    when = {"today": books.today, "at": books.at, "by": BY, "why": "one customer"}
    made = merge(account=items[0].account, survivor=survivor, **when)
    assert list(advised.for_account(survivor)) == [told_of]
    paid(books, act, Paid(100_00, "see advice", "Ahorn Nord GmbH"))
    told_of.refresh_from_db()
    line = StatementLine.objects.get()
    assert (line.state, told_of.state, told_of.line) == ("applied", "used", line)
    assert line.receipt.account == survivor
    cash.undo(line, act=act)
    take_apart(merge=made, pieces=None, **when)
    assert list(advised.for_account(survivor)) == []
    assert list(advised.for_account(items[0].account)) == [told_of]
    assert all_holds(books) == []


def test_what_is_left_out_is_not_used_until_it_is_taken_back(books, act, items):
    found = told(books, act).advice
    with pytest.raises(Refusal, match="Say why"):
        advise.dismiss(advice=found, why=" ")
    advise.dismiss(advice=found, why="For another company")
    assert paid(books, act, Paid(100_00, "see advice", NAME)).posted == 0
    advise.reopen(advice=found)
    assert cash.match(books.creditor, act=act, policy=MatchPolicy()).posted == 1


def test_rows_that_cannot_be_read_are_kept_with_reason_and_remedy(books, act, items):
    told(books, act, LIST + "RE-3,NaN,,NaN,\n")
    aside = SetAsideRow.objects.get()
    assert (aside.line, aside.field, aside.code) == (4, "amount", "amount-unreadable")
    assert aside.remedy
    assert all_holds(books) == []


def test_a_file_that_is_no_advice_is_refused_and_kept_as_refused(books, act):
    with pytest.raises(Refusal):
        told(books, act, "nothing here\n")
    assert SourceFile.objects.get().state == "refused"
    assert not Advice.objects.exists()


def test_advice_alone_holds_no_reminder(books, act, items, at):
    told(books, act)
    assert not Receipt.objects.exists()
    done = nightly(books.creditor, as_of=books.today, at=at, by=BY)
    assert done is not None


@pytest.mark.parametrize("sign", ["\x00", "\x1a", "\x1b"])
def test_control_characters_are_kept_nowhere(books, act, items, sign):
    text = f"Payment reference,PAY{sign}1234\nInvoice,Paid,Reason\nRE-1,5.00,x{sign}y\n"
    try:
        found = told(books, act, text + f"RE-2,{sign},z\n").advice
    except Refusal:
        return
    assert sign not in "".join([found.reference, *(row.reason for row in found.rows.all())])
