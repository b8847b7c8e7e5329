"""An interest sheet as a workbook: every line with the formula's parts, amounts as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from recoup.kernel.money import exponent, plain
from recoup.reports.interest_sheet import (
    MICRO,
    InterestSheet,
    basis_words,
    closing_words,
    counting_words,
    move_words,
    other_rows,
    signature_words,
)


def write_workbook(sheet: InterestSheet, stream: BinaryIO) -> None:
    """Write the lines, the sums, and the rates with their sources."""
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    # The same sheet gives the same bytes.
    book.set_properties({"created": sheet.as_of})
    _Page(book, sheet).write()
    book.close()


class _Page:
    """One worksheet, filled from the top."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: InterestSheet) -> None:
        digits = exponent(sheet.debt.currency)
        shape = "#,##0" + ("." + "0" * digits if digits else "")
        self._sheet, self._said = sheet, sheet.said
        self._bold = book.add_format({"bold": True})
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._amount = book.add_format({"num_format": shape})
        self._exact = book.add_format({"num_format": f"{shape}{'0000' if digits else ''}"})
        self._rate = book.add_format({"num_format": "0.00##%"})
        self._total = book.add_format({"bold": True, "top": 1, "num_format": shape})
        self._page: Worksheet = book.add_worksheet(sheet.said["title"][:31])
        self._row = 0

    def write(self) -> None:
        """Everything, in the order in which one checks it."""
        sheet, said = self._sheet, self._said
        self._line([sheet.creditor.name], self._bold)
        self._line([f"{sheet.number} {sheet.debtor.name}".strip()])
        self._line([f"{said['title']} {sheet.debt.document}".strip(), sheet.as_of], self._bold)
        self._line([basis_words(sheet)])
        self._row += 1
        self._stretches()
        self._sums()
        self._rates()
        for text in (
            *move_words(sheet),
            *counting_words(sheet),
            closing_words(sheet),
            *sheet.basis.cites,
        ):
            self._line([text])
        self._line([signature_words(sheet)])
        self._page.set_column(0, 1, 14)
        self._page.set_column(2, 6, 16)

    def _stretches(self) -> None:
        said, currency = self._said, self._sheet.debt.currency
        heads = ("from", "to", "days", "balance", "rate", "interest")
        self._line([said[name] for name in heads], self._head)
        is_finer = exponent(currency) > 0
        for each in self._sheet.stretches:
            self._cells(self._row, [each.first, each.last, each.days])
            self._page.write_number(
                self._row, 3, float(plain(each.balance_minor, currency)), self._amount
            )
            self._page.write_number(self._row, 4, each.annual_rate_ppm / 1_000_000, self._rate)
            exact = Decimal(each.interest_micro) / MICRO / 10 ** exponent(currency)
            shape = self._exact if is_finer else self._amount
            self._page.write_number(self._row, 5, float(exact), shape)
            self._row += 1
        self._page.write_string(self._row, 0, said["sum"], self._bold)
        self._page.write_number(
            self._row, 5, float(plain(self._sheet.total_minor, currency)), self._total
        )
        self._row += 2

    def _sums(self) -> None:
        sheet, said, currency = self._sheet, self._said, self._sheet.debt.currency
        rows = [(said["open"], sheet.debt.open_minor), (said["interest"], sheet.total_minor)]
        rows += [(said[each.word], each.amount_minor) for each in sheet.extras]
        rows += other_rows(sheet)
        for name, minor in rows:
            self._page.write_string(self._row, 0, name)
            self._page.write_number(self._row, 5, float(plain(minor, currency)), self._amount)
            self._row += 1
        self._page.write_string(self._row, 0, said["total"], self._bold)
        self._page.write_number(
            self._row, 5, float(plain(sheet.claim_minor, currency)), self._total
        )
        self._row += 2

    def _rates(self) -> None:
        said = self._said
        self._line([said["since"], said["rate"], said["source"]], self._head)
        for each in self._sheet.basis.rates:
            self._cells(self._row, [each.since])
            self._page.write_number(self._row, 1, each.annual_rate_ppm / 1_000_000, self._rate)
            self._page.write_string(self._row, 2, each.of)
            self._row += 1
        self._row += 1

    def _line(self, values: Sequence[str | date], form: Format | None = None) -> None:
        self._cells(self._row, values, form)
        self._row += 1

    def _cells(
        self, row: int, values: Sequence[str | date | int], form: Format | None = None
    ) -> None:
        for column, value in enumerate(values):
            if isinstance(value, date):
                self._page.write_datetime(row, column, value, self._day)
            elif isinstance(value, int):
                self._page.write_number(row, column, value)
            else:
                self._page.write_string(row, column, value, form)
