"""Invariants of money: the ledger is whole, and every cached figure is its sum."""

from __future__ import annotations

from recoup.books.invariants.base import Invariant, Row, Scope
from recoup.books.models import LedgerAccount
from recoup.books.query import rows
from recoup.kernel.errors import Refusal
from recoup.kernel.money import MAX_MINOR, exponent

RECEIVABLE = int(LedgerAccount.RECEIVABLE)
UNAPPLIED = int(LedgerAccount.UNAPPLIED)
SET_OFF = int(LedgerAccount.SET_OFF)
BANK = int(LedgerAccount.BANK)
TRANSIT = int(LedgerAccount.TRANSIT)

# A transfer is balanced by its form; what remains to check is that it moves something real,
# that what it touches is of its account and currency, and that set-offs pass through. Only of a
# credit note that a source says is used does nobody tell us against what.
_WHOLE = f"""
SELECT t.creditor_id, t.id, 'transfer' AS what, t.amount_minor AS figure_minor
FROM books_transfer t
LEFT JOIN books_openitem i ON i.id = t.open_item_id
LEFT JOIN books_receipt r ON r.id = t.receipt_id
WHERE t.amount_minor <= 0 OR t.debit = t.credit
    OR i.account_id <> t.account_id OR i.currency <> t.currency
    OR r.account_id <> t.account_id OR r.currency <> t.currency
    OR (t.open_item_id IS NULL AND (t.debit = {RECEIVABLE} OR t.credit = {RECEIVABLE}))
    OR (t.receipt_id IS NULL AND (t.debit = {UNAPPLIED} OR t.credit = {UNAPPLIED}))
UNION ALL
SELECT t.creditor_id, t.entry_id, 'set-off',
    SUM(CASE WHEN t.debit = {SET_OFF} THEN t.amount_minor ELSE -t.amount_minor END)
FROM books_transfer t JOIN books_entry e ON e.id = t.entry_id
WHERE (t.debit = {SET_OFF} OR t.credit = {SET_OFF})
    AND e.kind NOT IN ('credit_used', 'credit_used_reversed')
GROUP BY t.creditor_id, t.entry_id, t.account_id, t.currency
HAVING SUM(CASE WHEN t.debit = {SET_OFF} THEN t.amount_minor ELSE -t.amount_minor END) <> 0
UNION ALL
SELECT d.creditor_id, d.id, 'document without its items', d.total_minor
FROM books_document d
LEFT JOIN (
    SELECT document_id, SUM(ABS(amount_minor)) AS minor FROM books_openitem GROUP BY document_id
) s ON s.document_id = d.id
WHERE d.total_minor <> COALESCE(s.minor, 0)
"""

# The reversal of an entry is the same transfers the other way round, neither more nor fewer.
_REVERSED = """
SELECT e.creditor_id, e.id, e.reverses_id, t.id AS transfer_id
FROM books_entry e
JOIN books_transfer t ON t.entry_id IN (e.id, e.reverses_id)
LEFT JOIN books_transfer o ON o.entry_id = e.id + e.reverses_id - t.entry_id
    AND o.debit = t.credit AND o.credit = t.debit AND o.amount_minor = t.amount_minor
    AND o.account_id = t.account_id AND o.currency = t.currency
    AND COALESCE(o.open_item_id, 0) = COALESCE(t.open_item_id, 0)
    AND COALESCE(o.receipt_id, 0) = COALESCE(t.receipt_id, 0)
WHERE e.reverses_id IS NOT NULL AND o.id IS NULL
"""

_OPEN = f"""
SELECT i.creditor_id, i.id, i.account_id, i.open_minor, COALESCE(s.minor, 0) AS ledger_minor
FROM books_openitem i
LEFT JOIN (
    SELECT open_item_id,
        SUM(CASE WHEN debit = {RECEIVABLE} THEN amount_minor
                 WHEN credit = {RECEIVABLE} THEN -amount_minor ELSE 0 END) AS minor
    FROM books_transfer WHERE open_item_id IS NOT NULL GROUP BY open_item_id
) s ON s.open_item_id = i.id
WHERE i.open_minor <> COALESCE(s.minor, 0)
"""

_IN_RANGE = " UNION ALL ".join(
    f"SELECT creditor_id, id, '{table}' AS what, {column} AS figure_minor FROM {table} "
    f"WHERE {column} NOT BETWEEN -{MAX_MINOR} AND {MAX_MINOR}"
    for table, column in (
        ("books_document", "total_minor"),
        ("books_openitem", "amount_minor"),
        ("books_receipt", "amount_minor"),
        ("books_transfer", "amount_minor"),
        ("books_cashapplication", "amount_minor"),
    )
)

