"""Invariants of charges: each stands in the ledger as it says, and none falls into a moratorium."""

from __future__ import annotations

from recoup.books.invariants.base import Invariant
from recoup.engine.bundle import Hold

# What waited on an account, or was late there, is charged to the one it was merged into.
_MERGED = "EXISTS (SELECT 1 FROM books_merge g WHERE g.account_id = {account})"

_STANDS = f"""
SELECT c.creditor_id, c.id, c.state, c.amount_minor, COALESCE(d.total_minor, 0) AS ledger_minor
FROM books_charge c
LEFT JOIN books_document d ON d.id = c.document_id AND d.kind = 'charge'
    AND (d.account_id = c.account_id OR {_MERGED.format(account="c.account_id")})
    AND d.currency = c.currency
LEFT JOIN books_entry e ON e.creditor_id = c.creditor_id AND e.kind = 'charge'
    AND e.key = 'charge/' || c.key
LEFT JOIN books_entry r ON r.reverses_id = e.id
WHERE (c.state IN ('accrued', 'invoiced')
        AND (d.id IS NULL OR d.total_minor <> c.amount_minor OR e.id IS NULL OR r.id IS NOT NULL))
    OR (c.state = 'proposed' AND c.document_id IS NOT NULL)
    OR (c.state IN ('waived', 'corrected') AND e.id IS NOT NULL AND r.id IS NULL)
    OR (c.state IN ('waived', 'corrected') AND TRIM(c.closed_why) = '')
"""

# A charge on a charge: what it is charged on is an invoice, always.
_BRED = f"""
SELECT c.creditor_id, c.id, c.open_item_id, d.kind
FROM books_charge c
JOIN books_openitem i ON i.id = c.open_item_id
JOIN books_document d ON d.id = i.document_id
WHERE d.kind <> 'invoice' OR i.currency <> c.currency
    OR (i.account_id <> c.account_id AND NOT {_MERGED.format(account="i.account_id")})
"""

# Wholly within a hold that was known when it was charged.
_FROZEN = f"""
SELECT c.creditor_id, c.id, c.kind, c.first_date, c.last_date
FROM books_charge c
JOIN books_hold h ON h.account_id = c.account_id
    AND (h.open_item_id IS NULL OR h.open_item_id = c.open_item_id)
WHERE c.state IN ('proposed', 'accrued', 'invoiced')
    AND h.reason IN ({int(Hold.INSOLVENCY)}, {int(Hold.BREATHING_SPACE)})
    AND h.first_date <= c.first_date AND (h.last_date IS NULL OR h.last_date >= c.last_date)
    AND h.recorded_at < c.recorded_at
"""

CHARGES = (
    Invariant("M11", "A charge stands as the ledger has it", "owing what nobody charged", _STANDS),
    Invariant("M11", "A charge is on an invoice", "charges that breed charges", _BRED),
    Invariant("M14", "Nothing is charged in a moratorium", "charging in a moratorium", _FROZEN),
)
