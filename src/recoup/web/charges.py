"""Charges: what being late has cost, what waits for a decision, what was charged or waived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import polars as pl
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse

from recoup.access import Act, asks
from recoup.books.charge import refused_on
from recoup.books.models import (
    Account,
    Charge,
    Creditor,
    DebtEvent,
    Entry,
    HoldRecord,
    Run,
    Seat,
    TimelineEvent,
)
from recoup.jobs.charges.costs import sentences
from recoup.jobs.charges.figures import FIGURES, figures
from recoup.web import clock
from recoup.web.page import PAGE_ROWS, Pager, page_number, show

TABS = {
    "decide": ("To decide", ("proposed",)),
    "running": ("Running", ()),
    "charged": ("Charged", ("accrued", "invoiced")),
    "waived": ("Waived", ("waived", "corrected")),
}
KINDS = dict(Charge.KINDS)
REFUSED_SHOWN = 20


@dataclass(frozen=True)
class Tab:
    """One tab: its word in the address, its title, how many charges stand behind it."""

    code: str
    title: str
    count: int


@dataclass(frozen=True)
class Running:
    """A charge that is computed and not in the books yet, as the page shows it."""

    account: Account
    item_id: int
    number: str
    kind: str
    currency: str
    announced_minor: int
    per_day_minor: int
    waived_minor: int
    due_date: date
    rate_missing_from: date | None


# Figures of the state of the books that the key names; the newest few.
_kept: dict[tuple[object, ...], pl.DataFrame] = {}
KEPT_MAX = 8


def running(creditor: Creditor, today: date) -> pl.DataFrame:
    """What is announced today, largest first: computed once for each state of the books."""
    state: tuple[object, ...] = (
        creditor.pk,
        creditor.policy_id,
        today,
        Entry.objects.filter(creditor=creditor).aggregate(at=Max("pk"))["at"],
        Charge.objects.filter(creditor=creditor).aggregate(at=Max("pk"), closed=Max("closed_at"))[
            "closed"
        ],
        HoldRecord.objects.filter(creditor=creditor).aggregate(at=Max("pk"), end=Max("ended_at"))[
            "end"
        ],
    )
    noted = DebtEvent.objects.filter(creditor=creditor)
    ended = noted.aggregate(at=Max("pk"), end=Max("taken_back_at"))
    state = (*state, ended["at"], ended["end"])
    if state not in _kept:
        found = figures(creditor, as_of=today)
        rows = FIGURES.empty() if found is None else found.rows
        if len(_kept) >= KEPT_MAX:
            _kept.clear()
        _kept[state] = rows.filter((pl.col("announced_minor") > 0) | pl.col("is_courtesy")).sort(
            "currency_code", "announced_minor", "key", descending=[False, True, False]
        )
    return _kept[state]


def tabs(creditor: Creditor, running_count: int) -> list[Tab]:
    """The tabs with their counts."""
    rows = Charge.objects.filter(creditor=creditor).order_by("state")
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    return [
        Tab(
            code,
            title,
            running_count if code == "running" else sum(counts.get(state, 0) for state in states),
        )
        for code, (title, states) in TABS.items()
    ]


@asks(Act.SEE)
def charges(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The charges by tab, with the sums of what is listed."""
    creditor, today = seat.creditor, clock.today(seat.creditor)
    announced = running(creditor, today)
    asked = request.GET.get("tab", "")
    tab = asked if asked in TABS else "decide"
    query = request.GET.get("q", "").strip()[:100]
    context: dict[str, object] = {
        "here": "charges",
        "tab": tab,
        "tabs": tabs(creditor, announced.height),
        "q": query,
        "kinds": KINDS,
        "refused": _refused(creditor, today),
    }
    if tab == "running":
        context |= _running(request, creditor, announced, query)
    else:
        context |= _listed(request, creditor, tab, query)
    return show(request, seat, "charges.html", context)


