"""Tallies: what a decision adds up to, by currency, for run totals and the size brake."""

from __future__ import annotations

import polars as pl

from recoup.engine import gate
from recoup.kernel.frames import Frame

TALLIES = Frame(
    "tallies",
    {
        "currency": pl.Int16,
        "accounts": pl.Int64,
        "items": pl.Int64,
        "balance_minor": pl.Int64,
        "credit_minor": pl.Int64,
        "overdue_minor": pl.Int64,
        # Messages that go out, and what they ask for.
        "messages": pl.Int64,
        "asked_minor": pl.Int64,
        "waiting": pl.Int64,
        "stopped": pl.Int64,
    },
)


def tally(aging: pl.DataFrame, actions: pl.DataFrame) -> pl.DataFrame:
    """One row per currency. Sums run in 128 bits and fail rather than wrap when too large."""
    owed = aging.group_by("currency").agg(
        accounts=pl.len().cast(pl.Int64),
        items=pl.col("items").cast(pl.Int64).sum(),
        **{
            name: pl.col(name).cast(pl.Int128).sum().cast(pl.Int64)
            for name in ("balance_minor", "credit_minor", "overdue_minor")
        },
    )
    is_clear = pl.col("blocked_bits") == 0
    is_stopped = (pl.col("blocked_bits") & gate.STOP_BITS) != 0
    acted = actions.group_by("currency").agg(
        messages=is_clear.cast(pl.Int64).sum(),
        asked_minor=pl.col("asked_minor").filter(is_clear).cast(pl.Int128).sum().cast(pl.Int64),
        waiting=(~is_clear & ~is_stopped).cast(pl.Int64).sum(),
        stopped=is_stopped.cast(pl.Int64).sum(),
    )
    joined = owed.join(acted, on="currency", how="left").sort("currency")
    return TALLIES.check(
        joined.with_columns(pl.col("messages", "asked_minor", "waiting", "stopped").fill_null(0))
    )
