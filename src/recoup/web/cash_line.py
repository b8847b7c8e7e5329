"""One payment: every suggestion, any account, and splitting it over what that account owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import advised, alike
from recoup.books.limits import cash_of
from recoup.books.models import Account, OpenItem, Seat, StatementLine
from recoup.books.register import search_text
from recoup.jobs import cash
from recoup.kernel.errors import Refusal
from recoup.kernel.money import plain
from recoup.web import clock
from recoup.web.cash import LEFT_OUT_BECAUSE
from recoup.web.cash_act import account_for, line_of
from recoup.web.cash_amounts import minor_of, show_money, written
from recoup.web.cash_requests import say_what_waits
from recoup.web.cash_rows import rows_of
from recoup.web.cash_undo import act_of, remember
from recoup.web.page import show, told

ACCOUNTS_SHOWN = 12
ITEMS_SHOWN = 200
# What may become of the rest of an item that is nearly paid.
RESTS = {"": "stays open", "write_off": "is given up", "bank_charges": "is bank charges"}


@dataclass(frozen=True)
class Input:
    """An open item of the account and what the form says goes to it."""

    item: OpenItem
    written: str


@dataclass(frozen=True)
class Split:
    """What a form asks for, added up: the settlement, and what of the payment is left."""

    settlement: cash.Settlement
    applied_minor: int
    left_minor: int
    rest: OpenItem | None
    rest_minor: int


def items_of(line: StatementLine, account: Account) -> list[OpenItem]:
    """What the account has open in the payment's currency, credit notes last."""
    items = OpenItem.objects.filter(account=account, currency=line.currency).exclude(open_minor=0)
    found = list(items.select_related("document").order_by("due_date", "pk")[:ITEMS_SHOWN])
    return sorted(found, key=lambda item: item.open_minor < 0)


def split_of(
    line: StatementLine, account: Account, items: list[OpenItem], said: Mapping[str, str]
) -> Split:
    """The form read and added up; Refusal when an amount is none, too large or too much."""
    parts = tuple(part for item in items if (part := _part(item, said)) is not None)
    applied = sum(part.applied_minor for part in parts)
    left = line.amount_minor - applied
    if left < 0:
        over = f"{plain(-left, line.currency)} {line.currency}"
        raise Refusal("more-than-came", f"This is {over} more than came in. Lower an amount.")
    kind = said.get("rest", "")
    by_id = {item.pk: item for item in items}
    short = [p for p in parts if 0 < p.applied_minor < by_id[p.item_id].open_minor]
    rest = by_id[short[0].item_id] if len(short) == 1 else None
    rest_minor = rest.open_minor - short[0].applied_minor if rest else 0
    if kind not in RESTS or not kind:
        kind, given_up = "", 0
    elif rest is None:
        raise Refusal(
            "rest-of-which", "Pay exactly one document in part to give up its rest; or let it stay."
        )
    else:
        given_up = rest_minor
        # What is given up is given up of the last.
        parts = (*(p for p in parts if p.item_id != rest.pk), short[0])
    settlement = cash.Settlement(line.pk, account.pk, parts, given_up, kind)
    return Split(settlement, applied, left, rest, rest_minor)


def _part(item: OpenItem, said: Mapping[str, str]) -> cash.Part | None:
    typed = said.get(f"item-{item.pk}", "").strip()
    minor = minor_of(typed, item.currency) if typed else 0
    if minor == 0:
        return None
    if minor < 0 or minor > abs(item.open_minor):
        most = plain(abs(item.open_minor), item.currency)
        raise Refusal(
            "part-too-large",
            f"{item.document.number} has {most} open. Write at most that; zero for nothing.",
        )
    return cash.Part(item.pk, minor if item.open_minor > 0 else -minor)


@asks(Act.SEE)
def line(request: HttpRequest, seat: Seat, line_id: int) -> HttpResponse:
    """The page of one payment."""
    found = line_of(seat, line_id)
    row = rows_of([found])[0]
    account = account_for(request, seat, found) if found.state == "open" else None
    context = {
        "here": "cash",
        "row": row,
        "line": found,
        "account": account,
        "q": request.GET.get("q", "").replace("\x00", "").strip()[:100],
        "accounts": accounts_found(seat, request.GET.get("q", "")),
        "left_out_because": LEFT_OUT_BECAUSE,
        "told": advised.for_line(found),
        "counted": alike.of_line(found),
    }
    if account is not None:
        context |= _form(seat, found, account, _first(request, seat, found, account))
    return show(request, seat, "cash_line.html", context)


