"""What is owed or was paid, given away: by one person up to the limit, above it asked for."""

from __future__ import annotations

from recoup.books import adjust, correct, second
from recoup.books.limits import cash_of, limit_minor
from recoup.books.models import Entry, MoneyRequest, OpenItem, Receipt
from recoup.jobs.settlement import Act


def give_up(
    item: OpenItem, *, amount_minor: int, kind: str, act: Act, otherwise: str = ""
) -> MoneyRequest | None:
    """Give up so much of an item; the request that waits where it takes a second person.

    A small amount may go without a reason of its own and has `otherwise`; a request may not.
    """
    if amount_minor > limit_minor(cash_of(item.creditor_id), kind, item.currency):
        return second.ask_to_give_up(
            item=item,
            kind=kind,
            amount_minor=amount_minor,
            today=act.today,
            at=act.at,
            by=act.by,
            why=act.why,
        )
    mine = Entry.objects.filter(creditor=item.creditor_id, key__startswith=f"rest/{item.pk}/")
    row = {
        "account_id": item.account_id,
        "open_item_id": item.pk,
        "currency": item.currency,
        "amount_minor": amount_minor,
        "kind": kind,
        "effective_date": act.today,
        "key": f"rest/{item.pk}/{mine.count() + 1}",
    }
    adjust.adjust(
        creditor=item.creditor,
        adjustments=adjust.ADJUSTMENTS.of([row]),
        today=act.today,
        at=act.at,
        by=act.by,
        why=act.why or otherwise,
    )
    return None


def refund(receipt: Receipt, *, amount_minor: int, act: Act) -> MoneyRequest | None:
    """Note that so much was paid back; the request that waits where it takes a second person."""
    if amount_minor > limit_minor(cash_of(receipt.creditor_id), "refund", receipt.currency):
        return second.ask_to_refund(
            receipt=receipt,
            amount_minor=amount_minor,
            today=act.today,
            at=act.at,
            by=act.by,
            why=act.why,
        )
    correct.refund(
        receipt=receipt,
        amount_minor=amount_minor,
        today=act.today,
        at=act.at,
        by=act.by,
        why=act.why,
    )
    return None
