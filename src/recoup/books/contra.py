"""The door of contra: what we owe a debtor who is also our supplier, set off against what they owe.

Taken back by `books.correct.take_back_given_up`, like all that reduces an item without money.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from recoup.books.lock import hold
from recoup.books.models import Account, Entry, LedgerAccount, OpenItem, Transfer
from recoup.books.record import record, record_balances_of
from recoup.kernel.errors import Refusal
from recoup.kernel.money import plain

KIND = "contra"


def set_off(
    *,
    account: Account,
    amounts: Mapping[int, int],
    reference: str,
    today: date,
    at: datetime,
    by: str,
    why: str,
) -> Entry:
    """Set off amounts against open items (their ids) of one account and currency, as one entry.

    `reference` is our own: the supplier's invoice or our booking. Raises Refusal
    `contra-reference` without one, `contra-nothing`, `unknown-item`, `currency-mixed` and
    `contra-too-large`.
    """
    if not reference.strip():
        raise Refusal("contra-reference", "Name what it is set off against: their invoice to you.")
    with transaction.atomic():
        hold([account.pk])
        items = _items(account, amounts)
        entry = Entry.objects.create(
            creditor_id=account.creditor_id,
            kind=KIND,
            key=_key(account, reference.strip()),
            effective_date=max(today, *(each.issue_date for each in items)),
            recorded_at=at,
            by=by,
            why=f"{reference.strip()}: {why}"[:300],
        )
        for each in items:
            _post(entry, each, amounts[each.pk])
        currency = items[0].currency
        record_balances_of(
            creditor_id=account.creditor_id,
            account_id=account.pk,
            currency=currency,
            kind=KIND,
            today=today,
            at=at,
        )
        facts = {"what": "Contra", "why": entry.why, "entry": entry.pk}
        record(
            account=account, kind="posted_by_hand", business_date=today, at=at, by=by, facts=facts
        )
        return entry


def _key(account: Account, reference: str) -> str:
    """A name of its own each time: the same supplier invoice may be set off piece by piece."""
    stem = f"contra/{account.pk}/{reference[:180]}/"
    times = Entry.objects.filter(creditor_id=account.creditor_id, key__startswith=stem).count()
    return f"{stem}{times + 1}"


def reference_of(entry: Entry) -> str:
    """What an entry of ours was set off against."""
    return entry.key.split("/", 2)[2].rpartition("/")[0]


def _items(account: Account, amounts: Mapping[int, int]) -> list[OpenItem]:
    found = OpenItem.objects.select_for_update(of=("self",)).select_related("document")
    items = list(found.filter(account=account, pk__in=list(amounts)).order_by("due_date", "pk"))
    if not amounts:
        raise Refusal("contra-nothing", "Nothing is set off. Write an amount beside an item.")
    if len(items) != len(amounts):
        raise Refusal("unknown-item", "An item is not one of this account. Choose one that is.")
    if len({each.currency for each in items}) > 1:
        raise Refusal("currency-mixed", "Set off one currency at a time.")
    for each in items:
        if not 0 < amounts[each.pk] <= each.open_minor:
            left = f"{plain(max(each.open_minor, 0), each.currency)} {each.currency}"
            raise Refusal(
                "contra-too-large",
                f"Of {each.document.number} {left} is open. Set off at most that, and not nothing.",
            )
    return items


def _post(entry: Entry, item: OpenItem, amount_minor: int) -> None:
    Transfer.objects.create(
        creditor_id=entry.creditor_id,
        entry=entry,
        account_id=item.account_id,
        effective_date=entry.effective_date,
        debit=LedgerAccount.CONTRA,
        credit=LedgerAccount.RECEIVABLE,
        currency=item.currency,
        amount_minor=amount_minor,
        open_item=item,
    )
    OpenItem.objects.filter(pk=item.pk).update(open_minor=F("open_minor") - amount_minor)
