"""Receipts whose own words settle them exactly: the numbers they name, or the payer's list."""

from __future__ import annotations

import polars as pl

from recoup.engine.matching import tokens, words
from recoup.engine.matching.frames import Given

# What every way of matching answers; `way` is the suggestion's place within its receipt.
SUGGESTIONS = {
    "receipt_id": pl.Int64,
    "way": pl.Int16,
    "kind": pl.String,
    "evidence": pl.Int8,
    "combinations": pl.Int32,
    "size": pl.Int32,
    "residual_minor": pl.Int64,
    "residual_kind": pl.String,
}
LINES = {
    "receipt_id": pl.Int64,
    "way": pl.Int16,
    "item_id": pl.Int64,
    "account_id": pl.Int64,
    "currency": pl.Int16,
    "applied_minor": pl.Int64,
    "discount_minor": pl.Int64,
}


def advised(given: Given, keyed: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """Lines of remittance advice with the items they mean: receipt_id, item_id (null: none), …

    Advice that names no receipt belongs to the one receipt of its account with its total.
    """
    advice = given.advice.with_columns(
        full=words.folded(words.compact(pl.col("document"))),
        total_minor=pl.col("amount_minor").sum().over("advice_id"),
    )
    receipts = given.receipts.select("receipt_id", "currency", total_minor="amount_minor")
    of_account = (
        advice.filter(pl.col("receipt_id").is_null())
        .drop("receipt_id")
        .join(who.select("account_id", "receipt_id"), on="account_id")
        .join(receipts.rename({"currency": "paid_in"}), on=["receipt_id", "total_minor"])
        .filter(_in_one_currency())
        .drop("paid_in")
        .filter(pl.col("receipt_id").n_unique().over("advice_id") == 1)
    )
    stated = pl.concat(
        [advice.filter(pl.col("receipt_id").is_not_null()), of_account.select(advice.columns)]
    )
    unique_full = keyed.filter(pl.len().over("full") == 1).select(
        "full", "item_id", "open_minor", "currency", item_account="account_id"
    )
    return (
        stated.rename({"currency": "said_in"})
        .join(receipts.rename({"currency": "paid_in"}).drop("total_minor"), on="receipt_id")
        .join(unique_full, on="full", how="left")
        .select(
            "receipt_id",
            "item_id",
            "open_minor",
            "currency",
            "paid_in",
            "amount_minor",
            "taken_off_minor",
            account_id="item_account",
        )
    )


def _in_one_currency() -> pl.Expr:
    """What names no currency is in that of the payment."""
    return (pl.col("currency") == pl.col("paid_in")).fill_null(value=True)


def by_advice(given: Given, listed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Receipts whose advice adds up to them, each line within what is open."""
    fits = (
        pl.col("item_id").is_not_null()
        & (pl.col("currency") == pl.col("paid_in"))
        & (pl.col("amount_minor").sign() == pl.col("open_minor").sign())
        & (pl.col("amount_minor").abs() <= pl.col("open_minor").abs())
    )
    rest = pl.col("open_minor") - pl.col("amount_minor")
    whole = (
        listed.group_by("receipt_id")
        .agg(
            fits.fill_null(value=False).all().alias("fits"),
            total_minor=pl.col("amount_minor").sum(),
            open_minor=pl.col("open_minor").sum(),
            is_once=pl.col("item_id").is_unique().all(),
            is_explained=(rest == pl.col("taken_off_minor")).all(),
        )
        .join(given.receipts.select("receipt_id", "amount_minor"), on="receipt_id")
        .filter("fits", "is_once", pl.col("total_minor") == pl.col("amount_minor"))
    )
    suggestions = _suggestions(whole, "advice", tokens.WHOLE, rest).with_columns(
        # What the payer says is held back is no doubt about what is paid.
        residual_kind=pl.when(whole["is_explained"])
        .then(pl.lit("none"))
        .otherwise(pl.col("residual_kind"))
    )
    lines = listed.join(whole, on="receipt_id", how="semi")
    return suggestions, _lines(lines, pl.col("amount_minor"))


def by_reference(given: Given, hits: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Receipts that are the exact sum of the items they name; the surest reading that fits."""
    items = given.items.select("item_id", "account_id", "open_minor", "currency")
    named = hits.join(items, on="item_id").join(
        given.receipts.select("receipt_id", "amount_minor", paid_in="currency"), on="receipt_id"
    )
    suggestions: list[pl.DataFrame] = []
    lines: list[pl.DataFrame] = []
    for least in (tokens.WHOLE, tokens.DIGITS):
        sure = named.filter(pl.col("strength") >= least)
        whole = (
            sure.group_by("receipt_id")
            .agg(
                pl.col("open_minor").sum(),
                pl.col("amount_minor").first(),
                one_currency=(pl.col("currency") == pl.col("paid_in")).all(),
            )
            .filter("one_currency", pl.col("open_minor") == pl.col("amount_minor"))
        )
        for earlier in suggestions:
            whole = whole.join(earlier, on="receipt_id", how="anti")
        suggestions.append(_suggestions(whole, "reference", least, pl.lit(0, pl.Int64)))
        lines.append(_lines(sure.join(whole, on="receipt_id", how="semi"), pl.col("open_minor")))
    return pl.concat(suggestions), pl.concat(lines)


def _suggestions(whole: pl.DataFrame, kind: str, evidence: int, residual: pl.Expr) -> pl.DataFrame:
    rest = pl.when(residual == 0).then(pl.lit("none")).otherwise(pl.lit("part"))
    return whole.select(
        "receipt_id",
        way=pl.lit(0, pl.Int16),
        kind=pl.lit(kind),
        evidence=pl.lit(evidence, pl.Int8),
        combinations=pl.lit(0, pl.Int32),
        size=pl.lit(0, pl.Int32),
        residual_minor=residual,
        residual_kind=rest,
    )


def _lines(frame: pl.DataFrame, applied: pl.Expr) -> pl.DataFrame:
    return frame.select(
        "receipt_id",
        way=pl.lit(0, pl.Int16),
        item_id="item_id",
        account_id="account_id",
        currency="currency",
        applied_minor=applied,
        discount_minor=pl.lit(0, pl.Int64),
    )
