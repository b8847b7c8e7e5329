"""Invariants of moves and merges: nothing is lost on the way, a closed account is empty."""

from __future__ import annotations

from recoup.books.invariants.base import Invariant, Row, Scope
from recoup.books.models import LedgerAccount
from recoup.books.query import rows

TRANSIT = int(LedgerAccount.TRANSIT)
UNDONE = "EXISTS (SELECT 1 FROM books_entry u WHERE u.reverses_id = m.entry_id)"

# What leaves one account in an entry arrives on another in the same entry.
_THROUGH = f"""
SELECT creditor_id, entry_id AS id, currency,
    SUM(CASE WHEN debit = {TRANSIT} THEN amount_minor ELSE -amount_minor END) AS lost_minor
FROM books_transfer WHERE debit = {TRANSIT} OR credit = {TRANSIT}
GROUP BY creditor_id, entry_id, currency
HAVING SUM(CASE WHEN debit = {TRANSIT} THEN amount_minor ELSE -amount_minor END) <> 0
    OR COUNT(DISTINCT account_id) <> 2
"""

# What stands on the other account is the same thing: its currency, dates and number, so that
# its age and its steps are; and each entry of the kind tells of one.
_SAME = """
SELECT m.creditor_id, m.id, m.entry_id, m.amount_minor
FROM books_move m
LEFT JOIN books_openitem f ON f.id = m.from_item_id
LEFT JOIN books_document fd ON fd.id = f.document_id
LEFT JOIN books_openitem t ON t.id = m.to_item_id
LEFT JOIN books_document td ON td.id = t.document_id
LEFT JOIN books_receipt fr ON fr.id = m.from_receipt_id
LEFT JOIN books_receipt tr ON tr.id = m.to_receipt_id
LEFT JOIN (
    SELECT entry_id, COUNT(*) AS count, MIN(amount_minor) AS least, MAX(amount_minor) AS most
    FROM books_transfer GROUP BY entry_id
) x ON x.entry_id = m.entry_id
WHERE f.currency <> t.currency OR f.issue_date <> t.issue_date OR f.due_date <> t.due_date
    OR f.imported_date <> t.imported_date OR fd.number <> td.number OR fd.kind <> td.kind
    OR ABS(t.amount_minor) <> m.amount_minor OR f.account_id = t.account_id
    OR fr.currency <> tr.currency OR fr.received_date <> tr.received_date
    OR tr.amount_minor <> m.amount_minor OR fr.account_id = tr.account_id
    OR COALESCE(x.count, 0) <> 2 OR x.least <> m.amount_minor OR x.most <> m.amount_minor
UNION ALL
SELECT e.creditor_id, e.id, e.id, 0 FROM books_entry e
WHERE e.kind = 'move' AND NOT EXISTS (SELECT 1 FROM books_move m WHERE m.entry_id = e.id)
"""

_EMPTY = """
SELECT a.creditor_id, a.id, 'open item' AS what, i.open_minor AS figure
FROM books_account a JOIN books_openitem i ON i.account_id = a.id AND i.open_minor <> 0
WHERE a.merged_into_id IS NOT NULL
UNION ALL
SELECT a.creditor_id, a.id, 'money', r.unapplied_minor
FROM books_account a JOIN books_receipt r ON r.account_id = a.id AND r.unapplied_minor <> 0
WHERE a.merged_into_id IS NOT NULL
UNION ALL
SELECT a.creditor_id, a.id, 'message', i.id
FROM books_account a JOIN books_intent i ON i.account_id = a.id
WHERE a.merged_into_id IS NOT NULL AND i.state IN ('waiting', 'held', 'pending')
"""

_MERGES = "SELECT creditor_id, account_id, survivor_id FROM books_merge WHERE undone_at IS NULL"
_POINTERS = "SELECT creditor_id, id, COALESCE(merged_into_id, 0) FROM books_account"


def _lost_accounts(scope: Scope) -> list[Row]:
    """Accounts that lead elsewhere than their merges say, or in a circle."""
    onward = {account: survivor for _, account, survivor in rows(_MERGES)}
    found: list[Row] = []
    for creditor_id, account, leads_to in rows(_POINTERS):
        last, steps = account, 0
        while last in onward and steps <= len(onward):
            last, steps = onward[last], steps + 1
        expected = 0 if last == account and not steps else last
        if scope.creditor_id in (None, creditor_id) and leads_to != expected:
            found.append({"creditor_id": creditor_id, "id": account, "leads_to": leads_to})
    return found


# A hold of the closed account that is in force holds the account that goes on, as long or longer.
_UNHELD = """
SELECT h.creditor_id, h.id, h.account_id, a.merged_into_id
FROM books_hold h JOIN books_account a ON a.id = h.account_id
JOIN books_merge m ON m.account_id = a.id AND m.undone_at IS NULL
WHERE a.merged_into_id IS NOT NULL AND h.open_item_id IS NULL AND h.ended_at IS NULL
    AND h.recorded_at <= m.recorded_at
    AND (h.last_date IS NULL OR h.last_date >= m.business_date)
    AND NOT EXISTS (
        SELECT 1 FROM books_hold s WHERE s.account_id = m.survivor_id AND s.reason = h.reason
            AND s.open_item_id IS NULL AND s.first_date <= h.first_date
            AND (s.ended_at IS NOT NULL OR s.last_date IS NULL OR s.last_date >= h.last_date)
    )
"""

# A bounce takes back what was moved of the money, wherever it went.
_BOUNCED_AWAY = f"""
SELECT m.creditor_id, m.id, m.from_receipt_id, m.to_receipt_id, m.amount_minor
FROM books_move m
JOIN books_transfer t ON t.receipt_id = m.from_receipt_id AND t.credit = {int(LedgerAccount.BANK)}
JOIN books_entry e ON e.id = t.entry_id AND e.kind = 'receipt_reversed'
WHERE NOT {UNDONE}
"""

MOVES = (
    Invariant("M16", "Reversed money is nowhere else", "a bounce that frees a debt", _BOUNCED_AWAY),
    Invariant("M17", "What leaves an account arrives", "money lost between accounts", _THROUGH),
    Invariant("M17", "What moved is the same thing", "a debt made young or old by moving", _SAME),
    Invariant("M18", "A merged account is empty", "chasing under a name that is gone", _EMPTY),
    Invariant(
        "M18", "A merged account leads on", "money posted where nobody looks", find=_lost_accounts
    ),
    Invariant("M18", "Holds outlast a merge", "reminding who was left in peace", _UNHELD),
)
