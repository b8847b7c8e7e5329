"""Advice: what payers say their payments are for; brought, read, given to whose it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import advise
from recoup.books.models import Account, Advice, OpenItem, Seat, SourceFile, StatementLine
from recoup.books.register import search_text
from recoup.formats.advice.base import Declared
from recoup.formats.amounts import NumberFormat
from recoup.jobs import advice as taking
from recoup.jobs import cash
from recoup.kernel.errors import Refusal
from recoup.web.brought import received
from recoup.web.cash import tabs
from recoup.web.cash_undo import act_of
from recoup.web.page import PAGE_ROWS, Pager, page_number, show, told

ACCOUNTS_SHOWN = 12
LINES_SHOWN = 12
KNOWN_BY = {
    "number": "its customer number",
    "documents": "the documents it names",
    "email": "the address it came from",
    "name": "its name",
    "person": "what a person said",
}


@asks(Act.SEE)
def advices(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What payers said, the newest first, and the place to bring more."""
    return _list(request, seat)


def _list(
    request: HttpRequest, seat: Seat, asked: SourceFile | None = None, **more: object
) -> HttpResponse:
    found = Advice.objects.filter(creditor=seat.creditor)
    pager = Pager(page_number(request), found.count(), {})
    start = (pager.number - 1) * PAGE_ROWS
    context = {
        "here": "cash",
        "tabs": tabs(seat.creditor, "advices"),
        "advices": found.select_related("account", "source_file", "line").order_by("-pk")[
            start : start + PAGE_ROWS
        ],
        "pager": pager,
        "asked": asked,
    }
    return show(request, seat, "advices.html", context | more)


@asks(Act.IMPORT)
@require_POST
def advice_upload(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Keep the file as it came and read it, unless it leaves something open."""
    found = received(request, seat)
    if found is None:
        return redirect("advices", seat.creditor.code)
    return _take(request, seat, found, Declared())


@asks(Act.IMPORT)
@require_POST
def advice_take(request: HttpRequest, seat: Seat, file_id: int) -> HttpResponseBase:
    """Read a file with the answers given."""
    found = get_object_or_404(
        SourceFile.objects.select_related("creditor"),
        pk=file_id,
        creditor=seat.creditor,
        format_code=taking.FORMAT,
    )
    numbers = request.POST.get("numbers", "")
    declared = Declared(
        currency=request.POST.get("currency", "").strip().upper()[:3] or None,
        numbers=NumberFormat(numbers) if numbers in set(NumberFormat) else None,
    )
    return _take(request, seat, found, declared)


def _take(
    request: HttpRequest, seat: Seat, found: SourceFile, declared: Declared
) -> HttpResponseBase:
    act = act_of(request, seat.creditor, f"Certain; {found.name} says so")
    try:
        policy = cash.policy_of(seat.creditor, today=act.today)
        done = taking.bring(found, declared=declared, act=act, policy=policy)
    except Refusal as refusal:
        return _list(request, seat, refusal=refusal, refused=found)
    if done.advice is None:
        said = {"currency": declared.currency or "", "numbers": declared.numbers or ""}
        return _list(request, seat, found, questions=done.questions, said=said)
    if not done.is_new:
        messages.success(request, f"This advice is known already; {found.name} added nothing.")
    else:
        _say(request, done.matched.posted)
    return redirect("advice", seat.creditor.code, done.advice.pk)


def _say(request: HttpRequest, posted: int) -> None:
    if posted:
        messages.success(request, "Its payment is here and is applied as the payer says.")
    else:
        messages.success(request, "Read. It is used as soon as its payment is certain.")


def advice_of(seat: Seat, advice_id: int) -> Advice:
    """The creditor's advice of this id, or 404."""
    found = Advice.objects.select_related("account", "source_file", "line")
    return get_object_or_404(found, pk=advice_id, creditor=seat.creditor)


@asks(Act.SEE)
def advice(request: HttpRequest, seat: Seat, advice_id: int) -> HttpResponse:
    """One advice: every row beside what is open, whose it is, which payment it tells of."""
    found = advice_of(seat, advice_id)
    rows = list(found.rows.order_by("line", "pk"))
    items = OpenItem.objects.filter(
        creditor=seat.creditor, document__number__in=[row.document for row in rows]
    ).select_related("document")
    by_number = {each.document.number: each for each in items.order_by("-pk")}
    paid = found.sum_minor if found.total_minor is None else found.total_minor
    lines = StatementLine.objects.filter(
        creditor=seat.creditor, state="open", currency=found.currency, amount_minor=paid
    ).select_related("bank_account")
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    context = {
        "here": "cash",
        "advice": found,
        "rows": [(row, by_number.get(row.document)) for row in rows],
        "aside": found.source_file.set_aside_rows.order_by("line", "pk")[:100],
        "known_by": KNOWN_BY.get(found.known_by, ""),
        "lines": lines.order_by("-booked_date", "pk")[:LINES_SHOWN],
        "q": q,
        "accounts": _accounts(seat, q),
        "differs": found.total_minor is not None and found.total_minor != found.sum_minor,
    }
    return show(request, seat, "advice.html", context)


def _accounts(seat: Seat, q: str) -> list[Account]:
    words = search_text("", q).split()
    found = Account.objects.filter(creditor=seat.creditor)
    for word in words:
        found = found.filter(search_text__contains=word)
    return list(found.order_by("name", "pk")[:ACCOUNTS_SHOWN]) if words else []


@asks(Act.APPLY)
@require_POST
def advice_settle(request: HttpRequest, seat: Seat, advice_id: int, verb: str) -> HttpResponseBase:
    """Give it to an account, tie it to a payment, leave it out, or take it back."""
    found = advice_of(seat, advice_id)
    said = {
        "give": "The advice is given to that account.",
        "tie": "The advice is tied to that payment.",
        "leave-out": "Left out. It can be taken back at any time.",
        "take-back": "The advice waits for its payment again.",
    }
    with told(request, said.get(verb, "")):
        _settle(request, seat, found, verb)
    return redirect("advice", seat.creditor.code, found.pk)


def _settle(request: HttpRequest, seat: Seat, found: Advice, verb: str) -> None:
    act = act_of(request, seat.creditor, f"As {found.source_file.name} says")
    policy = cash.policy_of(seat.creditor, today=act.today)
    chosen = request.POST.get("chosen", "")
    pk = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else 0
    if verb == "give":
        account = get_object_or_404(Account, pk=pk, creditor=seat.creditor)
        taking.give(found, account, act=act, policy=policy)
    elif verb == "tie":
        line = get_object_or_404(StatementLine, pk=pk, creditor=seat.creditor, state="open")
        taking.tie(found, line, act=act, policy=policy)
    elif verb == "leave-out":
        advise.dismiss(advice=found, why=request.POST.get("reason", ""))
    elif verb == "take-back":
        advise.reopen(advice=found)
    else:
        raise Refusal("verb-unknown", "There is no such thing to do with an advice.")
