"""A receipt: what it paid; money that came back or was paid back; small rests given up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import correct
from recoup.books.models import CashApplication, Entry, OpenItem, Receipt, Seat, StatementLine
from recoup.jobs import give_up
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.web.cash_amounts import minor_of, show_money
from recoup.web.cash_undo import act_of
from recoup.web.page import actor, back, show, told

WAITS = "{what} is more than one person may give away alone: it waits for a second one."
# What a rest may be given up as.
GIVEN_UP_AS = {"write_off": "Small difference", "bank_charges": "Bank charges"}


def receipt_of(seat: Seat, receipt_id: int) -> Receipt:
    """The creditor's receipt of this id, or 404."""
    found = Receipt.objects.select_related("account", "creditor")
    return get_object_or_404(found, pk=receipt_id, creditor=seat.creditor)


def _why(request: HttpRequest) -> str:
    why = request.POST.get("reason", "").strip()[:200]
    if not why:
        raise Refusal("reason-missing", "Say why: the reason is kept with the posting.")
    return why


@asks(Act.SEE)
def receipt(request: HttpRequest, seat: Seat, receipt_id: int) -> HttpResponse:
    """One receipt, and what can be corrected about it."""
    found = receipt_of(seat, receipt_id)
    applications = CashApplication.objects.filter(receipt=found)
    entries = Entry.objects.filter(transfers__receipt=found).distinct().order_by("-pk")
    made = entries.filter(kind="receipt").first()
    context = {
        "here": "cash",
        "receipt": found,
        "line": StatementLine.objects.filter(receipt=found).first(),
        "applications": applications.select_related("open_item__document", "entry").order_by("pk"),
        "entries": entries[:50],
        "is_back": made is not None and Entry.objects.filter(reverses=made).exists(),
    }
    return show(request, seat, "cash_receipt.html", context)


@asks(Act.APPLY)
@require_POST
def bounce(request: HttpRequest, seat: Seat, receipt_id: int) -> HttpResponseBase:
    """The payment came back: everything it paid is open again from today."""
    found = receipt_of(seat, receipt_id)
    with told(request, "Noted as returned. What it paid is open again from today."):
        correct.bounce(
            receipt=found,
            today=clock.today(seat.creditor),
            at=clock.now(),
            by=actor(request),
            why=_why(request),
        )
    return back(request, seat, "receipt", receipt_id=found.pk)


@asks(Act.APPLY)
@require_POST
def refund(request: HttpRequest, seat: Seat, receipt_id: int) -> HttpResponseBase:
    """Money not applied was paid back to the debtor; above the limit a second person decides."""
    found = receipt_of(seat, receipt_id)
    try:
        amount = minor_of(request.POST.get("amount", ""), found.currency)
        why = _why(request)
        said = "The refund is posted. Pay it out at your bank; nothing leaves from here."
        if give_up.refund(found, amount_minor=amount, act=act_of(request, seat.creditor, why)):
            said = WAITS.format(what="The refund")
        messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return back(request, seat, "receipt", receipt_id=found.pk)


@asks(Act.APPLY)
@require_POST
def give_up_rest(request: HttpRequest, seat: Seat, item_id: int) -> HttpResponseBase:
    """Give up the rest of an item that is partly paid; a large one waits for a second person."""
    items = OpenItem.objects.select_related("document")
    item = get_object_or_404(items, pk=item_id, creditor=seat.creditor)
    try:
        messages.success(request, _give_up(request, seat, item))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return back(request, seat, "account", account_id=item.account_id)


def _give_up(request: HttpRequest, seat: Seat, item: OpenItem) -> str:
    """What was done, in words."""
    kind = request.POST.get("kind", "write_off")
    if kind not in GIVEN_UP_AS:
        raise Refusal("kind-unknown", "Choose as what the rest is given up.")
    if item.open_minor <= 0 or item.open_minor == item.amount_minor:
        raise Refusal(
            "no-rest", "Only the rest of a document that is partly paid is given up here."
        )
    what = f"The rest of {item.document.number}, {show_money(seat, item.open_minor, item.currency)}"
    why = request.POST.get("reason", "").strip()[:200]
    act, rest = act_of(request, seat.creditor, why), item.open_minor
    if give_up.give_up(item, amount_minor=rest, kind=kind, act=act, otherwise=GIVEN_UP_AS[kind]):
        return WAITS.format(what=what)
    return f"{what}, is given up."
