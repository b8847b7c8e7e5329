"""One batch of a file through the doors: accounts, documents, holds, what is paid, receipts."""

from __future__ import annotations

import polars as pl

from recoup.books import agree, lookup, post, stated, treat
from recoup.engine.bundle import Hold
from recoup.formats.base import Batch
from recoup.jobs.intake.brought import Brought, Origin, complaints, lines_of
from recoup.jobs.intake.due import dated
from recoup.jobs.intake.parties import with_accounts
from recoup.jobs.intake.payments import bring_receipts
from recoup.kernel.errors import Refusal

# Money that came in advance is credit of the account until it is applied.
CREDIT_KINDS = ("credit_note", "overpayment", "prepayment")
ITEM = ["kind", "key", "position"]


def bring(batch: Batch, origin: Origin, brought: Brought) -> None:
    """Take one batch in; what cannot be taken is set aside with reason and remedy."""
    brought.set_aside.append(batch.set_aside)
    placed = with_accounts(
        origin.creditor,
        batch,
        source=origin.source,
        today=origin.today,
        at=origin.at,
        by=origin.by,
    )
    brought.parties += placed.parties.height
    documents = _set_aside_future(placed.documents, "paid_date", origin, brought)
    receipts = _set_aside_future(placed.receipts, "date", origin, brought)
    _documents(documents, origin, brought)
    bring_receipts(receipts, origin, brought)


def _set_aside_future(
    rows: pl.DataFrame, column: str, origin: Origin, brought: Brought
) -> pl.DataFrame:
    """Nobody has paid tomorrow: such a date is a mistake, and would hide a debt."""
    is_future = (pl.col(column) > origin.latest).fill_null(value=False)
    wrong = rows.filter(is_future)
    if wrong.height:
        brought.set_aside.append(
            complaints(
                wrong,
                column,
                "date-in-future",
                "The payment is dated in the future.",
                "Correct the date, or check which number is the day and which the month.",
            )
        )
        brought.conflict_lines += lines_of(wrong)
    return rows.filter(~is_future)


def _documents(rows: pl.DataFrame, origin: Origin, brought: Brought) -> None:
    if rows.is_empty():
        return
    keyed = rows.with_columns(
        kind=pl.when(pl.col("kind").is_in(CREDIT_KINDS))
        .then(pl.lit("credit_note"))
        .otherwise("kind"),
        key=pl.col("document_ref").str.slice(0, 200),
    )
    when = dated(_with_known_totals(keyed, origin), origin)
    keyed = when.rows
    brought.named.append(keyed.select(ITEM))
    posted = post.post_documents(
        creditor=origin.creditor,
        documents=post.DOCUMENTS.check(
            keyed.select(
                "line",
                "account_id",
                "kind",
                "key",
                pl.coalesce("number", pl.lit("no number")).str.slice(0, 100).alias("number"),
                pl.coalesce("reference", "note", pl.lit("")).str.slice(0, 200).alias("reference"),
                "issue_date",
                "currency",
                pl.col("total_minor").sum().over("kind", "key").alias("total_minor"),
                "position",
                "due_date",
                pl.col("total_minor").alias("amount_minor"),
            )
        ),
        today=origin.today,
        at=origin.at,
        by=origin.by,
        why=origin.why,
    )
    brought.documents_new += posted.new.height
    brought.documents_known += posted.duplicate.height
    _conflicts(keyed, posted, brought)
    taken = keyed.join(posted.conflict, on=["kind", "key"], how="anti")
    agree.note_document_terms(
        creditor=origin.creditor,
        terms=when.terms.join(posted.new, on=["kind", "key"], how="semi"),
    )
    settled = _settle(taken, origin)
    _hold(taken, origin)
    _hold_in_advance(
        taken.join(posted.new, on=["kind", "key"], how="semi").join(
            when.in_advance, on=["kind", "key"], how="semi"
        ),
        origin,
    )
    brought.settled += settled
    duplicates = keyed.join(posted.duplicate, on=["kind", "key", "position"], how="semi")
    brought.duplicate_lines += lines_of(duplicates)


def _with_known_totals(rows: pl.DataFrame, origin: Origin) -> pl.DataFrame:
    """Lists of what is open do not say the total: a document known already keeps its own."""
    is_open_only = pl.col("flags").fill_null("").str.contains("total-is-open", literal=True)
    asked = rows.filter(is_open_only)
    if asked.is_empty():
        return rows
    known = lookup.totals_by_key(origin.creditor.pk, asked["key"].unique().to_list())
    joined = rows.join(known, on=["kind", "key"], how="left", maintain_order="left")
    keeps = is_open_only & (pl.col("known_minor") >= pl.col("total_minor")).fill_null(value=False)
    return joined.with_columns(
        total_minor=pl.when(keeps).then("known_minor").otherwise("total_minor")
    ).drop("known_minor")


