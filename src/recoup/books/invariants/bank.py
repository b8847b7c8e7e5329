"""Invariants of bank money: every line is somewhere, and what bounced pays nothing."""

from __future__ import annotations

from collections import Counter

from django.db.models import Sum

from recoup.books.bank import gaps
from recoup.books.invariants.base import Invariant, Row, Scope
from recoup.books.models import BankAccount, LedgerAccount, Statement, StatementLine

BANK = int(LedgerAccount.BANK)

_ADDS_UP = """
SELECT creditor_id, id, opening_minor, sum_minor, closing_minor FROM books_statement
WHERE is_checked AND opening_minor + sum_minor <> closing_minor
"""

# A file is in the books whole, or not at all.
_WHOLE_FILE = """
SELECT f.creditor_id, f.id, f.lines_posted, COUNT(l.id) AS lines_kept
FROM books_sourcefile f
JOIN books_statement s ON s.source_file_id = f.id
LEFT JOIN books_statementline l ON l.statement_id = s.id
GROUP BY f.creditor_id, f.id, f.state, f.lines_posted
HAVING f.state <> 'done' OR COUNT(l.id) <> f.lines_posted
"""

# A line is waiting, became one receipt of its amount, or was left out with a reason; and a
# receipt made of a line that has let it go was taken back. References of such receipts are
# the number of the line and how often it was settled.
_ACCOUNTED = f"""
SELECT l.creditor_id, l.id, 'line' AS what, l.amount_minor, r.amount_minor AS receipt_minor
FROM books_statementline l LEFT JOIN books_receipt r ON r.id = l.receipt_id
WHERE (l.state = 'applied') <> (r.id IS NOT NULL)
    OR l.amount_minor <> r.amount_minor OR l.currency <> r.currency
    OR (l.state = 'ignored' AND TRIM(l.ignored_reason) = '')
    OR (l.state = 'other' AND l.amount_minor > 0 AND NOT l.is_return)
UNION ALL
SELECT r.creditor_id, r.id, 'receipt without its line', 0, r.amount_minor
FROM books_receipt r
LEFT JOIN books_statementline l ON l.receipt_id = r.id
WHERE r.source = 'bank' AND REPLACE(r.source_ref, '/', '') <> r.source_ref AND l.id IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM books_entry e JOIN books_transfer t ON t.entry_id = e.id
        WHERE t.receipt_id = r.id AND t.credit = {BANK} AND e.kind = 'receipt_reversed'
    )
"""

# Whose receipt was reversed as a whole has nothing applied of it.
_BOUNCED = f"""
SELECT a.creditor_id, a.id, a.receipt_id, a.open_item_id, a.amount_minor
FROM books_cashapplication a
JOIN books_transfer t ON t.receipt_id = a.receipt_id AND t.credit = {BANK}
JOIN books_entry e ON e.id = t.entry_id AND e.kind = 'receipt_reversed'
WHERE a.reversed_entry_id IS NULL
"""

# What lists go by is what is suggested.
_SURE = """
SELECT l.creditor_id, l.id, l.sure_ppm, p.confidence_ppm FROM books_statementline l
LEFT JOIN books_proposal p ON p.line_id = l.id AND p.rank = 1
WHERE COALESCE(l.sure_ppm, -1) <> COALESCE(p.confidence_ppm, -1)
"""


def _accounts(scope: Scope) -> list[BankAccount]:
    found = BankAccount.objects.order_by("pk")
    return list(found if scope.creditor_id is None else found.filter(creditor=scope.creditor_id))


def _gaps_unsaid(scope: Scope) -> list[Row]:
    """Bank accounts whose first gap that nobody accepted is not the one noted for the gate."""
    found: list[Row] = []
    for account in _accounts(scope):
        accepted = {each[0] for each in account.gaps_accepted or ()}
        gap = next((each for each in gaps(account.pk) if each not in accepted), "")
        if gap != account.gap:
            row: Row = {"creditor_id": account.creditor_id, "id": account.pk}
            found.append(row | {"gap": gap, "noted": account.gap})
    return found


def _lines_amiss(scope: Scope) -> list[Row]:
    """Where every statement is here and checked, the lines lead from the first balance to the last.

    An equal line that was dropped, or a booking kept twice under two names, does not.
    """
    found: list[Row] = []
    for account in _accounts(scope):
        statements = Statement.objects.filter(bank_account=account)
        if gaps(account.pk) or statements.filter(is_checked=False).exists():
            continue
        ends = _ends(list(statements.values_list("opening_minor", "closing_minor")))
        if ends is None:
            continue
        lines = StatementLine.objects.filter(bank_account=account)
        kept = lines.aggregate(sum=Sum("amount_minor"))["sum"] or 0
        if ends[0] + kept != ends[1]:
            said = {"first_minor": ends[0], "lines_minor": kept, "last_minor": ends[1]}
            found.append({"creditor_id": account.creditor_id, "id": account.pk} | said)
    return found


def _ends(balances: list[tuple[int | None, int | None]]) -> tuple[int, int] | None:
    """The balance before the first statement and after the last; None where they overlap."""
    opened = Counter(opening for opening, _ in balances)
    closed = Counter(closing for _, closing in balances)
    first, last = list((opened - closed).elements()), list((closed - opened).elements())
    if not first and not last:
        return (0, 0)
    if len(first) != 1 or len(last) != 1 or first[0] is None or last[0] is None:
        return None
    return first[0], last[0]


BANK_MONEY = (
    Invariant("P1", "Statements that were checked add up", "a half-written statement", _ADDS_UP),
    Invariant("P2", "A missing statement is noted", "a silent gap", find=_gaps_unsaid),
    # It errs towards silence, and only a person can say which of the lines is which.
    Invariant(
        "P5",
        "Lines lead from balance to balance",
        "two equal payments that became one",
        find=_lines_amiss,
        freezes=False,
    ),
    Invariant("P6", "A file is taken whole or not at all", "half an import", _WHOLE_FILE),
    Invariant("P7", "Every bank line is accounted for", "money that vanishes", _ACCOUNTED),
    Invariant(
        "P8",
        "A payment is listed as sure as its best suggestion",
        "a list that hides what is likely",
        _SURE,
        freezes=False,
    ),
    Invariant("M16", "Reversed money pays nothing", "a debt forgiven by a bounce", _BOUNCED),
)
