"""`recoup report`: reports as of any day, on screen, as CSV or as a workbook."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import click

from recoup.cli import clock, options, say
from recoup.cli.files import FILE, write
from recoup.cli.start import OnBooks
from recoup.jobs import report
from recoup.reports.base import Column, Kind, Row, Table, write_csv, write_xlsx

SHOWN = 25
# What is left out first where the screen is narrow.
WIDE_FROM = 150
NARROW = ("number", "name", "currency", "not_due_minor", "overdue_minor", "balance_minor")
MEDIUM_FROM = 110


@click.group("report")
def command() -> None:
    """Reports as of any day."""


@command.command("aging", cls=OnBooks)
@options.creditor
@options.as_of
@click.option("--csv", "csv_file", type=FILE, metavar="FILE", help="Write CSV; - is the screen.")
@click.option("--xlsx", "xlsx_file", type=FILE, metavar="FILE", help="Write a workbook.")
@click.option("--all", "is_all", is_flag=True, help=f"Every account, not the first {SHOWN}.")
@options.as_json
def aging(
    code: str | None,
    as_of: date | None,
    csv_file: Path | None,
    xlsx_file: Path | None,
    is_all: bool,
) -> None:
    """Who owes what, by how late it is, on any day, past ones too."""
    creditor = options.the_creditor(code)
    table = report.aging(creditor, as_of=as_of or clock.today(creditor))
    if csv_file is not None:
        text = io.StringIO()
        write_csv(table, text)
        write(csv_file, text.getvalue().encode())
    if xlsx_file is not None:
        content = io.BytesIO()
        write_xlsx(table, content)
        write(xlsx_file, content.getvalue())
    if say.is_json():
        say.program({"as_of": table.as_of, "rows": list(table.rows), "totals": list(table.totals)})
    elif csv_file is None and xlsx_file is None:
        say.line(f"{creditor.name}: {table.title}, {table.as_of:%d %B %Y}", style="bold")
        _show(table, len(table.rows) if is_all else SHOWN)


def _columns(table: Table) -> list[Column]:
    """As many columns as the screen holds."""
    width = say.console().width
    if width >= WIDE_FROM:
        return list(table.columns)
    if width >= MEDIUM_FROM:
        dropped = ("held_minor", "credit_minor", "days_past_due", "overdue_minor")
        return [each for each in table.columns if each.name not in dropped]
    return [each for each in table.columns if each.name in NARROW]


def _cell(column: Column, row: Row) -> str:
    value = row.get(column.name)
    if value is None:
        return ""
    if column.kind is Kind.AMOUNT:
        return say.money(int(str(value)), str(row["currency"])) if value else "–"
    return str(value)


def _show(table: Table, shown: int) -> None:
    """The largest overdue first, and the totals of all."""
    columns = _columns(table)
    heads = [each.title for each in columns]
    numbers = [each.title for each in columns if each.kind is not Kind.TEXT]
    largest = sorted(table.rows, key=lambda row: -int(str(row.get("overdue_minor") or 0)))
    rows = [[_cell(column, row) for column in columns] for row in largest[:shown]]
    totals = [[_cell(column, row) for column in columns] for row in table.totals]
    say.table(heads, [*rows, [""] * len(heads), *totals], right=numbers, tight=["Account", "Cur"])
    hidden = len(table.rows) - len(rows)
    if hidden > 0:
        say.line(f"{hidden:,} more accounts are in the totals; --all shows them.")
