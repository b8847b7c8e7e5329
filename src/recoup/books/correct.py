"""The door of corrections to money: undo, bounce, refund. Each a posting with reason and person."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from recoup.books.apply_cash import opposite, reverse, unapply
from recoup.books.lock import hold
from recoup.books.models import (
    CashApplication,
    Entry,
    LedgerAccount,
    Receipt,
    StatementLine,
    Transfer,
)
from recoup.books.record import record, record_balances_of
from recoup.kernel.errors import Refusal


def take_back(*, receipt: Receipt, today: date, at: datetime, by: str, why: str) -> None:
    """Undo a receipt wholly: its applications, what was given up with it, and the money itself.

    The statement line it came from is to be applied again.
    """
    with transaction.atomic():
        hold([receipt.account_id])
        _undo(receipt, today=today, at=at, by=by, why=why)
        StatementLine.objects.filter(receipt=receipt).update(state="open", receipt=None)
        record(
            account=receipt.account,
            kind="posted_by_hand",
            business_date=today,
            at=at,
            by=by,
            facts={"what": "Undoing of a payment", "why": why, "receipt": receipt.pk},
        )


def bounce(*, receipt: Receipt, today: date, at: datetime, by: str, why: str) -> None:
    """A payment that came back: everything it paid is open again from today."""
    with transaction.atomic():
        hold([receipt.account_id])
        _undo(receipt, today=today, at=at, by=by, why=why)
        record(
            account=receipt.account,
            kind="posted_by_hand",
            business_date=today,
            at=at,
            by=by,
            facts={"what": "Returned payment", "why": why, "receipt": receipt.pk},
        )


def _undo(receipt: Receipt, *, today: date, at: datetime, by: str, why: str) -> None:
    entry = Entry.objects.get(transfers__receipt=receipt, kind="receipt")
    if Entry.objects.filter(reverses=entry).exists():
        raise Refusal("already-reversed", "This payment was taken back already. Reload the page.")
    if _refunds(receipt).filter(reversed_by=None).exists():
        raise Refusal(
            "partly-refunded",
            "Part of this payment was paid back. Take the refund back first.",
        )
    with_credit_notes = Q(receipt=None, entry__key__startswith=f"cash/{receipt.pk}/")
    for application in CashApplication.objects.filter(
        Q(receipt=receipt) | with_credit_notes,
        creditor_id=receipt.creditor_id,
        reversed_entry=None,
    ):
        unapply(application=application, today=today, at=at, by=by, why=why)
    given_up = Entry.objects.filter(
        creditor_id=receipt.creditor_id,
        key__startswith=f"receipt/{receipt.pk}/",
        reversed_by=None,
    )
    for each in given_up:
        _restore(each, today=today, at=at, by=by, why=why)
    reverse(entry=entry, today=today, at=at, by=by, why=why)


def _refunds(receipt: Receipt) -> QuerySet[Entry]:
    return Entry.objects.filter(
        creditor_id=receipt.creditor_id, kind="refund", key__startswith=f"refund/{receipt.pk}/"
    )


def take_back_given_up(*, entry: Entry, today: date, at: datetime, by: str, why: str) -> Entry:
    """A discount, bank charge or write-off is owed again, once."""
    with transaction.atomic():
        account_id, currency = entry.transfers.values_list("account_id", "currency")[0]
        hold([account_id])
        if Entry.objects.filter(reverses=entry).exists():
            raise Refusal("already-reversed", "This was taken back already. Reload the page.")
        reversal = _restore(entry, today=today, at=at, by=by, why=why)
        record_balances_of(
            account_id=account_id,
            creditor_id=entry.creditor_id,
            currency=currency,
            kind="reversed",
            today=today,
            at=at,
        )
        return reversal


def take_back_refund(*, entry: Entry, today: date, at: datetime, by: str, why: str) -> Entry:
    """A refund that did not reach the debtor is their credit again, once."""
    with transaction.atomic():
        moved = entry.transfers.get()
        hold([moved.account_id])
        if Entry.objects.filter(reverses=entry).exists():
            raise Refusal("already-reversed", "This was taken back already. Reload the page.")
        Receipt.objects.filter(pk=moved.receipt_id or 0).update(
            unapplied_minor=F("unapplied_minor") + moved.amount_minor
        )
        reversal = opposite(entry=entry, today=today, at=at, by=by, why=why)
        record_balances_of(
            account_id=moved.account_id,
            creditor_id=entry.creditor_id,
            currency=moved.currency,
            kind="reversed",
            today=today,
            at=at,
        )
        return reversal


def _restore(entry: Entry, *, today: date, at: datetime, by: str, why: str) -> Entry:
    """What was given up with a payment is owed again when the payment goes back."""
    from_adjust = entry.transfers.select_related("open_item")
    for moved in from_adjust:
        item = moved.open_item
        assert item is not None
        item.open_minor += moved.amount_minor
        item.save(update_fields=["open_minor"])
    return opposite(entry=entry, today=today, at=at, by=by, why=why)


def refund(
    *, receipt: Receipt, amount_minor: int, today: date, at: datetime, by: str, why: str
) -> Entry:
    """Money of the debtor that went back from us: at most what is not applied."""
    with transaction.atomic():
        hold([receipt.account_id])
        held = Receipt.objects.select_for_update().get(pk=receipt.pk)
        if not 0 < amount_minor <= held.unapplied_minor:
            raise Refusal(
                "refund-too-large",
                "Only what is not applied can be paid back. Take applications back first.",
            )
        number = _refunds(held).count()
        entry = Entry.objects.create(
            creditor_id=held.creditor_id,
            kind="refund",
            key=f"refund/{held.pk}/{number + 1}",
            effective_date=today,
            recorded_at=at,
            by=by,
            why=why[:300],
        )
        Transfer.objects.create(
            creditor_id=held.creditor_id,
            entry=entry,
            account_id=held.account_id,
            effective_date=today,
            debit=LedgerAccount.UNAPPLIED,
            credit=LedgerAccount.BANK,
            currency=held.currency,
            amount_minor=amount_minor,
            receipt=held,
        )
        held.unapplied_minor -= amount_minor
        held.save(update_fields=["unapplied_minor"])
        record_balances_of(
            account_id=held.account_id,
            creditor_id=held.creditor_id,
            currency=held.currency,
            kind="refunded",
            today=today,
            at=at,
        )
        return entry
