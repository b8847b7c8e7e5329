"""What happens between the demo's people and its customers: disputes, promises, bounced mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from recoup.books import apply_cash, register, treat
from recoup.books.models import Account, ContactPoint, Creditor, OpenItem
from recoup.demo import terms
from recoup.demo.business import BOUNCING, INSOLVENT, OPTED_OUT, Business, Row
from recoup.engine.bundle import Hold

# Credit notes younger than this wait to be set off, as they do in life.
SET_OFF_AFTER_DAYS = 30

Happening = Callable[[Creditor, date, datetime, str], None]


@dataclass(frozen=True)
class _Script:
    """A hold that somebody sets: on which working day before the last, for how long, why."""

    reason: Hold
    days_before: int
    note: str
    lasts_days: int | None = None
    is_of_item: bool = False
    part_percent: int = 100


SCRIPTS = (
    _Script(Hold.DISPUTE, 16, "Two of five boxes arrived broken", is_of_item=True),
    _Script(Hold.DISPUTE, 12, "Says the price was agreed lower", is_of_item=True, part_percent=40),
    _Script(Hold.DISPUTE, 9, "Never ordered the second pallet", is_of_item=True),
    _Script(Hold.DISPUTE, 3, "Wrong delivery address on the invoice", is_of_item=True),
    _Script(Hold.PROMISE, 8, "Pays on Friday, after the wedding season", lasts_days=5),
    _Script(Hold.PROMISE, 4, "Promised by phone for the end of next week", lasts_days=10),
    _Script(Hold.PROMISE, 1, "Transfers half now, the rest with the next order", lasts_days=7),
    _Script(Hold.PLAN, 10, "Three payments, the first has come", lasts_days=60),
    _Script(Hold.REPLY, 2, "Asked for a copy of the delivery note", lasts_days=5),
    _Script(Hold.MANUAL, 6, "Old friend of the house; Robin calls", lasts_days=30),
    _Script(Hold.DO_NOT_CONTACT, 15, "Wants letters only"),
)


def events(business: Business, days: Sequence[date]) -> Mapping[date, list[Happening]]:
    """By day, what happens on it before the night's work."""
    found: defaultdict[date, list[Happening]] = defaultdict(list)
    late = [
        row
        for row in business.unpaid(days_late=12)
        if row.customer is not business.customers[INSOLVENT]
    ]
    by_customer = {row.customer.number: row for row in reversed(late)}
    chosen = list(by_customer.values())
    step = max(1, len(chosen) // len(SCRIPTS))
    for script, row in zip(SCRIPTS, chosen[::step], strict=False):
        found[days[-1 - script.days_before]].append(_hold(script, row))
    numbers = [business.customers[order].number for order in (INSOLVENT, BOUNCING, OPTED_OUT)]
    found[days[-14]].append(_insolvent(numbers[0]))
    found[days[-7]].append(_changed(numbers[1], "bounced"))
    found[days[-11]].append(_changed(numbers[2], "opted_out"))
    for before, happening in terms.agreements(business):
        found[days[-before]].append(happening)
    return found


def _hold(script: _Script, row: Row) -> Happening:
    def happen(creditor: Creditor, today: date, at: datetime, by: str) -> None:
        account = Account.objects.get(creditor=creditor, number=row.customer.number)
        item = OpenItem.objects.filter(
            creditor=creditor, document__number=row.number, open_minor__gt=0
        ).first()
        if item is None:
            return
        is_part = script.part_percent < 100
        treat.set_hold(
            account=account,
            new=treat.NewHold(
                reason=script.reason,
                first_date=today,
                last_date=today + timedelta(days=script.lasts_days) if script.lasts_days else None,
                open_item=item if script.is_of_item else None,
                held_minor=item.amount_minor * script.part_percent // 100 if is_part else None,
                note=script.note,
            ),
            today=today,
            at=at,
            by=by,
        )

    return happen


def _insolvent(number: str) -> Happening:
    def happen(creditor: Creditor, today: date, at: datetime, by: str) -> None:
        treat.set_hold(
            account=Account.objects.get(creditor=creditor, number=number),
            new=treat.NewHold(Hold.INSOLVENCY, today, note="Opened by the court of Hamburg"),
            today=today,
            at=at,
            by=by,
        )

    return happen


def _changed(number: str, state: str) -> Happening:
    def happen(creditor: Creditor, today: date, at: datetime, by: str) -> None:
        for point in ContactPoint.objects.filter(
            creditor=creditor, account__number=number, kind="email"
        ):
            register.change_contact(contact_point=point, state=state, today=today, at=at, by=by)

    return happen


def set_off(creditor: Creditor, business: Business, today: date, *, at: datetime, by: str) -> int:
    """Set older credit notes off against the invoices they correct; how many."""
    latest = today - timedelta(days=SET_OFF_AFTER_DAYS)
    old = [row for row in business.rows if row.corrects and row.issue_date <= latest]
    numbers = [row.number for row in old] + [row.corrects for row in old]
    named = OpenItem.objects.filter(creditor=creditor, document__number__in=numbers)
    items = {number: item for item in named if (number := item.document.number)}
    wanted = [
        _application(items[row.number], items[row.corrects])
        for row in old
        if items[row.corrects].open_minor > 0
    ]
    return apply_cash.apply_cash(
        creditor=creditor,
        applications=apply_cash.APPLICATIONS.of(wanted),
        today=today,
        at=at,
        by=by,
        why="credit note names the invoice",
    )


def _application(credit: OpenItem, item: OpenItem) -> dict[str, object]:
    return {
        "account_id": item.account_id,
        "receipt_id": None,
        "credit_item_id": credit.pk,
        "open_item_id": item.pk,
        "currency": item.currency,
        "amount_minor": min(-credit.open_minor, item.open_minor),
        "applied_date": credit.issue_date,
        "key": f"set-off/{credit.pk}/{item.pk}",
    }