def _refused(creditor: Creditor, today: date) -> list[TimelineEvent]:
    """What the last night could not charge, with the reasons."""
    run = Run.objects.filter(creditor=creditor, as_of__lte=today).order_by("-as_of").first()
    return list(refused_on(creditor=creditor, day=run.as_of if run else today)[:REFUSED_SHOWN])


def _listed(request: HttpRequest, creditor: Creditor, tab: str, query: str) -> dict[str, object]:
    found = _found(creditor, tab, query)
    pager = Pager(page_number(request), found.count(), {"tab": tab, "q": query})
    start = (pager.number - 1) * PAGE_ROWS
    ordered = found.order_by("-pk") if tab != "decide" else found.order_by("-amount_minor", "pk")
    named = ordered.select_related("account", "open_item__document", "document")
    sums = found.order_by("currency").values_list("currency").annotate(Sum("amount_minor"))
    return {
        "rows": named.prefetch_related("document__items")[start : start + PAGE_ROWS],
        "sums": list(sums),
        "pager": pager,
    }


def _found(creditor: Creditor, tab: str, query: str) -> QuerySet[Charge]:
    found = Charge.objects.filter(creditor=creditor, state__in=TABS[tab][1])
    return found.filter(account__search_text__contains=query.lower()) if query else found


def _running(
    request: HttpRequest, creditor: Creditor, announced: pl.DataFrame, query: str
) -> dict[str, object]:
    rows = announced
    if query:
        matching = Account.objects.filter(
            creditor=creditor, search_text__contains=query.lower()
        ).values_list("pk", flat=True)
        rows = rows.filter(pl.col("account_id").is_in(list(matching)))
    pager = Pager(page_number(request), rows.height, {"tab": "running", "q": query})
    start = (pager.number - 1) * PAGE_ROWS
    page = rows.slice(start, PAGE_ROWS)
    accounts = Account.objects.in_bulk(page["account_id"].unique().to_list())
    sums = rows.group_by("currency_code").agg(pl.col("announced_minor").sum()).sort("currency_code")
    return {
        "rows": [_row(row, accounts) for row in page.iter_rows(named=True)],
        "sums": sums.rows(),
        "pager": pager,
    }


def _row(row: dict[str, object], accounts: dict[int, Account]) -> Running:
    due, missing = row["due_date"], row["rate_missing_from"]
    assert isinstance(due, date)
    return Running(
        account=accounts[int(str(row["account_id"]))],
        item_id=int(str(row["item_id"])),
        number=str(row["number"]),
        kind=str(row["kind"]),
        currency=str(row["currency_code"]),
        announced_minor=int(str(row["announced_minor"])),
        per_day_minor=int(str(row["per_day_minor"])),
        waived_minor=int(str(row["waived_minor"])),
        due_date=due,
        rate_missing_from=missing if isinstance(missing, date) else None,
    )


def of_account(account: Account, today: date) -> dict[str, object]:
    """What being late has cost one account: computed, waiting, charged and waived."""
    found = figures(account.creditor, as_of=today, account_ids=[account.pk])
    rows = FIGURES.empty() if found is None else found.rows
    shown = rows.filter((pl.col("announced_minor") > 0) | pl.col("is_courtesy"))
    mine = Q(account=account) | Q(account__merged_into=account)
    made = Charge.objects.filter(mine).select_related("document")
    sums = shown.group_by("currency_code").agg(
        pl.col("announced_minor").sum(), pl.col("per_day_minor").sum()
    )
    return {
        "announced": [_row(row, {account.pk: account}) for row in shown.iter_rows(named=True)],
        "announced_sums": sums.sort("currency_code").rows(),
        "made": made.prefetch_related("document__items").order_by("-pk")[:PAGE_ROWS],
        "kinds": KINDS,
        "has_section": found is not None,
        "waiting": [] if found is None else sentences(found.waiting, found.ground, today),
    }


def query_of(tab: str) -> str:
    """The address of a tab."""
    return "?" + urlencode({"tab": tab})
