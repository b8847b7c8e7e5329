"""Invariants of the second person: nobody gives away more than they may alone."""

from __future__ import annotations

from recoup.books.invariants.base import Invariant

# Each entry keeps the most that one person could post alone when it was posted; what is above has
# an approved request with two names, or says that nobody else could decide. Entries of before this
# was kept have none; after the first that has one, none is without.
_TWO_NAMES = """
SELECT e.creditor_id, e.id, e.kind, SUM(t.amount_minor) AS amount_minor, e.limit_minor
FROM books_entry e
JOIN books_transfer t ON t.entry_id = e.id
LEFT JOIN books_moneyrequest q ON q.entry_id = e.id AND q.state = 'approved'
    AND (q.decided_by <> q.proposed_by OR q.is_alone) AND TRIM(q.decided_by) <> ''
WHERE e.kind IN ('write_off', 'bank_charges', 'refund') AND e.reverses_id IS NULL AND q.id IS NULL
GROUP BY e.creditor_id, e.id, e.kind, e.limit_minor
HAVING SUM(t.amount_minor) > e.limit_minor
    OR (e.limit_minor IS NULL AND e.id > (
        SELECT MIN(k.id) FROM books_entry k
        WHERE k.creditor_id = e.creditor_id AND k.limit_minor IS NOT NULL
    ))
"""

SECOND = (
    Invariant(
        "M20",
        "Two people stand behind what one may not give away",
        "money given away by one person",
        _TWO_NAMES,
        freezes=False,
    ),
)
