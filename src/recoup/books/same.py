"""The door of receipts that are the same money: linked by a person, and taken apart again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from recoup.books import apply_cash, correct, post
from recoup.books.follow import follow
from recoup.books.lock import hold
from recoup.books.models import CashApplication, OpenItem, Receipt, SameMoney
from recoup.books.parts import onward, onward_money
from recoup.kernel.errors import Refusal

BANK = "bank"


def link(
    *, receipt: Receipt, other: Receipt, today: date, at: datetime, by: str, why: str
) -> SameMoney:
    """Count the money once: the other is reversed, and the bank's pays what it had paid.

    Raises Refusal when one of the two is gone, decided on already, or not of the same money.
    """
    _check_alike(receipt, other)
    with transaction.atomic():
        touched = correct.hold_with_moves(receipt, other)
        _check_undecided(receipt, other)
        paid = list(
            CashApplication.objects.filter(receipt=other, reversed_entry=None)
            .order_by("pk")
            .values_list("open_item_id", "amount_minor")
        )
        correct.count_elsewhere(receipt=other, today=today, at=at, by=by, why=why)
        made = SameMoney.objects.create(
            creditor_id=receipt.creditor_id,
            receipt=receipt,
            other=other,
            state="same",
            by=by,
            at=at,
            why=why[:200],
        )
        follow(touched, today=today, at=at, by=by)
        _pay(receipt, paid, f"same/{made.pk}", today=today, at=at, by=by, why=why)
        receipt.refresh_from_db()
    return made


def _check_alike(receipt: Receipt, other: Receipt) -> None:
    facts = ("creditor_id", "account_id", "currency", "amount_minor")
    is_alike = all(getattr(receipt, name) == getattr(other, name) for name in facts)
    if not is_alike or receipt.source != BANK or other.source == BANK:
        raise Refusal(
            "not-the-same-money",
            "The same money is a receipt of the bank and one from elsewhere, of one account, "
            "amount and currency. Choose such a pair.",
        )


def _check_undecided(receipt: Receipt, other: Receipt) -> None:
    if SameMoney.objects.filter(receipt=receipt, other=other).exists():
        raise Refusal("same-decided", "This was decided already. Reload the page.")
    if SameMoney.objects.filter(receipt=receipt, state="same").exists():
        raise Refusal("same-taken", "The bank's payment is linked with another already.")
    for each in (receipt, other):
        if is_back(each):
            raise Refusal("already-reversed", "One of the two was taken back. Reload the page.")


def is_back(receipt: Receipt) -> bool:
    """Whether a receipt was reversed as a whole."""
    return receipt.transfer_set.filter(entry__kind="receipt_reversed").exists()


def _pay(
    receipt: Receipt,
    paid: list[tuple[int, int]],
    key: str,
    *,
    today: date,
    at: datetime,
    by: str,
    why: str,
) -> None:
    """Apply what the receipt has to spare to these items, each at most as it was paid before.

    Money and items that moved meanwhile are met where they stand now.
    """
    rows: list[dict[str, object]] = []
    spare = {each: each.unapplied_minor for each in _money_of(receipt)}
    for item_id, amount in paid:
        wanted = amount
        for item in OpenItem.objects.filter(pk__in=onward(item_id), open_minor__gt=0):
            for money in (each for each in spare if each.account_id == item.account_id):
                part = min(spare[money], wanted, item.open_minor)
                if part > 0:
                    spare[money] -= part
                    wanted -= part
                    item.open_minor -= part
                    rows.append(_application(money, item, part, key))
    if rows:
        apply_cash.apply_cash(
            creditor=receipt.creditor,
            applications=apply_cash.APPLICATIONS.of(rows),
            today=today,
            at=at,
            by=by,
            why=why,
        )


def _money_of(receipt: Receipt) -> list[Receipt]:
    """What of a receipt is not applied, wherever it stands."""
    held = Receipt.objects.filter(pk__in=onward_money(receipt.pk), unapplied_minor__gt=0)
    return list(held.order_by("pk"))


def _application(money: Receipt, item: OpenItem, amount_minor: int, key: str) -> dict[str, object]:
    return {
        "account_id": money.account_id,
        "receipt_id": money.pk,
        "credit_item_id": None,
        "open_item_id": item.pk,
        "currency": money.currency,
        "amount_minor": amount_minor,
        "applied_date": max(money.received_date, item.issue_date),
        "key": f"{key}/{item.pk}/{money.pk}",
    }


def keep_apart(
    *, receipt: Receipt, other: Receipt, at: datetime, by: str, why: str = ""
) -> SameMoney:
    """A person says that these are two payments; they are not asked about again."""
    _check_alike(receipt, other)
    with transaction.atomic():
        hold([receipt.account_id])
        _check_undecided(receipt, other)
        return SameMoney.objects.create(
            creditor_id=receipt.creditor_id,
            receipt=receipt,
            other=other,
            state="different",
            by=by,
            at=at,
            why=why[:200],
        )


def unlink(*, same: SameMoney, today: date, at: datetime, by: str, why: str) -> Receipt:
    """They were two payments after all: the reversed one is posted anew and pays what it paid.

    It is posted where its account goes on, when that was merged into another.
    """
    with transaction.atomic():
        touched = correct.hold_with_moves(same.receipt, same.other)
        held = SameMoney.objects.select_for_update().get(pk=same.pk)
        if held.state != "same":
            raise Refusal("same-undone", "This was taken back already. Reload the page.")
        paid = _give_back(held, today=today, at=at, by=by, why=why)
        follow(touched, today=today, at=at, by=by)
        again = _post_anew(held, today=today, at=at, by=by, why=why)
        _pay(again, paid, f"same/{held.pk}/undone", today=today, at=at, by=by, why=why)
        again.refresh_from_db()
        held.state = "undone"
        held.save(update_fields=["state"])
    return again


def _give_back(
    same: SameMoney, *, today: date, at: datetime, by: str, why: str
) -> list[tuple[int, int]]:
    """Take off what linking applied; what the items got of it."""
    made = CashApplication.objects.filter(
        creditor_id=same.creditor_id,
        reversed_entry=None,
        entry__key__startswith=f"same/{same.pk}/",
    ).order_by("pk")
    paid = list(made.values_list("open_item_id", "amount_minor"))
    for each in list(made):
        apply_cash.unapply(application=each, today=today, at=at, by=by, why=why)
    return paid


def _post_anew(same: SameMoney, *, today: date, at: datetime, by: str, why: str) -> Receipt:
    other = same.other
    ref = f"{other.source_ref[:180]}/again/{same.pk}"
    row = {
        "line": 1,
        "account_id": other.account.merged_into_id or other.account_id,
        "source": other.source,
        "source_ref": ref,
        "received_date": other.received_date,
        "currency": other.currency,
        "amount_minor": other.amount_minor,
        "reference": other.reference,
    }
    post.post_receipts(
        creditor=same.creditor,
        receipts=post.RECEIPTS.of([row]),
        today=today,
        at=at,
        by=by,
        why=why,
    )
    return Receipt.objects.get(creditor=same.creditor, source=other.source, source_ref=ref)
