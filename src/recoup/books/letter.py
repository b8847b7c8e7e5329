"""What a message is written from: the facts of its account, read for many messages at once."""

from __future__ import annotations

import polars as pl

from recoup.books import query
from recoup.books.query import any_of, many
from recoup.books.terms import paid_before

RECIPIENTS: dict[str, type[pl.DataType]] = {
    "account_id": pl.Int64,
    "contact_point_id": pl.Int64,
}

# The billing address first, then whichever came first.
_BEST = """
SELECT account_id, id FROM (
    SELECT c.account_id, c.id, ROW_NUMBER() OVER (
        PARTITION BY c.account_id
        ORDER BY CASE WHEN c.role = 'billing' THEN 0 ELSE 1 END, c.id
    ) AS rank
    FROM books_contactpoint c
    WHERE c.creditor_id = %s AND c.kind = 'email' AND c.state = 'usable' AND c.consent <> 'none'
        AND c.until IS NULL AND {mine}
) AS ranked WHERE rank = 1
"""


def recipients(creditor_id: int, account_ids: list[int]) -> pl.DataFrame:
    """The one address to write to of each account that has one."""
    sql = _BEST.format(mine=any_of("c.account_id"))
    return query.frame(sql, [creditor_id, many(account_ids)], RECIPIENTS)


_ZONES = """
SELECT DISTINCT d.id, d.time_zone FROM books_debtor d
JOIN books_account a ON a.debtor_id = d.id WHERE a.creditor_id = %s AND d.time_zone <> ''
"""


def time_zones(creditor_id: int) -> pl.DataFrame:
    """The time zone of each debtor that has one of its own."""
    return query.frame(_ZONES, [creditor_id], {"debtor_id": pl.Int64, "time_zone": pl.String})


UNWRITTEN = {
    "intent_id": pl.Int64,
    "account_id": pl.Int64,
    "currency": pl.String,
    "template": pl.String,
    "net_minor": pl.Int64,
    "credit_minor": pl.Int64,
    "cycle_date": pl.Date,
    "recipient": pl.String,
    "person": pl.String,
    "number": pl.String,
    "name": pl.String,
    "country": pl.String,
    "language": pl.String,
    "maybe_minor": pl.Int64,
    "maybe_currency": pl.String,
    "maybe_date": pl.Date,
}
_UNWRITTEN = """
SELECT i.id, i.account_id, i.currency, i.template, i.net_minor, i.credit_minor, i.cycle_date,
    c.value, c.person, a.number, d.name, d.country, d.language,
    m.amount_minor, m.currency, m.booked_date
FROM books_intent i
JOIN books_contactpoint c ON c.id = i.contact_point_id
JOIN books_account a ON a.id = i.account_id
JOIN books_debtor d ON d.id = i.debtor_id
LEFT JOIN books_statementline m ON m.id = i.maybe_line_id
WHERE i.creditor_id = %s AND i.state IN ('waiting', 'pending', 'held', 'leased')
    AND i.id > %s AND NOT EXISTS (SELECT 1 FROM books_message w WHERE w.intent_id = i.id)
ORDER BY i.id LIMIT %s
"""


def unwritten(creditor_id: int, *, after: int, limit: int) -> pl.DataFrame:
    """Intents without a message, in order of id, from the one after `after`."""
    return query.frame(_UNWRITTEN, [creditor_id, after, limit], UNWRITTEN)


LINES = {
    "intent_id": pl.Int64,
    "open_minor": pl.Int64,
    "amount_minor": pl.Int64,
    "issue_date": pl.Date,
    "due_date": pl.Date,
    "number": pl.String,
    # Of an early-payment discount on the whole: its steps, and what was paid before.
    "discount_ppm": pl.Int64,
    "discount_days": pl.Int64,
    "later_ppm": pl.Int64,
    "later_days": pl.Int64,
    "paid_minor": pl.Int64,
}
_LINES = """
SELECT n.intent_id, n.open_minor, i.amount_minor, i.issue_date, i.due_date, d.number,
    CASE WHEN i.open_minor = n.open_minor THEN t.discount_ppm END, t.discount_days,
    t.later_ppm, t.later_days, {paid}
FROM books_intentitem n
JOIN books_openitem i ON i.id = n.open_item_id
JOIN books_document d ON d.id = i.document_id
LEFT JOIN books_documentterms t ON t.document_id = i.document_id
WHERE {mine} ORDER BY n.intent_id, i.due_date, i.id
"""


_NAMED = """
SELECT n.intent_id, n.open_item_id FROM books_intentitem n WHERE {mine}
"""


def named_items(intent_ids: list[int]) -> pl.DataFrame:
    """The open items that each intent names, by number."""
    schema = {"intent_id": pl.Int64, "item_id": pl.Int64}
    return query.frame(_NAMED.format(mine=any_of("n.intent_id")), [many(intent_ids)], schema)


def lines(intent_ids: list[int]) -> pl.DataFrame:
    """The open items that each intent names, oldest first."""
    return query.frame(
        _LINES.format(paid=paid_before(), mine=any_of("n.intent_id")), [many(intent_ids)], LINES
    )
