"""Money that may already have paid an account, so that nobody is chased for what is in the bank."""

from __future__ import annotations

import polars as pl

from recoup.engine.matching.confidence import Table
from recoup.engine.matching.frames import MatchPolicy
from recoup.engine.matching.weigh import payer, with_confidence


def maybe_payer(
    waiting: pl.DataFrame, proposals: pl.DataFrame, who: pl.DataFrame, table: Table
) -> pl.DataFrame:
    """Accounts that may have sent each waiting receipt, with how sure that is."""
    best = (
        proposals.filter(pl.col("account_id").is_not_null())
        .sort("receipt_id", "account_id", "rank")
        .group_by("receipt_id", "account_id", maintain_order=True)
        .agg(pl.col("evidence").first(), fits=(pl.col("residual_kind") == "none").any())
    )
    pairs = (
        pl.concat([best.select("receipt_id", "account_id"), who.select("receipt_id", "account_id")])
        .unique()
        .join(waiting.select("receipt_id"), on="receipt_id", how="semi")
        .join(best, on=["receipt_id", "account_id"], how="left")
    )
    fit = pl.when(pl.col("fits").fill_null(value=False)).then(pl.lit("fits")).otherwise(pl.lit(""))
    name = pl.concat_str(
        pl.lit("account"),
        fit,
        pl.col("evidence").fill_null(0),
        pl.lit("-"),
        "payer",
        pl.lit("-"),
        separator="/",
    )
    named = payer(pairs, who).with_columns(name.alias("bucket"))
    return with_confidence(named, table).sort("receipt_id", "account_id")


def maybe_paid(
    receipts: pl.DataFrame,
    items: pl.DataFrame,
    accounts: pl.DataFrame,
    policy: MatchPolicy,
) -> pl.DataFrame:
    """Per account and currency what may already be paid, at most what is open; one row or none.

    A receipt that two accounts may have sent counts for both: chasing neither is the lesser harm.
    """
    owed = (
        items.group_by("account_id", "currency")
        .agg(owed_minor=pl.col("open_minor").sum())
        .filter(pl.col("owed_minor") > 0)
    )
    money = receipts.select("receipt_id", "currency", "amount_minor")
    ordered = receipts.filter(pl.col("original_currency").is_not_null()).select(
        "receipt_id", currency="original_currency", amount_minor="original_minor"
    )
    return (
        accounts.filter(pl.col("confidence_ppm") >= policy.hold_ppm)
        .join(pl.concat([money, ordered]), on="receipt_id")
        .group_by("account_id", "currency")
        .agg(
            pl.col("amount_minor").sum(),
            pl.col("receipt_id").n_unique().cast(pl.Int32).alias("receipts"),
            pl.col("confidence_ppm").max(),
        )
        .join(owed, on=["account_id", "currency"])
        .with_columns(maybe_minor=pl.min_horizontal("amount_minor", "owed_minor"))
        .sort("account_id", "currency")
    )
