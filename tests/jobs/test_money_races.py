"""Bank lines in races and out of order: one receipt, and no equal payment lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.db.models import Sum

from recoup.books.models import BankAccount, Receipt, SourceFile, StatementLine
from recoup.jobs import cash
from recoup.jobs.verify import verify
from recoup.kernel.errors import Refusal
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive

RACES = 100


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    """Originals of the files go where the test may write."""
    settings.DATA = tmp_path


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_equal_payments_of_two_statements_of_a_day_are_both_kept(creditor, today, at, order):
    ledger = Ledger(creditor, today, at)
    twice = (Paid(50_00, "rent"), Paid(50_00, "rent"))
    first = OnPaper(1, today, 0, twice)
    second = OnPaper(2, today, first.closing_minor, (Paid(50_00, "rent"),))
    both = first.text() + second.text()
    texts = (first.text(), second.text(), both)
    for number in order:
        receive(ledger, texts[number])
    assert StatementLine.objects.aggregate(sum=Sum("amount_minor"))["sum"] == 150_00
    assert StatementLine.objects.values("key").distinct().count() == 3
    assert BankAccount.objects.get().gap == ""


@pytest.fixture
def race():
    """Run two deeds at the same moment, each on a connection of its own."""
    with ThreadPoolExecutor(2) as pool:
        barrier = Barrier(2)

        def run(deed):
            barrier.wait()
            try:
                deed()
            except Refusal as refused:
                return refused.code
            return "done"

        yield lambda *deeds: sorted(pool.map(run, deeds))
        list(pool.map(lambda _: (barrier.wait(), connections.close_all()), range(2)))


def test_a_line_that_two_settle_at_once_is_one_receipt(committed, creditor, today, at, race):
    ledger = Ledger(creditor, today, at)
    first, second = ledger.account("K1"), ledger.account("K2")
    item = ledger.invoice(first, RACES * 10)
    paper = OnPaper(1, today, 0, tuple(Paid(10, f"race {number}") for number in range(RACES)))
    receive(ledger, paper.text())
    act = cash.Act(today=today, at=at, by=BY)
    told = []
    for number, line in enumerate(StatementLine.objects.order_by("position")):
        other = cash.Settlement(line.pk, (first, second)[number % 2].pk)
        mine = cash.Settlement(line.pk, first.pk, (cash.Part(item.pk, 10),))
        told.append(
            race(
                lambda mine=mine: cash.settle_line(mine, act=act),
                lambda other=other: cash.settle_line(other, act=act),
            )
        )
    assert told == [["done", "line-moved-on"]] * RACES
    assert Receipt.objects.count() == RACES
    found = verify(creditor, as_of=today, at=at, by=BY)
    assert [each.sentence for each in found if not each.holds] == []
    assert SourceFile.objects.get().state == "done"
