"""A payout's net amount at the bank: counted from the provider's file, never a second time."""

from __future__ import annotations

import io

import pytest

from recoup.books import bank, files
from recoup.books.models import Receipt, StatementLine
from recoup.engine.matching.frames import MatchPolicy
from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.base import Declared
from recoup.jobs import cash
from recoup.jobs.bank import import_statements
from recoup.jobs.verify import verify
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive

STRIPE = """id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Description,Transfer
txn_1,charge,ch_1,100.00,3.20,96.80,eur,{day} 10:00,Invoice RE-1001,po_1A2B3C
txn_2,refund,re_1,-20.00,0.00,-20.00,eur,{day} 10:00,Refund,po_1A2B3C
txn_3,payout,po_1A2B3C,-76.80,0.00,-76.80,eur,{day} 11:00,STRIPE PAYOUT,
"""
GOCARDLESS = """id,amount,deducted_fees,currency,arrival_date,reference,status
PO0001ABC,76.80,1.00,EUR,{day},LINDENHOF-7QX2,paid
"""
PAYPAL = (
    "Date,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Reference Txn ID,"
    "Invoice Number,Subject,Balance,Balance Impact\n"
    "{day},Customer,Payment,Completed,EUR,80.00,-3.20,76.80,A1,,,,76.80,Credit\n"
    "{day},,General Withdrawal,Completed,EUR,-76.80,0.00,-76.80,9XY12345,,,,0.00,Debit\n"
)
MOLLIE = (
    "Date,Payment method,Currency,Amount,Status,ID,Description,Consumer name,"
    "Consumer bank account,Consumer BIC,Settlement currency,Settlement amount,"
    "Settlement reference\n"
    "{day} 09:10:11,ideal,EUR,50.00,paidout,tr_Aa1,Invoice RE-1001,Jansen,,,EUR,50.00,"
    "7651234.2603.01\n"
    "{day} 09:20:11,ideal,EUR,29.00,paidout,tr_Bb2,Invoice RE-1002,De Vries,,,EUR,29.00,"
    "7651234.2603.01\n"
)
NET = 76_80


@pytest.fixture
def books(creditor, today, at, settings, tmp_path):
    settings.DATA = tmp_path
    return Ledger(creditor, today, at)


@pytest.fixture
def told(books):
    """The provider's file, taken in."""

    def take(text):
        content = text.format(day=books.today).encode()
        file = files.receive(
            creditor=books.creditor, name="out.csv", stream=io.BytesIO(content), at=books.at, by=BY
        )
        declared = Declared(account="provider", dates=None, numbers=NumberFormat.POINT)
        if text is PAYPAL:
            declared = Declared(
                account="provider", dates=DateFormat.ISO, numbers=NumberFormat.POINT
            )
        done = import_statements(file, declared=declared)
        assert done.lines_new, (done.questions, done.reading and done.reading.held)

    return take


def arrived(books, *lines):
    receive(books, OnPaper(1, books.today, 0, lines).text())


def thought_over(books):
    act = cash.Act(today=books.today, at=books.at, by=BY, why="test")
    return cash.match(books.creditor, act=act, policy=MatchPolicy())


def at_the_bank():
    return list(StatementLine.objects.exclude(bank_account__key="provider").order_by("position"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (STRIPE, Paid(NET, "STRIPE PAYMENTS", "Stripe Technology Europe")),
        (STRIPE, Paid(NET, "po_1A2B3C", "Some Bank")),
        (GOCARDLESS, Paid(NET, "LINDENHOF-7QX2", "Clearing House")),
        (GOCARDLESS, Paid(NET, "direct debits", "GoCardless Ltd")),
        (PAYPAL, Paid(NET, "transfer", "PayPal Europe S.a.r.l.")),
        (MOLLIE, Paid(NET, "REF 7651234.2603.01", "Stg Mollie Payments")),
    ],
)
@pytest.mark.parametrize("is_bank_first", [True, False])
def test_the_net_of_a_payout_is_left_out_with_its_reason(books, told, text, line, is_bank_first):
    if is_bank_first:
        arrived(books, line)
        thought_over(books)
        told(text)
    else:
        told(text)
        arrived(books, line)
    thought_over(books)
    (found,) = at_the_bank()
    assert found.state == "ignored"
    assert f"payout of {books.today}" in found.ignored_reason
    assert found.ignored_reason.endswith("counted already")
    assert not Receipt.objects.exists()
    assert [e.sentence for e in _broken(books)] == []


def _broken(books):
    found = verify(books.creditor, as_of=books.today, at=books.at, by=BY)
    return [each for each in found if not each.holds]


@pytest.mark.parametrize(
    "lines",
    [
        (Paid(NET, "thanks", "Somebody"),),
        (Paid(NET + 1, "po_1A2B3C", "Stripe"),),
        (Paid(20_00, "refund", "Stripe"),),
        (Paid(NET, "one", "Stripe"), Paid(NET, "two", "Stripe")),
    ],
    ids=["not named", "another amount", "a refund is no payout", "two fit"],
)
def test_what_is_not_surely_the_payout_waits_for_a_person(books, told, lines):
    told(STRIPE)
    arrived(books, *lines)
    thought_over(books)
    assert {each.state for each in at_the_bank()} == {"open"}


@pytest.mark.parametrize(
    "line",
    [Paid(79_01, "7651234.2603.01", "Mollie"), Paid(NET, "7651234.2603.02", "Mollie")],
    ids=["more than its payments", "another settlement"],
)
def test_what_is_not_surely_a_settlement_waits_for_a_person(books, told, line):
    told(MOLLIE)
    arrived(books, line)
    thought_over(books)
    assert at_the_bank()[0].state == "open"


def test_what_a_person_took_back_is_not_left_out_again(books, told):
    told(STRIPE)
    arrived(books, Paid(NET, "payout", "Stripe"))
    thought_over(books)
    (line,) = at_the_bank()
    assert bank.reopen_line(line=line)
    thought_over(books)
    assert at_the_bank()[0].state == "open"


def test_a_payout_is_found_once(books, told):
    told(STRIPE)
    arrived(books, Paid(NET, "payout", "Stripe"))
    thought_over(books)
    again = OnPaper(2, books.today, NET, (Paid(NET, "another payout", "Stripe"),))
    receive(books, again.text())
    thought_over(books)
    assert sorted(each.state for each in at_the_bank()) == ["ignored", "open"]
