"""Questions about terms: what an account, a document or a creditor has of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from recoup.books.models import Account, AgreedTerms
from recoup.books.query import any_of, frame, many


def paid_before(until: str = "") -> str:
    """SQL of what was paid of an item before and counts for its discount; tables `i` and `t`.

    What was paid of the item it came from counts too, where nothing of that stayed or went
    elsewhere. `until` narrows the applications, as table `c`.
    """
    return _PAID_BEFORE.format(until=until)


_PAID_BEFORE = """
    CASE WHEN t.discount_ppm > 0 THEN COALESCE((
        SELECT CAST(SUM(c.amount_minor) AS BIGINT) FROM books_cashapplication c
        WHERE c.open_item_id = i.id AND c.receipt_id IS NOT NULL AND c.reversed_entry_id IS NULL
            {until}
    ), 0) + CASE WHEN EXISTS (SELECT 1 FROM books_move m WHERE m.to_item_id = i.id) THEN COALESCE((
        WITH RECURSIVE whole(item_id) AS (
            SELECT i.id
            UNION ALL
            SELECT m.from_item_id FROM whole w JOIN books_move m ON m.to_item_id = w.item_id
            JOIN books_openitem f ON f.id = m.from_item_id
            WHERE f.open_minor = 0 AND NOT EXISTS (
                SELECT 1 FROM books_move o WHERE o.from_item_id = m.from_item_id AND o.id <> m.id
                AND NOT EXISTS (SELECT 1 FROM books_entry e WHERE e.reverses_id = o.entry_id)
            )
        )
        SELECT CAST(SUM(c.amount_minor) AS BIGINT) FROM books_cashapplication c
        JOIN whole w ON w.item_id = c.open_item_id
        WHERE w.item_id <> i.id AND c.receipt_id IS NOT NULL AND c.reversed_entry_id IS NULL
            {until}
    ), 0) ELSE 0 END END"""
ACCOUNT_TERMS = {
    "account_id": pl.Int64,
    "account": pl.String,
    "tier": pl.String,
    "legal_kind": pl.Int8,
}
AGREED = {"account_id": pl.Int64, "first_date": pl.Date, "agreed": pl.String}


def of_accounts(creditor_id: int, account_ids: Sequence[int]) -> pl.DataFrame:
    """What the customer file says of each account: its terms, its tier, what the debtor is."""
    sql = (
        "SELECT a.id, a.terms, a.tier, d.legal_kind FROM books_account a "
        f"JOIN books_debtor d ON d.id = a.debtor_id WHERE a.creditor_id = %s AND {any_of('a.id')}"
    )
    return frame(sql, [creditor_id, many(list(account_ids))], ACCOUNT_TERMS)


def agreed_with(creditor_id: int, account_ids: Sequence[int]) -> pl.DataFrame:
    """Everything agreed with the accounts, in the order in which it came to hold."""
    sql = (
        "SELECT account_id, first_date, text FROM books_agreedterms "
        f"WHERE creditor_id = %s AND {any_of('account_id')} ORDER BY first_date, id"
    )
    return frame(sql, [creditor_id, many(list(account_ids))], AGREED)


def agreed_on(account: Account, on: date) -> AgreedTerms | None:
    """What is agreed with an account on a day; None where nothing is, or it has ended."""
    mine = AgreedTerms.objects.filter(account=account, first_date__lte=on)
    newest = mine.order_by("-first_date", "-pk").first()
    return newest if newest is not None and newest.text else None


def agreed_from(account: Account, day: date) -> list[AgreedTerms]:
    """What is agreed with an account on a day and after it, in order; ends among them."""
    newest = {
        each.first_date: each
        for each in AgreedTerms.objects.filter(account=account).order_by("first_date", "pk")
    }
    before = [each for since, each in newest.items() if since <= day][-1:]
    return [*before, *(each for since, each in newest.items() if since > day)]


def posted_by_key(creditor_id: int, keys: Sequence[str]) -> pl.DataFrame:
    """The terms with which documents of these keys were posted; empty where none are noted."""
    sql = (
        "SELECT d.kind, d.key, t.text FROM books_document d "
        "LEFT JOIN books_documentterms t ON t.document_id = d.id "
        f"WHERE d.creditor_id = %s AND {any_of('d.key')}"
    )
    schema = {"kind": pl.String, "key": pl.String, "posted_terms": pl.String}
    found = frame(sql, [creditor_id, many(list(keys))], schema)
    return found.with_columns(pl.col("posted_terms").fill_null(""))
