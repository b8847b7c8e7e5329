"""The door of credit notes: one used over several invoices in one act, and back in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from recoup.books.apply_cash import APPLICATIONS, apply_cash, unapply
from recoup.books.follow import family, follow
from recoup.books.lock import hold
from recoup.books.models import CashApplication, Creditor, OpenItem
from recoup.books.record import record
from recoup.kernel.errors import Refusal


def use_credit(
    *,
    credit: OpenItem,
    amounts: Mapping[int, int],
    today: date,
    at: datetime,
    by: str,
    why: str,
) -> str:
    """Set a credit note off against invoices (item ids and amounts); the name of this use.

    All of it or nothing. Raises Refusal `not-a-credit` and what `apply_cash` raises.
    """
    if credit.amount_minor >= 0:
        raise Refusal("not-a-credit", "This is no credit note. Choose one that has credit left.")
    if not any(amounts.values()):
        raise Refusal("nothing-to-apply", "Nothing is applied. Write an amount beside an invoice.")
    with transaction.atomic():
        hold([credit.account_id])
        name = _next_name(credit)
        rows = [
            {
                "account_id": credit.account_id,
                "receipt_id": None,
                "credit_item_id": credit.pk,
                "open_item_id": item,
                "currency": credit.currency,
                "amount_minor": amount,
                "applied_date": today,
                "key": f"{name}{item}",
            }
            for item, amount in amounts.items()
            if amount
        ]
        apply_cash(
            creditor=Creditor.objects.get(pk=credit.creditor_id),
            applications=APPLICATIONS.of(rows),
            today=today,
            at=at,
            by=by,
            why=why,
        )
        _tell(credit, "Use of a credit note", name, today=today, at=at, by=by, why=why)
        return name


def take_back_use(
    *, credit: OpenItem, name: str, today: date, at: datetime, by: str, why: str
) -> int:
    """Take one use of a credit note back, wholly; how many invoices are open again.

    What was taken back by itself before stays so; Refusal `already-reversed` when all was.
    """
    with transaction.atomic():
        touched = family([credit.account_id])
        hold(touched)
        standing = list(_of(credit, name).filter(reversed_entry=None).order_by("pk"))
        if not standing:
            raise Refusal("already-reversed", "This use was taken back already. Reload the page.")
        for each in standing:
            unapply(application=each, today=today, at=at, by=by, why=why)
        _tell(credit, "Undoing of a credit note", name, today=today, at=at, by=by, why=why)
        follow(touched, today=today, at=at, by=by)
    return len(standing)


def _of(credit: OpenItem, name: str) -> QuerySet[CashApplication]:
    return CashApplication.objects.filter(credit_item=credit, entry__key__startswith=name)


def _next_name(credit: OpenItem) -> str:
    """Entries of one use begin with its name: `credit/`, the item, and how often it was used."""
    stem = f"credit/{credit.pk}/"
    keys = _of(credit, stem).values_list("entry__key", flat=True)
    used = {int(key.removeprefix(stem).partition("/")[0]) for key in keys}
    return f"{stem}{max(used, default=0) + 1}/"


def _tell(
    credit: OpenItem, what: str, name: str, *, today: date, at: datetime, by: str, why: str
) -> None:
    record(
        account=credit.account,
        kind="posted_by_hand",
        business_date=today,
        at=at,
        by=by,
        facts={"what": what, "why": why, "item": credit.pk, "use": name},
    )
