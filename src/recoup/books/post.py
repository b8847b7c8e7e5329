"""The door of the ledger: documents, receipts, reversals. Nothing is edited, all is added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import connection, transaction

from recoup.books import bulk, lineage, record
from recoup.books.lock import hold_open
from recoup.books.models import (
    Creditor,
    Document,
    Entry,
    LedgerAccount,
    OpenItem,
    Receipt,
    Transfer,
)
from recoup.books.query import any_of, frame, many
from recoup.kernel.dates import utc
from recoup.kernel.errors import Refusal
from recoup.kernel.frames import Frame
from recoup.kernel.money import MAX_MINOR

# One row per installment of a document; amounts above zero whatever the kind.
DOCUMENTS = Frame(
    "documents",
    {
        "line": pl.Int64,
        "account_id": pl.Int64,
        "kind": pl.String,
        "key": pl.String,
        "number": pl.String,
        "reference": pl.String,
        "issue_date": pl.Date,
        "currency": pl.String,
        "total_minor": pl.Int64,
        "position": pl.Int16,
        "due_date": pl.Date,
        "amount_minor": pl.Int64,
    },
)
RECEIPTS = Frame(
    "receipts",
    {
        "line": pl.Int64,
        "account_id": pl.Int64,
        "source": pl.String,
        "source_ref": pl.String,
        "received_date": pl.Date,
        "currency": pl.String,
        "amount_minor": pl.Int64,
        "reference": pl.String,
    },
)
_KNOWN_DOCUMENTS = {
    "kind": pl.String,
    "key": pl.String,
    "known_id": pl.Int64,
    "known_account_id": pl.Int64,
    "known_currency": pl.String,
    "known_total_minor": pl.Int64,
}


@dataclass(frozen=True)
class Posted:
    """What became of the lines: posted now, known already, or in conflict with what is known."""

    new: pl.DataFrame
    duplicate: pl.DataFrame
    conflict: pl.DataFrame


def post_documents(
    *, creditor: Creditor, documents: pl.DataFrame, today: date, at: datetime, by: str, why: str
) -> Posted:
    """Post invoices and credit notes; one that is known already adds nothing.

    A document known with another account, currency or total is a conflict and is left alone;
    so is a line that contradicts an earlier line of the same call. Zero-total documents are
    posted without transfers: there is nothing to owe. Raises Refusal `installments-total` when
    the installments of a document do not add up to it.
    """
    rows = DOCUMENTS.check(documents)
    check_amounts(rows, "amount_minor", least=0)
    with transaction.atomic():
        hold_open(rows["account_id"].to_list())
        document = ["kind", "key"]
        known = _with_first(
            _where_it_stands(creditor, rows.join(_known(creditor, rows), on=document, how="left")),
            thing=document,
            line=[*document, "position"],
        )
        differs = _differs("account_id", "currency", "total_minor")
        is_fresh = pl.col("known_id").is_null() & pl.col("is_first") & ~differs
        fresh = known.filter(is_fresh).select(rows.columns)
        _check_installments(fresh)
        _write(creditor, fresh, today=today, at=at, by=by, why=why)
        if fresh.height:
            record.record_balances(
                creditor_id=creditor.pk, touched=fresh, kind="documents_posted", today=today, at=at
            )
    return Posted(
        new=fresh, duplicate=known.filter(~is_fresh & ~differs), conflict=known.filter(differs)
    )


def _with_first(rows: pl.DataFrame, *, thing: list[str], line: list[str]) -> pl.DataFrame:
    """Say which line is the first of its kind, and take a new thing as its first line says it."""
    told = [name for name in rows.columns if f"known_{name}" in rows.columns]
    return rows.with_columns(
        pl.struct(line).is_first_distinct().alias("is_first"),
        *(
            pl.coalesce(f"known_{name}", pl.col(name).first().over(thing)).alias(f"known_{name}")
            for name in told
        ),
    )


def _differs(*names: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(f"known_{name}") != pl.col(name) for name in names)


def _check_installments(fresh: pl.DataFrame) -> None:
    sums = fresh.group_by("kind", "key").agg(
        pl.col("number", "total_minor").first(), pl.col("amount_minor").sum()
    )
    wrong = sums.filter(pl.col("total_minor") != pl.col("amount_minor"))
    if wrong.height:
        number, total, amount = wrong.select("number", "total_minor", "amount_minor").row(0)
        raise Refusal(
            "installments-total",
            f"The installments of {number} add up to {amount} minor units, not to its total of "
            f"{total}. Correct the amounts or the total.",
        )


def check_amounts(rows: pl.DataFrame, column: str, *, least: int) -> None:
    """Pass amounts from `least` to the limit; Refusal `amount-out-of-range` otherwise."""
    wrong = rows.filter(~pl.col(column).is_between(least, MAX_MINOR))
    if wrong.height:
        raise Refusal(
            "amount-out-of-range",
            f"An amount of {wrong[column][0]} minor units is not between {least} and {MAX_MINOR}."
            " Correct the amount.",
        )


def _known(creditor: Creditor, rows: pl.DataFrame) -> pl.DataFrame:
    """Known documents, each with the account that answers for it now."""
    sql = (
        "SELECT d.kind, d.key, d.id, COALESCE(a.merged_into_id, d.account_id), d.currency, "
        "d.total_minor FROM books_document d JOIN books_account a ON a.id = d.account_id "
        f"WHERE d.creditor_id = %s AND {any_of('d.key')}"
    )
    return frame(sql, [creditor.pk, many(rows["key"].unique().to_list())], _KNOWN_DOCUMENTS)


def _where_it_stands(creditor: Creditor, known: pl.DataFrame) -> pl.DataFrame:
    """A document that was moved to the very account that a line names is known there."""
    there = lineage.stands_on(creditor.pk).with_columns(is_there=pl.lit(value=True))
    joined = known.join(there, on=["kind", "key", "account_id"], how="left", maintain_order="left")
    account = pl.when("is_there").then("account_id").otherwise("known_account_id")
    return joined.with_columns(known_account_id=account).drop("is_there")


def _write(
    creditor: Creditor, fresh: pl.DataFrame, *, today: date, at: datetime, by: str, why: str
) -> None:
    if fresh.is_empty():
        return
    mine = pl.lit(creditor.pk).alias("creditor_id")
    heads = fresh.unique(["kind", "key"], keep="first", maintain_order=True)
    heads = heads.with_columns(
        mine,
        bulk.next_ids(Document, heads.height).alias("document_id"),
        bulk.next_ids(Entry, heads.height).alias("entry_id"),
    )
    _insert_documents(heads)
    items = fresh.join(heads.select("kind", "key", "document_id", "entry_id"), on=["kind", "key"])
    items = items.with_columns(mine, bulk.next_ids(OpenItem, items.height).alias("item_id"))
    _insert_items(items, today)
    _insert_entries(heads, at=at, by=by, why=why)
    _insert_transfers(items.filter(pl.col("amount_minor") > 0))
    _note_first_invoices(heads)


def _insert_documents(heads: pl.DataFrame) -> None:
    bulk.insert(
        Document,
        heads.select(
            pl.col("document_id").alias("id"),
            "creditor_id",
            "account_id",
            "kind",
            "key",
            "number",
            "reference",
            "issue_date",
            "currency",
            "total_minor",
        ),
    )


def _insert_items(items: pl.DataFrame, today: date) -> None:
    """A credit note's items are below zero: that is what they do to the balance."""
    sign = pl.when(pl.col("kind") == "credit_note").then(-1).otherwise(1)
    signed = pl.col("amount_minor") * sign
    bulk.insert(
        OpenItem,
        items.select(
            pl.col("item_id").alias("id"),
            "creditor_id",
            "account_id",
            "document_id",
            "position",
            "issue_date",
            "due_date",
            "currency",
            signed.alias("amount_minor"),
            signed.alias("open_minor"),
            pl.lit(today).alias("imported_date"),
        ),
    )


