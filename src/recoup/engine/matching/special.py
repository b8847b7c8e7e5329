"""Receipts that are a class of their own: other currencies, and money that came twice."""

from __future__ import annotations

import polars as pl

from recoup.engine.matching import payers, tokens
from recoup.engine.matching.named import SUGGESTIONS

# Receipts of one account that are tried in twos.
JOINT = 12

_OWNED = {**SUGGESTIONS, "account_id": pl.Int64}


def by_currency(
    receipts: pl.DataFrame, items: pl.DataFrame, hits: pl.DataFrame, who: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Items in the currency the payer ordered, of that very amount; always for a person to see.

    The lines are in the item's currency; amounts of two currencies are never compared.
    """
    ordered = receipts.filter(
        pl.col("original_currency").is_not_null(),
        pl.col("original_minor") > 0,
        pl.col("original_currency") != pl.col("currency"),
    ).select("receipt_id", currency="original_currency", open_minor="original_minor")
    wanted = ordered.join(items, on=["currency", "open_minor"]).select(
        "receipt_id", "item_id", "account_id", "currency", "open_minor"
    )
    found = (
        wanted.join(hits, on=["receipt_id", "item_id"], how="left")
        .join(who, on=["receipt_id", "account_id"], how="left")
        .filter((pl.col("strength") >= tokens.DIGITS) | pl.col("who").is_not_null())
        .sort(
            "receipt_id",
            "strength",
            "who",
            "item_id",
            descending=[False, True, True, False],
            nulls_last=True,
        )
        .with_columns(
            way=pl.int_range(pl.len()).over("receipt_id").cast(pl.Int16),
            combinations=(pl.len().over("receipt_id") - 1).cast(pl.Int32),
        )
        .filter(pl.col("way") < 5)
    )
    suggestions = found.select(
        "receipt_id",
        "way",
        pl.lit("currency").alias("kind"),
        pl.col("strength").fill_null(0).alias("evidence"),
        "combinations",
        pl.lit(1, pl.Int32).alias("size"),
        pl.lit(0, pl.Int64).alias("residual_minor"),
        pl.lit("none").alias("residual_kind"),
        "account_id",
    )
    lines = found.select(
        "receipt_id",
        "way",
        "item_id",
        "account_id",
        "currency",
        applied_minor="open_minor",
        discount_minor=pl.lit(0, pl.Int64),
    )
    return suggestions, lines


def by_foreign_number(
    receipts: pl.DataFrame, items: pl.DataFrame, hits: pl.DataFrame
) -> pl.DataFrame:
    """Receipts that name items of another currency and do not say what was ordered: no lines."""
    named = (
        hits.filter(pl.col("strength") >= tokens.WHOLE)
        .join(items.select("item_id", "account_id", item_currency="currency"), on="item_id")
        .join(
            receipts.filter(pl.col("original_currency").is_null()).select("receipt_id", "currency"),
            on="receipt_id",
        )
        .filter(pl.col("item_currency") != pl.col("currency"))
        .group_by("receipt_id")
        .agg(pl.col("account_id").min())
    )
    return _without_lines(named, "currency", tokens.WHOLE)


def by_joint_payment(
    receipts: pl.DataFrame, items: pl.DataFrame, hits: pl.DataFrame, who: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two receipts of one account that name nothing and together are one item; for a person."""
    owners = (
        who.filter(pl.col("who") >= payers.NAMED)
        .join(hits, on="receipt_id", how="anti")
        .unique("receipt_id", keep="first", maintain_order=True)
        .select("receipt_id", "account_id")
    )
    money = (
        receipts.select("receipt_id", "currency", "amount_minor")
        .join(owners, on="receipt_id")
        .filter(pl.len().over("account_id", "currency") <= JOINT)
    )
    found = (
        money.join(money, on=["account_id", "currency"], suffix="_other")
        .filter(pl.col("receipt_id") != pl.col("receipt_id_other"))
        .with_columns(open_minor=pl.col("amount_minor") + pl.col("amount_minor_other"))
        .join(
            items.select("item_id", "account_id", "currency", "open_minor"),
            on=["account_id", "currency", "open_minor"],
        )
        .unique(["receipt_id", "item_id"])
        .sort("receipt_id", "item_id")
        .with_columns(
            way=pl.int_range(pl.len()).over("receipt_id").cast(pl.Int16),
            combinations=(pl.len().over("receipt_id") - 1).cast(pl.Int32),
        )
        .filter(pl.col("way") < 2)
    )
    suggestions = found.select(
        "receipt_id",
        "way",
        pl.lit("several-receipts").alias("kind"),
        pl.lit(0, pl.Int8).alias("evidence"),
        "combinations",
        pl.lit(1, pl.Int32).alias("size"),
        residual_minor=pl.col("open_minor") - pl.col("amount_minor"),
        residual_kind=pl.lit("part"),
        account_id="account_id",
    )
    lines = found.select(
        "receipt_id",
        "way",
        "item_id",
        "account_id",
        "currency",
        applied_minor="amount_minor",
        discount_minor=pl.lit(0, pl.Int64),
    )
    return suggestions, lines


def by_repetition(
    receipts: pl.DataFrame, hits: pl.DataFrame, items: pl.DataFrame, remaining: pl.DataFrame
) -> pl.DataFrame:
    """Receipts that name what another receipt has just paid: twice the same, so no lines."""
    gone = items.select("item_id", "account_id", "currency").join(
        remaining, on="item_id", how="anti"
    )
    named = (
        hits.filter(pl.col("strength") >= tokens.DIGITS)
        .join(gone, on="item_id")
        .join(receipts.select("receipt_id", paid_in="currency"), on="receipt_id")
        .filter(pl.col("currency") == pl.col("paid_in"))
        .group_by("receipt_id")
        .agg(pl.col("account_id").min())
    )
    return _without_lines(named, "duplicate", tokens.WHOLE)


def _without_lines(named: pl.DataFrame, kind: str, evidence: int) -> pl.DataFrame:
    return named.select(
        "receipt_id",
        way=pl.lit(0, pl.Int16),
        kind=pl.lit(kind),
        evidence=pl.lit(evidence, pl.Int8),
        combinations=pl.lit(0, pl.Int32),
        size=pl.lit(0, pl.Int32),
        residual_minor=pl.lit(0, pl.Int64),
        residual_kind=pl.lit("none"),
        account_id="account_id",
    ).select(list(_OWNED))