_ONE_CURRENCY = """
SELECT a.creditor_id, a.id, a.currency, i.currency AS item_currency,
    COALESCE(r.currency, c.currency) AS source_currency
FROM books_cashapplication a
JOIN books_openitem i ON i.id = a.open_item_id
LEFT JOIN books_receipt r ON r.id = a.receipt_id
LEFT JOIN books_openitem c ON c.id = a.credit_item_id
WHERE a.currency <> i.currency OR a.currency <> COALESCE(r.currency, c.currency)
    OR a.account_id <> i.account_id OR a.account_id <> COALESCE(r.account_id, c.account_id)
"""

_SOURCES = """
SELECT r.creditor_id, r.id, r.amount_minor, SUM(a.amount_minor) AS applied_minor
FROM books_receipt r JOIN books_cashapplication a ON a.receipt_id = r.id
WHERE a.reversed_entry_id IS NULL
GROUP BY r.creditor_id, r.id, r.amount_minor HAVING SUM(a.amount_minor) > r.amount_minor
UNION ALL
SELECT i.creditor_id, i.id, i.amount_minor, SUM(a.amount_minor)
FROM books_openitem i JOIN books_cashapplication a ON a.credit_item_id = i.id
WHERE a.reversed_entry_id IS NULL
GROUP BY i.creditor_id, i.id, i.amount_minor HAVING SUM(a.amount_minor) > -i.amount_minor
"""

_ITEMS = """
SELECT i.creditor_id, i.id, i.amount_minor, SUM(a.amount_minor) AS applied_minor
FROM books_openitem i JOIN books_cashapplication a ON a.open_item_id = i.id
WHERE a.reversed_entry_id IS NULL
GROUP BY i.creditor_id, i.id, i.amount_minor HAVING SUM(a.amount_minor) > i.amount_minor
UNION ALL
SELECT creditor_id, id, amount_minor, open_minor FROM books_openitem
WHERE (amount_minor >= 0 AND open_minor NOT BETWEEN 0 AND amount_minor)
    OR (amount_minor < 0 AND open_minor NOT BETWEEN amount_minor AND 0)
"""

# What came by bank or from another account, less what went back or on, is applied or unapplied.
_RECEIPTS = f"""
SELECT r.creditor_id, r.id, r.amount_minor, r.unapplied_minor,
    COALESCE(a.minor, 0) AS applied_minor, COALESCE(s.minor, 0) AS ledger_minor
FROM books_receipt r
LEFT JOIN (
    SELECT receipt_id, SUM(amount_minor) AS minor FROM books_cashapplication
    WHERE reversed_entry_id IS NULL AND receipt_id IS NOT NULL GROUP BY receipt_id
) a ON a.receipt_id = r.id
LEFT JOIN (
    SELECT receipt_id,
        SUM(CASE WHEN credit = {UNAPPLIED} THEN amount_minor
                 WHEN debit = {UNAPPLIED} THEN -amount_minor ELSE 0 END) AS minor,
        SUM(CASE WHEN debit IN ({BANK}, {TRANSIT}) THEN amount_minor
                 WHEN credit IN ({BANK}, {TRANSIT}) THEN -amount_minor ELSE 0 END) AS came
    FROM books_transfer WHERE receipt_id IS NOT NULL GROUP BY receipt_id
) s ON s.receipt_id = r.id
WHERE r.unapplied_minor <> COALESCE(s.minor, 0)
    OR COALESCE(s.came, 0) NOT BETWEEN 0 AND r.amount_minor
    OR COALESCE(s.came, 0) <> COALESCE(a.minor, 0) + r.unapplied_minor
"""

_RECEIVED_ONCE = """
SELECT r.creditor_id, r.id, r.source, r.source_ref
FROM books_receipt r
JOIN (
    SELECT creditor_id, source, source_ref FROM books_receipt
    GROUP BY creditor_id, source, source_ref HAVING COUNT(*) > 1
) d ON d.creditor_id = r.creditor_id AND d.source = r.source AND d.source_ref = r.source_ref
UNION ALL
SELECT creditor_id, id, source, source_ref FROM books_receipt WHERE TRIM(source_ref) = ''
"""

# What moved here was charged elsewhere.
_POSTED = """NOT EXISTS (
    SELECT 1 FROM books_move m JOIN books_openitem i ON i.id = m.to_item_id
    WHERE i.document_id = c.id
)"""
_CHARGED_ONCE = f"""
SELECT d.creditor_id, d.id, d.account_id, d.number
FROM books_document d
JOIN (
    SELECT c.account_id, c.number FROM books_document c
    WHERE c.kind = 'charge' AND {_POSTED}
    GROUP BY c.account_id, c.number HAVING COUNT(*) > 1
) twice ON twice.account_id = d.account_id AND twice.number = d.number
WHERE d.kind = 'charge'
"""

