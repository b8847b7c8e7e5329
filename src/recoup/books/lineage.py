"""Where items came from and went: what a source calls one document may stand on two accounts."""

from __future__ import annotations

import polars as pl

from recoup.books.query import any_of, frame, many

# Each moved item with every item it came from, and the day until which it was that item; what
# was moved back is told by the item it went back to.
_ANCESTORS = """
WITH RECURSIVE line(item_id, ancestor_id, until) AS (
    SELECT to_item_id, from_item_id, moved_date FROM books_move
    WHERE creditor_id = %s AND to_item_id IS NOT NULL
    UNION ALL
    SELECT line.item_id, m.from_item_id, m.moved_date
    FROM line JOIN books_move m ON m.to_item_id = line.ancestor_id
)
SELECT item_id, ancestor_id, until FROM line
"""
ANCESTORS = {"item_id": pl.Int64, "ancestor_id": pl.Int64, "until": pl.Date}


def ancestors(creditor_id: int) -> pl.DataFrame:
    """Every moved item beside each item it came from, and the day it left there."""
    return frame(_ANCESTORS, [creditor_id], ANCESTORS)


def roots(creditor_id: int) -> pl.DataFrame:
    """Every moved item beside the one that was first posted."""
    found = ancestors(creditor_id)
    is_moved = pl.col("ancestor_id").is_in(found["item_id"].implode())
    return found.filter(~is_moved).select("item_id", root_id="ancestor_id")


# A closed account beside the one it was merged into.
_MERGED = """
SELECT a.debtor_id, s.debtor_id FROM books_account a
JOIN books_account s ON s.id = a.merged_into_id WHERE a.creditor_id = %s
"""


def merged_debtors(creditor_id: int) -> pl.DataFrame:
    """Debtors who turned out to be another, beside that other."""
    return frame(_MERGED, [creditor_id], {"debtor_id": pl.Int64, "person_id": pl.Int64})


# The documents of these keys, beside the accounts that an item of theirs was moved to.
_STANDS_ON = """
SELECT DISTINCT d.kind, d.key, t.account_id FROM books_move m
JOIN books_openitem f ON f.id = m.from_item_id JOIN books_document d ON d.id = f.document_id
JOIN books_openitem t ON t.id = m.to_item_id
WHERE m.creditor_id = %s AND NOT EXISTS (
    SELECT 1 FROM books_entry e WHERE e.reverses_id = m.entry_id
)
"""


def stands_on(creditor_id: int) -> pl.DataFrame:
    """Documents whose items were moved, beside the accounts where they stand now."""
    schema = {"kind": pl.String, "key": pl.String, "account_id": pl.Int64}
    return frame(_STANDS_ON, [creditor_id], schema)


MEMBERS = {
    "kind": pl.String,
    "key": pl.String,
    "position": pl.Int16,
    "item_id": pl.Int64,
    "account_id": pl.Int64,
    "currency": pl.String,
    "amount_minor": pl.Int64,
    "open_minor": pl.Int64,
}
_MEMBERS = """
SELECT d.kind, d.key, i.position, i.id, i.account_id, i.currency, i.amount_minor, i.open_minor
FROM books_openitem i JOIN books_document d ON d.id = i.document_id
WHERE d.creditor_id = %s AND {some}
"""


def members(creditor_id: int, keys: list[str]) -> pl.DataFrame:
    """The items of documents by key, first as posted (`is_root`), then wherever they moved to.

    What moved is named by the document it came from, with the amount that was first posted.
    """
    posted = frame(_MEMBERS.format(some=any_of("d.key")), [creditor_id, many(keys)], MEMBERS)
    first = posted.with_columns(is_root=pl.lit(value=True))
    moved = roots(creditor_id).filter(pl.col("root_id").is_in(posted["item_id"].implode()))
    if moved.is_empty():
        return first
    ids = many(moved["item_id"].to_list())
    there = frame(_MEMBERS.format(some=any_of("i.id")), [creditor_id, ids], MEMBERS)
    named = posted.select("kind", "key", "position", "amount_minor", root_id="item_id")
    mine = (
        there.drop("kind", "key", "position", "amount_minor")
        .join(moved, on="item_id")
        .join(named, on="root_id")
        .select(list(MEMBERS))
        .with_columns(is_root=pl.lit(value=False))
    )
    return pl.concat([first, mine.sort("item_id")])
