"""P6: killed at any statement, a file is in the books whole or not at all, and goes in again."""

from __future__ import annotations

import io
from contextlib import contextmanager

import pytest
from django.db import connection

from recoup.books import files
from recoup.books.models import (
    BankAccount,
    CashApplication,
    OpenItem,
    Proposal,
    Receipt,
    SourceFile,
    Statement,
    StatementLine,
    Transfer,
)
from recoup.engine.matching.frames import MatchPolicy
from recoup.formats.statements.base import Declared
from recoup.jobs import cash
from recoup.jobs.bank import import_statements
from recoup.jobs.verify import verify
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive

NAME = "Ahorn Handels GmbH"
KEPT = (BankAccount, Statement, StatementLine)
POSTED = (Receipt, CashApplication, Transfer, Proposal)


class Killed(BaseException):
    """The end of the process, as far as one connection can tell."""


@contextmanager
def killed_before(number):
    """Die before the n-th statement; whatever was not committed is gone."""
    seen = 0

    def run(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        if seen == number:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield


def until_it_ends(deed, after_each):
    """Do it again and again, killed one statement later each time; how often it died."""
    for number in range(1, 2_000):
        try:
            with killed_before(number):
                deed()
        except Killed:
            after_each()
        else:
            return number - 1
    raise AssertionError("it never ended")


def counted(models):
    return tuple(each.objects.count() for each in models)


@pytest.fixture
def books(committed, creditor, today, at, settings, tmp_path):
    settings.DATA = tmp_path
    return Ledger(creditor, today, at)


@pytest.fixture
def paper(books):
    """Two payments that name what they pay, one that nobody knows, and money out."""
    lines = (
        Paid(60_00, "RE-1001", NAME),
        Paid(50_00, "RE-1002", NAME),
        Paid(9_00, "thanks", "Somebody"),
        Paid(-7_00, "fees", "Bank"),
    )
    return OnPaper(1, books.today, 100_00, lines)


@pytest.fixture
def items(books):
    account = books.account("K1", name=NAME)
    return [
        books.invoice(account, 60_00, key="RE-1001"),
        books.invoice(account, 50_00, key="RE-1002"),
    ]


def all_holds(books):
    found = verify(books.creditor, as_of=books.today, at=books.at, by=BY)
    return [each.sentence for each in found if not each.holds] == []


def test_an_import_that_dies_anywhere_leaves_nothing_and_goes_in_again(books, paper):
    file = files.receive(
        creditor=books.creditor,
        name="bank.sta",
        stream=io.BytesIO(paper.text().encode()),
        at=books.at,
        by=BY,
    )

    def untouched():
        assert counted(KEPT) == (0, 0, 0)
        assert SourceFile.objects.get().state != "done"

    died = until_it_ends(
        lambda: import_statements(SourceFile.objects.get(pk=file.pk), declared=Declared()),
        untouched,
    )
    assert died > 10
    assert counted(KEPT) == (1, 1, 4)
    assert SourceFile.objects.get().state == "done"
    assert all_holds(books)
    receive(books, paper.text())
    assert counted(KEPT) == (1, 1, 4)


def test_a_run_of_cash_application_that_dies_anywhere_posts_each_payment_whole(
    books, paper, items, monkeypatch
):
    """One payment a transaction, so that it dies between payments as well."""
    monkeypatch.setattr(cash, "SLICE", 1)
    receive(books, paper.text())
    act = cash.Act(today=books.today, at=books.at, by=BY, why="test")
    seen = set()

    def whole():
        applied = StatementLine.objects.filter(state="applied").count()
        assert Receipt.objects.count() == CashApplication.objects.count() == applied
        if counted(POSTED) not in seen:
            seen.add(counted(POSTED))
            assert all_holds(books)

    died = until_it_ends(lambda: cash.match(books.creditor, act=act, policy=MatchPolicy()), whole)
    assert died > 10
    assert {each[0] for each in seen} >= {0, 1}
    states = StatementLine.objects.order_by("position").values_list("state", flat=True)
    assert list(states) == ["applied", "applied", "open", "other"]
    assert set(OpenItem.objects.values_list("open_minor", flat=True)) == {0}
    assert all_holds(books)


def test_an_undo_that_dies_anywhere_takes_back_all_or_nothing(books, paper, items):
    receive(books, paper.text())
    act = cash.Act(today=books.today, at=books.at, by=BY, why="test")
    cash.match(books.creditor, act=act, policy=MatchPolicy())
    line = StatementLine.objects.order_by("position").first()
    before = counted(POSTED)

    def untouched():
        line.refresh_from_db()
        assert (line.state, counted(POSTED)) == ("applied", before)

    until_it_ends(lambda: cash.undo(StatementLine.objects.get(pk=line.pk), act=act), untouched)
    line.refresh_from_db()
    assert line.state == "open"
    assert sorted(OpenItem.objects.values_list("open_minor", flat=True)) == [0, 60_00]
    assert all_holds(books)