def _conflicts(rows: pl.DataFrame, posted: post.Posted, brought: Brought) -> None:
    if posted.conflict.is_empty():
        return
    known = posted.conflict.select("kind", "key", "position").unique()
    wrong = rows.join(known, on=["kind", "key", "position"], how="semi")
    brought.set_aside.append(
        complaints(
            wrong,
            "number",
            "document-conflict",
            "A document of this number is known with another account, currency or total.",
            "Give it a number of its own, or correct the account or amount to the known one.",
        )
    )
    brought.conflict_lines += lines_of(wrong)


def _settle(rows: pl.DataFrame, origin: Origin) -> int:
    says = rows.filter(pl.col("open_minor").is_not_null())
    settled_date = pl.max_horizontal(
        pl.coalesce("paid_date", pl.lit(origin.today)).clip(upper_bound=origin.latest),
        "issue_date",
    )
    return stated.settle_as_stated(
        creditor=origin.creditor,
        stated=stated.STATED.check(
            says.select(
                "line",
                "kind",
                "key",
                "position",
                "open_minor",
                settled_date.alias("settled_date"),
            )
        ),
        today=origin.today,
        at=origin.at,
        by=origin.by,
        why=origin.why,
    )


def settle_gone(origin: Origin, brought: Brought) -> None:
    """After a list of everything that is open: what it does not name any more is settled.

    Set-aside rows name documents too, which we cannot know; with any, nothing is concluded.
    """
    if any(each.height for each in brought.set_aside):
        raise Refusal(
            "list-incomplete",
            "Rows of this list were set aside, so it does not show everything that is open. "
            "Correct them first, or import it without saying that it is complete.",
        )
    held = lookup.open_items(origin.creditor.pk)
    named = pl.concat(brought.named) if brought.named else held.clear().select(ITEM)
    gone = held.join(named, on=ITEM, how="anti")
    brought.gone = stated.settle_as_stated(
        creditor=origin.creditor,
        stated=stated.STATED.check(
            gone.select(
                pl.lit(0, pl.Int64).alias("line"),
                *ITEM,
                pl.lit(0, pl.Int64).alias("open_minor"),
                pl.max_horizontal(pl.lit(origin.today), "issue_date").alias("settled_date"),
            )
        ),
        today=origin.today,
        at=origin.at,
        by=origin.by,
        why=f"{origin.why}: not open there any more",
    )


def _hold_key() -> pl.Expr:
    """The same for ever; of an item that was moved, its own."""
    parts = pl.concat_str(pl.lit("import"), "kind", "key", "position", "reason", separator="/")
    moved = pl.concat_str(parts.str.slice(0, 180), "open_item_id", separator="/")
    return pl.when("is_root").then(parts.str.slice(0, 200)).otherwise(moved)


def _hold(rows: pl.DataFrame, origin: Origin) -> None:
    """A dispute the source knows of, or a hold by its word, from the day of the document."""
    words = {hold.name.lower(): int(hold) for hold in Hold if hold is not Hold.NOT_INVOICED}
    word = pl.col("hold").str.to_lowercase().str.replace_all("[ -]", "_")
    reason = (
        pl.when(pl.col("disputed"))
        .then(int(Hold.DISPUTE))
        .otherwise(word.replace_strict(words, default=None, return_dtype=pl.Int64))
    )
    _set_holds(rows.with_columns(reason=reason), origin)


def _hold_in_advance(rows: pl.DataFrame, origin: Origin) -> None:
    """What is asked for before delivery is no late debt until somebody says it was delivered."""
    _set_holds(rows.with_columns(reason=pl.lit(int(Hold.ADVANCE), pl.Int64)), origin)


def _set_holds(rows: pl.DataFrame, origin: Origin) -> None:
    held = rows.filter(pl.col("reason").is_not_null())
    if held.is_empty():
        return
    items = lookup.items_by_key(origin.creditor.pk, held["key"].unique().to_list())
    treat.set_holds(
        creditor=origin.creditor,
        holds=treat.HOLDS.check(
            held.join(items, on=["kind", "key", "position"]).select(
                pl.col("item_account_id").alias("account_id"),
                "open_item_id",
                pl.lit(None, pl.Int64).alias("held_minor"),
                pl.col("reason").cast(pl.Int16),
                pl.col("issue_date").alias("first_date"),
                pl.lit(None, pl.Date).alias("last_date"),
                pl.lit(origin.why[:500]).alias("note"),
                _hold_key().alias("key"),
            )
        ),
        today=origin.today,
        at=origin.at,
        by=origin.by,
    )
