"""Questions of the intake: what the books know already of what a file names."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from recoup.books import lineage
from recoup.books.query import any_of, bulk_frame, frame, many


def accounts_by_name(creditor_id: int, names: Sequence[str]) -> pl.DataFrame:
    """Name and number of the accounts of exactly these names."""
    sql = f"SELECT name, number FROM books_account WHERE creditor_id = %s AND {any_of('name')}"
    schema = {"name": pl.String, "number": pl.String}
    return frame(sql, [creditor_id, many(list(names))], schema)


def totals_by_key(creditor_id: int, keys: Sequence[str]) -> pl.DataFrame:
    """The totals of the documents that are known by these keys."""
    sql = (
        "SELECT kind, key, total_minor FROM books_document "
        f"WHERE creditor_id = %s AND {any_of('key')}"
    )
    schema = {"kind": pl.String, "key": pl.String, "known_minor": pl.Int64}
    return frame(sql, [creditor_id, many(list(keys))], schema)


def items_by_key(creditor_id: int, keys: Sequence[str]) -> pl.DataFrame:
    """The items of the documents known by these keys, wherever they stand; `is_root` as posted.

    Of an item that was moved, what is empty is left out.
    """
    found = lineage.members(creditor_id, list(keys))
    where = ["kind", "key", "position"]
    is_moved = (~pl.col("is_root")).any().over(where)
    return found.filter(~is_moved | (pl.col("open_minor") != 0)).select(
        *where, "is_root", open_item_id="item_id", item_account_id="account_id"
    )


def open_items(creditor_id: int) -> pl.DataFrame:
    """Every item with anything open, credit notes too, by the document it was posted with."""
    sql = (
        "SELECT i.id, d.kind, d.key, i.position, i.issue_date FROM books_openitem i "
        "JOIN books_document d ON d.id = i.document_id "
        "WHERE i.creditor_id = %s AND {some}"
    )
    schema = {
        "item_id": pl.Int64,
        "kind": pl.String,
        "key": pl.String,
        "position": pl.Int16,
        "issue_date": pl.Date,
    }
    found = bulk_frame(sql.format(some="i.open_minor <> 0"), [creditor_id], schema)
    moved = found.join(lineage.roots(creditor_id), on="item_id")
    ids = many(moved["root_id"].unique().to_list())
    first = frame(sql.format(some=any_of("i.id")), [creditor_id, ids], schema)
    rest = found.join(moved, on="item_id", how="anti")
    return pl.concat([rest, first]).unique("item_id", maintain_order=True).drop("item_id")


def open_items_by_number(creditor_id: int, numbers: Sequence[str]) -> pl.DataFrame:
    """What is open of the documents of these numbers."""
    sql = (
        "SELECT d.number, i.account_id, i.id, i.currency, i.issue_date, i.due_date, i.open_minor "
        "FROM books_openitem i JOIN books_document d ON d.id = i.document_id "
        f"WHERE i.creditor_id = %s AND i.open_minor > 0 AND {any_of('d.number')}"
    )
    schema = {
        "document_number": pl.String,
        "account_id": pl.Int64,
        "open_item_id": pl.Int64,
        "currency": pl.String,
        "issue_date": pl.Date,
        "due_date": pl.Date,
        "open_minor": pl.Int64,
    }
    return frame(sql, [creditor_id, many(list(numbers))], schema)


def receipts_by_ref(creditor_id: int, source: str, refs: Sequence[str]) -> pl.DataFrame:
    """The receipts of a source by its references."""
    sql = (
        "SELECT source_ref, id FROM books_receipt "
        f"WHERE creditor_id = %s AND source = %s AND {any_of('source_ref')}"
    )
    schema = {"source_ref": pl.String, "receipt_id": pl.Int64}
    return frame(sql, [creditor_id, source, many(list(refs))], schema)


def account_names(creditor_id: int) -> pl.DataFrame:
    """Number and name of every account of a creditor."""
    sql = "SELECT id, number, name FROM books_account WHERE creditor_id = %s"
    schema = {"account_id": pl.Int64, "number": pl.String, "name": pl.String}
    return bulk_frame(sql, [creditor_id], schema)


def numbers_of(item_ids: Sequence[int]) -> dict[int, str]:
    """The number of the document of each open item, with its installment where there are more."""
    sql = (
        "SELECT i.id, d.number, i.position, (SELECT COUNT(*) FROM books_openitem o "
        "WHERE o.document_id = d.id) FROM books_openitem i "
        f"JOIN books_document d ON d.id = i.document_id WHERE {any_of('i.id')}"
    )
    schema = {"item": pl.Int64, "number": pl.String, "position": pl.Int64, "count": pl.Int64}
    found = frame(sql, [many(list(item_ids))], schema)
    return {
        item: f"{number} ({position} of {count})" if count > 1 else number
        for item, number, position, count in found.rows()
    }
