"""The facts of this moment about one message, read under the account's lock.

The same columns that the engine computes for all accounts when deciding, here for one, so
that one gate can be asked twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from recoup.books.models import Intent
from recoup.books.query import Value, rows
from recoup.engine.bundle import Address


@dataclass(frozen=True)
class Now:
    """What is true of an intent's account on a day, at this moment."""

    asked_minor: int
    credit_minor: int
    # The amounts of every item are still those that the message names.
    is_as_written: bool
    hold_bits: int
    address: Address
    contacts_last_7_days: int
    contacts_last_30_days: int
    last_contact_date: date | None
    has_unfinished_message: bool
    is_frozen: bool
    bank_data_until: date | None
    # Where the debtor is, for the calendar and the clock.
    country: str
    region: str
    time_zone: str


def now(intent: Intent, *, as_of: date) -> Now:
    """Read everything the gate asks about an intent; call it while the account is locked."""
    is_latest = _is_latest(intent, as_of)
    holds = _holds(intent, as_of)
    held_by_item = {item: part for item, _, part in holds if item is not None}
    items = _items(intent, as_of, is_latest=is_latest)
    free = {
        item: open_minor - min(held_by_item.get(item, 0), max(open_minor, 0))
        for item, _, open_minor in items
    }
    credit = _credit(intent, as_of, is_latest=is_latest)
    total = sum(max(each, 0) for each in free.values())
    country, region, zone, frozen_since, until = _place(intent)
    week, month, last, unfinished = _contacts(intent, as_of)
    account_bits = {reason for item, reason, _ in holds if item is None}
    return Now(
        asked_minor=max(total - credit, 0),
        credit_minor=credit,
        is_as_written=all(free[item] == said for item, said, _ in items)
        and min(credit, total) == intent.credit_minor,
        hold_bits=sum(1 << reason for reason in account_bits),
        address=_address(intent),
        contacts_last_7_days=week,
        contacts_last_30_days=month,
        last_contact_date=last,
        has_unfinished_message=unfinished,
        is_frozen=frozen_since is not None,
        bank_data_until=until,
        country=country,
        region=region,
        time_zone=zone,
    )


def _is_latest(intent: Intent, as_of: date) -> bool:
    """Whether nothing of the account is dated after the day, so that the caches are right."""
    found = rows(
        "SELECT COUNT(*) FROM books_transfer WHERE account_id = %s AND effective_date > %s",
        [intent.account_id, as_of],
    )
    return not found[0][0]


_ITEMS_NOW = """
SELECT n.open_item_id, n.open_minor, i.open_minor FROM books_intentitem n
JOIN books_openitem i ON i.id = n.open_item_id WHERE n.intent_id = %s
"""
_ITEMS_THEN = """
SELECT n.open_item_id, n.open_minor, CAST(COALESCE(SUM(
    CASE WHEN t.debit = 1 THEN t.amount_minor WHEN t.credit = 1 THEN -t.amount_minor ELSE 0 END
), 0) AS BIGINT)
FROM books_intentitem n
LEFT JOIN books_transfer t ON t.open_item_id = n.open_item_id AND t.effective_date <= %s
WHERE n.intent_id = %s GROUP BY n.open_item_id, n.open_minor
"""


def _items(intent: Intent, as_of: date, *, is_latest: bool) -> list[tuple[int, int, int]]:
    """Each item of the message: what it says is open, and what is."""
    found = rows(_ITEMS_NOW, [intent.pk]) if is_latest else rows(_ITEMS_THEN, [as_of, intent.pk])
    return [(_int(item), _int(said), _int(left)) for item, said, left in found]


_CREDIT_NOW = """
SELECT COALESCE((SELECT SUM(unapplied_minor) FROM books_receipt
        WHERE account_id = %s AND creditor_id = %s AND currency = %s AND unapplied_minor <> 0), 0)
    - COALESCE((SELECT SUM(open_minor) FROM books_openitem
        WHERE account_id = %s AND creditor_id = %s AND currency = %s AND open_minor < 0), 0)
"""
_CREDIT_THEN = """
SELECT COALESCE(SUM(
    CASE WHEN t.receipt_id IS NOT NULL AND t.credit = 4 THEN t.amount_minor
         WHEN t.receipt_id IS NOT NULL AND t.debit = 4 THEN -t.amount_minor
         WHEN d.kind = 'credit_note' AND t.credit = 1 THEN t.amount_minor
         WHEN d.kind = 'credit_note' AND t.debit = 1 THEN -t.amount_minor
         ELSE 0 END), 0)
FROM books_transfer t
LEFT JOIN books_openitem i ON i.id = t.open_item_id
LEFT JOIN books_document d ON d.id = i.document_id
WHERE t.account_id = %s AND t.currency = %s AND t.effective_date <= %s
"""


