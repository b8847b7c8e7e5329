"""What goes along: whoever was left in peace is so after a correction; what waits still waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from recoup.books import treat
from recoup.books.models import (
    Account,
    ContactPoint,
    Creditor,
    HoldRecord,
    MoneyRequest,
    OpenItem,
    Receipt,
)
from recoup.books.record import record
from recoup.kernel.errors import Refusal


def _in_force(today: date) -> Q:
    """Holds that stop something today or later and that nobody ended."""
    return Q(ended_at=None) & (Q(last_date=None) | Q(last_date__gte=today))


def carry_item_holds(
    before: OpenItem,
    after: OpenItem,
    *,
    name: str,
    today: date,
    at: datetime,
    by: str,
    but_not: str = "",
) -> None:
    """Hold an item as another is held, as far as it reaches; not by holds of the key `but_not`."""
    holds = HoldRecord.objects.filter(_in_force(today), open_item=before)
    if but_not:
        holds = holds.exclude(key__startswith=but_not)
    rows = [
        _row(each, name=name, account_id=after.account_id)
        | {
            "open_item_id": after.pk,
            "held_minor": each.held_minor and min(each.held_minor, after.amount_minor),
        }
        for each in holds.order_by("pk")
    ]
    _set(after.creditor_id, rows, today=today, at=at, by=by)


def carry_account_holds(
    before: Account,
    after: Account,
    *,
    name: str,
    today: date,
    at: datetime,
    by: str,
    since: datetime | None = None,
    but_not: str = "",
) -> None:
    """Hold an account as another is held; with `since`, only by what was set from then on."""
    holds = HoldRecord.objects.filter(_in_force(today), account=before, open_item=None)
    if since is not None:
        holds = holds.filter(recorded_at__gte=since)
    if but_not:
        holds = holds.exclude(key__startswith=but_not)
    rows = [_row(each, name=name, account_id=after.pk) for each in holds.order_by("pk")]
    _set(after.creditor_id, rows, today=today, at=at, by=by)


def end_carried(account: Account, *, name: str, today: date, at: datetime, by: str) -> None:
    """End the holds of an account that came along under this name."""
    for each in HoldRecord.objects.filter(account=account, key__startswith=f"{name}/"):
        treat.end_hold(held=each, today=today, at=at, by=by)


def _row(held: HoldRecord, *, name: str, account_id: int) -> dict[str, object]:
    return {
        "account_id": account_id,
        "open_item_id": None,
        "held_minor": None,
        "reason": held.reason,
        "first_date": held.first_date,
        "last_date": held.last_date,
        "note": held.note,
        "key": f"{name}/{held.pk}",
    }


def _set(
    creditor_id: int, rows: Iterable[dict[str, object]], *, today: date, at: datetime, by: str
) -> None:
    holds = treat.HOLDS.of(list(rows))
    if holds.height:
        creditor = Creditor.objects.get(pk=creditor_id)
        treat.set_holds(creditor=creditor, holds=holds, today=today, at=at, by=by)


def carry_request(
    before: OpenItem | Receipt,
    after: OpenItem | Receipt,
    *,
    stays_minor: int,
    goes_minor: int,
    today: date,
    at: datetime,
    by: str,
) -> None:
    """What was asked for and waits goes along with the part that it can still be taken from.

    Where neither part is enough it stays, and approving it is refused by name.
    """
    waiting = _waiting(before).filter(amount_minor__gt=stays_minor, amount_minor__lte=goes_minor)
    for each in waiting:
        if _waiting(after).exists():
            raise Refusal(
                "asked-already",
                f"{each.what} waits for a second person, and so does another request where it "
                "would go. Decide one of them first.",
            )
        there = {f"{_field(after)}_id": after.pk, "account_id": after.account_id}
        MoneyRequest.objects.filter(pk=each.pk).update(**there)
        record(
            account=after.account,
            kind="money_asked_here",
            business_date=today,
            at=at,
            by=by,
            facts={
                "what": each.what,
                "other": before.account.number,
                "why": each.why,
                "request": each.pk,
            },
        )


def _field(thing: OpenItem | Receipt) -> str:
    return "receipt" if isinstance(thing, Receipt) else "open_item"


def _waiting(thing: OpenItem | Receipt) -> QuerySet[MoneyRequest]:
    return MoneyRequest.objects.filter(**{_field(thing): thing}, state="waiting")


def contact_on(account: Account, point: ContactPoint, *, at: datetime) -> ContactPoint:
    """A contact point as it is, for another account, with what is known of consent; not saved."""
    return ContactPoint(
        creditor_id=point.creditor_id,
        account=account,
        kind=point.kind,
        value=point.value,
        person=point.person,
        role=point.role,
        state=point.state,
        consent=point.consent,
        consent_source=point.consent_source,
        consent_date=point.consent_date,
        since=at,
    )
