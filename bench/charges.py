"""Interest on late items with twelve rate changes, beside the join and multiply written by hand.

The hand-written one cuts each item at every change of the rate, multiplies and sums: the least
anybody would write in Polars, without part payments, frozen days, rules or roundings.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from recoup.engine.charges.frames import FROZEN, Late, of_rules
from recoup.engine.charges.interest import interest
from recoup.law.interest import Counting, InterestRule, YearlyRate

AS_OF = date(2026, 6, 30)
FIRST = date(2020, 7, 1)
REPEATS = 3
RATES = [
    (date(2020 + (6 + 6 * n) // 12, 7 - 6 * (n % 2), 1), 81_200 + 5_100 * n) for n in range(12)
]


def run(sizes: list[int]) -> list[dict[str, object]]:
    """One row per size: with one balance each, and with a part payment and some frozen."""
    return [row for size in sizes for row in (_row(size, 1), _row(size, 2))]


def _row(size: int, balances: int) -> dict[str, object]:
    late = world(size, balances)
    ours = _best(lambda: interest(late, as_of=AS_OF))
    row: dict[str, object] = {
        "what": "one balance an item" if balances == 1 else "part payments and frozen days",
        "items": size,
        "rate_changes": len(RATES),
        "seconds": round(ours, 3),
    }
    by_hand = _best(lambda: hand_written(late))
    row |= {"by_hand_seconds": round(by_hand, 3), "ratio": round(ours / by_hand, 2)}
    if balances == 1:
        alike = interest(late, as_of=AS_OF).sort("item_id")["interest_minor"]
        row["equal"] = alike.equals(hand_written(late).sort("item_id")["interest_minor"])
    return row


def _best(measured: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        measured()
        best = min(best, time.perf_counter() - started)
    return best


def world(size: int, balances: int) -> Late:
    """Items due on any day of six years, every amount different."""
    span = (AS_OF - FIRST).days
    numbers = pl.int_range(size, eager=True, dtype=pl.Int64)
    due = pl.lit(FIRST) + pl.duration(days=(pl.col("item_id") * 7919) % span)
    items = pl.DataFrame({"item_id": numbers}).with_columns(
        due_date=due, amount=10_00 + (pl.col("item_id") * 104_729) % 1_000_000
    )
    claims = items.select(
        "item_id",
        account_id="item_id",
        debtor_id="item_id",
        currency=pl.lit(1, pl.Int16),
        due_date="due_date",
        start_date=pl.col("due_date") + timedelta(days=1),
        rule=pl.lit(0, pl.Int32),
    )
    whole = items.select(
        "item_id",
        from_date=pl.col("due_date") - timedelta(days=30),
        balance_minor=pl.col("amount"),
    )
    paid = items.select(
        "item_id",
        from_date=pl.col("due_date") + timedelta(days=45),
        balance_minor=pl.col("amount") // 2,
    )
    parts = [whole] if balances == 1 else [whole, paid]
    frozen = FROZEN.empty()
    if balances > 1:
        frozen = items.filter(pl.col("item_id") % 50 == 0).select(
            "item_id",
            first_date=pl.col("due_date") + timedelta(days=20),
            last_date=pl.col("due_date") + timedelta(days=80),
        )
    rates = tuple(YearlyRate(since, ppm, "") for since, ppm in RATES)
    rules, steps = of_rules([InterestRule("ZZ", "statutory", rates, None, Counting(), ())])
    return Late(
        claims, pl.concat(parts).sort("item_id", "from_date"), frozen, rules, steps
    ).checked()


def hand_written(late: Late) -> pl.DataFrame:
    """Every item by every rate, clipped, multiplied, summed, rounded once."""
    steps = late.rates.sort("since").with_columns(
        until=(pl.col("since").shift(-1) - timedelta(days=1)).fill_null(AS_OF)
    )
    first = pl.max_horizontal("start_date", "since")
    last = pl.min_horizontal("until", pl.lit(AS_OF))
    days = (last - first).dt.total_days() + 1
    borne = pl.col("balance_minor").cast(pl.Int128) * pl.col("annual_rate_ppm") * pl.col("days")
    whole = 365 * 1_000_000
    return (
        late.claims.join(late.balances.unique("item_id", keep="first"), on="item_id")
        .join(steps, on="rule")
        .with_columns(days=days)
        .filter(pl.col("days") > 0)
        .group_by("item_id")
        .agg(interest_minor=((borne.sum() * 2 + whole) // (2 * whole)).cast(pl.Int64))
    )
