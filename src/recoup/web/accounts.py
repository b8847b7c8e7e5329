"""Accounts: who owes what and since when; found, filtered, sorted, added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse

from recoup.access import Act, asks
from recoup.books.models import Account, AccountStanding, Creditor, Document, Seat
from recoup.books.register import search_text
from recoup.web.page import PAGE_ROWS, Pager, page_number, show

FOUND_MAX = 2_000
SETTLED_SHOWN = 20


@dataclass(frozen=True)
class Column:
    """A column of the list: its word in the address, its heading, and what it sorts by."""

    code: str
    title: str
    field: str
    is_amount: bool = True
    beside: bool = False  # left out on a phone


COLUMNS = (
    Column("account", "Account", "account__name", is_amount=False),
    Column("number", "Number", "account__number", is_amount=False, beside=True),
    Column("balance", "Balance", "balance_minor"),
    Column("overdue", "Overdue", "overdue_minor"),
    Column("not-due", "Not due", "not_due_minor", beside=True),
    Column("1-30", "1\N{EN DASH}30", "days_1_30_minor", beside=True),
    Column("31-60", "31\N{EN DASH}60", "days_31_60_minor", beside=True),
    Column("61-90", "61\N{EN DASH}90", "days_61_90_minor", beside=True),
    Column("over-90", "Over 90", "over_90_minor", beside=True),
    Column("held", "Held", "held_minor", beside=True),
    Column("credit", "Credit", "credit_minor", beside=True),
    Column("since", "Late since", "oldest_due_date", is_amount=False, beside=True),
)
AMOUNTS = tuple(column for column in COLUMNS if column.is_amount)
SORTS = {column.code: column.field for column in COLUMNS}
FILTERS = {
    "": "All that is open",
    "overdue": "Overdue",
    "over-90": "Over 90 days late",
    "held": "With a hold",
    "credit": "With a credit",
}
_FILTER_FIELDS = {
    "overdue": "overdue_minor__gt",
    "over-90": "over_90_minor__gt",
    "held": "held_minor__gt",
    "credit": "credit_minor__gt",
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; words we do not know count as not said."""

    q: str
    filter: str
    currency: str
    sort: str

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """From the query of the address."""
        chosen = request.GET.get("filter", "")
        sort = request.GET.get("sort", "")
        return cls(
            q=request.GET.get("q", "").strip()[:100],
            filter=chosen if chosen in _FILTER_FIELDS else "",
            currency=request.GET.get("currency", "")[:3].upper(),
            sort=sort if sort.lstrip("-") in SORTS else "-overdue",
        )

    def query(self, **changes: str) -> dict[str, str]:
        """The words of the address that say the same, with changes."""
        said = {"q": self.q, "filter": self.filter, "currency": self.currency, "sort": self.sort}
        return {word: value for word, value in (said | changes).items() if value}

    @property
    def order(self) -> tuple[str, str]:
        """What the database sorts by; the id makes the order of equals certain."""
        field = SORTS[self.sort.lstrip("-")]
        return ("-" + field, "pk") if self.sort.startswith("-") else (field, "pk")


@dataclass(frozen=True)
class Heading:
    """A column's heading as a link that sorts by it."""

    column: Column
    query: str
    direction: str  # ascending, descending or empty


def headings(asked: Asked) -> list[Heading]:
    """Every heading; a second click turns the order round, amounts start with the largest."""
    return [_heading(column, asked) for column in COLUMNS]


def _heading(column: Column, asked: Asked) -> Heading:
    if asked.sort.lstrip("-") != column.code:
        sort = f"-{column.code}" if column.is_amount else column.code
        return Heading(column, "?" + urlencode(asked.query(sort=sort)), "")
    is_down = asked.sort.startswith("-")
    other = column.code if is_down else f"-{column.code}"
    direction = "descending" if is_down else "ascending"
    return Heading(column, "?" + urlencode(asked.query(sort=other)), direction)


def with_invoice(creditor: Creditor, number: str) -> list[int]:
    """The accounts with a document whose number begins so; keys are indexed, numbers are not."""
    kinds = [kind for kind, _ in Document.KINDS]
    found: set[int] = set()
    for written in {number, number.upper()}:
        found.update(
            Document.objects.filter(
                creditor=creditor, kind__in=kinds, key__gte=written, key__lt=written + "\uffff"
            ).values_list("account_id", flat=True)[:FOUND_MAX]
        )
    return sorted(found)


def matching(creditor: Creditor, q: str) -> list[int]:
    """The accounts whose number or name contains the words, or that have such an invoice."""
    words = search_text("", q).split()
    named = Account.objects.filter(creditor=creditor)
    for word in words:
        named = named.filter(search_text__contains=word)
    found = list(named.values_list("pk", flat=True)[:FOUND_MAX])
    return sorted({*found, *with_invoice(creditor, q)})


def standings(
    creditor: Creditor, asked: Asked, found: list[int] | None
) -> QuerySet[AccountStanding]:
    """The rows the filters leave, not yet sorted."""
    rows = AccountStanding.objects.filter(creditor=creditor)
    if asked.filter:
        rows = rows.filter(**{_FILTER_FIELDS[asked.filter]: 0})
    if asked.currency:
        rows = rows.filter(currency=asked.currency)
    return rows if found is None else rows.filter(account_id__in=found)


def totals(rows: QuerySet[AccountStanding]) -> list[dict[str, Any]]:
    """One row of sums per currency; currencies are never added together."""
    sums = {column.field: Sum(column.field) for column in AMOUNTS}
    added = rows.values("currency").annotate(accounts=Count("pk"), **sums)
    return [dict(row) for row in added.order_by("currency")]


def rows_of(rows: QuerySet[AccountStanding], asked: Asked, pager: Pager) -> list[AccountStanding]:
    """The rows of one page; only their ids are sorted, so deep pages stay cheap."""
    start = (pager.number - 1) * PAGE_ROWS
    ids = list(rows.order_by(*asked.order).values_list("pk", flat=True)[start : start + PAGE_ROWS])
    held = AccountStanding.objects.select_related("account").in_bulk(ids)
    return [held[each] for each in ids]


@asks(Act.SEE)
def accounts(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The list of accounts with anything open, or those that match a search."""
    creditor, asked = seat.creditor, Asked.of(request)
    found = matching(creditor, asked.q) if asked.q else None
    rows = standings(creditor, asked, found)
    sums = totals(rows)
    pager = Pager(page_number(request), sum(each["accounts"] for each in sums), asked.query())
    listed = rows_of(rows, asked, pager)
    settled: list[Account] = []
    if found and not asked.filter:
        standing = AccountStanding.objects.filter(account_id__in=found)
        settled = list(
            Account.objects.filter(pk__in=found)
            .exclude(pk__in=standing.values("account_id"))
            .order_by("name")[:SETTLED_SHOWN]
        )
    context = {
        "here": "accounts",
        "asked": asked,
        "headings": headings(asked),
        "amounts": AMOUNTS,
        "filters": FILTERS,
        "currencies": _currencies(creditor),
        "rows": listed,
        "totals": sums,
        "pager": pager,
        "settled": settled,
        "has_any": bool(sums) or Account.objects.filter(creditor=creditor).exists(),
    }
    template = (
        "accounts_list.html" if request.headers.get("HX-Target") == "list" else "accounts.html"
    )
    return show(request, seat, template, context)


def _currencies(creditor: Creditor) -> list[str]:
    rows = AccountStanding.objects.filter(creditor=creditor)
    return list(rows.order_by("currency").values_list("currency", flat=True).distinct())