def _insert_entries(heads: pl.DataFrame, *, at: datetime, by: str, why: str) -> None:
    bulk.insert(
        Entry,
        heads.select(
            pl.col("entry_id").alias("id"),
            "creditor_id",
            "kind",
            pl.concat_str("kind", pl.lit("/"), "key").alias("key"),
            pl.col("issue_date").alias("effective_date"),
            pl.lit(utc(at)).alias("recorded_at"),
            pl.lit(by).alias("by"),
            pl.lit(why[:300]).alias("why"),
        ),
    )


def _insert_transfers(moved: pl.DataFrame) -> None:
    is_credit = pl.col("kind") == "credit_note"
    receivable = int(LedgerAccount.RECEIVABLE)
    is_charge = pl.col("kind") == "charge"
    income = pl.when(is_charge).then(int(LedgerAccount.CHARGES)).otherwise(int(LedgerAccount.SALES))
    bulk.insert(
        Transfer,
        moved.select(
            bulk.next_ids(Transfer, moved.height),
            "creditor_id",
            "entry_id",
            "account_id",
            pl.col("issue_date").alias("effective_date"),
            pl.when(is_credit).then(income).otherwise(receivable).alias("debit"),
            pl.when(is_credit).then(receivable).otherwise(income).alias("credit"),
            "currency",
            "amount_minor",
            pl.col("item_id").alias("open_item_id"),
        ),
    )


