"""Reports as people open them: CSV and workbooks."""

from __future__ import annotations

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from recoup.engine.aging import Buckets
from recoup.reports.aging import headings
from recoup.reports.base import Column, Kind, Table, write_csv, write_xlsx

AS_OF = date(2026, 3, 3)


def table(name: str = "Ahorn GmbH") -> Table:
    return Table(
        title="Aged receivables",
        as_of=AS_OF,
        columns=(
            Column("name", "Name"),
            Column("currency", "Currency"),
            Column("open_minor", "Open", Kind.AMOUNT),
            Column("due_date", "Due", Kind.DATE),
            Column("days", "Days", Kind.COUNT),
        ),
        rows=[
            {"name": name, "currency": "EUR", "open_minor": -12_34, "due_date": AS_OF, "days": 3},
            {"name": name, "currency": "JPY", "open_minor": 500, "due_date": None, "days": 0},
        ],
        totals=[{"name": "Total", "currency": "EUR", "open_minor": -12_34}],
    )


def as_csv(found: Table) -> list[str]:
    stream = io.StringIO()
    write_csv(found, stream)
    return stream.getvalue().splitlines()


def as_sheet(found: Table) -> list[list[object]]:
    stream = io.BytesIO()
    write_xlsx(found, stream)
    stream.seek(0)
    return CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()


def test_csv_has_plain_decimals_of_each_currency_and_iso_dates():
    assert as_csv(table()) == [
        "Name,Currency,Open,Due,Days",
        "Ahorn GmbH,EUR,-12.34,2026-03-03,3",
        "Ahorn GmbH,JPY,500,,0",
        "Total,EUR,-12.34,,",
    ]


def test_a_workbook_has_numbers_and_dates_as_such():
    header, first, second, total = as_sheet(table())
    assert header == ["Name", "Currency", "Open", "Due", "Days"]
    assert first == ["Ahorn GmbH", "EUR", -12.34, AS_OF, 3]
    assert second[2] == 500
    assert total[:3] == ["Total", "EUR", -12.34]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_looks_like_a_formula_stays_a_name(start):
    hostile = f"{start}cmd()"
    stream = io.StringIO()
    write_csv(table(hostile), stream)
    assert f"'{hostile}" in stream.getvalue()
    assert as_sheet(table(hostile))[1][0].strip("\r\t") == hostile.strip("\r\t")


def test_buckets_are_named_as_people_say_them():
    assert headings(Buckets((30, 60, 90))) == ("Not due", "1–30", "31–60", "61–90", "Over 90")
