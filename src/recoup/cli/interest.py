"""`recoup interest`: the interest sheet of an invoice, line by line."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click
from django.db.models import Q

from recoup.books.models import Creditor, Move, OpenItem
from recoup.cli import clock, options, say
from recoup.cli.days import DAY
from recoup.cli.files import FILE, write_papers
from recoup.cli.start import OnBooks
from recoup.jobs.item_interest import Item, item_sheet
from recoup.kernel.errors import Refusal
from recoup.reports.interest_pdf import write_pdf
from recoup.reports.interest_sheet import (
    InterestSheet,
    basis_words,
    closing_words,
    counting_words,
    exact_words,
    move_words,
    other_rows,
    rate_words,
    signature_words,
)
from recoup.reports.interest_xlsx import write_workbook
from recoup.reports.statement_words import LANGUAGES


@click.command("interest", cls=OnBooks)
@click.argument("document", metavar="INVOICE")
@options.creditor
@click.option("--to", "last", type=DAY, metavar="DATE", help="The last day; today by default.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The debtor's by default.")
@click.option("--pdf", "pdf_file", type=FILE, metavar="FILE", help="Write PDF to send or print.")
@click.option("--xlsx", "xlsx_file", type=FILE, metavar="FILE", help="Write a workbook.")
@options.as_json
def command(
    document: str,
    code: str | None,
    last: date | None,
    language: str | None,
    pdf_file: Path | None,
    xlsx_file: Path | None,
) -> None:
    """The interest on INVOICE: every stretch of days with its balance, rate and amount."""
    creditor = options.the_creditor(code)
    for item in _items(creditor, document):
        sheet = item_sheet(Item(item, last or clock.today(creditor), language or ""))
        is_written = write_papers(
            pdf_file,
            xlsx_file,
            pdf=partial(write_pdf, sheet),
            workbook=partial(write_workbook, sheet),
        )
        if say.is_json():
            say.program(_as_program(sheet))
        elif not is_written:
            _show(sheet)


def _items(creditor: Creditor, document: str) -> list[OpenItem]:
    """The installments of an invoice by its number; Refusal when there is none."""
    found = OpenItem.objects.filter(
        creditor=creditor, document__number=document, document__kind="invoice"
    ).select_related("document", "account__debtor", "creditor__policy")
    # What wholly moved is shown where it stands now, with the days before.
    moved = Move.objects.filter(entry__reversed_by=None).values("from_item")
    back = Move.objects.exclude(entry__reversed_by=None).exclude(to_item=None).values("to_item")
    standing = found.exclude(Q(open_minor=0) & (Q(pk__in=moved) | Q(pk__in=back)))
    items = list(standing.order_by("position", "pk"))
    if not items:
        raise Refusal(
            "invoice-unknown",
            f"{creditor.name} has no invoice {document!r}. Give its number as it was imported.",
        )
    return items


def _show(sheet: InterestSheet) -> None:
    said, ways, currency = sheet.said, sheet.ways, sheet.debt.currency
    say.line(f"{said['title']}: {sheet.debt.document} {sheet.debtor.name}", style="bold")
    say.line(f"{basis_words(sheet)}. {' '.join(counting_words(sheet))}")
    heads = [said[word] for word in ("from", "to", "days", "balance", "rate", "interest")]
    rows = [
        [
            ways.day(each.first),
            ways.day(each.last),
            str(each.days),
            ways.number(each.balance_minor, currency),
            rate_words(sheet, each.annual_rate_ppm),
            exact_words(sheet, each),
        ]
        for each in sheet.stretches
    ]
    total = [said["sum"], "", "", "", "", ways.number(sheet.total_minor, currency)]
    say.table(heads, [*rows, total], right=heads[2:])
    for name, minor in other_rows(sheet):
        say.line(f"{name}: {ways.money(minor, currency)}")
    for sentence in move_words(sheet):
        say.line(sentence)
    for each in sheet.extras:
        amount = ways.money(each.amount_minor, currency)
        say.line(f"{said[each.word]}: {amount} ({each.cite})")
    say.line(closing_words(sheet))
    say.line(signature_words(sheet))


def _as_program(sheet: InterestSheet) -> dict[str, object]:
    return {
        "document": sheet.debt.document,
        "currency": sheet.debt.currency,
        "due_date": sheet.debt.due_date,
        "as_of": sheet.as_of,
        "law": sheet.basis.law,
        "interest_minor": sheet.total_minor,
        "per_day_minor": sheet.per_day_minor,
        "rate_missing_from": sheet.rate_missing_from,
        "moves": [{"date": day, "amount_minor": minor} for day, minor in sheet.moves],
        "elsewhere": dict(vars(sheet.elsewhere)),
        "is_limited": sheet.is_limited,
        "waived_minor": sheet.waived_minor,
        "claim_minor": sheet.claim_minor,
        "lines": [dict(vars(each)) for each in sheet.stretches],
        "extras": [dict(vars(each)) for each in sheet.extras],
        "cites": list(sheet.basis.cites),
    }
