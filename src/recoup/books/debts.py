"""Reads debts as a law asks about them: one account's with all that happened, or all old ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from recoup.books.models import (
    Account,
    CashApplication,
    Creditor,
    DebtEvent,
    HoldRecord,
    IntentItem,
    OpenItem,
)
from recoup.books.query import bulk_frame, frame
from recoup.engine.bundle import Hold
from recoup.kernel.parties import LegalKind
from recoup.law.debt import Debt, Event, Happened, Stop

# The holds that a law has a word for; the others are the creditor's own.
STOPS: Mapping[int, str] = {
    Hold.DISPUTE: "dispute",
    Hold.DO_NOT_CONTACT: "cease_request",
    Hold.INSOLVENCY: "insolvency",
    Hold.BREATHING_SPACE: "breathing_space",
    Hold.DECEASED: "deceased",
}


@dataclass(frozen=True)
class OpenDebt:
    """An open item as a debt."""

    item: OpenItem
    debt: Debt


def debts_of(account: Account) -> list[OpenDebt]:
    """What an account owes, oldest due first, each with what happened to it."""
    found = OpenItem.objects.filter(account=account, open_minor__gt=0)
    items = list(found.select_related("document").order_by("due_date", "pk"))
    noted = list(DebtEvent.objects.filter(account=account, taken_back_at__isnull=True))
    holds = list(HoldRecord.objects.filter(account=account).order_by("first_date", "pk"))
    seen = _seen(items)
    kind = LegalKind(account.debtor.legal_kind)
    return [
        OpenDebt(
            item,
            Debt(
                kind=kind,
                amount_minor=item.open_minor,
                original_minor=item.amount_minor,
                currency=item.currency,
                due_date=item.due_date,
                events=(*_noted(item, noted), *seen.get(item.pk, ())),
                stops=_stops(item, holds),
            ),
        )
        for item in items
    ]


def _noted(item: OpenItem, noted: Iterable[DebtEvent]) -> Iterable[Event]:
    """What people recorded of the item, or of the account since the item was issued."""
    for each in noted:
        is_of_account = each.open_item_id is None and each.event_date >= item.issue_date
        if is_of_account or each.open_item_id == item.pk:
            yield Event(each.happened, each.event_date, until=each.last_date)


def _seen(items: list[OpenItem]) -> dict[int, list[Event]]:
    """What we have seen ourselves: reminders that were taken, payments nobody has explained."""
    seen: dict[int, list[Event]] = defaultdict(list)
    said = IntentItem.objects.filter(open_item__in=items, intent__state="accepted")
    for item_id, day in said.values_list("open_item_id", "intent__cycle_date"):
        seen[item_id].append(Event(Happened.REMINDER, day))
    paid = CashApplication.objects.filter(
        open_item__in=items, receipt__isnull=False, reversed_entry__isnull=True
    )
    for item_id, day in paid.values_list("open_item_id", "receipt__received_date"):
        seen[item_id].append(Event(Happened.PART_PAYMENT, day, is_certain=False))
    return seen


def _stops(item: OpenItem, holds: Iterable[HoldRecord]) -> tuple[Stop, ...]:
    return tuple(
        Stop(STOPS[each.reason], each.first_date, each.last_date)
        for each in holds
        if each.reason in STOPS and each.open_item_id in (None, item.pk)
    )


OLD_ITEMS = {
    "item_id": pl.Int64,
    "account_id": pl.Int64,
    "currency": pl.String,
    "open_minor": pl.Int64,
    "issue_date": pl.Date,
    "due_date": pl.Date,
    "legal_kind": pl.Int16,
    "country": pl.String,
    "region": pl.String,
}
_OLD_ITEMS = """
SELECT i.id, i.account_id, i.currency, i.open_minor, i.issue_date, i.due_date, d.legal_kind,
    d.country, d.region
FROM books_openitem i JOIN books_account a ON a.id = i.account_id
JOIN books_debtor d ON d.id = a.debtor_id
WHERE i.creditor_id = %s AND i.open_minor > 0 AND i.due_date <= %s
"""


def old_items(creditor: Creditor, *, due_by: date) -> pl.DataFrame:
    """What is open and was due by a day, with what a law asks of the debtor."""
    return bulk_frame(_OLD_ITEMS, [creditor.pk, due_by], OLD_ITEMS)


EVENTS = {
    "account_id": pl.Int64,
    "open_item_id": pl.Int64,
    "kind": pl.String,
    "event_date": pl.Date,
    "last_date": pl.Date,
}


def noted_events(creditor: Creditor) -> pl.DataFrame:
    """Everything that people recorded of a creditor's debts."""
    sql = (
        "SELECT account_id, open_item_id, kind, event_date, last_date FROM books_debtevent"
        " WHERE creditor_id = %s AND taken_back_at IS NULL"
    )
    return frame(sql, [creditor.pk], EVENTS)
