"""Accounts: who owes what and since when; found, filtered, sorted, added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpRequest, HttpResponse

from recoup.access import Act, asks
from recoup.books.models import Creditor, Document, Seat
from recoup.books.register import search_text
from recoup.web.board import Board, board
from recoup.web.page import PAGE_ROWS, Pager, page_number, show

FOUND_MAX = 2_000
SETTLED_SHOWN = 20
# So many ways of sorting and filtering are kept for each state of the books.
LISTS_MAX = 24


@dataclass(frozen=True)
class Column:
    """A column of the list: its word in the address, its heading, and what it sorts by."""

    code: str
    title: str
    field: str
    is_amount: bool = True
    beside: bool = False  # left out on a phone


COLUMNS = (
    Column("account", "Account", "name_order", is_amount=False),
    Column("number", "Number", "number", is_amount=False, beside=True),
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
    "overdue": "overdue_minor",
    "over-90": "over_90_minor",
    "held": "held_minor",
    "credit": "credit_minor",
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


def matching(creditor: Creditor, accounts: pl.DataFrame, q: str) -> pl.DataFrame:
    """The accounts whose number or name contains the words, or that have such an invoice."""
    named = pl.lit(value=True)
    for word in search_text("", q).split():
        named &= pl.col("search_text").str.contains(word, literal=True)
    return accounts.filter(named | pl.col("account_id").is_in(with_invoice(creditor, q)))


def chosen(standings: pl.DataFrame, asked: Asked, found: pl.DataFrame | None) -> pl.DataFrame:
    """The rows the filters leave, not yet sorted."""
    rows = standings
    if asked.filter:
        rows = rows.filter(pl.col(_FILTER_FIELDS[asked.filter]) > 0)
    if asked.currency:
        rows = rows.filter(pl.col("currency") == asked.currency)
    return rows if found is None else rows.join(found, on="account_id", how="semi")


def totals(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """One row of sums per currency; currencies are never added together."""
    sums = [pl.col(column.field).cast(pl.Int128).sum().cast(pl.Int64) for column in AMOUNTS]
    added = rows.group_by("currency").agg(pl.len().alias("accounts"), *sums)
    return added.sort("currency").to_dicts()


@dataclass(frozen=True)
class Listed:
    """A list as asked for: its rows, their order, and what they add up to."""

    rows: pl.DataFrame
    places: pl.Series
    totals: list[dict[str, Any]]

    def page(self, number: int) -> list[dict[str, Any]]:
        """The rows of one page."""
        return self.rows[self.places.slice((number - 1) * PAGE_ROWS, PAGE_ROWS)].to_dicts()


def listed(known: Board, asked: Asked, found: pl.DataFrame | None) -> Listed:
    """The list, kept with the board it was made from unless it answers a search."""
    if found is not None:
        return _listed(known, asked, found)
    kept: Listed | None = known.lists.get(asked)
    if kept is None:
        if len(known.lists) >= LISTS_MAX:
            known.lists.clear()
        kept = known.lists[asked] = _listed(known, asked, None)
    return kept


def _listed(known: Board, asked: Asked, found: pl.DataFrame | None) -> Listed:
    rows = chosen(known.standings, asked, found)
    is_down = asked.sort.startswith("-")
    order = SORTS[asked.sort.lstrip("-")]
    # Only the places are sorted; the id makes the order of equals certain.
    places = rows.select(
        pl.arg_sort_by(order, "account_id", descending=[is_down, False], nulls_last=True)
    ).to_series()
    return Listed(rows, places, totals(rows))


@asks(Act.SEE)
def accounts(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The list of accounts with anything open, or those that match a search."""
    creditor, asked = seat.creditor, Asked.of(request)
    known = board(creditor.pk)
    found = matching(creditor, known.accounts, asked.q) if asked.q else None
    rows = listed(known, asked, found)
    pager = Pager(page_number(request), rows.places.len(), asked.query())
    settled: list[dict[str, Any]] = []
    if found is not None and not asked.filter:
        quiet = found.join(known.standings, on="account_id", how="anti")
        settled = quiet.sort("name", "account_id").head(SETTLED_SHOWN).to_dicts()
    context = {
        "here": "accounts",
        "asked": asked,
        "headings": headings(asked),
        "amounts": AMOUNTS,
        "filters": FILTERS,
        "currencies": known.standings["currency"].unique().sort().to_list(),
        "rows": rows.page(pager.number),
        "totals": rows.totals,
        "pager": pager,
        "settled": settled,
        "has_any": not known.accounts.is_empty(),
    }
    template = (
        "accounts_list.html" if request.headers.get("HX-Target") == "list" else "accounts.html"
    )
    return show(request, seat, template, context)
