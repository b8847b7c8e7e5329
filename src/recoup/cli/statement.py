"""`recoup statement`: what an account owed, what happened, what it owes now."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click

from recoup.cli import clock, options, say
from recoup.cli.days import DAY
from recoup.cli.files import FILE, write_papers
from recoup.cli.start import OnBooks
from recoup.jobs.account_statement import account_statement
from recoup.reports.base import Column, Kind, Row, Table
from recoup.reports.statement import AccountStatement, bucket_headings, tables
from recoup.reports.statement_pdf import write_pdf
from recoup.reports.statement_words import LANGUAGES, words
from recoup.reports.statement_xlsx import write_workbook


@click.command("statement", cls=OnBooks)
@click.argument("number", metavar="ACCOUNT")
@options.creditor
@click.option("--from", "first", type=DAY, required=True, metavar="DATE", help="The first day.")
@click.option("--to", "last", type=DAY, metavar="DATE", help="The last day; today by default.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The debtor's by default.")
@click.option("--pdf", "pdf_file", type=FILE, metavar="FILE", help="Write PDF to send or print.")
@click.option("--xlsx", "xlsx_file", type=FILE, metavar="FILE", help="Write a workbook.")
@options.as_json
def command(
    number: str,
    code: str | None,
    first: date,
    last: date | None,
    language: str | None,
    pdf_file: Path | None,
    xlsx_file: Path | None,
) -> None:
    """The statement of ACCOUNT: every movement with its balance, and what is open."""
    creditor = options.the_creditor(code)
    found = account_statement(
        options.the_account(creditor, number),
        first=first,
        last=last or clock.today(creditor),
        language=language or "",
    )
    is_written = write_papers(
        pdf_file,
        xlsx_file,
        pdf=partial(write_pdf, found),
        workbook=partial(write_workbook, found),
    )
    if say.is_json():
        say.program(_as_program(found))
    elif not is_written:
        _show(found)


def _show(found: AccountStatement) -> None:
    said = words(found.ways.language)
    say.line(f"{said['title']}: {found.number} {found.debtor.name}", style="bold")
    for section, pair in zip(found.sections, tables(found), strict=True):
        for table in pair:
            say.line(f"{table.title}, {section.currency}", style="bold")
            _table(table)
        ages = (*section.buckets_minor, section.credits_minor)
        heads = bucket_headings(found.ways.language)
        say.table(heads, [[say.money(each, section.currency) for each in ages]], right=heads)


def _table(table: Table) -> None:
    columns = [each for each in table.columns if each.name != "currency"]
    rows = [[_cell(column, row) for column in columns] for row in (*table.rows, *table.totals)]
    right = [each.title for each in columns if each.kind in (Kind.AMOUNT, Kind.COUNT)]
    tight = [each.title for each in columns if each.kind is Kind.DATE]
    say.table([each.title for each in columns], rows, right=right, tight=tight)


def _cell(column: Column, row: Row) -> str:
    value = row.get(column.name)
    if value is None:
        return ""
    if column.kind is Kind.AMOUNT:
        return say.money(int(str(value)), str(row["currency"]))
    return str(value)


def _as_program(found: AccountStatement) -> dict[str, object]:
    return {
        "account": found.number,
        "name": found.debtor.name,
        "from": found.first,
        "to": found.last,
        "language": found.ways.language,
        "sections": [
            {
                "currency": section.currency,
                "opening_minor": section.opening_minor,
                "closing_minor": section.closing_minor,
                "lines": [dict(row) for row in movements.rows[1:]],
                "open_items": [dict(row) for row in items.rows],
                "aging_minor": list(section.buckets_minor),
                "credits_minor": section.credits_minor,
            }
            for section, (movements, items) in zip(found.sections, tables(found), strict=True)
        ],
    }
