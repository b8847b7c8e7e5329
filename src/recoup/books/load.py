"""The only reader for the engine: the books of a creditor on a day, as one bundle.

Balances are as of the day: the sum of the transfers effective by then. When nothing is
dated later, the cached figures are that sum already and the transfers are not read.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from recoup.books import lineage, query
from recoup.books.bank import has_bank_gap
from recoup.books.load_accounts import accounts_of
from recoup.books.models import Creditor
from recoup.books.query import any_of, many, rows
from recoup.books.scope import MaybePaid, Scope, bits_of
from recoup.engine.bundle import CREDITS, ITEMS, Bundle, Facts
from recoup.kernel.frames import translated
from recoup.kernel.money import currency_number


def bundle(creditor: Creditor, *, as_of: date, maybe: MaybePaid) -> Bundle:
    """Everything the engine needs to decide for all debtors of a creditor."""
    return _bundle(Scope(creditor, as_of, query.bulk_frame, maybe))


def bundle_of(
    creditor: Creditor, *, as_of: date, debtor_ids: list[int], maybe: MaybePaid
) -> Bundle:
    """The same for some debtors."""
    sql = f"SELECT id FROM books_account WHERE creditor_id = %s AND {any_of('debtor_id')}"
    found = rows(sql, [creditor.pk, many(debtor_ids)])
    accounts = [int(str(each[0])) for each in found]
    return _bundle(Scope(creditor, as_of, query.frame, maybe, debtor_ids, accounts))


def _bundle(scope: Scope) -> Bundle:
    opened = _open(scope)
    items = _items(scope, opened)
    credits = _credits(scope, opened)
    accounts = accounts_of(scope, items, credits)
    return Bundle(
        facts=Facts(
            creditor_id=scope.creditor.pk,
            as_of=scope.as_of,
            country=scope.creditor.country,
            region=scope.creditor.region,
            bank_data_until=scope.creditor.bank_data_until,
            is_frozen=scope.creditor.frozen_since is not None,
            has_bank_gap=has_bank_gap(scope.creditor),
        ),
        items=items,
        accounts=accounts,
        credits=credits,
    ).checked()


def _is_latest(scope: Scope) -> bool:
    """Whether nothing in the ledger is dated after the day, so that the caches are its sums."""
    found = rows(
        "SELECT MAX(effective_date) FROM books_transfer WHERE creditor_id = %s",
        [scope.creditor.pk],
    )
    latest = found[0][0]
    return latest is None or str(latest) <= scope.as_of.isoformat()


_OPEN_NOW = """
SELECT a.debtor_id, i.account_id, i.id, i.currency, i.issue_date, i.due_date, i.open_minor,
    i.imported_date
FROM books_openitem i JOIN books_account a ON a.id = i.account_id
WHERE i.creditor_id = %s AND i.open_minor <> 0 {some}
"""
_OPEN_THEN = """
SELECT a.debtor_id, i.account_id, i.id, i.currency, i.issue_date, i.due_date,
    t.open_minor, i.imported_date
FROM (
    SELECT open_item_id, CAST(SUM(
        CASE WHEN debit = 1 THEN amount_minor WHEN credit = 1 THEN -amount_minor ELSE 0 END
    ) AS BIGINT) AS open_minor
    FROM books_transfer
    WHERE creditor_id = %s AND effective_date <= %s AND open_item_id IS NOT NULL {some}
    GROUP BY open_item_id
) t
JOIN books_openitem i ON i.id = t.open_item_id
JOIN books_account a ON a.id = i.account_id
WHERE t.open_minor <> 0
"""
_OPEN = {
    "debtor_id": pl.Int64,
    "account_id": pl.Int64,
    "item_id": pl.Int64,
    "currency_code": pl.String,
    "issue_date": pl.Date,
    "due_date": pl.Date,
    "open_minor": pl.Int64,
    "imported_date": pl.Date,
}


def _open(scope: Scope) -> pl.DataFrame:
    """Everything open on the day: above zero owed to us, below zero credit notes."""
    if _is_latest(scope):
        sql = _OPEN_NOW.format(some=scope.some("i.account_id"))
        return scope.ask(sql, scope.parameters(scope.creditor.pk), _OPEN)
    sql = _OPEN_THEN.format(some=scope.some("account_id"))
    return scope.ask(sql, scope.parameters(scope.creditor.pk, scope.as_of), _OPEN)


def _items(scope: Scope, opened: pl.DataFrame) -> pl.DataFrame:
    held = _item_holds(scope)
    ladder = _ladder(scope)
    found = _numbered(opened.filter(pl.col("open_minor") > 0))
    return (
        found.join(held, on="item_id", how="left", maintain_order="left")
        .join(ladder, on="item_id", how="left", maintain_order="left")
        .with_columns(
            pl.min_horizontal(pl.col("held_minor").fill_null(0), "open_minor").alias("held_minor"),
            pl.col("hold_bits").fill_null(0),
            pl.col("last_step").fill_null(0),
            (pl.col("due_date") < pl.col("imported_date")).alias("is_backlog"),
        )
        .sort("debtor_id", "account_id", "currency", "due_date", "item_id")
        .select(list(ITEMS.columns))
    )


def _numbered(found: pl.DataFrame) -> pl.DataFrame:
    """The currency as the number that hot frames hold."""
    codes = found["currency_code"].unique().to_list()
    numbers = {code: currency_number(code) for code in codes}
    return found.with_columns(translated("currency_code", numbers, pl.Int16).alias("currency"))


_ITEM_HOLDS = """
SELECT h.open_item_id, h.reason, COALESCE(h.held_minor, 1000000000000)
FROM books_hold h JOIN books_account a ON a.id = h.account_id
WHERE h.creditor_id = %s AND h.open_item_id IS NOT NULL
    AND h.first_date <= %s AND (h.last_date IS NULL OR h.last_date >= %s) {some}
