"""Rates by day: a dense table of each rule, so that a sum over days is one subtraction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from recoup.engine.charges.frames import Late
from recoup.law.interest import Mode

ONE_DAY = timedelta(days=1)
UNKNOWN = -1


@dataclass(frozen=True)
class RateTable:
    """The rate of each rule on each day from `first` on, and its running sum."""

    first: date
    days: int
    # -1 where no rate is known.
    ppm: pl.Series
    # The sum of the rates of all days up to and including the day.
    running: pl.Series

    def on(self, day: pl.Expr) -> pl.Expr:
        """The rate of the row's `rule` on a day; -1 when unknown."""
        return pl.lit(self.ppm).gather(self._place(day))

    def between(self, first: pl.Expr, last: pl.Expr) -> pl.Expr:
        """The sum of the rates of the row's `rule` over days, both inclusive."""
        running = pl.lit(self.running)
        return running.gather(self._place(last)) - running.gather(self._place(first) - 1)

    def _place(self, day: pl.Expr) -> pl.Expr:
        nth = (day.cast(pl.Int32) - self.first.toordinal() + _EPOCH).cast(pl.Int64)
        return pl.col("rule").cast(pl.Int64) * self.days + nth


_EPOCH = date(1970, 1, 1).toordinal()


def table_of(late: Late, *, as_of: date) -> RateTable:
    """The rates of every day that the claims can ask for."""
    earliest = late.claims.select(pl.min_horizontal("due_date", "start_date").min()).item()
    latest = late.claims.select(pl.max_horizontal("due_date", "start_date").max()).item()
    first, last = earliest - 2 * ONE_DAY, max(as_of, latest)
    days = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    dense = (
        late.rules.select("rule", "known_until")
        .sort("rule")
        .join(days, how="cross")
        .sort("day", maintain_order=True)
        .join_asof(
            late.rates.sort("since"), left_on="day", right_on="since", by="rule",
            check_sortedness=False,
        )
        .sort("rule", "day")
    )  # fmt: skip
    is_known = (pl.col("day") <= pl.col("known_until")).fill_null(value=True)
    known = dense.with_columns(
        ppm=pl.when(is_known).then(pl.col("annual_rate_ppm")).fill_null(UNKNOWN)
    )
    running = known.select(pl.col("ppm").clip(lower_bound=0).cum_sum().over("rule"))
    return RateTable(first, days.height, known["ppm"], running.to_series())


def with_rates(late: Late, table: RateTable, *, as_of: date) -> pl.DataFrame:
    """The claims with their rule, their own rate where it is fixed, and their last day.

    A rate fixed at the start of interest is the lower one when it changes on the very first
    day: the law may be read either way there, and the debtor gains the doubt.
    """
    known = late.rates.group_by("rule").agg(known_from=pl.col("since").min())
    rules = late.rules.join(known, on="rule", how="left")
    joined = late.claims.join(rules, on="rule", how="left", maintain_order="left")
    start, before = pl.col("start_date"), pl.col("start_date") - ONE_DAY
    is_lower = (table.on(before) != UNKNOWN) & (table.on(before) < table.on(start))
    rate_day = (
        pl.when(pl.col("mode") == int(Mode.FIXED_AT_START))
        .then(pl.when(is_lower).then(before).otherwise(start))
        .when(pl.col("mode") == int(Mode.FIXED_AT_DUE_DATE))
        .then("due_date")
    )
    rated = joined.with_columns(rate_day=rate_day, start_ppm=table.on(start)).with_columns(
        fixed_ppm=pl.when(pl.col("rate_day").is_not_null()).then(
            table.on(pl.coalesce("rate_day", "start_date"))
        )
    )
    until = pl.when(pl.col("fixed_ppm").is_null()).then(pl.col("known_until"))
    is_unknown = pl.coalesce("fixed_ppm", "start_ppm") == UNKNOWN
    missing_from = pl.when(is_unknown).then(start).when(until < as_of).then(until + ONE_DAY)
    return rated.with_columns(
        stop_date=pl.when(pl.col("fixed_ppm") == UNKNOWN)
        .then(before)
        .otherwise(pl.min_horizontal(until, pl.lit(as_of))),
        bears_from=pl.when(pl.col("fixed_ppm").is_null())
        .then(pl.max_horizontal(start, "known_from"))
        .otherwise(start),
        missing_from=missing_from,
    )


def with_mass(pieces: pl.DataFrame, table: RateTable) -> pl.DataFrame:
    """The pieces with their days and `mass`, the sum of the rates of those days."""
    days = (pl.col("last") - pl.col("first")).dt.total_days() + 1
    mass = (
        pl.when(pl.col("fixed_ppm").is_null())
        .then(table.between(pl.col("first"), pl.col("last")))
        .otherwise(pl.col("fixed_ppm") * pl.col("days"))
    )
    return pieces.with_columns(days=days).with_columns(mass=mass)
