"""What every report is: one table with typed columns, written as CSV or XLSX."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import IO, BinaryIO

import xlsxwriter

from recoup.kernel.money import exponent, plain

# A spreadsheet takes a text that begins so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    AMOUNT = "amount"  # minor units of the row's currency
    COUNT = "count"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column: its name in rows, its heading, and what it holds."""

    name: str
    title: str
    kind: Kind = Kind.TEXT


Value = str | int | date | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Table:
    """A report on a day. Every row names its `currency`; totals are one row per currency."""

    title: str
    as_of: date
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    totals: Sequence[Row]


@dataclass(frozen=True)
class Report:
    """A report as a plug-in: its code and what it is for."""

    code: str
    title: str


def csv_lines(table: Table) -> Iterator[list[str]]:
    """The table as records of text: a header, the rows, and the totals."""
    yield [column.title for column in table.columns]
    for row in (*table.rows, *table.totals):
        yield [_plain(column, row) for column in table.columns]


def write_csv(table: Table, stream: IO[str]) -> None:
    """Write the table as CSV with ISO dates and plain decimal points."""
    csv.writer(stream).writerows(csv_lines(table))


def write_xlsx(table: Table, stream: BinaryIO) -> None:
    """Write the table as a workbook of one sheet, amounts and dates as such."""
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "constant_memory": False, "strings_to_formulas": False}
    )
    sheet = book.add_worksheet(table.title[:31])
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    formats = {
        (digits, is_total): book.add_format(
            {"num_format": "#,##0" + ("." + "0" * digits if digits else ""), "bold": is_total}
        )
        for digits in range(5)
        for is_total in (False, True)
    }
    for number, column in enumerate(table.columns):
        sheet.write_string(0, number, column.title, bold)
        sheet.set_column(number, number, 32 if column.kind is Kind.TEXT else 14)
    for line, row in enumerate((*table.rows, *table.totals), start=1):
        is_total = line > len(table.rows)
        for number, column in enumerate(table.columns):
            value = row.get(column.name)
            if value is None:
                continue
            if column.kind is Kind.AMOUNT:
                digits = exponent(str(row["currency"]))
                amount = float(plain(int(str(value)), str(row["currency"])))
                sheet.write_number(line, number, amount, formats[digits, is_total])
            elif isinstance(value, date):
                sheet.write_datetime(line, number, value, day)
            elif isinstance(value, int):
                sheet.write_number(line, number, value)
            else:
                sheet.write_string(line, number, value, bold if is_total else None)
    sheet.freeze_panes(1, 0)
    book.close()


def _plain(column: Column, row: Row) -> str:
    value = row.get(column.name)
    if value is None:
        return ""
    if column.kind is Kind.AMOUNT:
        return plain(int(str(value)), str(row["currency"]))
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    return str(value)
