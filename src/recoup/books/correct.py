"""The door of corrections to money: undo, bounce, refund. Each a posting with reason and person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Unpack

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from recoup.books import contra
from recoup.books.apply_cash import opposite, reverse, unapply
from recoup.books.follow import closing, family, follow
from recoup.books.limits import cash_of, limit_minor
from recoup.books.lock import hold
from recoup.books.models import (
    Account,
    CashApplication,
    Entry,
    LedgerAccount,
    Move,
    OpenItem,
    Receipt,
    StatementLine,
    Transfer,
)
from recoup.books.move import Piece, move, take_back_move
from recoup.books.parts import onward_money
from recoup.books.record import record, record_balances_of
from recoup.books.told import Told, When
from recoup.kernel.errors import Refusal
from recoup.kernel.money import plain

# What lowers an item without money.
GIVEN_UP = ("discount", "bank_charges", "write_off", contra.KIND)


def take_back(*, receipt: Receipt, today: date, at: datetime, by: str, why: str) -> None:
    """Undo a receipt wholly: its applications, what was given up with it, and the money itself.

    What of it had been moved comes back first. The statement line it came from is to be applied
    again.
    """
    with transaction.atomic():
        _undo_and_tell(receipt, "Undoing of a payment", today=today, at=at, by=by, why=why)
        StatementLine.objects.filter(receipt=receipt).update(state="open", receipt=None)


def bounce(*, receipt: Receipt, today: date, at: datetime, by: str, why: str) -> None:
    """A payment that came back: everything it paid is open again from today."""
    with transaction.atomic():
        _undo_and_tell(receipt, "Returned payment", today=today, at=at, by=by, why=why)


def count_elsewhere(*, receipt: Receipt, today: date, at: datetime, by: str, why: str) -> None:
    """The same money is another receipt: this one is reversed, and what it paid is open again."""
    with transaction.atomic():
        _undo_and_tell(receipt, "Payment counted twice", today=today, at=at, by=by, why=why)


def _undo_and_tell(receipt: Receipt, what: str, **told: Unpack[Told]) -> None:
    touched = hold_with_moves(receipt)
    _undo(receipt, **told)
    when = When(today=told["today"], at=told["at"], by=told["by"])
    follow(touched, **when)
    record(
        account=receipt.account,
        kind="posted_by_hand",
        business_date=told["today"],
        at=told["at"],
        by=told["by"],
        facts={"what": what, "why": told["why"], "receipt": receipt.pk},
    )


def hold_with_moves(*receipts: Receipt) -> list[int]:
    """Lock every account that any of this money went to; their ids."""
    tree = [each for receipt in receipts for each in onward_money(receipt.pk)]
    accounts = Receipt.objects.filter(pk__in=tree).values_list("account_id", flat=True)
    touched = family(accounts)
    hold(touched)
    return touched


def _undo(receipt: Receipt, *, today: date, at: datetime, by: str, why: str) -> None:
    entry = Entry.objects.filter(transfers__receipt=receipt, kind="receipt").first()
    if entry is None:
        raise Refusal(
            "moved-here",
            "This money was moved here from another account. Correct the payment there; "
            "what stands here goes back with it.",
        )
    if Entry.objects.filter(reverses=entry).exists():
        raise Refusal("already-reversed", "This payment was taken back already. Reload the page.")
    _bring_home(receipt, today=today, at=at, by=by, why=why)
    reverse(entry=entry, today=today, at=at, by=by, why=why)


def _bring_home(receipt: Receipt, *, today: date, at: datetime, by: str, why: str) -> None:
    """All of a receipt that was not paid out is unapplied again, where it first stood."""
    if _refunds(receipt).filter(reversed_by=None).exists():
        raise Refusal(
            "partly-refunded",
            "Part of this payment was paid back. Take the refund back first.",
        )
    away = Move.objects.filter(from_receipt=receipt, entry__reversed_by=None)
    for each in away.select_related("to_receipt", "merge"):
        assert each.to_receipt is not None
        _bring_home(each.to_receipt, today=today, at=at, by=by, why=why)
        take_back_move(move=each, today=today, at=at, by=by, why=why, merge=each.merge)
    for application in _applications(receipt):
        unapply(application=application, today=today, at=at, by=by, why=why)
    for entry in _given_up(receipt):
        _restore(entry, today=today, at=at, by=by, why=why)


def free_item(*, item: OpenItem, today: date, at: datetime, by: str, why: str) -> None:
    """All of an item is open again, where it was first posted, whatever was done with it since.

    Money and credit notes that paid it are the debtor's credit. The caller holds the accounts.
    """
    away = Move.objects.filter(from_item=item, entry__reversed_by=None)
    for each in away.select_related("to_item", "merge").order_by("-pk"):
        assert each.to_item is not None
        free_item(item=each.to_item, today=today, at=at, by=by, why=why)
        merge = each.merge or closing(item.account_id)
        take_back_move(move=each, today=today, at=at, by=by, why=why, merge=merge)
    for application in CashApplication.objects.filter(open_item=item, reversed_entry=None):
        unapply(application=application, today=today, at=at, by=by, why=why)
    given_up = Entry.objects.filter(transfers__open_item=item, kind__in=GIVEN_UP, reversed_by=None)
    for entry in given_up.distinct():
        _restore(entry, today=today, at=at, by=by, why=why)
        others = entry.transfers.exclude(open_item=item).values_list("open_item_id", "amount_minor")
        if entry.kind == contra.KIND and others:
            contra.set_off(
                account=item.account,
                amounts={each: minor for each, minor in others if each is not None},
                reference=contra.reference_of(entry),
                today=today,
                at=at,
                by=by,
                why=why,
            )


def _applications(receipt: Receipt) -> list[CashApplication]:
    """What of a receipt is applied, and the credit notes that were set off with it."""
    with_credit_notes = Q(receipt=None, entry__key__startswith=f"cash/{receipt.pk}/")
    standing = CashApplication.objects.filter(
        Q(receipt=receipt) | with_credit_notes,
        creditor_id=receipt.creditor_id,
        reversed_entry=None,
    )
    return list(standing.order_by("-pk"))


def _given_up(receipt: Receipt) -> QuerySet[Entry]:
    """What was given up with a payment and still is."""
    return Entry.objects.filter(
        creditor_id=receipt.creditor_id,
        key__startswith=f"receipt/{receipt.pk}/",
        reversed_by=None,
    )


def applications_to_loosen(receipt: Receipt, amount_minor: int) -> list[CashApplication]:
    """The applications that must be taken back to move so much, the latest first."""
    missing = amount_minor - receipt.unapplied_minor
    needed: list[CashApplication] = []
    for each in _applications(receipt):
        if missing > 0 and each.receipt_id is not None:
            needed.append(each)
            missing -= each.amount_minor
    return needed


def move_money(
    *,
    receipt: Receipt,
    amount_minor: int,
    to: Account,
    today: date,
    at: datetime,
    by: str,
    why: str,
) -> Move:
    """Move money of a receipt to another account; what is applied of it is taken back first.

    Only as much is taken back as the amount needs, the latest application first. Raises what
    `books.move.move` raises.
    """
    with transaction.atomic():
        touched = family([receipt.account_id, to.pk])
        hold(touched)
        held = Receipt.objects.select_for_update().get(pk=receipt.pk)
        for each in applications_to_loosen(held, amount_minor):
            unapply(application=each, today=today, at=at, by=by, why=why)
            with_it = _given_up(held).filter(transfers__open_item=each.open_item_id)
            for entry in with_it.distinct():
                _restore(entry, today=today, at=at, by=by, why=why)
        piece = Piece(Receipt.objects.get(pk=held.pk), amount_minor)
        [done] = move(pieces=[piece], to=to, today=today, at=at, by=by, why=why)
        follow(touched, today=today, at=at, by=by)
        return done


def _refunds(receipt: Receipt) -> QuerySet[Entry]:
    return Entry.objects.filter(
        creditor_id=receipt.creditor_id, kind="refund", key__startswith=f"refund/{receipt.pk}/"
    )


def _refunded_alone(receipt: Receipt) -> int:
    """What one person paid back of it and did not take back; what a second one approved apart."""
    mine = _refunds(receipt).filter(reversed_by=None, request=None)
    return int(mine.aggregate(sum=Sum("transfers__amount_minor"))["sum"] or 0)


def _check_limit(receipt: Receipt, amount_minor: int, limit: int) -> None:
    if _refunded_alone(receipt) + amount_minor > limit:
        raise Refusal(
            "second-person-needed",
            f"At most {plain(limit, receipt.currency)} {receipt.currency} of one payment is paid"
            " back by one person alone. Ask a second one to approve it.",
        )


def take_back_given_up(*, entry: Entry, today: date, at: datetime, by: str, why: str) -> Entry:
    """A discount, bank charge, write-off or contra is owed again, once."""
    with transaction.atomic():
        account_id, currency = entry.transfers.values_list("account_id", "currency")[0]
        touched = family([account_id])
        hold(touched)
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
        follow(touched, today=today, at=at, by=by)
        return reversal


def take_back_application(
    *, application: CashApplication, today: date, at: datetime, by: str, why: str
) -> Entry:
    """Take one application back by itself, once; the money is a credit of the account."""
    with transaction.atomic():
        touched = family([application.account_id])
        hold(touched)
        reversal = unapply(application=application, today=today, at=at, by=by, why=why)
        follow(touched, today=today, at=at, by=by)
        return reversal


def take_back_refund(*, entry: Entry, today: date, at: datetime, by: str, why: str) -> Entry:
    """A refund that did not reach the debtor is their credit again, once."""
    with transaction.atomic():
        moved = entry.transfers.get()
        touched = family([moved.account_id])
        hold(touched)
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
        follow(touched, today=today, at=at, by=by)
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
    *,
    receipt: Receipt,
    amount_minor: int,
    today: date,
    at: datetime,
    by: str,
    why: str,
    is_approved: bool = False,
) -> Entry:
    """Money of the debtor that went back from us: at most what is not applied.

    More of one receipt than one person may pay back alone needs a second one.
    """
    with transaction.atomic():
        hold([receipt.account_id])
        held = Receipt.objects.select_for_update().get(pk=receipt.pk)
        if not 0 < amount_minor <= held.unapplied_minor:
            raise Refusal(
                "refund-too-large",
                "Only what is not applied can be paid back. Take applications back first.",
            )
        limit = limit_minor(cash_of(held.creditor_id), "refund", held.currency)
        if not is_approved:
            _check_limit(held, amount_minor, limit)
        number = _refunds(held).count()
        entry = Entry.objects.create(
            creditor_id=held.creditor_id,
            kind="refund",
            key=f"refund/{held.pk}/{number + 1}",
            effective_date=today,
            recorded_at=at,
            by=by,
            why=why[:300],
            limit_minor=limit,
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
