"""Formats are proved by the whole column or asked about; a layout's facts are taken as such."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.days import DateFormat
from recoup.formats.detect import evidence_of_dates, evidence_of_numbers
from tests.formats.files import asked, read

DATES = {
    ("03/04/2026", "25/04/2026"): DateFormat.DAY_MONTH,
    ("03/04/2026", "04/25/2026"): DateFormat.MONTH_DAY,
    ("05/05/2026", "07/07/2026"): DateFormat.DAY_MONTH,
    ("3 Apr 2026",): DateFormat.DAY_NAME,
    ("03.04.2026",): DateFormat.DAY_MONTH_DOTS,
    ("2026-04-03", "garbage", ""): DateFormat.ISO,
    (): DateFormat.ISO,
}


@pytest.mark.parametrize(("values", "proved"), DATES.items())
def test_a_column_of_dates_proves_its_format(values, proved):
    evidence = evidence_of_dates("Date")
    for value in values:
        evidence.add(value)
    assert evidence.answer(DateFormat.ISO) == proved


@pytest.mark.parametrize(
    ("values", "candidates"),
    [
        (("03/04/2026", "01/02/2026"), {"DD/MM/YYYY", "MM/DD/YYYY"}),
        (("25/04/2026", "04/25/2026"), {"DD/MM/YYYY", "MM/DD/YYYY"}),
        (("03-04-2026",), {"DD-MM-YYYY", "MM-DD-YYYY"}),
        (("3/4/26",), {"DD/MM/YY", "MM/DD/YY"}),
        (("2026-04-03", "03.04.2026"), {"YYYY-MM-DD", "DD.MM.YYYY"}),
    ],
)
def test_dates_that_prove_nothing_or_contradict_each_other_are_asked_about(values, candidates):
    evidence = evidence_of_dates("Date")
    for value in values:
        evidence.add(value)
    question = evidence.answer(DateFormat.ISO)
    assert isinstance(question, Question)
    assert set(question.candidates) == candidates
    assert question.column == "Date"
    assert set(question.examples) <= set(values)


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        (("100", "250"), NumberFormat.POINT),
        (("1,234", "12.50"), NumberFormat.POINT),
        (("1.234", "12,50"), NumberFormat.COMMA),
        (("$1,000.00",), NumberFormat.POINT),
        ((12.5, ""), NumberFormat.POINT),
        (("1,234",), None),
        (("1.234", "5.678"), None),
        (("1,50", "1.50"), None),
    ],
)
def test_a_column_of_amounts_proves_its_format_or_is_asked_about(values, answer):
    evidence = evidence_of_numbers("Amount")
    for value in values:
        evidence.add(value)
    found = evidence.answer(NumberFormat.POINT)
    assert found == answer if answer else isinstance(found, Question)


OPEN = """,Date,Transaction type,Num,Term,Due date,Open balance
Acme Corp,,,,,,
,{},Invoice,5004,Net 30,{},"1,000.00"
Total for Acme Corp,,,,,,"1,000.00"
TOTAL,,,,,,"1,000.00"
"""


def test_a_list_of_unknown_region_is_asked_about_and_read_once_answered():
    content = OPEN.format("04/01/2026", "05/01/2026")
    about = [question.about for question in asked(content)]
    assert about == ["dates", "currency"]
    for dates, due in (
        (DateFormat.MONTH_DAY, date(2026, 5, 1)),
        (DateFormat.DAY_MONTH, date(2026, 1, 5)),
    ):
        found = read(content, dates=dates, currency="USD")
        assert found.documents["due_date"].to_list() == [due]
        assert found.control.agrees


def test_one_late_proof_settles_a_file():
    content = OPEN.format("04/01/2026", "04/30/2026")
    assert [question.about for question in asked(content)] == ["currency"]


def test_a_declared_format_sets_aside_what_is_written_otherwise():
    found = read(
        OPEN.format("04/01/2026", "04/30/2026"), dates=DateFormat.DAY_MONTH, currency="USD"
    )
    assert found.codes == ["date-unreadable"]
    assert not found.control.agrees
