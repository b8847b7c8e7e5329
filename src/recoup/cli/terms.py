"""`recoup terms`: which terms hold and why, the sheet that says them, and what was agreed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from recoup.books.agree import agree_terms
from recoup.cli import clock, options, say
from recoup.cli.days import DAY
from recoup.cli.files import FILE, write
from recoup.cli.start import OnBooks
from recoup.engine.terms import Said, TermsOf, terms_of
from recoup.jobs import terms as ask
from recoup.jobs.terms_sheet import sheet_for_everybody, sheet_of
from recoup.kernel.parties import LegalKind
from recoup.law.payment import too_long
from recoup.reports.statement_words import LANGUAGES
from recoup.reports.terms_sheet import write_terms_pdf


@click.group("terms")
def command() -> None:
    """When invoices are due, by whose terms, and what debtors are told of it."""


@command.command("show", cls=OnBooks)
@click.argument("number", metavar="ACCOUNT", required=False)
@options.creditor
@options.as_of
@options.as_json
def show(number: str | None, code: str | None, as_of: date | None) -> None:
    """The terms of ACCOUNT and where they come from; without one, of everybody else."""
    creditor = options.the_creditor(code)
    on = as_of or clock.today(creditor)
    if number is None:
        kind = LegalKind.COMPANY
        found = terms_of(Said(kind=kind), ask.rules_of(creditor), on=on)
    else:
        account = options.the_account(creditor, number)
        kind = LegalKind(account.debtor.legal_kind)
        found = ask.terms_of(account, on=on)
    beyond = too_long(found.terms, ask.rules_of(creditor).law, on=on, kind=kind)
    if say.is_json():
        say.program(_as_program(found) | {"warning": beyond.sentence if beyond else None})
        return
    say.line(f"{found.said[0].upper()}{found.said[1:]}.", style="bold")
    say.line(f"{found.because[0].upper()}{found.because[1:]}.")
    if beyond:
        say.note(beyond.sentence)


@command.command("sheet", cls=OnBooks)
@click.argument("number", metavar="ACCOUNT", required=False)
@options.creditor
@click.option("--language", type=click.Choice(LANGUAGES), help="The debtor's by default.")
@click.option("--pdf", "pdf_file", type=FILE, metavar="FILE", help="Write PDF to send or print.")
def sheet(
    number: str | None, code: str | None, language: str | None, pdf_file: Path | None
) -> None:
    """The terms sheet of ACCOUNT; without one, for everybody else."""
    creditor = options.the_creditor(code)
    today, wanted = clock.today(creditor), language or ""
    if number is None:
        found = sheet_for_everybody(creditor, on=today, language=wanted)
    else:
        found = sheet_of(options.the_account(creditor, number), on=today, language=wanted)
    if pdf_file is None:
        click.echo(found.text, nl=False)
        return
    write(pdf_file, write_terms_pdf(found, on=today))


@command.command("agree", cls=OnBooks)
@click.argument("number", metavar="ACCOUNT")
@click.argument("text", metavar="TERMS")
@options.creditor
@click.option("--from", "first", type=DAY, metavar="DATE", help="The first day; today by default.")
@click.option("--why", required=True, help="With whom it was agreed, or where it is written.")
@options.as_json
def agree(number: str, text: str, code: str | None, first: date | None, why: str) -> None:
    """Note TERMS agreed with ACCOUNT; an empty text ends what was agreed.

    What is posted already keeps its due date.
    """
    creditor = options.the_creditor(code)
    account, today = options.the_account(creditor, number), clock.today(creditor)
    agree_terms(
        account=account,
        text=text,
        first_date=first or today,
        why=why,
        today=today,
        at=clock.now(),
        by=clock.by(),
    )
    found = ask.terms_of(account, on=first or today)
    if say.is_json():
        say.program(_as_program(found))
        return
    say.line(f"{account.number} {account.name}: {found.said}, {found.because}.")


def _as_program(found: TermsOf) -> dict[str, object]:
    return {
        "terms": found.said,
        "text": found.text,
        "source": found.source.value,
        "because": found.because,
    }
