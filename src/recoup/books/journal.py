"""What the general ledger reads of the books: movements in order, and balances of any day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from recoup.books.query import Value, rows
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
