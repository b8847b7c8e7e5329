"""Payments of a file: receipts, applied to the documents they name; the rest is credit."""

from __future__ import annotations

import polars as pl

from recoup.books import apply_cash, lookup, post
from recoup.jobs.intake.brought import Brought, Origin, complaints, lines_of


def bring_receipts(rows: pl.DataFrame, origin: Origin, brought: Brought) -> None:
    """Post the payments of a batch, placed with their accounts; refunds are set aside."""
    if rows.is_empty():
        return
    refunds = rows.filter(pl.col("kind") != "payment")
    if refunds.height:
        brought.set_aside.append(
            complaints(
                refunds,
                "kind",
                "refund-not-taken",
                "Money that went back to the debtor is not imported yet.",
                "Reduce the payment it belongs to by this amount, or leave both out.",
            )
        )
        brought.conflict_lines += lines_of(refunds)
    paid = rows.filter(pl.col("kind") == "payment")
    posted = post.post_receipts(
        creditor=origin.creditor,
        receipts=post.RECEIPTS.check(
            paid.select(
                "line",
                "account_id",
                pl.lit("import").alias("source"),
                pl.col("source_ref").str.slice(0, 200),
                pl.col("date").alias("received_date"),
                "currency",
                "amount_minor",
                pl.coalesce("reference", pl.lit("")).str.slice(0, 300).alias("reference"),
            )
        ),
        today=origin.today,
        at=origin.at,
        by=origin.by,
        why=origin.why,
    )
    brought.receipts_new += posted.new.height
    brought.receipts_known += posted.duplicate.height
    brought.duplicate_lines += posted.duplicate.height
    _conflicts(posted.conflict, brought)
    _apply(paid.join(posted.new, on="source_ref", how="semi"), origin)


def _conflicts(conflict: pl.DataFrame, brought: Brought) -> None:
    """A payment known with another amount: the known one stands, so nobody is chased by mistake."""
    if conflict.is_empty():
        return
    brought.set_aside.append(
        complaints(
            conflict,
            "amount_minor",
            "payment-conflict",
            "This payment is known with another amount; a list of open items shows what is left.",
            "Bring the list of payments, or apply the payment to its invoices by hand.",
        )
    )
    brought.conflict_lines += conflict.height


def _apply(paid: pl.DataFrame, origin: Origin) -> None:
    """Payments that name a document go to it, installment by installment; the rest is credit."""
    named = paid.filter(pl.col("document_number").is_not_null())
    if named.is_empty():
        return
    creditor_id = origin.creditor.pk
    numbers = named["document_number"].unique().to_list()
    items = lookup.open_items_by_number(creditor_id, numbers)
    receipts = lookup.receipts_by_ref(creditor_id, "import", named["source_ref"].to_list())
    pairs = named.join(receipts, on="source_ref", maintain_order="left").join(
        items, on=["document_number", "account_id", "currency"], maintain_order="left"
    )
    left = dict(items.select("open_item_id", "open_minor").rows())
    spare = dict(named.join(receipts, on="source_ref").select("receipt_id", "amount_minor").rows())
    rows = []
    for row in pairs.sort("line", "due_date", "open_item_id").iter_rows(named=True):
        item, receipt = row["open_item_id"], row["receipt_id"]
        amount = min(left[item], spare[receipt])
        if amount <= 0:
            continue
        left[item] -= amount
        spare[receipt] -= amount
        rows.append(
            {
                "account_id": row["account_id"],
                "receipt_id": receipt,
                "credit_item_id": None,
                "open_item_id": item,
                "currency": row["currency"],
                "amount_minor": amount,
                "applied_date": max(row["date"], row["issue_date"]),
                "key": f"import/{row['source_ref']}/{item}"[:260],
            }
        )
    if rows:
        apply_cash.apply_cash(
            creditor=origin.creditor,
            applications=apply_cash.APPLICATIONS.of(rows),
            today=origin.today,
            at=origin.at,
            by=origin.by,
            why=origin.why,
        )
