"""A debtor's statement of account: on the screen, as PDF to send, as a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from recoup.access import Act, asks
from recoup.books.models import Account, Creditor, Seat
from recoup.jobs.account_statement import account_statement
from recoup.kernel.dates import add_months
from recoup.kernel.errors import Refusal
from recoup.reports.base import Table
from recoup.reports.statement import AccountStatement, Section, bucket_headings, tables
from recoup.reports.statement_pdf import write_pdf
from recoup.reports.statement_words import LANGUAGES, language_of, words
from recoup.reports.statement_xlsx import write_workbook
from recoup.web import clock
from recoup.web.account import account_of
from recoup.web.page import show
from recoup.web.treatment import day_of

# A quarter back is what debtors ask for most.
MONTHS = 3


@dataclass(frozen=True)
class Asked:
    """The period and language that an address asks for, and what was wrong with it."""

    first: date
    last: date
    language: str
    refusal: Refusal | None

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        return f"?from={self.first}&to={self.last}&language={self.language}"


@dataclass(frozen=True)
class Shown:
    """One currency of a statement on the screen."""

    section: Section
    movements: Table
    items: Table
    ages: list[tuple[str, int]]


def asked(request: HttpRequest, account: Account, creditor: Creditor) -> Asked:
    """The period asked for; the last months where none is, or none that can be read."""
    last = clock.today(creditor)
    first = add_months(last, -MONTHS).replace(day=1)
    refusal = None
    try:
        given_first = day_of(request.GET.get("from", ""), "The first day") or first
        given_last = day_of(request.GET.get("to", ""), "The last day") or last
        if given_last < given_first:
            raise Refusal("period-reversed", "The period ends before it begins. Swap the two days.")
        first, last = given_first, given_last
    except Refusal as error:
        refusal = error
    own = account.debtor.language or creditor.language
    return Asked(first, last, language_of(request.GET.get("language", "") or own), refusal)


@asks(Act.SEE)
def statement(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponse:
    """The statement as the debtor would read it, with what to send."""
    account = account_of(seat, account_id)
    wanted = asked(request, account, seat.creditor)
    found = _statement(account, wanted)
    heads = bucket_headings(wanted.language)
    context = {
        "here": "accounts",
        "account": account,
        "asked": wanted,
        "languages": LANGUAGES,
        "said": words(wanted.language),
        "shown": [
            Shown(
                section,
                movements,
                items,
                list(zip(heads, (*section.buckets_minor, section.credits_minor), strict=True)),
            )
            for section, (movements, items) in zip(found.sections, tables(found), strict=True)
        ],
    }
    return show(request, seat, "statement.html", context)


@asks(Act.SEE)
def statement_pdf(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """The same as PDF."""
    account = account_of(seat, account_id)
    wanted = asked(request, account, seat.creditor)
    content = io.BytesIO(write_pdf(_statement(account, wanted)))
    return FileResponse(content, as_attachment=True, filename=_name(account, wanted, "pdf"))


@asks(Act.SEE)
def statement_xlsx(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """The same as a workbook."""
    account = account_of(seat, account_id)
    wanted = asked(request, account, seat.creditor)
    content = io.BytesIO()
    write_workbook(_statement(account, wanted), content)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=_name(account, wanted, "xlsx"))


def _statement(account: Account, wanted: Asked) -> AccountStatement:
    return account_statement(
        account, first=wanted.first, last=wanted.last, language=wanted.language
    )


def _name(account: Account, wanted: Asked, ending: str) -> str:
    return f"statement-{account.number}-{wanted.last}.{ending}"
