"""Reads debts as a law asks about them: one account's with all that happened, or all old ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import Q

from recoup.books import parts
from recoup.books.models import (
    Account,
    CashApplication,
    Creditor,
    DebtEvent,
    HoldRecord,
    IntentItem,
    OpenItem,
)
from recoup.books.parts import Stay
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
    moved = parts.stays(account.creditor_id)
    stays = {each.pk: moved.get(each.pk, [Stay(each.pk, account.pk)]) for each in items}
    accounts = {account.pk, *(stay.account_id for each in stays.values() for stay in each)}
    there = DebtEvent.objects.filter(account__in=accounts, taken_back_at__isnull=True)
    noted = [
        Noted(
            each.account_id,
            each.open_item_id,
            each.happened,
            each.event_date,
            each.last_date,
            each.received_date,
            each.names_minor,
            each.names_currency,
        )
        for each in there.order_by("pk")
    ]
    held = HoldRecord.objects.filter(account__in=accounts)
    holds = list(held.order_by("first_date", "pk"))
    seen = _seen(stays)
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
                events=(
                    *happened(
                        noted, stays[item.pk], issued=item.issue_date, currency=item.currency
                    ),
                    *seen.get(item.pk, ()),
                ),
                stops=_stops(stays[item.pk], holds),
            ),
        )
        for item in items
    ]


def events_of(account: Account) -> list[DebtEvent]:
    """What was recorded of an account, of those merged into it, and of its debts elsewhere.

    A debt that moved here brings what was said of it where it stood; the newest first.
    """
    stays = _stays_of(account)
    mine = Q(account=account) | Q(account__merged_into=account)
    mine |= Q(account__in={stay.account_id for stay in stays})
    found = DebtEvent.objects.filter(mine, taken_back_at__isnull=True)
    return [
        each
        for each in found.select_related("account", "open_item__document").order_by(
            "-event_date", "-pk"
        )
        if account.pk in (each.account_id, each.account.merged_into_id)
        or any(_is_of(each, stay) for stay in stays)
    ]


def _stays_of(account: Account) -> list[Stay]:
    """Where the account's open debts stood that ever moved."""
    owed = OpenItem.objects.filter(account=account, open_minor__gt=0)
    ever = owed.filter(Q(moved_here__isnull=False) | Q(moved_away__isnull=False))
    ids = set(ever.values_list("pk", flat=True))
    moved = parts.stays(account.creditor_id) if ids else {}
    return [stay for item_id in sorted(ids) for stay in moved.get(item_id, [])]


@dataclass(frozen=True)
class Noted:
    """What a person recorded of an item, or of all that an account owed."""

    account_id: int
    open_item_id: int | None
    kind: Happened
    event_date: date
    last_date: date | None
    received_date: date | None = None
    names_minor: int | None = None
    names_currency: str | None = None


def happened(
    noted: Iterable[Noted], stays: Iterable[Stay], *, issued: date, currency: str
) -> list[Event]:
    """What was recorded of a debt wherever it stood, or of an account while it stood there."""
    return [
        Event(
            each.kind,
            each.event_date,
            until=each.last_date,
            received=each.received_date,
            # What is named in another currency says nothing about this debt.
            names_minor=each.names_minor if each.names_currency == currency else None,
        )
        for stay in stays
        for each in noted
        if _is_of(each, stay) and (each.open_item_id is not None or each.event_date >= issued)
    ]


def _is_of(each: Noted | DebtEvent, stay: Stay) -> bool:
    """Whether something was said of a debt, or of the account while the debt stood there."""
    if each.open_item_id is not None:
        return each.open_item_id == stay.item_id
    return each.account_id == stay.account_id and stay.has(each.event_date)


def _seen(stays: Mapping[int, list[Stay]]) -> dict[int, list[Event]]:
    """What we have seen ourselves: reminders that were taken, payments nobody has explained."""
    seen: dict[int, list[Event]] = defaultdict(list)
    ids = {stay.item_id for each in stays.values() for stay in each}
    said = IntentItem.objects.filter(open_item__in=ids, intent__state="accepted")
    paid = CashApplication.objects.filter(
        open_item__in=ids, receipt__isnull=False, reversed_entry__isnull=True
    )
    for item_id, day in said.values_list("open_item_id", "intent__cycle_date"):
        seen[item_id].append(Event(Happened.REMINDER, day))
    for item_id, day in paid.values_list("open_item_id", "receipt__received_date"):
        seen[item_id].append(Event(Happened.PART_PAYMENT, day, is_certain=False))
    return {
        item_id: [event for stay in each for event in seen[stay.item_id] if event.on <= stay.until]
        for item_id, each in stays.items()
    }


def _stops(stays: Iterable[Stay], holds: Iterable[HoldRecord]) -> tuple[Stop, ...]:
    """The holds of a debt wherever it stood; those of an account as long as it stood there."""
    return tuple(
        Stop(
            STOPS[each.reason],
            each.first_date,
            each.last_date
            if stay.until == date.max
            else min(each.last_date or stay.until, stay.until),
        )
        for stay in stays
        for each in holds
        if each.reason in STOPS
        and each.first_date <= stay.until
        and (
            each.open_item_id == stay.item_id
            or (each.open_item_id is None and each.account_id == stay.account_id)
        )
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


def noted_events(creditor: Creditor) -> list[Noted]:
    """Everything that people recorded of a creditor's debts."""
    sql = (
        "SELECT account_id, open_item_id, kind, event_date, last_date FROM books_debtevent"
        " WHERE creditor_id = %s AND taken_back_at IS NULL ORDER BY id"
    )
    schema = {
        "account_id": pl.Int64,
        "open_item_id": pl.Int64,
        "kind": pl.String,
        "event_date": pl.Date,
        "last_date": pl.Date,
    }
    return [
        Noted(account, item, Happened(kind), day, last)
        for account, item, kind, day, last in frame(sql, [creditor.pk], schema).rows()
    ]
