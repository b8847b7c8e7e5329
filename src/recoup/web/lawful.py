"""What may come next for an account's debts by law, and what people record of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import lookup, note
from recoup.books.debts import events_of
from recoup.books.models import Account, DebtEvent, OpenItem, Seat
from recoup.jobs import lawful as job
from recoup.kernel.errors import Refusal
from recoup.law.debt import TITLES, Happened
from recoup.law.limitation import Standing
from recoup.law.step import State, Step
from recoup.web import clock
from recoup.web.account import account_of
from recoup.web.cash_amounts import minor_of
from recoup.web.page import Pager, actor, back, page_number, show, told
from recoup.web.treatment import day_of

WORDS = {
    State.OPEN: ("done", "Open now"),
    State.DONE: ("done", "Done"),
    State.LATER: ("waiting", "Not yet"),
    State.NEVER: ("off", "No"),
    State.UNKNOWN: ("off", "Not known"),
}
# Debts told at once; an account with more shows the oldest.
DEBTS_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """A step as the page shows it: its mark and its word beside what the law says."""

    step: Step
    mark: str
    word: str


@dataclass(frozen=True)
class Shown:
    """A debt with its lines; the page opens the first."""

    debt: job.LawfulDebt
    is_soon: bool
    lines: list[Line]


def section(account: Account) -> dict[str, object]:
    """What the account page shows before anybody asks for the steps."""
    items = OpenItem.objects.filter(account=account, open_minor__gt=0)
    return {
        "events": events_of(account),
        "kinds": [(kind.value, TITLES[kind]) for kind in Happened if kind not in note.BY_PROGRAMS],
        "items": items.select_related("document").order_by("due_date", "pk")[:200],
    }


@asks(Act.SEE)
def account_law(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponse:
    """Every step of an account's debts; asked for when somebody opens it."""
    account = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    found = job.lawful(account, as_of=today)
    shown = [_shown(each, found) for each in found.debts[:DEBTS_SHOWN]]
    context = {
        "here": "accounts",
        "account": account,
        "found": found,
        "names": _names(found),
        "shown": shown,
        "more": max(0, len(found.debts) - len(shown)),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return show(request, seat, "lawful_steps.html" if is_part else "lawful_page.html", context)


def _shown(each: job.LawfulDebt, found: job.Lawful) -> Shown:
    standing = each.limitation.standing(found.as_of)
    return Shown(
        each,
        is_soon=standing in (Standing.SOON, Standing.RUN_OUT),
        lines=[Line(step, *WORDS[step.state]) for step in each.steps],
    )


def _names(found: job.Lawful) -> str:
    """The laws that were asked, each once."""
    if found.laws is None:
        return ""
    laws = (found.laws.contract, found.laws.place, found.laws.home)
    return ", ".join(dict.fromkeys(each.document.name for each in laws))


@asks(Act.TREAT)
@require_POST
def note_event(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """Record what happened to an account's debts, or to one of them."""
    account = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    with told(request, "It is recorded. What may come next is worked out anew."):
        note.note_event(
            account=account,
            new=_new_event(request, account),
            today=today,
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "account", account_id=account.pk)


def _new_event(request: HttpRequest, account: Account) -> note.NewEvent:
    kind = request.POST.get("kind", "")
    if kind not in set(Happened):
        raise Refusal("event-kind", "Choose what happened.")
    day = day_of(request.POST.get("event_date", ""), "The day")
    if day is None:
        raise Refusal("event-day", "Write the day on which it happened.")
    wanted = request.POST.get("open_item", "")
    item = None
    if wanted:
        items = OpenItem.objects.filter(account=account)
        item = get_object_or_404(items, pk=int(wanted) if wanted.isdigit() else 0)
    names = request.POST.get("names", "").strip()
    currency = item.currency if item is not None else account.creditor.currency
    return note.NewEvent(
        kind=Happened(kind),
        event_date=day,
        last_date=day_of(request.POST.get("last_date", ""), "The last day"),
        open_item=item,
        note=request.POST.get("note", "").strip(),
        received_date=day_of(request.POST.get("received_date", ""), "The day of receipt"),
        names_minor=minor_of(names, currency) if names else None,
    )


@asks(Act.TREAT)
@require_POST
def take_back_event(request: HttpRequest, seat: Seat, event_id: int) -> HttpResponseBase:
    """Say that something recorded did not happen so."""
    event = get_object_or_404(
        DebtEvent.objects.select_related("account"), pk=event_id, creditor=seat.creditor
    )
    with told(request, "It is taken back and stays on the timeline as taken back."):
        note.take_back_event(
            event=event,
            why=request.POST.get("why", ""),
            today=clock.today(seat.creditor),
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "account", account_id=event.account_id)


@asks(Act.SEE)
def limitation(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The open items on which time has run out or soon will, the first first."""
    found = job.limitation_watch(seat.creditor, as_of=clock.today(seat.creditor))
    pager = Pager(page_number(request), found.height, {})
    part = found.slice(max(pager.first - 1, 0), pager.rows)
    numbers = lookup.numbers_of(part["item_id"].to_list())
    names = dict(
        Account.objects.filter(pk__in=part["account_id"].unique().to_list()).values_list(
            "pk", "name"
        )
    )
    rows = [
        row
        | {
            "number": numbers[row["item_id"]],
            "name": names[row["account_id"]],
            "has_run_out": row["standing"] == Standing.RUN_OUT.value,
        }
        for row in part.iter_rows(named=True)
    ]
    context = {"here": "today", "rows": rows, "pager": pager}
    return show(request, seat, "limitation.html", context)
