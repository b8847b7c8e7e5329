"""What people do with charges: charge, invoice or waive them, one or many, each with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import charge as door
from recoup.books.models import Charge, Seat
from recoup.jobs.charges.ground import days_to_pay
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.web.page import actor, back


def _marked(request: HttpRequest, seat: Seat) -> list[int]:
    ids = [int(each) for each in request.POST.getlist("charge") if each.isdigit()]
    return list(
        Charge.objects.filter(creditor=seat.creditor, pk__in=ids).values_list("pk", flat=True)
    )


def _post(request: HttpRequest, seat: Seat, ids: list[int]) -> int:
    return door.post_proposed(
        creditor=seat.creditor,
        charge_ids=ids,
        today=clock.today(seat.creditor),
        at=clock.now(),
        by=actor(request),
        why=_reason(request) or "approved",
    )


def _invoice(request: HttpRequest, seat: Seat, ids: list[int]) -> int:
    today = clock.today(seat.creditor)
    return door.invoice(
        creditor=seat.creditor,
        charge_ids=ids,
        due_date=today + timedelta(days=days_to_pay(seat.creditor)),
        today=today,
        at=clock.now(),
        by=actor(request),
    )


def _waive(request: HttpRequest, seat: Seat, ids: list[int]) -> int:
    why = _reason(request)
    if not why:
        raise Refusal("reason-missing", "A charge is waived for a reason. Say why.")
    waived = Charge.objects.filter(pk__in=ids).exclude(state__in=["waived", "corrected"])
    found = list(waived.order_by("pk"))
    for each in found:
        door.waive(
            charge=each,
            why=why,
            today=clock.today(seat.creditor),
            at=clock.now(),
            by=actor(request),
        )
    return len(found)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:200]


Do = Callable[[HttpRequest, Seat, list[int]], int]
ACTS: dict[str, tuple[Do, str]] = {
    "post": (_post, "charged"),
    "invoice": (_invoice, "invoiced"),
    "waive": (_waive, "waived"),
}


@asks(Act.APPLY)
@require_POST
def act_on_charges(request: HttpRequest, seat: Seat, verb: str) -> HttpResponseBase:
    """Do one thing with every marked charge; say how many."""
    if verb not in ACTS:
        raise Http404(verb)
    do, done = ACTS[verb]
    ids = _marked(request, seat)
    if not ids:
        messages.error(request, "No charge is marked. Mark some first.")
        return back(request, seat, "charges")
    try:
        count = do(request, seat, ids)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = f"{count} charge{'' if count == 1 else 's'} {done}."
        messages.success(request, said if count else "Nothing to do: they moved on meanwhile.")
    return back(request, seat, "charges")
