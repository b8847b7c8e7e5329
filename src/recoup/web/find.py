"""The palette: a debtor, an invoice or a page, found while one types."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from recoup.access import Act, asks
from recoup.books.models import Account, Document, Seat
from recoup.books.register import search_text
from recoup.web.page import places, show

FOUND_SHOWN = 8


@dataclass(frozen=True)
class Found:
    """One thing the palette offers: where it leads, what it is called, what it is."""

    address: str
    title: str
    kind: str


def pages(seat: Seat, q: str) -> list[Found]:
    """The pages whose title begins with what was typed; all when nothing was."""
    return [
        Found(reverse(each.name, args=[seat.creditor.code]), each.title, "page")
        for each in places(seat)
        if each.title.lower().startswith(q.lower())
    ]


def debtors(seat: Seat, q: str) -> list[Found]:
    """The accounts whose number or name, or one merged into them, contains every word."""
    found = Account.objects.filter(creditor=seat.creditor, merged_into=None)
    for word in search_text("", q).split():
        found = found.filter(search_text__contains=word)
    return [
        Found(reverse("account", args=[seat.creditor.code, each.pk]), each.name, each.number)
        for each in found[:FOUND_SHOWN]
    ]


def documents(seat: Seat, q: str) -> list[Found]:
    """The documents whose number begins so."""
    written = sorted({q, q.upper()})
    found: list[Document] = []
    for each in written:
        rows = Document.objects.filter(
            creditor=seat.creditor,
            kind__in=[kind for kind, _ in Document.KINDS],
            key__gte=each,
            key__lt=each + "\uffff",
        )
        found.extend(rows.select_related("account")[:FOUND_SHOWN])
    return [
        Found(
            reverse("account", args=[seat.creditor.code, each.account_id]),
            f"{each.number} · {each.account.name}",
            each.get_kind_display(),
        )
        for each in found[:FOUND_SHOWN]
    ]


@asks(Act.SEE)
def find(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The palette's list, or a page with the same when there is no script."""
    q = request.GET.get("q", "").strip()[:100]
    found = pages(seat, q)
    if len(q) > 1:
        found += debtors(seat, q) + documents(seat, q)
    is_part = request.headers.get("HX-Request") == "true"
    template = "find_list.html" if is_part else "find.html"
    return show(request, seat, template, {"q": q, "found": found})
