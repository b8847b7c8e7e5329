"""P4 and P5 for every reader with balances: twice, in either order, equal lines as many."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from recoup.books import files
from recoup.books.models import BankAccount, Statement, StatementLine
from recoup.formats.statements.base import Declared
from recoup.jobs.bank import import_statements
from recoup.jobs.verify import verify
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid
from tests.statements import made

MONDAY = date(2026, 3, 2)
# Days of payments in minor units; equal ones are equal in everything.
Days = dict[int, list[int]]
Write = Callable[[Days, int], str]


def _day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def mt940(days: Days, opening: int) -> str:
    """One statement a day."""
    texts = []
    for number, amounts in days.items():
        lines = tuple(Paid(minor, "same words") for minor in amounts)
        paper = OnPaper(number + 1, _day(number), opening, lines)
        texts.append(paper.text())
        opening = paper.closing_minor
    return "".join(texts)


def camt(days: Days, opening: int) -> str:
    """One statement a day."""
    texts = []
    for number, amounts in days.items():
        closing = opening + sum(amounts)
        day = _day(number).isoformat()
        entries = [made.entry(_written(minor), day=day) for minor in amounts]
        text = made.camt_statement(
            entries, opening=_written(opening), closing=_written(closing), sequence=number + 1
        )
        texts.append(text.replace("2026-03-02</Dt></Dt></Bal>", f"{day}</Dt></Dt></Bal>"))
        opening = closing
    return made.camt(*texts)


def bai2(days: Days, opening: int) -> str:
    """One group a day."""
    groups, records = [], 0
    total = 0
    for number, amounts in days.items():
        closing = opening + sum(amounts)
        control = opening + closing + sum(amounts)
        day = _day(number).strftime("%y%m%d")
        rows = [f"16,142,{minor},,,,same words/" for minor in amounts]
        lines = [
            f"02,RECEIVER,SENDER,1,{day},,EUR,2/",
            f"03,123456,EUR,010,{opening},,,015,{closing},,/",
            *rows,
            f"49,{control},{len(rows) + 2}/",
            f"98,{control},1,{len(rows) + 4}/",
        ]
        groups += lines
        records += len(lines)
        total += control
        opening = closing
    head = f"01,SENDER,RECEIVER,{MONDAY:%y%m%d},0800,1,80,,2/"
    return "\n".join([head, *groups, f"99,{total},{len(days)},{records + 2}/", ""])


def table(days: Days, opening: int) -> str:
    """A table with the balance beside every line."""
    rows = ["Date,Description,Amount,Balance"]
    for number, amounts in days.items():
        for minor in amounts:
            opening += minor
            day = _day(number).strftime("%d/%m/%Y")
            rows.append(f"{day},same words,{_written(minor)},{_written(opening)}")
    return "\r\n".join([*rows, ""])


def _written(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


READERS = [mt940, camt, bai2, table]


@pytest.fixture
def bring(creditor, today, at, settings, tmp_path):
    """Take a text in as a file."""
    settings.DATA = tmp_path
    ledger = Ledger(creditor, today, at)

    def brought(write: Write, days: Days, opening: int = 0):
        text = write(days, opening)
        file = files.receive(
            creditor=ledger.creditor, name="s", stream=io.BytesIO(text.encode()), at=at, by=BY
        )
        told = Declared(account="own")
        if write is table:
            told = Declared(account="own", format="bank_first_direct")
        done = import_statements(file, declared=told)
        assert done.source_file.state == "done", done.source_file.sentence
        return done

    return brought


def kept() -> list[tuple[object, ...]]:
    """What is in the books of the lines."""
    rows = StatementLine.objects.values_list("booked_date", "amount_minor", "remittance")
    return sorted(map(tuple, rows))


@pytest.mark.parametrize("write", READERS)
@pytest.mark.parametrize("copies", [1, 2, 5])
def test_equal_lines_stay_as_many_and_the_file_again_adds_nothing(bring, write, copies):
    days = {0: [50_00] * copies}
    first = bring(write, days)
    assert (first.lines_new, StatementLine.objects.count()) == (copies, copies)
    again = bring(write, days)
    assert (again.lines_new, StatementLine.objects.count()) == (0, copies)


@pytest.mark.parametrize("write", READERS)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the later first"])
def test_files_that_overlap_give_the_same_lines_in_either_order(
    bring, write, order, creditor, today, at
):
    days = {0: [50_00, 50_00], 1: [10_00], 2: [50_00], 3: [7_00, 7_00]}
    early = ({day: days[day] for day in (0, 1, 2)}, 0)
    late = ({day: days[day] for day in (1, 2, 3)}, 100_00)
    for each in order:
        bring(write, *(early, late)[each])
    expected = sorted((_day(day), minor) for day, amounts in days.items() for minor in amounts)
    assert [row[:2] for row in kept()] == expected
    assert BankAccount.objects.get().gap == ""
    assert Statement.objects.exists()
    found = verify(creditor, as_of=today, at=at, by=BY)
    assert [each.sentence for each in found if not each.holds] == []
