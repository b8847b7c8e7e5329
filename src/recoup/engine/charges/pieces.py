"""Pieces: the days in a row on which an item has one balance that bears interest."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from recoup.engine.charges.frames import FROZEN, Late
from recoup.law.interest import Compounding, DayCount

ONE_DAY = timedelta(days=1)
KEPT = [
    "item_id",
    "rule",
    "fixed_ppm",
    "start_date",
    "bears_from",
    "stop_date",
    "rate_day",
    "missing_from",
    "compounding",
    "rounding",
    "in_duplum",
]


def bearing_of(late: Late, claims: pl.DataFrame) -> pl.DataFrame:
    """The balances above zero that are not frozen, with their claim: `from_date` to `until`."""
    frozen = pl.concat([late.frozen, _days_beyond_a_year(claims)])
    balances = thawed(in_order(late.balances), frozen)
    follows = pl.col("item_id") == pl.col("item_id").shift(-1)
    until = pl.when(follows).then(pl.col("from_date").shift(-1) - ONE_DAY)
    bearing = balances.with_columns(until=until).filter(pl.col("balance_minor") > 0)
    return bearing.join(claims.select(KEPT), on="item_id", how="inner", maintain_order="left")


def pieces_of(bearing: pl.DataFrame) -> pl.DataFrame:
    """The days of each balance on which interest runs: `first` to `last`, both inclusive."""
    clipped = bearing.with_columns(
        first=pl.max_horizontal("from_date", "bears_from"),
        last=pl.min_horizontal("until", "stop_date"),
    )
    return clipped.filter(pl.col("first") <= pl.col("last")).drop(
        "from_date", "until", "bears_from", "stop_date", "missing_from"
    )


def in_order(balances: pl.DataFrame) -> pl.DataFrame:
    """By item and day, without rows that change nothing."""
    item, day = pl.col("item_id"), pl.col("from_date")
    is_later = (item > item.shift(1)) | ((item == item.shift(1)) & (day > day.shift(1)))
    if not balances.select(is_later.fill_null(value=True).all()).item():
        # The last row of a day is what counts on it.
        balances = balances.unique(["item_id", "from_date"], keep="last").sort(
            "item_id", "from_date"
        )
    same = (item == item.shift(1)) & (pl.col("balance_minor") == pl.col("balance_minor").shift(1))
    return balances.filter(~same.fill_null(value=False))


def thawed(balances: pl.DataFrame, frozen: pl.DataFrame) -> pl.DataFrame:
    """The balances with zero on frozen days."""
    if frozen.is_empty():
        return balances
    touched = balances.join(frozen.select("item_id").unique(), on="item_id", how="semi")
    still = balances.join(touched.select("item_id").unique(), on="item_id", how="anti")
    edges = pl.concat(
        [
            touched.with_columns(pl.lit(0, pl.Int32).alias("spans")),
            _edge(frozen, pl.col("first_date"), 1),
            _edge(frozen, pl.col("last_date") + ONE_DAY, -1),
        ]
    )
    days = (
        edges.join(touched.select("item_id").unique(), on="item_id", how="semi")
        .group_by("item_id", "from_date")
        .agg(pl.col("balance_minor").drop_nulls().last(), pl.col("spans").sum())
        .sort("item_id", "from_date")
        .with_columns(
            pl.col("balance_minor").forward_fill().over("item_id").fill_null(0),
            pl.col("spans").cum_sum().over("item_id"),
        )
    )
    thawed = days.select(
        "item_id",
        "from_date",
        pl.when(pl.col("spans") > 0).then(0).otherwise("balance_minor").alias("balance_minor"),
    )
    return in_order(pl.concat([still, thawed]).sort("item_id", "from_date"))


def _edge(frozen: pl.DataFrame, day: pl.Expr, spans: int) -> pl.DataFrame:
    return frozen.select(
        "item_id",
        day.alias("from_date"),
        pl.lit(None, pl.Int64).alias("balance_minor"),
        pl.lit(spans, pl.Int32).alias("spans"),
    )


def _days_beyond_a_year(claims: pl.DataFrame) -> pl.DataFrame:
    """The 366th day of each year of interest, where a whole year counts as one.

    Every other day is a 365th of a year, so the year adds up and no day takes any back.
    """
    counts_years = pl.col("day_count") == int(DayCount.YEARS_THEN_365)
    # With monthly rests a day is its share of a month, and a year adds up anyway.
    by_month = pl.col("compounding") == int(Compounding.MONTHLY)
    yearly = claims.filter(counts_years & ~by_month)
    spans = [
        _last_day(yearly, year)
        .filter(pl.col("length") == 366)
        .select("item_id", first_date="day", last_date="day")
        for year in range(1, _years(yearly) + 1)
    ]
    return pl.concat([FROZEN.empty(), *spans])


def _last_day(claims: pl.DataFrame, year: int) -> pl.DataFrame:
    start = pl.col("start_date")
    begins, next_begins = start.dt.offset_by(f"{year - 1}y"), start.dt.offset_by(f"{year}y")
    return claims.select(
        "item_id",
        day=next_begins - ONE_DAY,
        length=(next_begins - begins).dt.total_days(),
    )


def _years(claims: pl.DataFrame) -> int:
    """How many years the longest claim has been running, the current one included."""
    longest = claims.select((pl.col("stop_date") - pl.col("start_date")).dt.total_days().max())
    days = longest.item()
    return 0 if days is None or days < 0 else int(days) // 365 + 1
