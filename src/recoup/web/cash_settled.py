"""What became of payments: applied, by whom and to what, each undone in one click; left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from recoup.access import Act, asks
from recoup.books.models import CashApplication, Entry, Seat, StatementLine, Transfer
from recoup.kernel.folding import folded
from recoup.web.cash import tabs
from recoup.web.cash_undo import DEFAULT_REASON, last_done
from recoup.web.page import PAGE_ROWS, show


@dataclass(frozen=True)
class Applied:
    """An applied payment: what it paid, who applied it and why, and whether it came back."""

    line: StatementLine
    applications: list[CashApplication]
    entry: Entry | None
    is_back: bool


def applied_of(lines: list[StatementLine]) -> list[Applied]:
    """Each line with what its receipt paid and still pays."""
    receipts = [line.receipt_id for line in lines if line.receipt_id]
    paid: dict[int, list[CashApplication]] = defaultdict(list)
    standing = CashApplication.objects.filter(receipt__in=receipts, reversed_entry=None)
    for each in standing.select_related("open_item__document").order_by("pk"):
        paid[each.receipt_id or 0].append(each)
    made = Transfer.objects.filter(receipt__in=receipts, entry__kind="receipt")
    entries = {each.receipt_id: each.entry for each in made.select_related("entry")}
    ids = [entry.pk for entry in entries.values()]
    gone = set(Entry.objects.filter(reverses__in=ids).values_list("reverses_id", flat=True))
    return [
        Applied(
            line=line,
            applications=paid[line.receipt_id or 0],
            entry=(entry := entries.get(line.receipt_id)),
            is_back=entry is not None and entry.pk in gone,
        )
        for line in lines
    ]


@asks(Act.SEE)
def settled(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The applied payments, the last applied first."""
    lines = StatementLine.objects.filter(creditor=seat.creditor, receipt__isnull=False)
    found = lines.select_related("receipt__account", "bank_account")
    page, after = _page(request, found, "receipt_id")
    context = {
        "here": "cash",
        "tabs": tabs(seat.creditor, "cash_settled"),
        "rows": applied_of(page),
        "q": _q(request),
        "after": after,
        "is_later": bool(request.GET.get("after")),
        "default_reason": DEFAULT_REASON,
        "last_done": last_done(request, seat.creditor),
    }
    return show(request, seat, "cash_settled.html", context)


@asks(Act.SEE)
def left_out(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The payments a person left out, with the reason; each can be taken back."""
    lines = StatementLine.objects.filter(creditor=seat.creditor, state="ignored")
    page, after = _page(request, lines.select_related("bank_account"), "pk")
    context = {
        "here": "cash",
        "tabs": tabs(seat.creditor, "cash_left_out"),
        "lines": page,
        "q": _q(request),
        "after": after,
        "is_later": bool(request.GET.get("after")),
    }
    return show(request, seat, "cash_left_out.html", context)


def _q(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


def _page(
    request: HttpRequest, lines: QuerySet[StatementLine], field: str
) -> tuple[list[StatementLine], str]:
    """The newest lines that match the search, after the place the address names."""
    q, after = _q(request), request.GET.get("after", "")
    for word in folded(q).split()[:8]:
        lines = lines.filter(
            Q(search_text__contains=word) | Q(receipt__account__search_text__contains=word)
        )
    if after.isascii() and after.isdigit() and len(after) < 18:
        lines = lines.filter(**{f"{field}__lt": int(after)})
    found = list(lines.order_by(f"-{field}")[: PAGE_ROWS + 1])
    if len(found) <= PAGE_ROWS:
        return found, ""
    last = found[PAGE_ROWS - 1]
    place = last.receipt_id if field == "receipt_id" else last.pk
    said = {"q": q, "after": str(place)}
    return found[:PAGE_ROWS], "?" + urlencode({word: text for word, text in said.items() if text})
