"""The door of what is given up of an item: discounts, bank charges, small differences."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
from django.db import transaction

from recoup.books import bulk, record
from recoup.books.apply_cash import move_cache
from recoup.books.limits import LIMITED, cash_of, limit_minor
from recoup.books.lock import hold
from recoup.books.models import Creditor, Entry, LedgerAccount, Transfer
from recoup.books.post import check_amounts
from recoup.books.query import any_of, frame, many
from recoup.kernel.dates import utc
from recoup.kernel.errors import Refusal
from recoup.kernel.frames import Frame
from recoup.kernel.money import plain

KINDS = {
    "discount": LedgerAccount.DISCOUNT,
    "bank_charges": LedgerAccount.BANK_CHARGES,
    "write_off": LedgerAccount.WRITE_OFF,
}

# Amounts above zero: what the item is worth less. The key makes doing it twice impossible.
ADJUSTMENTS = Frame(
    "adjustments",
    {
        "account_id": pl.Int64,
        "open_item_id": pl.Int64,
        "currency": pl.String,
        "amount_minor": pl.Int64,
        "kind": pl.String,
        "effective_date": pl.Date,
        "key": pl.String,
    },
)


def adjust(
    *,
    creditor: Creditor,
    adjustments: pl.DataFrame,
    today: date,
    at: datetime,
    by: str,
    why: str,
    is_approved: bool = False,
) -> int:
    """Reduce open items, each with its kind and reason, all or nothing; how many were new.

    Dated never before the item was issued. Raises Refusal `adjusted-too-far` when an item has
    less open than is to be given up, and `second-person-needed` when it is more of one item than
    one person may give up and no second one has approved it.
    """
    wanted = ADJUSTMENTS.check(adjustments).unique("key", keep="first", maintain_order=True)
    check_amounts(wanted, "amount_minor", least=1)
    with transaction.atomic():
        hold(wanted["account_id"].to_list())
        sql = f"SELECT key FROM books_entry WHERE creditor_id = %s AND {any_of('key')}"
        known = frame(sql, [creditor.pk, many(wanted["key"].to_list())], {"key": pl.String})
        unknown = wanted.join(known, on="key", how="anti", maintain_order="left")
        if unknown.is_empty():
            return 0
        fresh = _with_limits(creditor, _check(creditor, unknown))
        if not is_approved:
            _check_limits(fresh)
        _write(creditor, fresh, at=at, by=by, why=why)
        given = fresh.group_by("open_item_id").agg(-pl.col("amount_minor").sum())
        move_cache("books_openitem", "open_minor", given.rename({"open_item_id": "id"}))
        record.record_balances(
            creditor_id=creditor.pk, touched=fresh, kind="adjusted", today=today, at=at
        )
    return fresh.height


def _check(creditor: Creditor, fresh: pl.DataFrame) -> pl.DataFrame:
    """The same, none dated before its item was issued."""
    sql = (
        "SELECT id, account_id, currency, open_minor, issue_date FROM books_openitem "
        f"WHERE creditor_id = %s AND {any_of('id')}"
    )
    schema = {
        "open_item_id": pl.Int64,
        "held_account_id": pl.Int64,
        "held_currency": pl.String,
        "open_minor": pl.Int64,
        "issue_date": pl.Date,
    }
    items = frame(sql, [creditor.pk, many(fresh["open_item_id"].to_list())], schema)
    joined = fresh.join(items, on="open_item_id", how="left", maintain_order="left")
    belongs = (pl.col("account_id") == pl.col("held_account_id")) & (
        pl.col("currency") == pl.col("held_currency")
    )
    if joined.filter(~belongs.fill_null(value=False)).height:
        raise Refusal(
            "unknown-item",
            "An item is not one of this account and currency. Choose one that is.",
        )
    sums = joined.group_by("open_item_id").agg(
        pl.col("amount_minor").sum(), pl.col("open_minor").first()
    )
    if sums.filter(pl.col("amount_minor") > pl.col("open_minor")).height:
        raise Refusal(
            "adjusted-too-far",
            "More was to be given up than is open. Give up at most what is left of the item.",
        )
    return joined.with_columns(
        effective_date=pl.max_horizontal("effective_date", "issue_date")
    ).select(fresh.columns)


def _with_limits(creditor: Creditor, fresh: pl.DataFrame) -> pl.DataFrame:
    """With the most that one person may give up of an item alone; null for a discount."""
    cash = cash_of(creditor.pk)
    rows = [
        (kind, currency, limit_minor(cash, kind, currency) if kind in LIMITED else None)
        for kind, currency in fresh.select("kind", "currency").unique().rows()
    ]
    schema = {"kind": pl.String, "currency": pl.String, "limit_minor": pl.Int64}
    limits = pl.DataFrame(rows, schema=schema, orient="row")
    return fresh.join(limits, on=["kind", "currency"], maintain_order="left")


# What one person gave up of these items before and did not take back.
_GIVEN_UP_ALONE = """
SELECT t.open_item_id, e.kind, CAST(SUM(t.amount_minor) AS BIGINT)
FROM books_transfer t JOIN books_entry e ON e.id = t.entry_id
WHERE {mine} AND e.kind IN ('write_off', 'bank_charges')
    AND NOT EXISTS (SELECT 1 FROM books_entry r WHERE r.reverses_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM books_moneyrequest q WHERE q.entry_id = e.id)
GROUP BY t.open_item_id, e.kind
"""


def _check_limits(fresh: pl.DataFrame) -> None:
    limited = fresh.filter(pl.col("limit_minor").is_not_null())
    if limited.is_empty():
        return
    schema = {"open_item_id": pl.Int64, "kind": pl.String, "before_minor": pl.Int64}
    items = many(limited["open_item_id"].unique().to_list())
    before = frame(_GIVEN_UP_ALONE.format(mine=any_of("t.open_item_id")), [items], schema)
    sums = (
        limited.group_by("open_item_id", "kind", "currency")
        .agg(pl.col("amount_minor").sum(), pl.col("limit_minor").first())
        .join(before, on=["open_item_id", "kind"], how="left")
        .filter(
            pl.col("amount_minor") + pl.col("before_minor").fill_null(0) > pl.col("limit_minor")
        )
    )
    if sums.height:
        row = sums.row(0, named=True)
        most = f"{plain(row['limit_minor'], row['currency'])} {row['currency']}"
        raise Refusal(
            "second-person-needed",
            f"At most {most} of one document is given up by one person alone. Ask a second one to"
            " approve it, or leave the rest open.",
        )


def _write(creditor: Creditor, fresh: pl.DataFrame, *, at: datetime, by: str, why: str) -> None:
    mine = pl.lit(creditor.pk).alias("creditor_id")
    made = fresh.with_columns(bulk.next_ids(Entry, fresh.height).alias("entry_id"))
    bulk.insert(
        Entry,
        made.select(
            pl.col("entry_id").alias("id"),
            mine,
            "kind",
            "key",
            "effective_date",
            pl.lit(utc(at)).alias("recorded_at"),
            pl.lit(by).alias("by"),
            pl.lit(why[:300]).alias("why"),
            "limit_minor",
        ),
    )
    debits = {kind: int(account) for kind, account in KINDS.items()}
    bulk.insert(
        Transfer,
        made.select(
            bulk.next_ids(Transfer, made.height),
            mine,
            "entry_id",
            "account_id",
            "effective_date",
            pl.col("kind").replace_strict(debits, return_dtype=pl.Int64).alias("debit"),
            pl.lit(int(LedgerAccount.RECEIVABLE)).alias("credit"),
            "currency",
            "amount_minor",
            "open_item_id",
        ),
    )
