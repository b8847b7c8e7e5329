"""One account: what is owed, what happened, what comes next and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from recoup.access import Act, asks
from recoup.books.models import (
    Account,
    AccountStanding,
    ContactPoint,
    HoldRecord,
    Intent,
    IntentItem,
    OpenItem,
    Receipt,
    Seat,
)
from recoup.engine.bundle import Hold
from recoup.web import clock
from recoup.web.bars import Bar, bar_of
from recoup.web.history import history
from recoup.web.page import show, staff_locale
from recoup.web.why import why

RECEIPTS_SHOWN = 20
SETTLED_SHOWN = 20
ITEMS_SHOWN = 200


@dataclass(frozen=True)
class Line:
    """An open item as the page shows it: its state in a word, the last step it was named in."""

    item: OpenItem
    state: str  # late, due, upcoming, held or credit
    days_late: int
    held_minor: int
    last_step: str


@dataclass(frozen=True)
class Standing:
    """What is owed in one currency, and the bar that shows its age."""

    row: AccountStanding
    bar: Bar


def holds_in_force(account: Account, today: date) -> list[HoldRecord]:
    """The account's holds that stop something today or later, oldest first."""
    rows = HoldRecord.objects.filter(account=account).select_related("open_item__document")
    return [
        each
        for each in rows.order_by("first_date", "pk")
        if each.last_date is None or each.last_date >= today
    ]


def lines(account: Account, holds: list[HoldRecord], today: date) -> list[Line]:
    """The open items, oldest due first."""
    items = list(
        OpenItem.objects.filter(account=account)
        .exclude(open_minor=0)
        .select_related("document__terms")
        .order_by("due_date", "pk")[:ITEMS_SHOWN]
    )
    held = _held(holds, today)
    steps = _last_steps(items)
    return [_line(item, held.get(item.pk, 0), steps.get(item.pk, ""), today) for item in items]


def _held(holds: list[HoldRecord], today: date) -> dict[int, int]:
    """What holds keep out of each item today, in minor units; the largest hold counts."""
    held: dict[int, int] = {}
    for each in holds:
        if each.open_item_id is None or each.open_item is None or each.first_date > today:
            continue
        part = each.open_item.open_minor if each.held_minor is None else each.held_minor
        held[each.open_item_id] = max(part, held.get(each.open_item_id, 0))
    return held


def _last_steps(items: list[OpenItem]) -> dict[int, str]:
    """The step each item was last named in by a message that went out or may have."""
    named = IntentItem.objects.filter(open_item__in=items, intent__state__in=Intent.SPOKEN)
    last = dict(named.values_list("open_item_id").annotate(last=Max("intent_id")))
    codes = dict(Intent.objects.filter(pk__in=set(last.values())).values_list("pk", "step_code"))
    return {item: codes[intent].replace("-", " ") for item, intent in last.items()}


def _line(item: OpenItem, held_minor: int, last_step: str, today: date) -> Line:
    days = (today - item.due_date).days
    if item.open_minor < 0:
        state = "credit"
    elif held_minor >= item.open_minor:
        state = "held"
    elif days > 0:
        state = "late"
    else:
        state = "due" if days == 0 else "upcoming"
    return Line(item, state, days, min(held_minor, max(item.open_minor, 0)), last_step)


def account_of(seat: Seat, account_id: int) -> Account:
    """The creditor's account of this id, or 404."""
    found = Account.objects.select_related("debtor", "creditor", "merged_into")
    return get_object_or_404(found, pk=account_id, creditor=seat.creditor)


def standings(account: Account) -> list[Standing]:
    """What the account owes, by currency."""
    rows = AccountStanding.objects.filter(account=account).order_by("currency")
    return [Standing(row, bar_of(row)) for row in rows]


@asks(Act.SEE)
def account(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponse:
    """The whole account on one page."""
    found = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    holds = holds_in_force(found, today)
    settled = OpenItem.objects.filter(account=found, open_minor=0).select_related("document")
    contacts = ContactPoint.objects.filter(account=found, until__isnull=True)
    context = {
        "here": "accounts",
        "account": found,
        "standings": standings(found),
        "lines": lines(found, holds, today),
        "holds": holds,
        "hold_reasons": [each for each in HoldRecord.REASONS if each[0] != Hold.NOT_INVOICED],
        "default_reason": int(Hold.MANUAL),
        "contacts": contacts.order_by("kind", "role", "pk"),
        "contact_kinds": ContactPoint.KINDS,
        "receipts": Receipt.objects.filter(account=found).order_by("-received_date", "-pk")[
            :RECEIPTS_SHOWN
        ],
        "settled": settled.order_by("-due_date", "-pk")[:SETTLED_SHOWN],
        "messages_of": Intent.objects.filter(account=found).order_by("-cycle_date", "-pk")[:10],
        "history": history(found, locale=staff_locale(seat.creditor)),
    }
    return show(request, seat, "account.html", context)


@asks(Act.SEE)
def panel(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponse:
    """The account in brief, over the list it was opened from."""
    found = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    holds = holds_in_force(found, today)
    context = {
        "account": found,
        "standings": standings(found),
        "lines": lines(found, holds, today)[:8],
        "holds": holds,
    }
    return show(request, seat, "account_panel.html", context)


@asks(Act.SEE)
def reasons(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponse:
    """The next step of an account and every reason for it; asked for once the page stands."""
    found = account_of(seat, account_id)
    context = {
        "here": "accounts",
        "account": found,
        "reasons": why(found, as_of=clock.today(seat.creditor)),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return show(request, seat, "reasons.html" if is_part else "why.html", context)
