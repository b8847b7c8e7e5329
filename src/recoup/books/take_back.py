"""The door that undoes many payments at once, as `books.correct.take_back` undoes one."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
from django.db import transaction

from recoup.books import bulk, record
from recoup.books.apply_cash import move_cache
from recoup.books.lock import hold
from recoup.books.models import Entry, Transfer
from recoup.books.query import Schema, any_of, execute, frame, many
from recoup.kernel.dates import utc

# Receipts that stand as they were posted: nothing moved, paid back or merged since. `whole_minor`
# is what they come to when every application is taken back.
_RECEIPTS = """
SELECT r.id, r.account_id, r.currency, r.amount_minor, e.id FROM books_receipt r
JOIN books_account a ON a.id = r.account_id AND a.merged_into_id IS NULL
JOIN books_transfer t ON t.receipt_id = r.id
JOIN books_entry e ON e.id = t.entry_id AND e.kind = 'receipt'
LEFT JOIN books_entry back ON back.reverses_id = e.id
WHERE r.creditor_id = %s AND {ids} AND back.id IS NULL AND r.amount_minor = r.unapplied_minor + (
    SELECT COALESCE(SUM(c.amount_minor), 0) FROM books_cashapplication c
    WHERE c.receipt_id = r.id AND c.reversed_entry_id IS NULL
)
"""
_RECEIPT = {
    "receipt_id": pl.Int64,
    "account_id": pl.Int64,
    "currency": pl.String,
    "amount_minor": pl.Int64,
    "entry_id": pl.Int64,
}
# Applications of the receipts, and of the credit notes that were set off with them.
_APPLIED = """
SELECT c.id, c.entry_id, c.receipt_id, c.credit_item_id, c.open_item_id, c.amount_minor, e.key
FROM books_cashapplication c JOIN books_entry e ON e.id = c.entry_id
WHERE c.creditor_id = %s AND {accounts} AND c.reversed_entry_id IS NULL
"""
_APPLICATION = {
    "id": pl.Int64,
    "entry_id": pl.Int64,
    "receipt_id": pl.Int64,
    "credit_item_id": pl.Int64,
    "open_item_id": pl.Int64,
    "amount_minor": pl.Int64,
    "key": pl.String,
}
# What was given up with a payment and still is.
_GIVEN_UP = """
SELECT e.id, t.open_item_id, t.amount_minor, e.key
FROM books_entry e JOIN books_transfer t ON t.entry_id = e.id
LEFT JOIN books_entry back ON back.reverses_id = e.id
WHERE e.creditor_id = %s AND {accounts} AND e.kind IN ('discount', 'bank_charges', 'write_off')
AND back.id IS NULL
"""
_GIVEN = {
    "entry_id": pl.Int64,
    "open_item_id": pl.Int64,
    "amount_minor": pl.Int64,
    "key": pl.String,
}
_LEGS = """
SELECT t.entry_id, t.account_id, t.debit, t.credit, t.currency, t.amount_minor, t.open_item_id,
    t.receipt_id, e.kind, e.effective_date
