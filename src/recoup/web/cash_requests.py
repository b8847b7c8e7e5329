"""Write-offs and refunds that one person may not give away alone: a second one decides."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import second
from recoup.books.models import MoneyRequest, Seat, StatementLine
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.web.cash import tabs
from recoup.web.cash_undo import last_done
from recoup.web.page import PAGE_ROWS, actor, back, show, told


@dataclass(frozen=True)
class Waiting:
    """A request, and what the person who looks may do about it."""

    request: MoneyRequest
    is_mine: bool
    # Nobody else could decide: it may be confirmed with the reason written again.
    is_alone: bool


@asks(Act.SEE)
def requests(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What waits for a second person, the oldest first, and what was decided lately."""
    found = MoneyRequest.objects.filter(creditor=seat.creditor).select_related(
        "account", "open_item__document", "receipt"
    )
    me = actor(request)
    waiting = [
        Waiting(
            each,
            is_mine=each.proposed_by == me,
            is_alone=seat.role == "owner" and second.may_alone(each, by=me),
        )
        for each in found.filter(state="waiting").order_by("pk")[:PAGE_ROWS]
    ]
    context = {
        "here": "cash",
        "tabs": tabs(seat.creditor, "cash_requests"),
        "waiting": waiting,
        "decided": found.exclude(state="waiting").order_by("-decided_at", "-pk")[:PAGE_ROWS],
        "last_done": last_done(request, seat.creditor),
    }
    return show(request, seat, "cash_requests.html", context)


def say_what_waits(request: HttpRequest, line: StatementLine) -> None:
    """Tell of a rest that was to be given up with a payment and waits for a second person."""
    fresh = StatementLine.objects.get(pk=line.pk)
    paid = MoneyRequest.objects.filter(
        state="waiting", open_item__applications__receipt_id=fresh.receipt_id or 0
    )
    if paid.exists():
        messages.success(request, "What was to be given up with it waits for a second person.")


def _request_of(seat: Seat, request_id: int) -> MoneyRequest:
    found = MoneyRequest.objects.select_related("creditor", "receipt", "open_item")
    return get_object_or_404(found, pk=request_id, creditor=seat.creditor)


@asks(Act.APPROVE)
@require_POST
def approve(request: HttpRequest, seat: Seat, request_id: int) -> HttpResponseBase:
    """A second person agrees, and it is posted; with nobody else, the owner says why again."""
    found = _request_of(seat, request_id)
    me = actor(request)
    with told(request, "Approved and posted."):
        if found.proposed_by == me and seat.role != "owner":
            raise Refusal(
                "second-person-needed",
                "You asked for this yourself. Somebody else with the right to money decides.",
            )
        second.approve(
            request=found,
            today=clock.today(seat.creditor),
            at=clock.now(),
            by=me,
            why=request.POST.get("reason", ""),
        )
    return back(request, seat, "cash_requests")


@asks(Act.APPROVE)
@require_POST
def decline(request: HttpRequest, seat: Seat, request_id: int) -> HttpResponseBase:
    """It is not posted; whoever asked reads why."""
    found = _request_of(seat, request_id)
    with told(request, "Declined. Nothing is posted."):
        second.decline(
            request=found,
            today=clock.today(seat.creditor),
            at=clock.now(),
            by=actor(request),
            why=request.POST.get("reason", ""),
        )
    return back(request, seat, "cash_requests")
