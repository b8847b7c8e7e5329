"""What the general ledger reads of the books: movements in order, and balances of any day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from recoup.books.query import Value, rows
from recoup.books.terms import paid_before
from recoup.kernel.dates import utc

# Movements read at a time: what an export holds in memory, however long the period.
CHUNK = 5_000


@dataclass(frozen=True)
class Period:
    """The effective days of a journal, as the books knew them at an instant."""

    creditor_id: int
    first: date
    last: date
    recorded_until: datetime


# In the order of `recoup.reports.journal.Moved`.
Row = tuple[object, ...]

_MOVEMENTS = """
SELECT t.id, t.entry_id, t.effective_date, e.recorded_at, e.kind, e.key, e.by, e.why,
    COALESCE(e.reverses_id, 0), t.debit, t.credit, t.currency, t.amount_minor,
    a.number, a.name, COALESCE(d.number, ''), COALESCE(r.source_ref, '')
FROM books_transfer t
JOIN books_entry e ON e.id = t.entry_id
JOIN books_account a ON a.id = t.account_id
LEFT JOIN books_openitem i ON i.id = t.open_item_id
LEFT JOIN books_document d ON d.id = i.document_id
LEFT JOIN books_receipt r ON r.id = t.receipt_id
WHERE t.creditor_id = %s AND t.effective_date BETWEEN %s AND %s AND e.recorded_at <= %s
    AND (t.effective_date > %s OR t.entry_id > %s OR (t.entry_id = %s AND t.id > %s))
ORDER BY t.effective_date, t.entry_id, t.id
LIMIT %s
"""


def movements(period: Period, *, chunk: int = CHUNK) -> Iterator[Row]:
    """Every movement of the period by day, entry and number; a few thousand in memory at once."""
    day, entry, last = period.first, 0, 0
    until = utc(period.recorded_until)
    while True:
        values: list[Value] = [period.creditor_id, day, period.last, until]
        found = rows(_MOVEMENTS, [*values, day, entry, entry, last, chunk])
        for row in found:
            yield (*row[:2], _day(row[2]), _instant(row[3]), *row[4:])
        if len(found) < chunk:
            return
        day, entry, last = _day(found[-1][2]), int(str(found[-1][1])), int(str(found[-1][0]))


def last_recorded(creditor_id: int) -> datetime | None:
    """When the latest entry of a creditor was posted."""
    found = rows("SELECT MAX(recorded_at) FROM books_entry WHERE creditor_id = %s", [creditor_id])
    return None if found[0][0] is None else _instant(found[0][0])


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _instant(value: object) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


_BALANCES = """
SELECT ledger, currency, CAST(SUM(minor) AS BIGINT) FROM (
    SELECT t.debit AS ledger, t.currency, t.amount_minor AS minor
    FROM books_transfer t JOIN books_entry e ON e.id = t.entry_id
    WHERE t.creditor_id = %s AND t.effective_date {until} %s AND e.recorded_at <= %s
    UNION ALL
    SELECT t.credit, t.currency, -t.amount_minor
    FROM books_transfer t JOIN books_entry e ON e.id = t.entry_id
    WHERE t.creditor_id = %s AND t.effective_date {until} %s AND e.recorded_at <= %s
) AS legs GROUP BY ledger, currency
"""

Balances = dict[tuple[int, str], int]


def opening(period: Period) -> Balances:
    """What every ledger account holds before the first day, debit above zero."""
    return _balances(period, "<", period.first)


def closing(period: Period) -> Balances:
    """What every ledger account holds after the last day."""
    return _balances(period, "<=", period.last)


def _balances(period: Period, until: str, day: date) -> Balances:
    values: list[Value] = [period.creditor_id, day, utc(period.recorded_until)]
    found = rows(_BALANCES.format(until=until), [*values, *values])
    return {(int(str(ledger)), str(currency)): int(str(minor)) for ledger, currency, minor in found}


# What customers owe is the sum of these: items, money not applied, and the way between them.
_OF_CUSTOMERS = "(1, 4, 5)"
_EFFECT = (
    f"CASE WHEN t.debit IN {_OF_CUSTOMERS} THEN t.amount_minor ELSE 0 END "
    f"- CASE WHEN t.credit IN {_OF_CUSTOMERS} THEN t.amount_minor ELSE 0 END"
)
_OF_ACCOUNT = f"""
SELECT t.entry_id, t.effective_date, e.kind, t.currency, t.amount_minor, {_EFFECT},
    COALESCE(d.kind, ''), COALESCE(d.number, ''), i.due_date, COALESCE(r.reference, ''),
    r.received_date
