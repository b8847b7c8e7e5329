"""The door of seats and of what a creditor says about itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from recoup.books.models import Creditor, Seat
from recoup.kernel.errors import Refusal

# What an owner may change later; the rest is fixed when the creditor is enrolled.
DETAILS = frozenset(
    {"name", "sender_name", "sender_email", "reply_to", "phone", "postal_address"}
    | {"bank_holder", "bank_iban", "bank_bic", "bank_name"}
    | {"bank_account_number", "bank_routing_code"}
)


def set_role(*, creditor: Creditor, login_id: int, role: str) -> None:
    """Give a login this role at the creditor; an empty role takes the seat away.

    Raises Refusal `role-unknown`, and `last-owner` when nobody could manage the creditor then.
    """
    if role and role not in dict(Seat.ROLES):
        raise Refusal("role-unknown", f"{role!r} is no role. Choose one of the list.")
    with transaction.atomic():
        seats = Seat.objects.select_for_update().filter(creditor=creditor)
        owners = list(seats.filter(role="owner").values_list("login_id", flat=True))
        if role != "owner" and owners == [login_id]:
            raise Refusal("last-owner", "This is the last owner. Make somebody else owner first.")
        if role:
            Seat.objects.update_or_create(
                login_id=login_id, creditor=creditor, defaults={"role": role}
            )
        else:
            seats.filter(login_id=login_id).delete()


def change_details(*, creditor: Creditor, details: Mapping[str, str]) -> None:
    """Keep what the creditor says of itself; messages written already stay as they are."""
    unknown = set(details) - DETAILS
    if unknown:
        raise Refusal("detail-unknown", f"{', '.join(sorted(unknown))} cannot be changed here.")
    for name, value in details.items():
        limit: int | None = getattr(Creditor._meta.get_field(name), "max_length", None)
        if limit is not None and len(value) > limit:
            raise Refusal(
                "detail-too-long",
                f"{name.replace('_', ' ')} has more than {limit} characters. Shorten it.",
            )
        setattr(creditor, name, value)
    if not creditor.name:
        raise Refusal("detail-empty", "The name is empty. Debtors must see who writes to them.")
    creditor.save(update_fields=sorted(details))


def change_password(*, login: AbstractBaseUser, password: str) -> None:
    """Give a login a new password, kept as its hash only."""
    login.set_password(password)
    login.save(update_fields=["password"])
