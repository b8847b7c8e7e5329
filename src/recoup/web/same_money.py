"""Counted twice? Receipts that look like the same money, and what people said of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import alike, same
from recoup.books.models import SameMoney, Seat
from recoup.jobs import same_money
from recoup.kernel.errors import Refusal
from recoup.web.cash import tabs
from recoup.web.cash_act import line_of
from recoup.web.cash_undo import act_of
from recoup.web.page import PAGE_ROWS, back, show, told
from recoup.web.receipt import receipt_of

WHY = "The same money"


@asks(Act.SEE)
def twice(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The pairs that wait for a person, and those that were decided, the newest first."""
    decided = SameMoney.objects.filter(creditor=seat.creditor)
    context = {
        "here": "cash",
        "tabs": tabs(seat.creditor, "twice"),
        "pairs": alike.pairs(seat.creditor),
        "decided": decided.select_related("receipt__account", "other").order_by("-pk")[:PAGE_ROWS],
    }
    return show(request, seat, "twice.html", context)


@asks(Act.APPLY)
@require_POST
def decide(request: HttpRequest, seat: Seat, receipt_id: int, other_id: int) -> HttpResponseBase:
    """The two are the same money, or they are two payments."""
    receipt, other = receipt_of(seat, receipt_id), receipt_of(seat, other_id)
    is_same = request.POST.get("verb") == "same"
    done = "Counted once: the bank's payment stands." if is_same else "Noted: two payments."
    with told(request, done):
        act = act_of(request, seat.creditor, WHY)
        if is_same:
            same.link(
                receipt=receipt,
                other=other,
                today=act.today,
                at=act.at,
                by=act.by,
                why=act.why,
            )
        else:
            same.keep_apart(receipt=receipt, other=other, at=act.at, by=act.by)
    return redirect("twice", seat.creditor.code)


@asks(Act.APPLY)
@require_POST
def line_is_same(request: HttpRequest, seat: Seat, line_id: int, other_id: int) -> HttpResponseBase:
    """A payment that is not applied yet is the money of a receipt we have."""
    line, other = line_of(seat, line_id), receipt_of(seat, other_id)
    with told(request, "Counted once: the bank's payment takes the place of the other."):
        same_money.link_line(line, other, act=act_of(request, seat.creditor, WHY))
    return back(request, seat, "cash_line", line_id=line.pk)


@asks(Act.APPLY)
@require_POST
def apart(request: HttpRequest, seat: Seat, same_id: int) -> HttpResponseBase:
    """They were two payments after all: the other one is posted anew."""
    found = get_object_or_404(
        SameMoney.objects.select_related("receipt", "other", "creditor"),
        pk=same_id,
        creditor=seat.creditor,
    )
    with told(request, "Taken apart: both payments count, and each pays what it paid."):
        why = request.POST.get("reason", "").strip()
        if not why:
            raise Refusal("reason-missing", "Say why: the reason is kept with the posting.")
        act = act_of(request, seat.creditor, why)
        same.unlink(same=found, today=act.today, at=act.at, by=act.by, why=act.why)
    return redirect("twice", seat.creditor.code)