def accounts_found(seat: Seat, q: str) -> list[Account]:
    """The accounts that go on whose number or name contains every word."""
    words = search_text("", q.replace("\x00", "").strip()[:100]).split()
    if not words:
        return []
    found = Account.objects.filter(creditor=seat.creditor, merged_into=None)
    for word in words:
        found = found.filter(search_text__contains=word)
    return list(found.order_by("name", "pk")[:ACCOUNTS_SHOWN])


def _first(
    request: HttpRequest, seat: Seat, found: StatementLine, account: Account
) -> dict[str, str]:
    """What the form says at first: the best suggestion for the account, else what has its turn."""
    by_rule = cash.parts_by_rule(account, found, today=clock.today(seat.creditor))
    parts = [(each.item_id, each.applied_minor) for each in by_rule]
    if request.GET.get("fill") != "oldest":
        for each in rows_of([found])[0].suggestions:
            if each.proposal.account_id == account.pk and not each.is_past:
                parts = [(piece.item.pk, piece.applied_minor) for piece in each.pieces]
                break
    return {f"item-{item}": written(seat, abs(minor), found.currency) for item, minor in parts}


def _form(
    seat: Seat, found: StatementLine, account: Account, said: Mapping[str, str]
) -> dict[str, object]:
    items = items_of(found, account)
    return {
        "inputs": [Input(item, said.get(f"item-{item.pk}", "")) for item in items],
        "rests": RESTS,
        "rest": said.get("rest", ""),
        **_sum(seat, found, account, items, said),
    }


def _sum(
    seat: Seat,
    found: StatementLine,
    account: Account,
    items: list[OpenItem],
    said: Mapping[str, str],
) -> dict[str, object]:
    """The form added up, or why it cannot be posted."""
    try:
        split = split_of(found, account, items, said)
    except Refusal as refusal:
        return {"split": None, "refusal": refusal}
    is_enough = cash.is_alone_enough(split.settlement, found, cash_of(seat.creditor.pk))
    return {"split": split, "refusal": None, "needs_second": not is_enough}


@asks(Act.SEE)
@require_POST
def total(request: HttpRequest, seat: Seat, line_id: int) -> HttpResponse:
    """The split added up while one types; nothing is posted."""
    found = line_of(seat, line_id)
    account = account_for(request, seat, found)
    context: dict[str, object] = {"line": found, "account": account}
    if account is not None:
        context |= _sum(seat, found, account, items_of(found, account), request.POST.dict())
    return show(request, seat, "cash_sum.html", context)


@asks(Act.APPLY)
@require_POST
def settle(request: HttpRequest, seat: Seat, line_id: int) -> HttpResponseBase:
    """Post the split; the rest of the payment stays a credit of the account."""
    found = line_of(seat, line_id)
    account = account_for(request, seat, found)
    amount = show_money(seat, found.amount_minor, found.currency)
    said = request.POST.dict()
    is_done = False
    with told(request, f"{amount} is applied to {account.name if account else 'nobody'}."):
        if account is None:
            raise Refusal("account-unknown", "Choose whose payment this is.")
        split = split_of(found, account, items_of(found, account), said)
        why = said.get("why", "").strip() or "Applied by hand"
        cash.settle_line(split.settlement, act=act_of(request, seat.creditor, why))
        remember(request, seat.creditor, [found.pk])
        say_what_waits(request, found)
        is_done = True
    if is_done or account is None:
        return redirect("cash", seat.creditor.code)
    # What was typed stays, with the reason why it was refused.
    context = {"here": "cash", "line": found, "row": rows_of([found])[0], "account": account}
    context |= {"left_out_because": LEFT_OUT_BECAUSE, "told": advised.for_line(found)}
    context |= _form(seat, found, account, said)
    return show(request, seat, "cash_line.html", context)
