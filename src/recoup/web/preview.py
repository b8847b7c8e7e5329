"""What a file would bring, as rows for people: the first rows, and what a try did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from recoup.formats.base import Batch
from recoup.jobs.intake import Imported

MISTAKES_SHOWN = 50
# Column of a frame, its heading, and the column that holds its currency when it is an amount.
Columns = tuple[tuple[str, str, str], ...]
DOCUMENTS: Columns = (
    ("line", "Line", ""),
    ("account_number", "Account", ""),
    ("account_name", "Name", ""),
    ("kind", "Kind", ""),
    ("number", "Number", ""),
    ("issue_date", "Issued", ""),
    ("due_date", "Due", ""),
    ("currency", "Cur.", ""),
    ("total_minor", "Total", "currency"),
    ("open_minor", "Open", "currency"),
)
RECEIPTS: Columns = (
    ("line", "Line", ""),
    ("account_number", "Account", ""),
    ("account_name", "Name", ""),
    ("date", "Received", ""),
    ("document_number", "For", ""),
    ("currency", "Cur.", ""),
    ("amount_minor", "Amount", "currency"),
)
PARTIES: Columns = (
    ("line", "Line", ""),
    ("account_number", "Number", ""),
    ("account_name", "Name", ""),
    ("email", "E-mail", ""),
    ("country", "Country", ""),
    ("terms", "Terms", ""),
)


@dataclass(frozen=True)
class Value:
    """One value of a preview: an amount with its currency, a day, or words."""

    value: Any
    currency: str
    is_day: bool
    is_amount: bool


@dataclass(frozen=True)
class Table:
    """The first rows of one kind; columns that are empty throughout are left out."""

    title: str
    headings: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Tried:
    """What importing a file would do."""

    imported: Imported

    @property
    def known(self) -> int:
        """How many documents and payments the books have already."""
        return self.imported.brought.documents_known + self.imported.brought.receipts_known

    @property
    def mistakes(self) -> list[dict[str, Any]]:
        """The first mistakes of rows that would be set aside."""
        aside = self.imported.set_aside
        return [] if aside is None else aside.head(MISTAKES_SHOWN).to_dicts()

    @property
    def aside_lines(self) -> int:
        """How many lines would be set aside."""
        aside = self.imported.set_aside
        return 0 if aside is None else aside["line"].n_unique()


def tables(first: Batch) -> list[Table]:
    """The first rows of everything the file brings."""
    found = (
        _table("Invoices and credit notes", first.documents, DOCUMENTS),
        _table("Payments", first.receipts, RECEIPTS),
        _table("Customers", first.parties, PARTIES),
    )
    return [table for table in found if table.rows]


def _table(title: str, frame: pl.DataFrame, columns: Columns) -> Table:
    shown = [each for each in columns if frame[each[0]].null_count() < frame.height]
    return Table(
        title=title,
        headings=tuple((heading, bool(currency)) for _, heading, currency in shown),
        rows=tuple(
            tuple(_value(row, name, currency) for name, _, currency in shown)
            for row in frame.iter_rows(named=True)
        ),
    )


def _value(row: Mapping[str, Any], name: str, currency: str) -> Value:
    return Value(
        value=row[name],
        currency=row[currency] if currency else "",
        is_day=name.endswith("date"),
        is_amount=bool(currency),
    )
