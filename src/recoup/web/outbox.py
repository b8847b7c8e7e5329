"""What a person decides about messages: approve, hold back, let go, drop, settle a doubt."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import outbox
from recoup.books.models import Intent, Run, Seat
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.web.page import actor, back, told


def _approve(intent: Intent, request: HttpRequest) -> None:
    outbox.approve_intent(intent=intent, at=clock.now(), by=actor(request))


def _hold(intent: Intent, request: HttpRequest) -> None:
    outbox.hold_intent(intent=intent, reason=_reason(request), at=clock.now(), by=actor(request))


def _resume(intent: Intent, request: HttpRequest) -> None:
    outbox.resume_intent(intent=intent, at=clock.now(), by=actor(request))


def _drop(intent: Intent, request: HttpRequest) -> None:
    outbox.dismiss_intent(intent=intent, reason=_reason(request), at=clock.now(), by=actor(request))


ACTS: dict[str, tuple[Callable[[Intent, HttpRequest], None], str]] = {
    "approve": (_approve, "approved"),
    "hold": (_hold, "held back"),
    "resume": (_resume, "released"),
    "drop": (_drop, "dropped for today"),
}


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:150] or "on the page"


@asks(Act.RELEASE)
@require_POST
def approve_run(request: HttpRequest, seat: Seat, run_id: int) -> HttpResponseBase:
    """Let everything of a run go out that waits."""
    run = get_object_or_404(Run, pk=run_id, creditor=seat.creditor)
    with told(request, "Approved. Each message is checked once more just before it leaves."):
        outbox.approve_run(run=run, at=clock.now(), by=actor(request))
    return back(request, seat, "today")


@asks(Act.RELEASE)
@require_POST
def stop_run(request: HttpRequest, seat: Seat, run_id: int) -> HttpResponseBase:
    """Withdraw everything of a run that has not left."""
    run = get_object_or_404(Run, pk=run_id, creditor=seat.creditor)
    with told(request, "Stopped. Nothing more of this run goes out."):
        outbox.stop_run(run=run, reason=_reason(request), at=clock.now(), by=actor(request))
    return back(request, seat, "today")


@asks(Act.RELEASE)
@require_POST
def act(request: HttpRequest, seat: Seat, intent_id: int, verb: str) -> HttpResponseBase:
    """Do one thing with one message."""
    if verb not in ACTS:
        raise Http404(verb)
    do, done = ACTS[verb]
    intent = get_object_or_404(
        Intent.objects.select_related("account"), pk=intent_id, creditor=seat.creditor
    )
    with told(request, f"The message to {intent.account.name} is {done}."):
        do(intent, request)
    return back(request, seat, "messages")


@asks(Act.RELEASE)
@require_POST
def act_on_marked(request: HttpRequest, seat: Seat, verb: str) -> HttpResponseBase:
    """Do one thing with every marked message; say how many, and which could not be done."""
    if verb not in ACTS:
        raise Http404(verb)
    do, done = ACTS[verb]
    ids = [int(each) for each in request.POST.getlist("intent") if each.isdigit()]
    count = 0
    for intent in Intent.objects.filter(pk__in=ids, creditor=seat.creditor):
        try:
            do(intent, request)
            count += 1
        except Refusal as refusal:
            messages.error(request, f"{intent.account.name}: {refusal.sentence}")
    messages.success(request, f"{count} message{'' if count == 1 else 's'} {done}.")
    return back(request, seat, "messages")


@asks(Act.RELEASE)
@require_POST
def resolve(request: HttpRequest, seat: Seat, intent_id: int) -> HttpResponseBase:
    """End a doubt with evidence."""
    intent = get_object_or_404(Intent, pk=intent_id, creditor=seat.creditor)
    with told(request, "The doubt is settled."):
        outbox.resolve_doubt(
            intent=intent,
            outcome=request.POST.get("outcome", ""),
            evidence=request.POST.get("evidence", "")[:500],
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "message", intent_id=intent.pk)
