"""A statement of account as a workbook: a sheet of movements and one of open items a currency."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from recoup.kernel.money import exponent, plain
from recoup.reports.base import Kind, Table
from recoup.reports.statement import AccountStatement, tables

# Where the table begins: below who it is for and of when.
TOP = 4
WIDTHS = {Kind.TEXT: 44, Kind.AMOUNT: 16, Kind.DATE: 13, Kind.COUNT: 10}


def write_workbook(statement: AccountStatement, stream: BinaryIO) -> None:
    """Write the statement, amounts and days as such."""
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    # The same statement gives the same bytes.
    book.set_properties({"created": statement.last})
    for pair in tables(statement):
        for table in pair:
            currency = str(table.totals[0]["currency"])
            sheet = book.add_worksheet(f"{table.title.split(',')[0][:20]} {currency}")
            _head(book, sheet, statement)
            _fill(book, sheet, table, currency)
    book.close()


def _head(book: xlsxwriter.Workbook, sheet: Worksheet, statement: AccountStatement) -> None:
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, statement.creditor.name, bold)
    sheet.write_string(1, 0, f"{statement.number} {statement.debtor.name}")
    days = f"{statement.first.isoformat()} – {statement.last.isoformat()}"
    sheet.write_string(2, 0, days)


def _fill(book: xlsxwriter.Workbook, sheet: Worksheet, table: Table, currency: str) -> None:
    digits = exponent(currency)
    shape = "#,##0" + ("." + "0" * digits if digits else "")
    for number, column in enumerate(table.columns):
        sheet.write_string(TOP, number, column.title, book.add_format({"bold": True, "bottom": 1}))
        sheet.set_column(number, number, WIDTHS[column.kind])
    for line, row in enumerate((*table.rows, *table.totals), start=TOP + 1):
        is_total = line > TOP + len(table.rows)
        look = {"bold": True, "top": 1} if is_total else {}
        text = book.add_format(look)
        amount = book.add_format({**look, "num_format": shape})
        day = book.add_format({**look, "num_format": "yyyy-mm-dd"})
        for number, column in enumerate(table.columns):
            value = row.get(column.name)
            if value is None:
                continue
            if column.kind is Kind.AMOUNT:
                sheet.write_number(line, number, float(plain(int(str(value)), currency)), amount)
            elif isinstance(value, date):
                sheet.write_datetime(line, number, value, day)
            elif isinstance(value, int):
                sheet.write_number(line, number, value, text)
            else:
                sheet.write_string(line, number, value, text)
    sheet.freeze_panes(TOP + 1, 0)
