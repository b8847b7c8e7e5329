"""The floor: the least a decision must do, written by hand for these columns and nothing else.

Days late, buckets, the next level, gates, interest through a change of rate; sums per account
and the list to contact. One lazy query on Polars' streaming engine, no rules, no words.
"""

from __future__ import annotations

import polars as pl

from bench.world import EPOCH_DAY
from recoup.engine.bundle import Bundle

THRESHOLDS = (3, 10, 20)
CONTACT_GAP_DAYS = 5
MINIMUM_MINOR = 25_00
# Interest: basis points a year before and after one change of rate.
RATE_CHANGE = EPOCH_DAY - 140
RATES = (1152, 1127)


def decide(bundle: Bundle) -> dict[str, pl.DataFrame]:
    """Sums per account, and who is to be contacted."""
    days = EPOCH_DAY - pl.col("due_date").to_physical()
    opened = pl.col("open_minor")
    reachable = pl.sum_horizontal((days > bound).cast(pl.Int16) for bound in THRESHOLDS)
    level = pl.min_horizontal(reachable, pl.col("last_step") + 1)
    is_free = (pl.col("held_minor") == 0) & (opened > 0)
    late = days.clip(lower_bound=0).cast(pl.Int64)
    before = (RATE_CHANGE - pl.col("due_date").to_physical()).clip(lower_bound=0).cast(pl.Int64)
    interest = (opened * (before * RATES[0] + (late - before) * RATES[1]) + 1_825_000) // 3_650_000
    bounds = (0, 30, 60, 90)
    buckets = [
        pl.when(days <= 0).then(opened).otherwise(0).alias("b0"),
        *(
            pl.when((days > low) & (days <= high)).then(opened).otherwise(0).alias(f"b{n}")
            for n, (low, high) in enumerate(zip(bounds, (30, 60, 90, 10**6), strict=True), 1)
        ),
    ]
    eligible = is_free & (level > 0)
    accounts = (
        bundle.items.lazy()
        .select(
            "debtor_id",
            "account_id",
            "currency",
            *buckets,
            exposure=opened,
            days=days,
            level=pl.when(is_free).then(level).otherwise(0),
            due=pl.when(eligible).then(opened).otherwise(0),
            interest=pl.when(eligible).then(interest).otherwise(0),
            last=pl.col("last_step_date"),
        )
        .group_by("debtor_id", "account_id", "currency")
        .agg(
            pl.col("b0", "b1", "b2", "b3", "b4", "exposure", "due", "interest").sum(),
            pl.col("days", "level", "last").max(),
        )
        .collect(engine="streaming")
    )
    rested = EPOCH_DAY - pl.col("last").to_physical() >= CONTACT_GAP_DAYS
    contacts = accounts.lazy().filter(
        (pl.col("level") > 0) & (pl.col("due") >= MINIMUM_MINOR) & rested.fill_null(value=True)
    ).join(
        bundle.accounts.lazy().filter((pl.col("hold_bits") == 0) & (pl.col("address") == 1)).select(
            "account_id"
        ),
        on="account_id",
        how="semi",
    ).collect(engine="streaming")  # fmt: skip
    totals = accounts.group_by("currency").agg(pl.col("b0", "b1", "b2", "b3", "b4").sum())
    return {"accounts": accounts, "contacts": contacts, "totals": totals}