"""


def _item_holds(scope: Scope) -> pl.DataFrame:
    found = scope.ask(
        _ITEM_HOLDS.format(some=scope.some("h.account_id")),
        scope.parameters(scope.creditor.pk, scope.as_of, scope.as_of),
        {"item_id": pl.Int64, "reason": pl.Int64, "held_minor": pl.Int64},
    )
    # Two holds on one item overlap; the larger part is what stays out of messages.
    return found.group_by("item_id").agg(bits_of("reason"), pl.col("held_minor").max())


# Role 1: the item took this step; the others named it for information. Gathered by Polars: the
# databases would look up every row by the item first.
_LADDER = """
SELECT n.open_item_id, n.step_no, i.cycle_date
FROM books_intentitem n JOIN books_intent i ON i.id = n.intent_id
WHERE i.creditor_id = %s AND i.state IN ('accepted', 'in_doubt') AND i.cycle_date < %s
    AND n.role = 1 {some}
"""


_STEPS = {"item_id": pl.Int64, "last_step": pl.Int16, "last_step_date": pl.Date}


def _ladder(scope: Scope) -> pl.DataFrame:
    named = scope.ask(
        _LADDER.format(some=scope.some("i.account_id")),
        scope.parameters(scope.creditor.pk, scope.as_of),
        _STEPS,
    )
    named = pl.concat([named, _steps_before_moves(scope)])
    return named.group_by("item_id").agg(pl.col("last_step", "last_step_date").max())


def _steps_before_moves(scope: Scope) -> pl.DataFrame:
    """What was said of an item before it moved to this account counts as said of it."""
    moved = lineage.ancestors(scope.creditor.pk)
    said = query.frame(
        _LADDER.format(some=f"AND {any_of('n.open_item_id')}"),
        [scope.creditor.pk, scope.as_of, many(moved["ancestor_id"].unique().to_list())],
        _STEPS,
    )
    return (
        moved.join(said, left_on="ancestor_id", right_on="item_id")
        .filter(pl.col("last_step_date") <= pl.col("until"))
        .select(list(_STEPS))
    )


_UNAPPLIED_NOW = """
SELECT a.debtor_id, r.account_id, r.currency, CAST(SUM(r.unapplied_minor) AS BIGINT)
FROM books_receipt r JOIN books_account a ON a.id = r.account_id
WHERE r.creditor_id = %s AND r.unapplied_minor <> 0 {some}
GROUP BY a.debtor_id, r.account_id, r.currency
"""
_UNAPPLIED_THEN = """
SELECT a.debtor_id, t.account_id, t.currency, CAST(SUM(
    CASE WHEN t.credit = 4 THEN t.amount_minor WHEN t.debit = 4 THEN -t.amount_minor ELSE 0 END
) AS BIGINT)
FROM books_transfer t JOIN books_account a ON a.id = t.account_id
WHERE t.creditor_id = %s AND t.effective_date <= %s AND t.receipt_id IS NOT NULL {some}
GROUP BY a.debtor_id, t.account_id, t.currency
"""
_CREDIT = {
    "debtor_id": pl.Int64,
    "account_id": pl.Int64,
    "currency_code": pl.String,
    "credit_minor": pl.Int64,
}


def _credits(scope: Scope, opened: pl.DataFrame) -> pl.DataFrame:
    """Unapplied receipts and open credit notes, by account and currency."""
    if _is_latest(scope):
        sql, values = _UNAPPLIED_NOW, scope.parameters(scope.creditor.pk)
    else:
        sql, values = _UNAPPLIED_THEN, scope.parameters(scope.creditor.pk, scope.as_of)
    unapplied = scope.ask(sql.format(some=scope.some("a.id")), values, _CREDIT)
    notes = opened.filter(pl.col("open_minor") < 0).select(
        "debtor_id", "account_id", "currency_code", credit_minor=-pl.col("open_minor")
    )
    summed = (
        pl.concat([unapplied, notes])
        .group_by("debtor_id", "account_id", "currency_code")
        .agg(pl.col("credit_minor").sum())
        .filter(pl.col("credit_minor") > 0)
    )
    return (
        _numbered(summed).select(list(CREDITS.columns)).sort("debtor_id", "account_id", "currency")
    )
