"""What a person changes on an account: holds and contact points."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import register, treat
from recoup.books.models import Account, ContactPoint, HoldRecord, OpenItem, Seat
from recoup.engine.bundle import Hold
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.web.account import account_of
from recoup.web.page import actor, back, told


def day_of(written: str, name: str) -> date | None:
    """The day a form names, None when it names none; Refusal when it is no day."""
    if not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise Refusal("day-unreadable", f"{name} is not a day. Write it as 2026-03-31.") from None


@asks(Act.TREAT)
@require_POST
def set_hold(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """Stop reminders to an account, or about one item, for a reason."""
    account = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    with told(request, "Reminders are stopped. Anything prepared is checked again before it goes."):
        treat.set_hold(
            account=account,
            new=_new_hold(request, account, today),
            today=today,
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "account", account_id=account.pk)


def _new_hold(request: HttpRequest, account: Account, today: date) -> treat.NewHold:
    reason = request.POST.get("reason", "")
    known = {str(int(hold)): hold for hold in Hold if hold is not Hold.NOT_INVOICED}
    if reason not in known:
        raise Refusal("hold-reason", "Choose why reminders stop.")
    wanted = request.POST.get("open_item", "")
    item = None
    if wanted:
        items = OpenItem.objects.filter(account=account)
        item = get_object_or_404(items, pk=int(wanted) if wanted.isdigit() else 0)
    return treat.NewHold(
        reason=known[reason],
        first_date=day_of(request.POST.get("first_date", ""), "The first day") or today,
        last_date=day_of(request.POST.get("last_date", ""), "The last day"),
        open_item=item,
        note=request.POST.get("note", "").strip()[:500],
    )


@asks(Act.TREAT)
@require_POST
def end_hold(request: HttpRequest, seat: Seat, hold_id: int) -> HttpResponseBase:
    """Let reminders go on from today."""
    held = get_object_or_404(HoldRecord, pk=hold_id, creditor=seat.creditor)
    with told(request, "The hold has ended. The next run looks at the account again."):
        treat.end_hold(
            held=held, today=clock.today(seat.creditor), at=clock.now(), by=actor(request)
        )
    return back(request, seat, "account", account_id=held.account_id)


@asks(Act.TREAT)
@require_POST
def add_contact(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """Add an address or number to an account."""
    account = account_of(seat, account_id)
    with told(request, "The contact is added."):
        kind, value = _contact(request)
        register.add_contact(
            account=account,
            kind=kind,
            value=value,
            person=request.POST.get("person", "").strip()[:200],
            today=clock.today(seat.creditor),
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "account", account_id=account.pk)


def _contact(request: HttpRequest) -> tuple[str, str]:
    kind = request.POST.get("kind", "email")
    value = request.POST.get("value", "").strip()
    if kind not in dict(ContactPoint.KINDS) or not value or len(value) > 254:
        raise Refusal("contact-empty", "Write the address or number, at most 254 characters.")
    if kind == "email":
        try:
            validate_email(value)
        except ValidationError:
            sentence = f"{value} is not an e-mail address. Write it as name@company.example."
            raise Refusal("contact-email", sentence) from None
    return kind, value


@asks(Act.TREAT)
@require_POST
def change_contact(request: HttpRequest, seat: Seat, contact_id: int) -> HttpResponseBase:
    """Note that an address bounced, was opted out of, or works again."""
    point = get_object_or_404(
        ContactPoint.objects.select_related("account"), pk=contact_id, creditor=seat.creditor
    )
    with told(request, f"{point.value} is noted."):
        register.change_contact(
            contact_point=point,
            state=request.POST.get("state", ""),
            today=clock.today(seat.creditor),
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "account", account_id=point.account_id)
