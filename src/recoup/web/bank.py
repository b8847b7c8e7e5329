"""Bank accounts: how fresh each is, what it closed with, what is missing, every file."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import bank as door
from recoup.books.models import BankAccount, Seat, SourceFile, Statement, StatementLine
from recoup.formats.statements.opening import statement_formats
from recoup.jobs.bank_layouts import layouts
from recoup.web import clock
from recoup.web.bank_state import freshness, stopped
from recoup.web.page import PAGE_ROWS, Pager, actor, back, page_number, show, told

FILES_SHOWN = 25
# What we know a bank file by before its format is recognised.
UNRECOGNISED = "statement"


def bank_files(seat: Seat) -> QuerySet[SourceFile]:
    """The creditor's files that are bank statements, or were brought as such."""
    codes = [UNRECOGNISED, *statement_formats()]
    return SourceFile.objects.filter(creditor=seat.creditor, format_code__in=codes)


@asks(Act.SEE)
def bank(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The bank accounts and the files that came in."""
    today = clock.today(seat.creditor)
    files = bank_files(seat)
    pager = Pager(page_number(request), files.count(), {}, FILES_SHOWN)
    start = (pager.number - 1) * FILES_SHOWN
    context = {
        "here": "bank",
        "accounts": freshness(seat.creditor, today),
        "stopped": stopped(seat.creditor, today),
        "files": files.order_by("-received_at", "-pk")[start : start + FILES_SHOWN],
        "pager": pager,
        "layouts": layouts(seat.creditor),
    }
    return show(request, seat, "bank.html", context)


@asks(Act.SEE)
def bank_account(request: HttpRequest, seat: Seat, bank_account_id: int) -> HttpResponse:
    """One bank account and its statements, the newest first."""
    found = _account_of(seat, bank_account_id)
    statements = Statement.objects.filter(bank_account=found)
    pager = Pager(page_number(request), statements.count(), {})
    start = (pager.number - 1) * PAGE_ROWS
    ages = freshness(seat.creditor, clock.today(seat.creditor))
    context = {
        "here": "bank",
        "account": found,
        "to_apply": StatementLine.objects.filter(
            creditor=seat.creditor, state="open", bank_account=found
        ).count(),
        "fresh": next(each for each in ages if each.account.pk == found.pk),
        "statements": statements.select_related("source_file").order_by("-to_date", "-pk")[
            start : start + PAGE_ROWS
        ],
        "pager": pager,
    }
    return show(request, seat, "bank_account.html", context)


def _account_of(seat: Seat, bank_account_id: int) -> BankAccount:
    found = BankAccount.objects.select_related("creditor")
    return get_object_or_404(found, pk=bank_account_id, creditor=seat.creditor)


@asks(Act.IMPORT)
@require_POST
def accept_gap(request: HttpRequest, seat: Seat, bank_account_id: int) -> HttpResponseBase:
    """Nothing is missing where a gap shows: with the reason."""
    found = _account_of(seat, bank_account_id)
    with told(request, "Noted: nothing is missing there."):
        why = request.POST.get("reason", "")
        door.accept_gap(account=found, why=why, at=clock.now(), by=actor(request))
    return back(request, seat, "bank_account", bank_account_id=found.pk)


@asks(Act.IMPORT)
@require_POST
def close(request: HttpRequest, seat: Seat, bank_account_id: int) -> HttpResponseBase:
    """The account is no longer used: no statement of it is waited for."""
    found = _account_of(seat, bank_account_id)
    with told(request, f"No statement of {found} is waited for any more."):
        door.close_bank_account(
            account=found,
            today=clock.today(seat.creditor),
            by=actor(request),
            why=request.POST.get("reason", ""),
        )
    return back(request, seat, "bank_account", bank_account_id=found.pk)


@asks(Act.IMPORT)
@require_POST
def reopen(request: HttpRequest, seat: Seat, bank_account_id: int) -> HttpResponseBase:
    """Statements of the account are waited for again."""
    found = _account_of(seat, bank_account_id)
    with told(request, f"Statements of {found} are waited for again."):
        door.reopen_bank_account(account=found)
    return back(request, seat, "bank_account", bank_account_id=found.pk)
