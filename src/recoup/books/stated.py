"""The door for what a source says is settled already: receipts and used credit, as stated.

Ledgers export invoices with what was paid so far. The part that we do not know of becomes a
receipt "as stated by the source", applied to that invoice; the next export adds only what is
new. A source that states less than we know is older than our books and changes nothing.
"""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
from django.db import transaction

from recoup.books import bulk, lineage, lookup, record
from recoup.books.apply_cash import APPLICATIONS, apply_cash, move_cache
from recoup.books.lock import hold
from recoup.books.models import Creditor, Entry, LedgerAccount, Transfer
from recoup.books.post import RECEIPTS, post_receipts
from recoup.kernel.dates import utc
from recoup.kernel.frames import Frame

# What a source says of each open item; amounts above zero whatever the kind.
STATED = Frame(
    "stated",
    {
        "line": pl.Int64,
        "kind": pl.String,
        "key": pl.String,
        "position": pl.Int16,
        "open_minor": pl.Int64,
        "settled_date": pl.Date,
    },
)


def settle_as_stated(
    *, creditor: Creditor, stated: pl.DataFrame, today: date, at: datetime, by: str, why: str
) -> int:
    """Post what the source knows to be settled and we do not; how many items changed."""
    rows = STATED.check(stated)
    with transaction.atomic():
        known = rows.join(
            lineage.members(creditor.pk, rows["key"].unique().to_list()).rename(
                {"open_minor": "held_open_minor"}
            ),
            on=_ITEM,
        )
        hold(known["account_id"].to_list())
        news = _shared(known).filter(pl.col("change_minor") > 0)
        paid = news.filter(pl.col("amount_minor") > 0)
        used = news.filter(pl.col("amount_minor") < 0)
        _pay(creditor, paid, today=today, at=at, by=by, why=why)
        _use(creditor, used, today=today, at=at, by=by, why=why)
    return news.height


_ITEM = ["kind", "key", "position"]


def _shared(known: pl.DataFrame) -> pl.DataFrame:
    """What is settled of each item; where it was moved, first of what is left where it was."""
    held = pl.col("held_open_minor").abs()
    before = held.cum_sum().over("line", *_ITEM) - held
    settled = held.sum().over("line", *_ITEM) - pl.col("open_minor")
    # The sum settled so far names the posting: the same export again finds it there.
    ref = pl.concat_str(*_ITEM, pl.col("amount_minor").abs() - pl.col("open_minor"), separator="/")
    return known.with_columns(
        change_minor=pl.min_horizontal(held, settled - before),
        ref=pl.when("is_root").then(ref).otherwise(pl.concat_str(ref, pl.lit("/"), "item_id")),
    )


def _pay(
    creditor: Creditor, paid: pl.DataFrame, *, today: date, at: datetime, by: str, why: str
) -> None:
    if paid.is_empty():
        return
    receipts = paid.select(
        "line",
        "account_id",
        pl.lit("stated").alias("source"),
        pl.col("ref").alias("source_ref"),
        pl.col("settled_date").alias("received_date"),
        "currency",
        pl.col("change_minor").alias("amount_minor"),
        pl.lit("").alias("reference"),
    )
    post_receipts(
        creditor=creditor,
        receipts=RECEIPTS.check(receipts),
        today=today,
        at=at,
        by=by,
        why=why,
    )
    ids = lookup.receipts_by_ref(creditor.pk, "stated", receipts["source_ref"].to_list())
    applied = paid.with_columns(source_ref="ref").join(ids, on="source_ref")
    apply_cash(
        creditor=creditor,
        applications=APPLICATIONS.check(
            applied.select(
                "account_id",
                "receipt_id",
                pl.lit(None, pl.Int64).alias("credit_item_id"),
                pl.col("item_id").alias("open_item_id"),
                "currency",
                pl.col("change_minor").alias("amount_minor"),
                pl.col("settled_date").alias("applied_date"),
                pl.concat_str(pl.lit("stated/"), "source_ref").alias("key"),
            )
        ),
        today=today,
        at=at,
        by=by,
        why=why,
    )


def _use(
    creditor: Creditor, used: pl.DataFrame, *, today: date, at: datetime, by: str, why: str
) -> None:
    """A credit note that the source has set off: against what, it does not say."""
    if used.is_empty():
        return
    mine = pl.lit(creditor.pk).alias("creditor_id")
    made = used.with_columns(bulk.next_ids(Entry, used.height).alias("entry_id"))
    bulk.insert(
        Entry,
        made.select(
            pl.col("entry_id").alias("id"),
            mine,
            pl.lit("credit_used").alias("kind"),
            pl.concat_str(pl.lit("used/"), "ref").alias("key"),
            pl.col("settled_date").alias("effective_date"),
            pl.lit(utc(at)).alias("recorded_at"),
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
            pl.col("settled_date").alias("effective_date"),
            pl.lit(int(LedgerAccount.RECEIVABLE)).alias("debit"),
            pl.lit(int(LedgerAccount.SET_OFF)).alias("credit"),
            "currency",
            pl.col("change_minor").alias("amount_minor"),
            pl.col("item_id").alias("open_item_id"),
        ),
    )
    move_cache(
        "books_openitem", "open_minor", made.select(id="item_id", amount_minor="change_minor")
    )
    record.record_balances(
        creditor_id=creditor.pk, touched=made, kind="credit_used", today=today, at=at
    )