_OWED = """
SELECT creditor_id, account_id, currency, SUM(minor) AS minor FROM (
    SELECT creditor_id, account_id, currency, open_minor AS minor
    FROM books_openitem WHERE open_minor <> 0
    UNION ALL
    SELECT creditor_id, account_id, currency, -unapplied_minor
    FROM books_receipt WHERE unapplied_minor <> 0
    UNION ALL
    SELECT DISTINCT creditor_id, account_id, currency, 0 FROM {known}
) AS parts GROUP BY creditor_id, account_id, currency
"""

# What the gate remembers of an account is what its items say.
_REMEMBERED = f"""
SELECT owed.creditor_id, owed.account_id AS id, owed.currency, owed.minor AS owed_minor,
    e.balance_after_minor AS remembered_minor
FROM ({_OWED.format(known="books_accountevent")}) AS owed
LEFT JOIN (
    SELECT account_id, currency, MAX(evseq) AS evseq FROM books_accountevent
    GROUP BY account_id, currency
) AS latest ON latest.account_id = owed.account_id AND latest.currency = owed.currency
LEFT JOIN books_accountevent e ON e.evseq = latest.evseq
WHERE owed.minor <> COALESCE(e.balance_after_minor, 0)
"""

# What lists show is what is owed now, or was on the day they look at; a rehearsal of an
# earlier day leaves earlier figures. Nobody with a debt is missing from a list.
_SHOWN = f"""
SELECT owed.creditor_id, owed.account_id AS id, owed.currency, owed.minor AS owed_minor,
    st.balance_minor AS shown_minor
FROM ({_OWED.format(known="books_accountstanding")}) AS owed
LEFT JOIN books_accountstanding st
    ON st.account_id = owed.account_id AND st.currency = owed.currency
WHERE owed.minor <> COALESCE(st.balance_minor, 0)
    AND COALESCE(st.balance_minor, 0) <> COALESCE((
        SELECT SUM(CASE WHEN t.debit IN ({RECEIVABLE}, {UNAPPLIED}) THEN t.amount_minor ELSE 0 END
            - CASE WHEN t.credit IN ({RECEIVABLE}, {UNAPPLIED}) THEN t.amount_minor ELSE 0 END)
        FROM books_transfer t
        WHERE t.account_id = owed.account_id AND t.currency = owed.currency
            AND t.effective_date <= COALESCE(st.as_of, (
                SELECT MIN(d.as_of) FROM books_accountstanding d
                WHERE d.creditor_id = owed.creditor_id
            ), '9999-12-31')
    ), 0)
"""

_CURRENCIES = " UNION ".join(
    f"SELECT creditor_id, MIN(id), currency FROM {table} GROUP BY creditor_id, currency"
    for table in ("books_openitem", "books_receipt", "books_transfer", "books_cashapplication")
)


def _unknown_currencies(scope: Scope) -> list[Row]:
    return [
        {"creditor_id": creditor_id, "id": first_id, "currency": currency}
        for creditor_id, first_id, currency in rows(_CURRENCIES)
        if scope.creditor_id in (None, creditor_id) and not _is_currency(str(currency))
    ]


def _is_currency(currency: str) -> bool:
    try:
        exponent(currency)
    except Refusal:
        return False
    return True


MONEY = (
    Invariant("M1", "Every movement is whole", "money made or lost in the ledger", _WHOLE),
    Invariant("M2", "What is open is the sum of the ledger", "a reminder for a wrong sum", _OPEN),
    Invariant("M3", "Amounts are within the limit", "amounts that wrap around", _IN_RANGE),
    Invariant(
        "M3",
        "Currencies are known",
        "amounts read with the wrong number of decimals",
        find=_unknown_currencies,
    ),
    Invariant("M4", "Applied within one currency and account", "mixing currencies", _ONE_CURRENCY),
    Invariant("M5", "No source is applied beyond its amount", "money spent twice", _SOURCES),
    Invariant("M6", "No item is paid beyond its amount", "a negative debt", _ITEMS),
    Invariant(
        "M7", "Every receipt is applied, unapplied or reversed", "money stuck nowhere", _RECEIPTS
    ),
    Invariant("M8", "A reversal is the exact opposite", "half a correction", _REVERSED),
    Invariant("M10", "Each receipt is held once", "a payment counted twice", _RECEIVED_ONCE),
    Invariant("M11", "Each charge is made once", "a fee charged twice", _CHARGED_ONCE),
    Invariant("M15", "The gate knows what is owed", "reminding who has paid", _REMEMBERED),
    Invariant("M15", "Lists show what is owed", "paid with a debt, or a debt paid", _SHOWN),
)