FROM books_transfer t
JOIN books_entry e ON e.id = t.entry_id
LEFT JOIN books_openitem i ON i.id = t.open_item_id
LEFT JOIN books_document d ON d.id = i.document_id
LEFT JOIN books_receipt r ON r.id = t.receipt_id
WHERE t.account_id = %s AND t.effective_date BETWEEN %s AND %s
ORDER BY t.effective_date, t.entry_id, t.id
"""


def movements_of(account_id: int, first: date, last: date) -> list[Row]:
    """What happened on an account: entry, day, kind, currency, amount, what it did to the balance,
    kind and number of the document, its due date, what the payer wrote, the day money came."""
    return [
        (row[0], _day(row[1]), *row[2:8], _maybe_day(row[8]), row[9], _maybe_day(row[10]))
        for row in rows(_OF_ACCOUNT, [account_id, first, last])
    ]


def _maybe_day(value: object) -> date | None:
    return None if value is None else _day(value)


def balances_of(account_id: int, day: date) -> dict[str, int]:
    """What an account owes at the end of a day, by currency; credit is below zero."""
    found = rows(
        f"SELECT t.currency, CAST(SUM({_EFFECT}) AS BIGINT) FROM books_transfer t "
        "WHERE t.account_id = %s AND t.effective_date <= %s GROUP BY t.currency",
        [account_id, day],
    )
    return {str(currency): int(str(minor)) for currency, minor in found}


_OPEN_OF = """
WITH owed AS (
    SELECT x.open_item_id, CAST(SUM(CASE WHEN x.debit = 1 THEN x.amount_minor
        WHEN x.credit = 1 THEN -x.amount_minor ELSE 0 END) AS BIGINT) AS open_minor
    FROM books_transfer x WHERE x.account_id = %s AND x.effective_date <= %s
    GROUP BY x.open_item_id
)
SELECT i.currency, d.kind, d.number, i.issue_date, i.due_date, i.amount_minor, owed.open_minor,
    t.discount_ppm, t.discount_days, t.later_ppm, t.later_days, {paid}
FROM owed JOIN books_openitem i ON i.id = owed.open_item_id
JOIN books_document d ON d.id = i.document_id
LEFT JOIN books_documentterms t ON t.document_id = d.id
WHERE owed.open_minor <> 0 ORDER BY i.due_date, i.id
"""
# What was paid by then.
_BY = "AND c.applied_date <= %s"
_UNAPPLIED_OF = """
SELECT t.currency, 'receipt', r.reference, r.received_date, r.received_date, -r.amount_minor,
    CAST(SUM(CASE WHEN t.debit = 4 THEN t.amount_minor WHEN t.credit = 4 THEN -t.amount_minor
        ELSE 0 END) AS BIGINT), 0, 0, 0, 0, 0
FROM books_transfer t JOIN books_receipt r ON r.id = t.receipt_id
WHERE t.account_id = %s AND t.effective_date <= %s
GROUP BY t.currency, r.reference, r.received_date, r.amount_minor, r.id
HAVING SUM(CASE WHEN t.debit = 4 THEN t.amount_minor WHEN t.credit = 4 THEN -t.amount_minor
    ELSE 0 END) <> 0
ORDER BY r.received_date, r.id
"""


def open_of(account_id: int, day: date) -> list[Row]:
    """What is open of an account at the end of a day, money not applied last: currency, kind,
    number, issue day, due day, amount, open amount; credits are below zero. Then the two steps of
    its discount, each per million and in days, and what was paid before that counts for it."""
    opened = _OPEN_OF.format(paid=paid_before(_BY))
    found = [
        *rows(opened, [account_id, day, day, day]),
        *rows(_UNAPPLIED_OF, [account_id, day]),
    ]
    return [(*row[:3], _day(row[3]), _day(row[4]), *row[5:]) for row in found]
