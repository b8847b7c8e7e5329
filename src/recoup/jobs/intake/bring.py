"""One batch of a file through the doors: accounts, documents, holds, what is paid, receipts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from recoup.books import apply_cash, lookup, post, stated, treat
from recoup.books.models import Creditor
from recoup.engine.bundle import Hold
from recoup.engine.terms import due_date, read_terms
from recoup.formats.base import SET_ASIDE, Batch
from recoup.jobs.intake.parties import with_accounts
from recoup.kernel.errors import Refusal

# Money that came in advance is credit of the account until it is applied.
CREDIT_KINDS = ("credit_note", "overpayment", "prepayment")


@dataclass
class Brought:
    """What became of the rows of a file so far."""

    documents_new: int = 0
    documents_known: int = 0
    receipts_new: int = 0
    receipts_known: int = 0
    settled: int = 0
    parties: int = 0
    duplicate_lines: int = 0
    conflict_lines: int = 0
    set_aside: list[pl.DataFrame] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """Where rows come from, and when."""

    creditor: Creditor
    source: str
    # The business day of the import; payments may not be dated after `latest`.
    today: date
    latest: date
    at: datetime
    by: str

    @property
    def why(self) -> str:
        """For the ledger: which file said so."""
        return f"import of {self.source}"


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
    _receipts(receipts, origin, brought)


def _set_aside_future(
    rows: pl.DataFrame, column: str, origin: Origin, brought: Brought
) -> pl.DataFrame:
    """Nobody has paid tomorrow: such a date is a mistake, and would hide a debt."""
    is_future = (pl.col(column) > origin.latest).fill_null(value=False)
    wrong = rows.filter(is_future)
    if wrong.height:
        brought.set_aside.append(
            _complaints(
                wrong,
                column,
                "date-in-future",
                "The payment is dated in the future.",
                "Correct the date, or check which number is the day and which the month.",
            )
        )
        brought.conflict_lines += _lines(wrong)
    return rows.filter(~is_future)


def _complaints(
    rows: pl.DataFrame, column: str, code: str, reason: str, remedy: str
) -> pl.DataFrame:
    return SET_ASIDE.check(
        rows.select(
            "line",
            pl.lit(column).alias("field"),
            pl.col(column).cast(pl.String).alias("value"),
            pl.lit(code).alias("code"),
            pl.lit(reason).alias("reason"),
            pl.lit(remedy).alias("remedy"),
            pl.lit(None, pl.String).alias("group"),
            pl.lit(None, pl.String).alias("raw"),
        )
    )


def _lines(rows: pl.DataFrame) -> int:
    """How many records of the file the rows stand for."""
    if "records" in rows.columns:
        return int(rows["records"].sum())
    return rows.height


def _documents(rows: pl.DataFrame, origin: Origin, brought: Brought) -> None:
    if rows.is_empty():
        return
    keyed = rows.with_columns(
        kind=pl.when(pl.col("kind").is_in(CREDIT_KINDS))
        .then(pl.lit("credit_note"))
        .otherwise("kind"),
        key=pl.coalesce("number", pl.col("source_ref")).str.slice(0, 200),
    ).with_columns(due_date=_due_dates(rows, origin))
    keyed = _with_known_totals(keyed, origin)
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
    settled = _settle(taken, origin)
    _hold(taken, origin)
    brought.settled += settled
    duplicates = keyed.join(posted.duplicate, on=["kind", "key", "position"], how="semi")
    brought.duplicate_lines += _lines(duplicates)


def _due_dates(rows: pl.DataFrame, origin: Origin) -> pl.Series:
    """As stated; else by the document's terms, or the day of issue."""
    found = []
    for stated_day, terms, issued in rows.select("due_date", "terms", "issue_date").rows():
        if stated_day is None and terms:
            stated_day = _by_terms(terms, issued, origin)
        found.append(stated_day or issued)
    return pl.Series("due_date", found, dtype=pl.Date)


def _by_terms(terms: str, issued: date, origin: Origin) -> date | None:
    """The last due date of the terms; None for a phrase we do not read."""
    try:
        parts = read_terms(terms).parts
    except Refusal:
        return None
    country = origin.creditor.country
    return max(due_date(part, issue_date=issued, country=country) for part in parts)


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
        _complaints(
            wrong,
            "number",
            "document-conflict",
            "A document of this number is known with another account, currency or total.",
            "Give it a number of its own, or correct the account or amount to the known one.",
        )
    )
    brought.conflict_lines += _lines(wrong)


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


def _hold(rows: pl.DataFrame, origin: Origin) -> None:
    """A dispute the source knows of, or a hold by its word, from the day of the document."""
    words = {hold.name.lower(): int(hold) for hold in Hold}
    word = pl.col("hold").str.to_lowercase().str.replace_all("[ -]", "_")
    reason = (
        pl.when(pl.col("disputed"))
        .then(int(Hold.DISPUTE))
        .otherwise(word.replace_strict(words, default=None, return_dtype=pl.Int64))
    )
    held = rows.with_columns(reason=reason).filter(pl.col("reason").is_not_null())
    if held.is_empty():
        return
    items = lookup.items_by_key(origin.creditor.pk, held["key"].unique().to_list())
    treat.set_holds(
        creditor=origin.creditor,
        holds=treat.HOLDS.check(
            held.join(items, on=["kind", "key", "position"]).select(
                "account_id",
                "open_item_id",
                pl.lit(None, pl.Int64).alias("held_minor"),
                pl.col("reason").cast(pl.Int16),
                pl.col("issue_date").alias("first_date"),
                pl.lit(None, pl.Date).alias("last_date"),
                pl.lit(origin.why[:500]).alias("note"),
                pl.concat_str(pl.lit("import"), "kind", "key", "position", "reason", separator="/")
                .str.slice(0, 200)
                .alias("key"),
            )
        ),
        today=origin.today,
        at=origin.at,
        by=origin.by,
    )


def _receipts(rows: pl.DataFrame, origin: Origin, brought: Brought) -> None:
    if rows.is_empty():
        return
    refunds = rows.filter(pl.col("kind") != "payment")
    if refunds.height:
        brought.set_aside.append(
            _complaints(
                refunds,
                "kind",
                "refund-not-taken",
                "Money that went back to the debtor is not imported yet.",
                "Reduce the payment it belongs to by this amount, or leave both out.",
            )
        )
        brought.conflict_lines += _lines(refunds)
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
    brought.conflict_lines += posted.conflict.height
    _apply(paid.join(posted.new, on="source_ref", how="semi"), origin)


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
