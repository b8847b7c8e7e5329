"""Messages: what goes out, what went, what was withheld and why, what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import polars as pl
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse

from recoup.access import Act, asks
from recoup.books.models import Creditor, Intent, Seat
from recoup.engine.gate import BY_CODE
from recoup.web import clock, decided
from recoup.web.page import PAGE_ROWS, Pager, page_number, show

TABS = {
    "going": ("Going out", Intent.UNFINISHED),
    "sent": ("Sent", ("accepted", "refused")),
    "withheld": ("Withheld", ("cancelled",)),
    "doubt": ("In doubt", ("in_doubt",)),
}
UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Tab:
    """One tab: its word in the address, its title, how many messages stand behind it."""

    code: str
    title: str
    count: int


def tabs(creditor: Creditor, withheld: int) -> list[Tab]:
    """The tabs with their counts; what was withheld is counted for today alone."""
    rows = Intent.objects.filter(creditor=creditor).order_by("state")
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    return [
        Tab(
            code,
            title,
            withheld if code == "withheld" else sum(counts.get(state, 0) for state in states),
        )
        for code, (title, states) in TABS.items()
    ]


def listed(creditor: Creditor, tab: str) -> QuerySet[Intent]:
    """The messages behind a tab: what goes out by weight, what went newest first."""
    rows = Intent.objects.filter(creditor=creditor, state__in=TABS[tab][1])
    order = ("-priority", "pk") if tab == "going" else ("-cycle_date", "-pk")
    return rows.select_related("account", "contact_point").order_by(*order)


@asks(Act.SEE)
def messages(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The outbox, by tab."""
    creditor = seat.creditor
    run = decided.run_of(creditor, clock.today(creditor))
    actions = decided.blocked(run)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "going"
    context: dict[str, object] = {
        "here": "messages",
        "tab": tab,
        "tabs": tabs(creditor, actions.height),
        "run": run,
        "waiting": Intent.objects.filter(creditor=creditor, state="waiting", run=run).count(),
    }
    if tab == "withheld":
        context |= _withheld(request, creditor, actions, decided.finished(run))
    else:
        rows = listed(creditor, tab)
        pager = Pager(page_number(request), rows.count(), {"tab": tab})
        start = (pager.number - 1) * PAGE_ROWS
        context |= {"rows": rows[start : start + PAGE_ROWS], "pager": pager}
    return show(request, seat, "messages.html", context)


def _withheld(
    request: HttpRequest, creditor: Creditor, actions: pl.DataFrame, finished: pl.DataFrame
) -> dict[str, object]:
    """Today's withheld messages, all or those of one rule, and the rules with their counts."""
    rule = request.GET.get("rule", "")
    if rule == decided.FINISHED:
        chosen = finished
    elif rule == UNREACHABLE:
        chosen = decided.with_any(actions, decided.NO_ADDRESS)
    elif rule in BY_CODE:
        chosen = decided.with_any(actions, [rule])
    else:
        rule, chosen = "", actions
    pager = Pager(page_number(request), chosen.height, {"tab": "withheld", "rule": rule})
    start = (pager.number - 1) * PAGE_ROWS
    today = clock.today(creditor)
    dropped = Intent.objects.filter(creditor=creditor, cycle_date=today, state="cancelled")
    return {
        "rule": rule,
        "rules": [
            (code, sentence, count, "?" + urlencode({"tab": "withheld", "rule": code}))
            for code, sentence, count in decided.tally(actions)
        ],
        "finished_count": finished.height,
        "not_said": decided.page_of(chosen, creditor, start=start, rows=PAGE_ROWS),
        "dropped": dropped.exclude(reason="superseded").select_related("account")[:PAGE_ROWS],
        "pager": pager,
    }
