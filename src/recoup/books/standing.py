"""The door of account standings: a cache kept in step with the ledger, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from django.db import transaction

from recoup.books import bulk
from recoup.books.models import AccountStanding
from recoup.books.query import Value, any_of, bulk_frame, execute, frame, many

COLUMNS: dict[str, type[pl.DataType]] = {
    "account_id": pl.Int64,
    "currency": pl.String,
    "balance_minor": pl.Int64,
    "overdue_minor": pl.Int64,
    "not_due_minor": pl.Int64,
    "days_1_30_minor": pl.Int64,
    "days_31_60_minor": pl.Int64,
    "days_61_90_minor": pl.Int64,
    "over_90_minor": pl.Int64,
    "held_minor": pl.Int64,
    "credit_minor": pl.Int64,
    "oldest_due_date": pl.Date,
    "item_count": pl.Int32,
}

# What a hold in force today keeps of an item: all of it, or its part.
_HELD = """
LEFT JOIN (
    SELECT open_item_id, MAX(CASE WHEN held_minor IS NULL THEN 1000000000000 ELSE held_minor END)
        AS part FROM books_hold
    WHERE creditor_id = %s AND open_item_id IS NOT NULL AND first_date <= %s
        AND (last_date IS NULL OR last_date >= %s)
    GROUP BY open_item_id
) h ON h.open_item_id = i.id
"""

# The same sums as `engine.aging`: buckets hold all that is open, held parts included.
_SUMS = """
SELECT account_id, currency,
    CAST(SUM(owed) - SUM(credit) AS BIGINT),
    CAST(SUM(CASE WHEN due_date < %s THEN owed - held ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN due_date >= %s THEN owed ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN due_date < %s AND due_date >= %s THEN owed ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN due_date < %s AND due_date >= %s THEN owed ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN due_date < %s AND due_date >= %s THEN owed ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN due_date < %s THEN owed ELSE 0 END) AS BIGINT),
    CAST(SUM(held) AS BIGINT), CAST(SUM(credit) AS BIGINT),
    MIN(CASE WHEN owed > held AND due_date < %s THEN due_date END),
    CAST(SUM(CASE WHEN owed > 0 THEN 1 ELSE 0 END) AS INTEGER)
FROM (
    SELECT i.account_id, i.currency, i.due_date,
        CASE WHEN i.open_minor > 0 THEN i.open_minor ELSE 0 END AS owed,
        CASE WHEN i.open_minor < 0 OR h.part IS NULL THEN 0
             WHEN h.part >= i.open_minor THEN i.open_minor ELSE h.part END AS held,
        CASE WHEN i.open_minor < 0 THEN -i.open_minor ELSE 0 END AS credit
    FROM books_openitem i {held}
    WHERE i.creditor_id = %s AND i.open_minor <> 0 {some_items}
    UNION ALL
    SELECT account_id, currency, NULL, 0, 0, unapplied_minor FROM books_receipt
    WHERE creditor_id = %s AND unapplied_minor <> 0 {some_receipts}
) AS part GROUP BY account_id, currency
"""


def refresh(*, creditor_id: int, account_ids: list[int] | None, today: date) -> int:
    """Bring the standings of these accounts (all when None) in step; how many rows changed."""
    wanted = _wanted(creditor_id, account_ids, today)
    return replace(creditor_id=creditor_id, account_ids=account_ids, wanted=wanted, today=today)


def replace(
    *, creditor_id: int, account_ids: list[int] | None, wanted: pl.DataFrame, today: date
) -> int:
    """Write the rows of COLUMNS that differ from what stands; how many."""
    held = _held(creditor_id, account_ids)
    changed = wanted.join(held, on=list(COLUMNS), how="anti", nulls_equal=True)
    gone = held.join(wanted, on=["account_id", "currency"], how="anti")
    # No savepoint of its own: on SQLite each insert within one would cost as much as all before.
    with transaction.atomic(savepoint=False):
        stale = pl.concat([gone, changed]).select("account_id").unique()["account_id"]
        if stale.is_empty():
            return 0
        execute(
            f"DELETE FROM books_accountstanding WHERE {any_of('account_id')}",
            [many(stale.to_list())],
        )
        rows = wanted.filter(pl.col("account_id").is_in(stale.implode()))
        bulk.insert(
            AccountStanding,
            rows.with_columns(
                bulk.next_ids(AccountStanding, rows.height),
                pl.lit(creditor_id).alias("creditor_id"),
                pl.lit(today).alias("as_of"),
            ),
        )
    return stale.len()


def _wanted(creditor_id: int, account_ids: list[int] | None, today: date) -> pl.DataFrame:
    some = "" if account_ids is None else f"AND {any_of('account_id')}"
    some_items = some.replace("account_id", "i.account_id")
    ids: list[Value] = [] if account_ids is None else [many(account_ids)]
    days = [today - timedelta(days=each) for each in (0, 0, 0, 30, 30, 60, 60, 90, 90, 0)]
    sql = _SUMS.format(held=_HELD, some_items=some_items, some_receipts=some)
    parameters: list[Value] = [
        *days,
        creditor_id,
        today,
        today,
        creditor_id,
        *ids,
        creditor_id,
        *ids,
    ]
    # Credits cover what is late first: what they cover is not overdue.
    net = (pl.col("overdue_minor") - pl.col("credit_minor")).clip(lower_bound=0)
    return frame(sql, parameters, COLUMNS).with_columns(overdue_minor=net)


def _held(creditor_id: int, account_ids: list[int] | None) -> pl.DataFrame:
    sql = f"SELECT {', '.join(COLUMNS)} FROM books_accountstanding WHERE creditor_id = %s"
    if account_ids is None:
        return bulk_frame(sql, [creditor_id], COLUMNS)
    return frame(f"{sql} AND {any_of('account_id')}", [creditor_id, many(account_ids)], COLUMNS)
