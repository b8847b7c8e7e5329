"""Which payments a list of Cash shows: filters in the address, order, sums, the page after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from recoup.books.models import Creditor, StatementLine
from recoup.kernel.errors import Refusal
from recoup.kernel.folding import folded
from recoup.web.cash_amounts import minor_of

# A payment with its suggestions is as high as three rows of another list.
ROWS = 30
FEW = 1_000
# How sure the best suggestion is at least, of those that are shown.
LEAST_PPM = {"proposed": 0, "sure": 950_000}
SHOWN = {
    "": "All to be applied",
    "proposed": "With a suggestion",
    "sure": "Suggested, 95 % sure or more",
    "none": "Without a suggestion",
}
SORTS = {
    "": "Newest first",
    "oldest": "Oldest first",
    "largest": "Largest first",
    "smallest": "Smallest first",
    "likeliest": "Likeliest first",
}
# What a sort goes by, and whether from the top down.
_ORDER = {
    "": ("booked_date", True),
    "oldest": ("booked_date", False),
    "largest": ("amount_minor", True),
    "smallest": ("amount_minor", False),
    "likeliest": ("sure_ppm", True),
}
Lines = QuerySet[StatementLine]


@dataclass(frozen=True)
class Asked:
    """What the address asks for; words we do not know count as not said."""

    q: str
    bank: int
    currency: str
    shown: str
    sort: str
    after: str

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """From the query of the address."""
        said = request.GET
        bank, shown, sort = said.get("bank", ""), said.get("shown", ""), said.get("sort", "")
        # Only what is suggested can be likely.
        if sort == "likeliest":
            sort, shown = ("", shown) if shown == "none" else (sort, shown or "proposed")
        return cls(
            q=said.get("q", "").replace("\x00", "").strip()[:100],
            bank=int(bank) if bank.isascii() and bank.isdigit() and len(bank) < 12 else 0,
            currency=said.get("currency", "")[:3].upper(),
            shown=shown if shown in SHOWN else "",
            sort=sort if sort in SORTS else "",
            after=said.get("after", "")[:60],
        )

    def query(self, **changes: str) -> str:
        """The address that says the same, from the first page on, with changes."""
        said = {
            "q": self.q,
            "bank": str(self.bank or ""),
            "currency": self.currency,
            "shown": self.shown,
            "sort": self.sort,
        } | changes
        return "?" + urlencode({word: value for word, value in said.items() if value})

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter leaves something out."""
        return bool(self.q or self.bank or self.currency or self.shown)


def filtered(creditor: Creditor, asked: Asked) -> Lines:
    """The open lines that the filters leave."""
    lines = StatementLine.objects.filter(creditor=creditor, state="open")
    if not asked.is_narrowed:
        return lines
    if asked.bank:
        lines = lines.filter(bank_account_id=asked.bank)
    if asked.currency:
        lines = lines.filter(currency=asked.currency)
    if asked.q:
        lines = lines.filter(_found(creditor, asked.q))
    if asked.shown == "none":
        lines = lines.filter(sure_ppm=None)
    least = LEAST_PPM.get(asked.shown)
    # Few are named by their ids, so that no order is walked in search of them.
    sought = lines if least is None else lines.filter(sure_ppm__gte=least)
    few = list(sought.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return StatementLine.objects.filter(pk__in=few)
    # Of many, every order soon meets some; said so that no index of sureness is sorted for it.
    said = Coalesce("sure_ppm", Value(-1))
    return lines if least is None else lines.alias(said_ppm=said).filter(said_ppm__gte=least)


def _found(creditor: Creditor, q: str) -> Q:
    """Every word in the payer, the text or the reference; or the amount, when it is one."""
    every = Q()
    for word in folded(q).split()[:8]:
        every &= Q(search_text__contains=word)
    try:
        return every | Q(amount_minor=minor_of(q, creditor.currency))
    except Refusal:
        return every


def totals(lines: Lines) -> list[dict[str, Any]]:
    """How many and how much, by currency; currencies are never added together."""
    sums = lines.order_by().values("currency").annotate(count=Count("pk"), sum=Sum("amount_minor"))
    return [dict(each) for each in sums.order_by("currency")]


@dataclass(frozen=True)
class Page:
    """Some lines of a list, and the address of those after them; empty on the last page."""

    lines: list[StatementLine]
    after: str


def page(lines: Lines, asked: Asked) -> Page:
    """The lines after the place the address names, however long the list is."""
    field, is_down = _ORDER[asked.sort]
    ordered = lines.filter(sure_ppm__isnull=False) if field == "sure_ppm" else lines
    place = _place(asked.after, is_date=field == "booked_date")
    if place is not None:
        ordered = ordered.filter(_beyond(field, *place, is_down=is_down))
    ordered = ordered.order_by(f"-{field}" if is_down else field, "pk" if is_down else "-pk")
    found = list(ordered.select_related("bank_account")[: ROWS + 1])
    if len(found) <= ROWS:
        return Page(found, "")
    last = found[ROWS - 1]
    token = f"{getattr(last, field)}_{last.pk}"
    return Page(found[:ROWS], asked.query(after=token))


def surest(lines: Lines) -> Lines:
    """Those with a suggestion, the surest first."""
    return lines.filter(sure_ppm__isnull=False).order_by("-sure_ppm", "pk")


def _beyond(field: str, value: object, pk: int, *, is_down: bool) -> Q:
    """What comes later in the order; the first half is what an index can use."""
    side, next_pk = ("lt", "pk__gt") if is_down else ("gt", "pk__lt")
    return Q((f"{field}__{side}e", value)) & (Q((f"{field}__{side}", value)) | Q((next_pk, pk)))


def _place(token: str, *, is_date: bool) -> tuple[date | int, int] | None:
    """The value and line a page begins after; None for what is no place."""
    value, _, pk = token.rpartition("_")
    try:
        return (date.fromisoformat(value) if is_date else int(value)), int(pk)
    except ValueError:
        return None
