"""Compounding: at each rest the interest since the last one joins what bears interest.

Whole numbers still: what has joined is kept in billionths of a minor unit, and only the total
is rounded to the minor unit. A day without a balance, or frozen, bears nothing at all.
"""

from __future__ import annotations

import polars as pl

from recoup.engine.charges.pieces import ONE_DAY
from recoup.engine.charges.rated import NANO
from recoup.engine.charges.rates import RateTable, with_mass
from recoup.law.interest import Compounding

_PPM = 1_000_000
_KEY = ["item_id", "period", "ends"]
# Periods by rule: how Polars names them, and the fewest days one has.
_PERIODS = {Compounding.YEARLY: ("y", 365), Compounding.MONTHLY: ("mo", 28)}


def cut(pieces: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """The pieces cut at the rests of their claim, with `period` and `denominator`.

    A day is a 365th of a year; with monthly rests a month is a twelfth of a year, whatever its
    length, and a day its share of the month.
    """
    parts = [_cut(pieces, claims, kind) for kind in _PERIODS]
    return pl.concat(parts)


def _cut(pieces: pl.DataFrame, claims: pl.DataFrame, kind: Compounding) -> pl.DataFrame:
    mine = pl.col("compounding") == int(kind)
    periods = _periods(claims.filter(mine), kind)
    first, last = pl.max_horizontal("first", "begins"), pl.min_horizontal("last", "ends")
    length = (pl.col("ends") - pl.col("begins")).dt.total_days() + 1
    parts = 12 * length if kind is Compounding.MONTHLY else pl.lit(365, pl.Int64)
    return (
        pieces.filter(mine)
        .join(periods, on="item_id", how="inner")
        .filter(first <= last)
        .with_columns(first=first, last=last, denominator=parts * _PPM)
        .drop("begins")
    )


def _periods(claims: pl.DataFrame, kind: Compounding) -> pl.DataFrame:
    """Every period since the start of each claim: `period`, `begins`, `ends`."""
    unit, fewest = _PERIODS[kind]
    start = pl.col("start_date")
    longest = claims.select((pl.col("stop_date") - start).dt.total_days().max()).item()
    count = 1 if longest is None or longest < 0 else int(longest) // fewest + 1
    return pl.concat(
        claims.select(
            "item_id",
            pl.lit(number, pl.Int32).alias("period"),
            begins=start.dt.offset_by(f"{number}{unit}"),
            ends=start.dt.offset_by(f"{number + 1}{unit}") - ONE_DAY,
        )
        for number in range(count)
    )


def rested(parts: pl.DataFrame, table: RateTable) -> pl.DataFrame:
    """The interest of each claim and period, and what had joined before it, in billionths."""
    weight = pl.col("mass").cast(pl.Int128)
    sums = (
        with_mass(parts, table)
        .group_by("item_id", "period")
        .agg(
            pl.col("ends").first(),
            pl.col("denominator").first().cast(pl.Int128),
            borne=(pl.col("balance_minor") * weight).sum() * NANO,
            mass=weight.sum(),
        )
        .sort("period", "item_id")
    )
    joined = sums.select("item_id").unique().with_columns(pl.lit(0, pl.Int128).alias("joined_nano"))
    zero = pl.lit(0, pl.Int128)
    found = [sums.head(0).select(*_KEY, zero.alias("joined_nano"), zero.alias("interest_nano"))]
    for period in sums.partition_by("period", maintain_order=True):
        one = period.join(joined, on="item_id", how="left").with_columns(interest_nano=_interest())
        found.append(one.select(*_KEY, "joined_nano", "interest_nano"))
        after = one.select("item_id", joined_nano=pl.col("joined_nano") + pl.col("interest_nano"))
        joined = joined.update(after, on="item_id")
    return pl.concat(found)


def _interest() -> pl.Expr:
    numerator = pl.col("borne") + pl.col("joined_nano") * pl.col("mass")
    return (numerator * 2 + pl.col("denominator")) // (pl.col("denominator") * 2)
