"""The door of what happened to a debt: noted once, taken back with a reason, never lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from recoup.books import record
from recoup.books.lock import hold
from recoup.books.models import Account, DebtEvent, OpenItem
from recoup.kernel.errors import Refusal
from recoup.kernel.money import MAX_MINOR
from recoup.law.debt import Happened

# What only our own programs know of; people record messages by sending them.
BY_PROGRAMS = {Happened.REMINDER}
LASTING = {Happened.NEGOTIATION}
# What names an amount and counts from the day the debtor had it.
RECEIVED = {Happened.COSTS_NOTICE}
NOTE_MAX = 500
EARLIEST = date(1950, 1, 1)


@dataclass(frozen=True)
class NewEvent:
    """Something that happened, as a person tells it; no item means every debt of the account."""

    kind: Happened
    event_date: date
    last_date: date | None = None
    open_item: OpenItem | None = None
    note: str = ""
    # Of a notice of costs: the day the debtor had it, and the costs it names, in the currency of
    # the item or else of the creditor.
    received_date: date | None = None
    names_minor: int | None = None


def note_event(*, account: Account, new: NewEvent, today: date, at: datetime, by: str) -> DebtEvent:
    """Record what happened to an account's debts, or to one of them.

    Telling the same again adds nothing; once it was taken back it is new. Raises Refusal
    `event-day`, `event-order`, `event-kind`, `event-lasting`, `event-notice`, `event-known` or
    `other-account`.
    """
    _check(account, new, today)
    item = new.open_item
    said = f"{account.pk}/{item.pk if item else ''}/{new.kind}/{new.event_date}"
    with transaction.atomic():
        hold([account.pk])
        same = DebtEvent.objects.filter(creditor_id=account.creditor_id, key__startswith=f"{said}/")
        standing = same.filter(taken_back_at__isnull=True).first()
        if standing is not None and _says(standing) == _says(new):
            return standing
        if standing is not None:
            raise Refusal(
                "event-known",
                "It is on record already with another last day, receipt or amount. Take that back"
                " first.",
            )
        event = DebtEvent.objects.create(
            creditor_id=account.creditor_id,
            account=account,
            open_item=item,
            kind=new.kind.value,
            event_date=new.event_date,
            last_date=new.last_date,
            received_date=new.received_date,
            names_minor=new.names_minor,
            names_currency=_currency(account, new) if new.names_minor is not None else None,
            note=new.note[:NOTE_MAX],
            key=f"{said}/{same.count() + 1}",
            by=by,
            recorded_at=at,
        )
        record.record(
            account=account,
            kind="debt_event_noted",
            business_date=new.event_date,
            at=at,
            by=by,
            facts={"event": new.kind.value, "open_item_id": item.pk if item else None},
        )
    return event


def _says(told: DebtEvent | NewEvent) -> tuple[date | None, date | None, int | None]:
    return told.last_date, told.received_date, told.names_minor


def _currency(account: Account, new: NewEvent) -> str:
    return new.open_item.currency if new.open_item is not None else account.creditor.currency


def _check(account: Account, new: NewEvent, today: date) -> None:
    if new.kind in BY_PROGRAMS:
        raise Refusal(
            "event-kind", "Reminders are recorded by sending them. Choose what else happened."
        )
    if not EARLIEST <= new.event_date <= today:
        raise Refusal(
            "event-day",
            f"{new.event_date} is not a day on which it can have happened. Write the day, at the"
            f" latest {today}.",
        )
    if new.last_date is not None and new.last_date < new.event_date:
        raise Refusal("event-order", "It cannot end before it began. Swap the two days.")
    if new.last_date is not None and new.kind not in LASTING:
        raise Refusal("event-lasting", "Only negotiations have a last day. Leave it empty.")
    _check_notice(new, today)
    if new.open_item is not None and new.open_item.account_id != account.pk:
        raise Refusal(
            "other-account", "The item is not of this account. Record it in the item's own account."
        )


def _check_notice(new: NewEvent, today: date) -> None:
    if new.kind not in RECEIVED:
        if new.received_date is not None or new.names_minor is not None:
            raise Refusal(
                "event-notice",
                "Only a notice of costs has a day of receipt and an amount. Leave both empty.",
            )
        return
    if new.received_date is not None and not new.event_date <= new.received_date <= today:
        raise Refusal(
            "event-notice",
            f"It was received between the day it went and today, {today}. Write that day, or leave"
            " it empty until it is known.",
        )
    if new.names_minor is not None and not 0 < new.names_minor <= MAX_MINOR:
        raise Refusal("event-notice", "Write the costs that it names as an amount above zero.")


def take_back_event(*, event: DebtEvent, why: str, today: date, at: datetime, by: str) -> None:
    """Say that it did not happen so, with a reason; taking it back again changes nothing."""
    if not why.strip():
        raise Refusal("why-missing", "Say why it is taken back.")
    with transaction.atomic():
        hold([event.account_id])
        standing = DebtEvent.objects.filter(pk=event.pk, taken_back_at__isnull=True)
        changed = standing.update(
            taken_back_by=by, taken_back_why=why.strip()[:300], taken_back_at=at
        )
        if not changed:
            return
        record.record(
            account=event.account,
            kind="debt_event_taken_back",
            business_date=today,
            at=at,
            by=by,
            facts={"event": event.kind, "event_date": str(event.event_date)},
        )
