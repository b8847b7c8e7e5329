"""Interest on late items: one sum over days for each balance, one rounding at the end.

What a day bears is balance × rate in millionths / 365; whole numbers throughout. The answer is
a function of the whole history up to the day asked for, so however a period is cut into runs,
charging each time what is new adds up to the same total.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from recoup.engine.charges.compound import cut, rested
from recoup.engine.charges.duplum import limited, sums
from recoup.engine.charges.frames import INTEREST, SEGMENTS, Late
from recoup.engine.charges.lines import shared, stacked
from recoup.engine.charges.pieces import ONE_DAY, bearing_of, pieces_of
from recoup.engine.charges.rated import DENOMINATOR, NANO, exact, half_up, rated, rounded
from recoup.engine.charges.rates import RateTable, table_of, with_mass, with_rates
from recoup.law.interest import Compounding, Rounding

MICRO = 1_000_000
IS_PLAIN = pl.col("compounding") == int(Compounding.NONE)
IS_LIMITED = pl.col("in_duplum")
IS_WHOLE = pl.col("rounding") == int(Rounding.TOTAL)


def interest(late: Late, *, as_of: date) -> pl.DataFrame:
    """The interest on each claim up to and including a day: INTEREST, a row for every claim."""
    own = _of_each(late, as_of)
    whole = stacked(late)
    if whole.claims.is_empty():
        return own
    return shared(own, _of_each(whole, as_of), whole)


def _of_each(late: Late, as_of: date) -> pl.DataFrame:
    if late.claims.is_empty():
        return INTEREST.empty()
    table = table_of(late, as_of=as_of)
    claims = with_rates(late, table, as_of=as_of)
    bearing = bearing_of(late, claims)
    every = with_mass(pieces_of(bearing), table)
    capped = limited(rated(every.filter(IS_LIMITED), late))
    pieces = every.filter(~IS_LIMITED)
    rests = rested(cut(pieces.filter(~IS_PLAIN), claims), table)
    arisen = sums(capped)
    in_total = pl.col("interest_nano").sum()
    amounts = pl.concat(
        [
            _in_one(pieces.filter(IS_PLAIN & IS_WHOLE)),
            _apart(pieces.filter(IS_PLAIN & ~IS_WHOLE), late),
            rests.group_by("item_id").agg(interest_minor=half_up(in_total, NANO)),
            arisen.select("item_id", interest_minor=half_up("taken", DENOMINATOR)),
        ]
    )
    per_day = _per_day(bearing, _joined(rests, as_of), table, as_of)
    spans = pl.concat(
        each.select("item_id", "first", "last", "days")
        for each in (pieces, capped.filter(pl.col("days") > 0))
    )
    found = [amounts, _within(per_day, arisen), _missing(bearing, as_of)]
    return _answer(claims, spans, [*found, arisen.select("item_id", is_limited="is_cut")])


def segments(late: Late, *, as_of: date) -> pl.DataFrame:
    """The same, written out for people: SEGMENTS, in the order of items and days.

    Where only the total is rounded, the segments' own roundings may differ from it by a few
    minor units; `interest_micro` adds up.
    """
    if late.claims.is_empty():
        return SEGMENTS.empty()
    table = table_of(late, as_of=as_of)
    claims = with_rates(late, table, as_of=as_of)
    all_pieces = with_mass(pieces_of(bearing_of(late, claims)), table)
    pieces = all_pieces.filter(~IS_LIMITED)
    parts = cut(pieces.filter(~IS_PLAIN), claims)
    rests = rested(parts, table).select("item_id", "period", "joined_nano")
    plain = rated(pieces.filter(IS_PLAIN), late).with_columns(
        pl.lit(DENOMINATOR, pl.Int64).alias("denominator"),
        pl.lit(0, pl.Int128).alias("joined_nano"),
    )
    compounding = rated(parts, late).join(rests, on=["item_id", "period"], how="left")
    free = pl.concat([plain, compounding.select(plain.columns)]).with_columns(
        interest_minor=rounded(), interest_micro=exact(MICRO)
    )
    capped = limited(rated(all_pieces.filter(IS_LIMITED), late)).with_columns(
        interest_minor=half_up("taken", DENOMINATOR),
        interest_micro=pl.when("is_cut")
        .then(half_up(pl.col("taken") * MICRO, DENOMINATOR))
        .otherwise(exact(MICRO)),
    )
    every = pl.concat([free, capped.filter(pl.col("days") > 0).select(free.columns)])
    return SEGMENTS.check(
        every.sort("item_id", "first")
        .with_columns(pl.col("days").cast(pl.Int32), joined_minor=half_up("joined_nano", NANO))
        .rename({"first": "first_date", "last": "last_date"})
    )


def _in_one(pieces: pl.DataFrame) -> pl.DataFrame:
    """One rounding of the total."""
    # Int128 because ten billion times a rate times a decade does not fit Int64,
    # and Polars wraps silently instead of failing.
    numerator = (pl.col("balance_minor").cast(pl.Int128) * pl.col("mass")).sum()
    return pieces.group_by("item_id").agg(interest_minor=half_up(numerator, DENOMINATOR))


def _apart(pieces: pl.DataFrame, late: Late) -> pl.DataFrame:
    """A rounding of each segment, or of each day."""
    every = rated(pieces, late).with_columns(
        pl.lit(DENOMINATOR, pl.Int64).alias("denominator"),
        pl.lit(0, pl.Int128).alias("joined_nano"),
    )
    return every.group_by("item_id").agg(interest_minor=rounded().sum())


def _joined(rests: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What has joined each balance by the end of the day."""
    after = pl.when(pl.col("ends") <= as_of).then(pl.col("interest_nano")).otherwise(0)
    latest = rests.sort("period").group_by("item_id").last()
    return latest.select("item_id", joined_nano=pl.col("joined_nano") + after)


