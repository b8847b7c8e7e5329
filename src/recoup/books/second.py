"""The door of what one person may not give away alone: asked for by one, decided by another."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from recoup.books import adjust, correct
from recoup.books.limits import cash_of, limit_minor
from recoup.books.lock import hold
from recoup.books.models import Account, Entry, MoneyRequest, OpenItem, Receipt, Seat
from recoup.books.record import record
from recoup.kernel.errors import Refusal


def ask_to_give_up(
    *, item: OpenItem, kind: str, amount_minor: int, today: date, at: datetime, by: str, why: str
) -> MoneyRequest:
    """Ask that something of an item be given up; it waits for a second person."""
    if kind not in adjust.KINDS or kind == "discount":
        raise Refusal("kind-unknown", "Choose as what the amount is given up.")
    wanted = MoneyRequest(
        account_id=item.account_id, open_item=item, kind=kind, currency=item.currency
    )
    return _ask(wanted, item.creditor_id, amount_minor, item.open_minor, today, at, by, why)


def ask_to_refund(
    *, receipt: Receipt, amount_minor: int, today: date, at: datetime, by: str, why: str
) -> MoneyRequest:
    """Ask that money not applied be paid back; it waits for a second person."""
    wanted = MoneyRequest(
        account_id=receipt.account_id, receipt=receipt, kind="refund", currency=receipt.currency
    )
    most = receipt.unapplied_minor
    return _ask(wanted, receipt.creditor_id, amount_minor, most, today, at, by, why)


def _ask(
    wanted: MoneyRequest,
    creditor_id: int,
    amount_minor: int,
    most_minor: int,
    today: date,
    at: datetime,
    by: str,
    why: str,
) -> MoneyRequest:
    if not why.strip():
        raise Refusal("reason-missing", "Say why: whoever decides reads the reason.")
    if not 0 < amount_minor <= most_minor:
        raise Refusal("request-too-large", "More is asked for than there is. Ask for at most that.")
    with transaction.atomic():
        hold([wanted.account_id])
        standing = MoneyRequest.objects.filter(
            open_item=wanted.open_item, receipt=wanted.receipt, state="waiting"
        ).first()
        if standing is not None:
            raise Refusal(
                "asked-already",
                f"{standing.what} waits for a second person already; it was asked for by"
                f" {standing.proposed_by}. Let it be decided first.",
            )
        wanted.creditor_id = creditor_id
        wanted.amount_minor = amount_minor
        wanted.limit_minor = limit_minor(cash_of(creditor_id), wanted.kind, wanted.currency)
        wanted.why, wanted.proposed_by = why.strip()[:300], by
        wanted.proposed_at, wanted.state = at, "waiting"
        wanted.save(force_insert=True)
        _tell(wanted, "money_asked", today=today, at=at, by=by, why=wanted.why)
    return wanted


def may_alone(request: MoneyRequest, *, by: str) -> bool:
    """Nobody but the one who asked could decide: then they may, saying the reason once more."""
    seats = Seat.objects.filter(creditor_id=request.creditor_id, role__in=Seat.MONEY_ROLES)
    others = seats.exclude(login__username=request.proposed_by).filter(login__is_active=True)
    return by == request.proposed_by and not others.exists()


def approve(
    *, request: MoneyRequest, today: date, at: datetime, by: str, why: str = ""
) -> MoneyRequest:
    """A second person agrees: it is posted, once.

    Where nobody else may, the one who asked confirms it, with the reason said again.
    """
    with transaction.atomic():
        held = _held(request)
        is_alone = may_alone(held, by=by)
        if by == held.proposed_by and not is_alone:
            raise Refusal(
                "second-person-needed",
                "You asked for this yourself. Somebody else with the right to money decides.",
            )
        if is_alone and not why.strip():
            raise Refusal(
                "reason-missing",
                "Nobody else here may decide this, so confirm it with the reason, written again.",
            )
        entry = _post(held, today=today, at=at, by=by)
        _decide(held, "approved", at=at, by=by, why=why, entry=entry, is_alone=is_alone)
        _tell(held, "money_approved", today=today, at=at, by=by, why=why.strip() or held.why)
    return held


def decline(*, request: MoneyRequest, today: date, at: datetime, by: str, why: str) -> MoneyRequest:
    """It is not posted. The one who asked may take it back in the same way."""
    if not why.strip():
        raise Refusal("reason-missing", "Say why: whoever asked reads the reason.")
    with transaction.atomic():
        held = _held(request)
        _decide(held, "declined", at=at, by=by, why=why)
        _tell(held, "money_declined", today=today, at=at, by=by, why=why.strip())
    return held


def _held(request: MoneyRequest) -> MoneyRequest:
    """The request while its account is locked, still waiting where it was."""
    account_id = MoneyRequest.objects.values_list("account_id", flat=True).get(pk=request.pk)
    hold([account_id])
    held = MoneyRequest.objects.select_for_update().get(pk=request.pk)
    if held.account_id != account_id:
        raise Refusal("moved-meanwhile", "It went to another account just now. Reload the page.")
    if held.state != "waiting":
        raise Refusal(
            "decided-already",
            f"This was {held.state} already by {held.decided_by}. Reload the page.",
        )
    return held


def _post(held: MoneyRequest, *, today: date, at: datetime, by: str) -> Entry:
    why = f"{held.why} (asked by {held.proposed_by})"[:300]
    if held.receipt is not None:
        return correct.refund(
            receipt=held.receipt,
            amount_minor=held.amount_minor,
            is_approved=True,
            today=today,
            at=at,
            by=by,
            why=why,
        )
    key = f"request/{held.pk}"
    row = {
        "account_id": held.account_id,
        "open_item_id": held.open_item_id,
        "currency": held.currency,
        "amount_minor": held.amount_minor,
        "kind": held.kind,
        "effective_date": today,
        "key": key,
    }
    adjust.adjust(
        creditor=held.creditor,
        adjustments=adjust.ADJUSTMENTS.of([row]),
        is_approved=True,
        today=today,
        at=at,
        by=by,
        why=why,
    )
    return Entry.objects.get(creditor_id=held.creditor_id, key=key)


def _decide(
    held: MoneyRequest,
    state: str,
    *,
    at: datetime,
    by: str,
    why: str,
    entry: Entry | None = None,
    is_alone: bool = False,
) -> None:
    held.state, held.entry, held.is_alone = state, entry, is_alone
    held.decided_by, held.decided_at, held.decided_why = by, at, why.strip()[:300]
    held.save(
        update_fields=["state", "entry", "is_alone", "decided_by", "decided_at", "decided_why"]
    )


def _tell(
    request: MoneyRequest, kind: str, *, today: date, at: datetime, by: str, why: str
) -> None:
    record(
        account=Account.objects.get(pk=request.account_id),
        kind=kind,
        business_date=today,
        at=at,
        by=by,
        facts={"what": request.what, "why": why, "request": request.pk},
    )