def _note_first_invoices(heads: pl.DataFrame) -> None:
    """Since when an account is a customer: the earliest invoice we know."""
    first = heads.group_by("account_id").agg(pl.col("issue_date").min())
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE books_account SET first_invoice_date = %s "
            "WHERE id = %s AND (first_invoice_date IS NULL OR first_invoice_date > %s)",
            [(str(day), account, str(day)) for account, day in first.rows()],
        )


def post_receipts(
    *, creditor: Creditor, receipts: pl.DataFrame, today: date, at: datetime, by: str, why: str
) -> Posted:
    """Post money that arrived, unapplied; a receipt known by its source adds nothing.

    One known with another account, currency or amount is a conflict and is left alone.
    """
    rows = RECEIPTS.check(receipts)
    check_amounts(rows, "amount_minor", least=1)
    with transaction.atomic():
        hold_open(rows["account_id"].to_list())
        receipt = ["source", "source_ref"]
        known = _with_first(
            rows.join(_known_receipts(creditor, rows), on=receipt, how="left"),
            thing=receipt,
            line=receipt,
        )
        is_fresh = pl.col("known_id").is_null() & pl.col("is_first")
        fresh = known.filter(is_fresh).select(rows.columns)
        _write_receipts(creditor, fresh, at=at, by=by, why=why)
        if fresh.height:
            record.record_balances(
                creditor_id=creditor.pk, touched=fresh, kind="receipts_posted", today=today, at=at
            )
    differs = _differs("account_id", "currency", "amount_minor")
    return Posted(
        new=fresh, duplicate=known.filter(~is_fresh & ~differs), conflict=known.filter(differs)
    )


_KNOWN_RECEIPTS = {
    "source": pl.String,
    "source_ref": pl.String,
    "known_id": pl.Int64,
    "known_account_id": pl.Int64,
    "known_currency": pl.String,
    "known_amount_minor": pl.Int64,
}


def _known_receipts(creditor: Creditor, rows: pl.DataFrame) -> pl.DataFrame:
    """Known receipts, each with the account that answers for it now."""
    sql = (
        "SELECT r.source, r.source_ref, r.id, COALESCE(a.merged_into_id, r.account_id), "
        "r.currency, r.amount_minor FROM books_receipt r "
        "JOIN books_account a ON a.id = r.account_id "
        f"WHERE r.creditor_id = %s AND {any_of('r.source_ref')}"
    )
    refs = many(rows["source_ref"].unique().to_list())
    return frame(sql, [creditor.pk, refs], _KNOWN_RECEIPTS)


def _write_receipts(
    creditor: Creditor, fresh: pl.DataFrame, *, at: datetime, by: str, why: str
) -> None:
    if fresh.is_empty():
        return
    mine = pl.lit(creditor.pk).alias("creditor_id")
    made = fresh.with_columns(
        bulk.next_ids(Receipt, fresh.height).alias("receipt_id"),
        bulk.next_ids(Entry, fresh.height).alias("entry_id"),
    )
    stamp = pl.lit(utc(at)).alias("recorded_at")
    bulk.insert(
        Receipt,
        made.select(
            pl.col("receipt_id").alias("id"),
            mine,
            "account_id",
            "source",
            "source_ref",
            "received_date",
            "currency",
            "amount_minor",
            pl.col("amount_minor").alias("unapplied_minor"),
            "reference",
            stamp,
        ),
    )
    bulk.insert(
        Entry,
        made.select(
            pl.col("entry_id").alias("id"),
            mine,
            pl.lit("receipt").alias("kind"),
            pl.concat_str(pl.lit("receipt/"), "source", pl.lit("/"), "source_ref").alias("key"),
            pl.col("received_date").alias("effective_date"),
            stamp,
            pl.lit(by).alias("by"),
            pl.lit(why[:300]).alias("why"),
        ),
    )
    bulk.insert(
        Transfer,
        made.select(
            bulk.next_ids(Transfer, made.height),
            mine,
            "entry_id",
            "account_id",
            pl.col("received_date").alias("effective_date"),
            pl.lit(int(LedgerAccount.BANK)).alias("debit"),
            pl.lit(int(LedgerAccount.UNAPPLIED)).alias("credit"),
            "currency",
            "amount_minor",
            "receipt_id",
        ),
    )