def _credit(intent: Intent, as_of: date, *, is_latest: bool) -> int:
    if is_latest:
        case: list[Value] = [intent.account_id, intent.creditor_id, intent.currency]
        return _int(rows(_CREDIT_NOW, [*case, *case])[0][0])
    return _int(rows(_CREDIT_THEN, [intent.account_id, intent.currency, as_of])[0][0])


_HOLDS = """
SELECT open_item_id, reason, COALESCE(held_minor, 1000000000000) FROM books_hold
WHERE account_id = %s AND first_date <= %s AND (last_date IS NULL OR last_date >= %s)
ORDER BY 3
"""


def _holds(intent: Intent, as_of: date) -> list[tuple[int | None, int, int]]:
    found = rows(_HOLDS, [intent.account_id, as_of, as_of])
    return [
        (None if item is None else _int(item), _int(reason), _int(part))
        for item, reason, part in found
    ]


_ADDRESS = """
SELECT MAX(CASE WHEN id = %s AND state = 'usable' AND consent <> 'none' THEN 1 ELSE 0 END),
    MAX(CASE WHEN state = 'opted_out' THEN 1 ELSE 0 END),
    MAX(CASE WHEN id = %s AND state = 'bounced' THEN 1 ELSE 0 END)
FROM books_contactpoint WHERE account_id = %s AND kind = 'email' AND until IS NULL
"""


def _address(intent: Intent) -> Address:
    """Whether the very address of the message may still be used."""
    point = intent.contact_point_id
    usable, opted_out, bounced = rows(_ADDRESS, [point, point, intent.account_id])[0]
    if opted_out:
        return Address.OPTED_OUT
    if usable:
        return Address.USABLE
    return Address.BOUNCED if bounced else Address.MISSING


_CONTACTS = """
SELECT
    COALESCE(SUM(CASE WHEN state IN ('accepted', 'in_doubt') AND cycle_date > %s
        THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN state IN ('accepted', 'in_doubt') THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN state = 'held' AND account_id = %s AND cycle_date < %s
        THEN 1 ELSE 0 END), 0)
FROM books_intent WHERE debtor_id = %s AND cycle_date > %s AND cycle_date <= %s AND id <> %s
"""
# Messages of the same day do not count as too recent: one debtor may owe in two currencies.
_LAST = """
SELECT MAX(cycle_date) FROM books_intent
WHERE debtor_id = %s AND cycle_date < %s AND state IN ('accepted', 'in_doubt')
"""


def _contacts(intent: Intent, as_of: date) -> tuple[int, int, date | None, bool]:
    week, month = (as_of - timedelta(days=days) for days in (7, 30))
    found = rows(
        _CONTACTS,
        [week, intent.account_id, as_of, intent.debtor_id, month, as_of, intent.pk],
    )[0]
    last = rows(_LAST, [intent.debtor_id, as_of])[0][0]
    return _int(found[0]), _int(found[1]), _date(last), bool(found[2])


_PLACE = """
SELECT CASE WHEN d.country = '' THEN c.country ELSE d.country END,
    CASE WHEN d.country = '' THEN c.region ELSE d.region END,
    CASE WHEN d.time_zone = '' THEN c.time_zone ELSE d.time_zone END,
    c.frozen_since, c.bank_data_until
FROM books_creditor c, books_debtor d WHERE c.id = %s AND d.id = %s
"""


def _place(intent: Intent) -> tuple[str, str, str, object, date | None]:
    country, region, zone, frozen, until = rows(_PLACE, [intent.creditor_id, intent.debtor_id])[0]
    return str(country), str(region), str(zone), frozen, _date(until)


def _int(value: object) -> int:
    return int(str(value))


def _date(value: object) -> date | None:
    """A date as either database gives it."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])
