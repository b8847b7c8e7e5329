"""In duplum: interest stops where it has come to the principal that is still open.

Where a law has it, what has arisen stays owed when a payment lowers the principal, and no more
arises until it is below it. Interest that was paid is counted as if it had not been: that never
gives too much.
"""

from __future__ import annotations

import polars as pl

from recoup.engine.charges.rated import DENOMINATOR, daily_minor, is_by_day, rounded
from recoup.law.interest import Rounding

TOTAL = int(Rounding.TOTAL)
_PLACE = ["item_id", "nth"]
_WHOLE = pl.lit(DENOMINATOR, pl.Int128)


def limited(segments: pl.DataFrame) -> pl.DataFrame:
    """Rated segments of simple interest, cut where the limit is reached.

    Adds `taken`, the interest of each in parts of a minor unit (DENOMINATOR to one), and
    `is_cut`; a segment on which nothing arises any more has no days.
    """
    rows = (
        segments.sort("item_id", "first")
        .with_columns(
            pl.lit(DENOMINATOR, pl.Int64).alias("denominator"),
            pl.lit(0, pl.Int128).alias("joined_nano"),
        )
        .with_columns(
            nth=pl.int_range(pl.len()).over("item_id"),
            borne=_borne(),
            a_day=_a_day(),
            cap=pl.col("balance_minor").cast(pl.Int128) * _WHOLE,
        )
    )
    told = rows.join(_before(rows), on=_PLACE, how="left", maintain_order="left")
    room = pl.max_horizontal(pl.col("cap") - pl.col("before"), pl.lit(0, pl.Int128))
    cut = told.with_columns(room=room).with_columns(
        is_cut=pl.col("borne") > pl.col("room"),
        taken=pl.min_horizontal("borne", "room"),
        needed=(pl.col("room") + pl.col("a_day") - 1) // pl.max_horizontal(pl.col("a_day"), 1),
    )
    days = pl.when("is_cut").then(pl.col("needed").cast(pl.Int64)).otherwise("days")
    days = pl.min_horizontal(days, "days")
    shortened = cut.with_columns(days=days, last=pl.col("first") + pl.duration(days=days - 1))
    return shortened.drop("nth", "borne", "a_day", "cap", "before", "room", "needed")


def _borne() -> pl.Expr:
    """What a segment bears without a limit, rounded in its own way."""
    exact = pl.col("balance_minor").cast(pl.Int128) * pl.col("annual_rate_ppm") * pl.col("days")
    is_whole = pl.col("rounding") == TOTAL
    return pl.when(is_whole).then(exact).otherwise(rounded().cast(pl.Int128) * _WHOLE)


def _a_day() -> pl.Expr:
    """What a day of it bears."""
    exact = pl.col("balance_minor").cast(pl.Int128) * pl.col("annual_rate_ppm")
    return pl.when(is_by_day()).then(daily_minor().cast(pl.Int128) * _WHOLE).otherwise(exact)


def _before(rows: pl.DataFrame) -> pl.DataFrame:
    """The interest of each item before each of its segments: the n-th of all items at once."""
    so_far = rows.select("item_id").unique().with_columns(before=pl.lit(0, pl.Int128))
    found = [rows.head(0).select(*_PLACE, before=pl.lit(0, pl.Int128))]
    for nth in rows.sort("nth", "item_id").partition_by("nth", maintain_order=True):
        one = nth.join(so_far, on="item_id", how="left")
        found.append(one.select(*_PLACE, "before"))
        up_to = pl.min_horizontal(pl.col("before") + pl.col("borne"), "cap")
        after = one.select("item_id", before=pl.max_horizontal("before", up_to))
        so_far = so_far.update(after, on="item_id")
    return pl.concat(found)


def sums(capped: pl.DataFrame) -> pl.DataFrame:
    """What has arisen on each item, exactly."""
    return capped.group_by("item_id").agg(pl.col("taken").sum(), pl.col("is_cut").any())
