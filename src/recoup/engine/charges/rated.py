"""Pieces cut where the rate changes, and how each of them is rounded."""

from __future__ import annotations

import polars as pl

from recoup.engine.charges.frames import Late
from recoup.engine.charges.pieces import ONE_DAY
from recoup.law.interest import Compounding, Rounding

NANO = 10**9
# Days of a year, and millionths of a rate.
DENOMINATOR = 365 * 1_000_000


def rated(pieces: pl.DataFrame, late: Late) -> pl.DataFrame:
    """The pieces with one `annual_rate_ppm` each, cut at every day on which a rate was set."""
    steps = (
        late.rates.sort("rule", "since")
        .with_columns(rate_ends=pl.col("since").shift(-1).over("rule") - ONE_DAY)
        .rename({"since": "rate_since"})
    )
    floating = pieces.filter(pl.col("fixed_ppm").is_null()).join(steps, on="rule", how="inner")
    first = pl.max_horizontal("first", "rate_since")
    last = pl.min_horizontal("last", "rate_ends")
    cut = floating.filter(first <= last).with_columns(first=first, last=last)
    fixed = (
        pieces.filter(pl.col("fixed_ppm").is_not_null())
        .sort("rate_day")
        .join_asof(
            late.rates.sort("since").select("rule", rate_since="since"),
            left_on="rate_day",
            right_on="rate_since",
            by="rule",
            check_sortedness=False,
            coalesce=False,
        )
        .with_columns(annual_rate_ppm="fixed_ppm")
    )
    every = pl.concat([cut.select(fixed.columns), fixed])
    return every.with_columns(days=(pl.col("last") - pl.col("first")).dt.total_days() + 1)


def half_up(numerator: pl.Expr | str, denominator: pl.Expr | int) -> pl.Expr:
    """Division rounded half away from zero, of what is not below zero; Int64."""
    value = pl.col(numerator) if isinstance(numerator, str) else numerator
    return ((value * 2 + denominator) // (denominator * 2)).cast(pl.Int64)


def exact(parts: int) -> pl.Expr:
    """The interest of a segment in parts of a minor unit."""
    return half_up(_base() * pl.col("days") * parts, _whole())


def rounded() -> pl.Expr:
    """The interest of a segment in minor units: the daily amount rounded first, or the whole."""
    return (
        pl.when(is_by_day())
        .then(daily_minor() * pl.col("days"))
        .otherwise(half_up(_base() * pl.col("days"), _whole()))
    )


def is_by_day() -> pl.Expr:
    """Whether the amount of a day is what is rounded."""
    daily = pl.col("rounding").is_in([int(Rounding.DAILY), int(Rounding.DAILY_DOWN)])
    return daily & (pl.col("compounding") == int(Compounding.NONE))


def daily_minor() -> pl.Expr:
    """The interest of a day, rounded half up or down."""
    is_down = pl.col("rounding") == int(Rounding.DAILY_DOWN)
    return (
        pl.when(is_down)
        .then((_base() // _whole()).cast(pl.Int64))
        .otherwise(half_up(_base(), _whole()))
    )


def _base() -> pl.Expr:
    """What bears interest, times its rate, in billionths."""
    balance = pl.col("balance_minor").cast(pl.Int128) * NANO + pl.col("joined_nano")
    return balance * pl.col("annual_rate_ppm")


def _whole() -> pl.Expr:
    return pl.col("denominator").cast(pl.Int128) * NANO