FROM books_transfer t JOIN books_entry e ON e.id = t.entry_id WHERE {entries}
"""
_LEG = {
    "entry_id": pl.Int64,
    "account_id": pl.Int64,
    "debit": pl.Int16,
    "credit": pl.Int16,
    "currency": pl.String,
    "amount_minor": pl.Int64,
    "open_item_id": pl.Int64,
    "receipt_id": pl.Int64,
    "kind": pl.String,
    "effective_date": pl.Date,
}


def take_back_many(
    *,
    creditor_id: int,
    receipts: dict[int, int],
    today: date,
    at: datetime,
    by: str,
    why: str,
) -> list[int]:
    """Undo receipts (each with its account), with all that was given up; those that were undone.

    What was moved, paid back, merged or reversed since is left alone: `correct.take_back` knows
    how, or says why not.
    """
    with transaction.atomic():
        hold(receipts.values())
        ids = many(sorted(receipts))
        found = frame(_RECEIPTS.format(ids=any_of("r.id")), [creditor_id, ids], _RECEIPT)
        if found.is_empty():
            return []
        applied = _with_receipts(creditor_id, found, _APPLIED, "c.account_id", _APPLICATION)
        given_up = _with_receipts(creditor_id, found, _GIVEN_UP, "t.account_id", _GIVEN)
        entries = pl.concat([each["entry_id"] for each in (applied, given_up, found)]).unique()
        made = _opposites(creditor_id, entries, today=today, at=at, by=by, why=why)
        _note_reversed(applied, made)
        _move_caches(found, applied, given_up)
        _back_to_the_list(found)
        record.record_balances(
            creditor_id=creditor_id, touched=found, kind="reversed", today=today, at=at
        )
        _tell(creditor_id, found, today=today, at=at, by=by, why=why)
    return found["receipt_id"].to_list()


def _with_receipts(
    creditor_id: int, found: pl.DataFrame, sql: str, account: str, schema: Schema
) -> pl.DataFrame:
    """What hangs on these receipts; its key names the receipt where the row itself does not."""
    accounts = many(found["account_id"].unique().to_list())
    rows = frame(sql.format(accounts=any_of(account)), [creditor_id, accounts], schema)
    named = pl.col("key").str.extract(r"^(?:cash|receipt)/(\d{1,18})/").cast(pl.Int64)
    own = pl.coalesce("receipt_id", named) if "receipt_id" in rows.columns else named
    return rows.with_columns(of_receipt=own).join(
        found.select(of_receipt="receipt_id"), on="of_receipt", how="semi"
    )


def _opposites(
    creditor_id: int, entries: pl.Series, *, today: date, at: datetime, by: str, why: str
) -> pl.DataFrame:
    """Every transfer of these entries the other way round; each entry with its reversal."""
    legs = frame(_LEGS.format(entries=any_of("t.entry_id")), [many(entries.to_list())], _LEG)
    mine = pl.lit(creditor_id).alias("creditor_id")
    heads = legs.unique("entry_id", keep="first").sort("entry_id")
    made = heads.select(
        "entry_id", "kind", effective_date=pl.max_horizontal("effective_date", pl.lit(today))
    ).with_columns(bulk.next_ids(Entry, heads.height).alias("reversal_id"))
    bulk.insert(
        Entry,
        made.select(
            mine,
            "effective_date",
            id="reversal_id",
            kind=pl.col("kind") + "_reversed",
            key=pl.lit("reversal/") + pl.col("entry_id").cast(pl.String),
            recorded_at=pl.lit(utc(at)),
            by=pl.lit(by),
            why=pl.lit(why[:300]),
            reverses_id="entry_id",
        ),
    )
    turned = legs.drop("kind", "effective_date").join(made, on="entry_id")
    bulk.insert(
        Transfer,
        turned.select(
            bulk.next_ids(Transfer, turned.height),
            mine,
            "account_id",
            "effective_date",
            "currency",
            "amount_minor",
            "open_item_id",
            "receipt_id",
            entry_id="reversal_id",
            debit="credit",
            credit="debit",
        ),
    )
    return made.select("entry_id", "reversal_id")


def _note_reversed(applied: pl.DataFrame, made: pl.DataFrame) -> None:
    """Each application names the entry that took it back."""
    ids = many(applied["id"].to_list())
    touched = execute(
        "UPDATE books_cashapplication SET reversed_entry_id = (SELECT back.id FROM books_entry back"
        " WHERE back.reverses_id = books_cashapplication.entry_id)"
        f" WHERE {any_of('id')} AND reversed_entry_id IS NULL",
        [ids],
    )
    assert touched == applied.height <= made.height


def _move_caches(found: pl.DataFrame, applied: pl.DataFrame, given_up: pl.DataFrame) -> None:
    """Items are open again, credit notes unused, and nothing of the receipts is left."""
    credits = applied.filter(pl.col("credit_item_id").is_not_null())
    items = pl.concat(
        [
            applied.select("amount_minor", id="open_item_id"),
            given_up.select("amount_minor", id="open_item_id"),
            credits.select(-pl.col("amount_minor"), id="credit_item_id"),
        ]
    )
    money = pl.concat(
        [
            applied.filter(pl.col("credit_item_id").is_null()).select(
                "amount_minor", id="receipt_id"
            ),
            found.select(-pl.col("amount_minor"), id="receipt_id"),
        ]
    )
    for table, column, change in (
        ("books_openitem", "open_minor", items),
        ("books_receipt", "unapplied_minor", money),
    ):
        sums = change.group_by("id").agg(pl.col("amount_minor").sum())
        move_cache(table, column, sums.filter(pl.col("amount_minor") != 0).sort("id"))


def _back_to_the_list(found: pl.DataFrame) -> None:
    execute(
        "UPDATE books_statementline SET state = 'open', receipt_id = NULL"
        f" WHERE {any_of('receipt_id')}",
        [many(found["receipt_id"].to_list())],
    )


def _tell(
    creditor_id: int, found: pl.DataFrame, *, today: date, at: datetime, by: str, why: str
) -> None:
    events = found.select(
        "account_id",
        creditor_id=pl.lit(creditor_id),
        kind=pl.lit("posted_by_hand"),
        business_date=pl.lit(today),
        facts=pl.struct(
            what=pl.lit("Undoing of a payment"), why=pl.lit(why), receipt=pl.col("receipt_id")
        ),
    )
    record.record_many(events, at=at, by=by)
