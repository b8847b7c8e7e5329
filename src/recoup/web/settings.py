"""Settings: who we are to our debtors, and who may do what here."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import staff
from recoup.books.models import Creditor, Seat
from recoup.kernel.errors import Refusal
from recoup.web.page import back, show, told

# Field of the creditor, what people call it, a hint.
DETAILS = (
    ("name", "Name", "As debtors know it"),
    ("sender_name", "Sender name", "Shown beside the address of each message"),
    ("sender_email", "Sender address", "Must be one your mail server may send from"),
    ("reply_to", "Answers go to", "Empty: to the sender address"),
    ("phone", "Phone", "Printed in each message, so that people can ask"),
)
BANK = (
    ("bank_holder", "Account holder", "Empty: the name above"),
    ("bank_iban", "IBAN", "Or an account number below"),
    ("bank_bic", "BIC", ""),
    ("bank_name", "Bank", ""),
    ("bank_account_number", "Account number", "Where there is no IBAN"),
    ("bank_routing_code", "Sort or routing code", ""),
)
TEXTS = (("postal_address", "Postal address", "Printed at the foot of each message"),)
FIELDS = (*DETAILS, *BANK, *TEXTS)
_EMAILS = ("sender_email", "reply_to")


@asks(Act.SEE)
def settings(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The creditor's details, and the people with their roles."""
    creditor = seat.creditor
    context = {
        "here": "settings",
        "details": _values(creditor, DETAILS),
        "bank": _values(creditor, BANK),
        "texts": _values(creditor, TEXTS),
        "people": Seat.objects.filter(creditor=creditor)
        .select_related("login")
        .order_by("login__email"),
        "roles": Seat.ROLES,
    }
    return show(request, seat, "settings.html", context)


@asks(Act.MANAGE)
@require_POST
def save_details(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Keep the creditor's details; messages written already stay as they are."""
    with told(request, "Saved. Messages written from now on use it."):
        said = {name: request.POST.get(name, "") for name, _, _ in FIELDS}
        details = {name: _detail(name, value) for name, value in said.items()}
        staff.change_details(creditor=seat.creditor, details=details)
    return back(request, seat, "settings")


def _values(
    creditor: Creditor, fields: Sequence[tuple[str, str, str]]
) -> list[tuple[str, str, str, object]]:
    """Each field with its title, hint and what stands in it."""
    return [(name, title, hint, getattr(creditor, name)) for name, title, hint in fields]


def _detail(name: str, value: str) -> str:
    text = value.strip().replace("\r\n", "\n")
    if name in _EMAILS and text:
        try:
            validate_email(text)
        except ValidationError:
            sentence = f"{text} is not an e-mail address. Write it as name@company.example."
            raise Refusal("detail-email", sentence) from None
    return text


@asks(Act.MANAGE)
@require_POST
def save_role(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Give a login that exists a role here, change it, or take it away."""
    with told(request, "Saved."):
        email = request.POST.get("email", "").strip()
        login = get_user_model().objects.filter(email__iexact=email).first() if email else None
        if login is None:
            raise Refusal(
                "login-unknown",
                f"Nobody signs in as {email or 'that'}. Make the login on the command line first.",
            )
        staff.set_role(creditor=seat.creditor, login_id=login.pk, role=request.POST.get("role", ""))
    return back(request, seat, "settings")


@asks(Act.MANAGE)
@require_POST
def change_role(request: HttpRequest, seat: Seat, seat_id: int) -> HttpResponseBase:
    """Change a person's role here, or take it away."""
    held = get_object_or_404(Seat, pk=seat_id, creditor=seat.creditor)
    with told(request, "Saved."):
        staff.set_role(
            creditor=seat.creditor, login_id=held.login_id, role=request.POST.get("role", "")
        )
    return back(request, seat, "settings")