def _per_day(
    bearing: pl.DataFrame, joined: pl.DataFrame, table: RateTable, as_of: date
) -> pl.DataFrame:
    """What tomorrow adds if nothing changes: its balance at the rate of today."""
    tomorrow = as_of + ONE_DAY
    runs = bearing.filter(
        (pl.max_horizontal("from_date", "bears_from") <= tomorrow)
        & (pl.col("until").is_null() | (pl.col("until") >= tomorrow))
        & (pl.col("stop_date") >= as_of)
    )
    rate = pl.coalesce("fixed_ppm", table.on(pl.lit(as_of))).clip(lower_bound=0)
    base = pl.col("balance_minor").cast(pl.Int128) * NANO + pl.col("joined_nano").fill_null(0)
    down = (base * rate // (DENOMINATOR * NANO)).cast(pl.Int64)
    is_down = IS_PLAIN & (pl.col("rounding") == int(Rounding.DAILY_DOWN))
    return runs.join(joined, on="item_id", how="left").select(
        "item_id",
        "balance_minor",
        "in_duplum",
        per_day_minor=pl.when(is_down)
        .then(down)
        .otherwise(half_up(base * rate, DENOMINATOR * NANO)),
    )


def _within(per_day: pl.DataFrame, arisen: pl.DataFrame) -> pl.DataFrame:
    """A further day adds no more than there is room for below the principal."""
    told = per_day.join(arisen, on="item_id", how="left", maintain_order="left")
    cap = pl.col("balance_minor").cast(pl.Int128) * DENOMINATOR
    room = pl.max_horizontal(cap - pl.col("taken").fill_null(0), pl.lit(0, pl.Int128))
    least = pl.min_horizontal("per_day_minor", half_up(room, DENOMINATOR))
    return told.select(
        "item_id",
        per_day_minor=pl.when(IS_LIMITED).then(least).otherwise("per_day_minor"),
    )


def _missing(bearing: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Since when the rate of something that bears interest is not known."""
    since = pl.max_horizontal("missing_from", "from_date", "start_date")
    lacks = pl.col("missing_from").is_not_null() & (since <= as_of)
    still = pl.col("until").is_null() | (pl.col("until") >= since)
    return bearing.filter(lacks & still).group_by("item_id").agg(rate_missing_from=since.min())


def _answer(claims: pl.DataFrame, days: pl.DataFrame, found: list[pl.DataFrame]) -> pl.DataFrame:
    spans = days.group_by("item_id").agg(
        pl.col("first").min().alias("first_date"),
        pl.col("last").max().alias("last_date"),
        pl.col("days").sum().cast(pl.Int32),
    )
    joined = claims.select("item_id")
    for each in (spans, *found):
        joined = joined.join(each, on="item_id", how="left", maintain_order="left")
    return INTEREST.check(
        joined.with_columns(
            pl.col("interest_minor", "days", "per_day_minor").fill_null(0),
            pl.col("is_limited").fill_null(value=False),
        )
    )
