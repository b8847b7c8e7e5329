"""Correct an account: move, set off, use a credit note, merge, split; first shown, then done."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import correct as corrections
from recoup.books.models import (
    Account,
    CashApplication,
    ContactPoint,
    Entry,
    Merge,
    Move,
    OpenItem,
    Receipt,
    Seat,
)
from recoup.books.move import left_minor, name_of
from recoup.books.told import Told
from recoup.books.use_credit import take_back_use
from recoup.jobs import accounts, cash
from recoup.kernel.errors import Refusal
from recoup.web.account import account_of
from recoup.web.cash_amounts import show_money, written
from recoup.web.cash_line import accounts_found
from recoup.web.cash_undo import act_of
from recoup.web.correct_wish import WAYS, WITH_ANOTHER, Wish, another, wish_of
from recoup.web.page import show

UNDOABLE_SHOWN = 20


@dataclass(frozen=True)
class Row:
    """Something of the account that a form can name, and the most that can be written beside it."""

    field: str
    name: str
    thing: OpenItem | Receipt
    left: str


@dataclass(frozen=True)
class Undoable:
    """A correction that stands: what it was, and how a form names it."""

    what: str
    key: int
    sentence: str
    by: str


@asks(Act.APPLY)
def account_correct(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponse:
    """The forms, one way at a time, and what was corrected before."""
    account = account_of(seat, account_id)
    way = request.GET.get("do", "move")
    way = way if way in WAYS else "move"
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    to = another(seat, account, request.GET.get("to", "")) if way in WITH_ANOTHER else None
    context = {
        "here": "accounts",
        "account": account,
        "ways": WAYS,
        "way": way,
        "title": WAYS[way],
        "q": q,
        "to": to,
        "needs_another": way in WITH_ANOTHER and to is None,
        "found": [each for each in accounts_found(seat, q) if each.pk != account.pk],
        "rows": _rows(seat, account, way),
        "notes": OpenItem.objects.filter(account=account, open_minor__lt=0).select_related(
            "document"
        ),
        "contacts": ContactPoint.objects.filter(account=account, until=None).order_by("pk"),
        "undoable": _undoable(seat, account),
    }
    return show(request, seat, "correct.html", context)


def _rows(seat: Seat, account: Account, way: str) -> list[Row]:
    items = OpenItem.objects.filter(account=account).exclude(open_minor=0)
    if way in ("contra", "credit"):
        items = items.filter(open_minor__gt=0)
    things: list[OpenItem | Receipt] = list(
        items.select_related("document").order_by("due_date", "pk")[:200]
    )
    if way in ("move", "split"):
        things += Receipt.objects.filter(account=account).exclude(unapplied_minor=0)
    return [_row(seat, each) for each in things]


def _row(seat: Seat, thing: OpenItem | Receipt) -> Row:
    kind = "receipt" if isinstance(thing, Receipt) else "item"
    left = written(seat, left_minor(thing), thing.currency)
    return Row(f"{kind}-{thing.pk}", name_of(thing), thing, left)


@asks(Act.APPLY)
@require_POST
def account_correct_preview(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """What would change, done and taken back; nothing is posted."""
    account = account_of(seat, account_id)
    try:
        act = _act(request, seat)
        wish = wish_of(seat, account, request.POST)
        pairs = accounts.preview(lambda: wish.deed(act), wish.accounts, today=act.today)
        differs = _differs(wish, act) if request.POST.get("do") == "merge" else []
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect(_form_again(request, seat, account))
    fields = [
        (name, value)
        for name in request.POST
        if name != "csrfmiddlewaretoken"
        for value in request.POST.getlist(name)
    ]
    context = {
        "here": "accounts",
        "account": account,
        "wish": wish,
        "pairs": pairs,
        "differs": differs,
        "fields": fields,
        "why": act.why,
        "again": _form_again(request, seat, account),
    }
    return show(request, seat, "correct_preview.html", context)


def _differs(wish: Wish, act: cash.Act) -> list[accounts.Differs]:
    account, survivor = wish.accounts
    return accounts.differences(account, survivor, today=act.today)


def _form_again(request: HttpRequest, seat: Seat, account: Account) -> str:
    """The form with the same way and other account."""
    way, to = request.POST.get("do", ""), request.POST.get("to", "")
    query = {"do": way if way in WAYS else "move"} | ({"to": to} if to else {})
    page = reverse("account_correct", args=[seat.creditor.code, account.pk])
    return f"{page}?{urlencode(query)}"


def _act(request: HttpRequest, seat: Seat) -> cash.Act:
    why = request.POST.get("why", "").strip()
    if not why:
        raise Refusal("reason-missing", "Say why: the reason is kept with the posting.")
    return act_of(request, seat.creditor, why)


@asks(Act.APPLY)
@require_POST
def account_correct_do(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """Do what was shown."""
    account = account_of(seat, account_id)
    try:
        wish = wish_of(seat, account, request.POST)
        wish.deed(_act(request, seat))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect(_form_again(request, seat, account))
    messages.success(request, f"Done: {wish.title}. It can be undone on the page Correct.")
    account.refresh_from_db()
    return redirect("account", seat.creditor.code, account.merged_into_id or account.pk)


def _undoable(seat: Seat, account: Account) -> list[Undoable]:
    """What was corrected of this account and still stands, the latest first."""
    found = [_of_move(seat, each) for each in _moves(account)]
    found += [
        Undoable("merge", each.pk, f"{each.account} merged into {each.survivor}", each.by)
        for each in _merges(account)
    ]
    found += [
        Undoable("contra", each.pk, f"Contra: {each.why}", each.by) for each in _contras(account)
    ]
    uses: dict[str, CashApplication] = {}
    for use in _uses(account):
        uses.setdefault(use.entry.key.rpartition("/")[0], use)
    found += [
        Undoable(
            "credit",
            each.pk,
            f"Credit note {each.credit_item.document.number} used: {each.entry.why}",
            each.entry.by,
        )
        for each in uses.values()
        if each.credit_item is not None
    ]
    return found[:UNDOABLE_SHOWN]


def _moves(account: Account) -> list[Move]:
    of_items = Move.objects.filter(merge=None, entry__reversed_by=None)
    mine = (
        of_items.filter(from_item__account=account)
        | of_items.filter(to_item__account=account)
        | of_items.filter(from_receipt__account=account)
        | of_items.filter(to_receipt__account=account)
    )
    ends = ("from_item__document", "from_receipt", "entry")
    accounts_of = ("from_item__account", "to_item__account", "from_receipt__account")
    return list(
        mine.select_related(*ends, *accounts_of, "to_receipt__account").order_by("-pk")[:20]
    )


def _of_move(seat: Seat, move: Move) -> Undoable:
    before, after = move.from_item or move.from_receipt, move.to_item or move.to_receipt
    assert before is not None
    assert after is not None
    amount = show_money(seat, move.amount_minor, before.currency)
    ends = f"from {before.account.number} to {after.account.number}"
    sentence = f"{name_of(before)}, {amount}, moved {ends}: {move.entry.why}"
    return Undoable("move", move.pk, sentence, move.entry.by)


def _merges(account: Account) -> list[Merge]:
    standing = Merge.objects.filter(undone_at=None).select_related("account", "survivor")
    return list((standing.filter(account=account) | standing.filter(survivor=account))[:20])


def _contras(account: Account) -> list[Entry]:
    mine = Entry.objects.filter(kind="contra", reversed_by=None, transfers__account=account)
    return list(mine.distinct().order_by("-pk")[:20])


def _uses(account: Account) -> list[CashApplication]:
    mine = CashApplication.objects.filter(account=account, reversed_entry=None)
    named = mine.filter(entry__key__startswith="credit/", credit_item__isnull=False)
    return list(named.select_related("entry", "credit_item__document").order_by("-pk")[:200])


@asks(Act.APPLY)
@require_POST
def account_correct_undo(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """Take one correction back, wholly."""
    account = account_of(seat, account_id)
    try:
        _undo(request, account, _act(request, seat))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Taken back.")
    return redirect("account_correct", seat.creditor.code, account.pk)


def _undo(request: HttpRequest, account: Account, act: cash.Act) -> None:
    what, key = request.POST.get("what", ""), request.POST.get("key", "")
    things: list[Move | Merge | Entry | CashApplication] = []
    if what == "move":
        things += _moves(account)
    elif what == "merge":
        things += _merges(account)
    elif what == "contra":
        things += _contras(account)
    elif what == "credit":
        things += _uses(account)
    thing = next((each for each in things if str(each.pk) == key), None)
    told = Told(today=act.today, at=act.at, by=act.by, why=act.why)
    if isinstance(thing, Move):
        accounts.take_back_move(thing, act=act)
    elif isinstance(thing, Merge):
        accounts.take_apart(thing, None, act=act)
    elif isinstance(thing, Entry):
        corrections.take_back_given_up(entry=thing, **told)
    elif isinstance(thing, CashApplication) and thing.credit_item is not None:
        name = thing.entry.key.rpartition("/")[0] + "/"
        take_back_use(credit=thing.credit_item, name=name, **told)
    else:
        raise Refusal("not-standing", "This was taken back already. Reload the page.")
