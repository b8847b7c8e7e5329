"""A debt that moved between accounts bears what it would have borne had it stayed, not a cent more.

Its interest is computed on the sum of its parts, with one start and one rounding, for the first
part, the first two, and so on. What each part adds is that part's own, so the parts add up.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from recoup.engine.charges.frames import FROZEN, LINES, Late
from recoup.engine.charges.pieces import in_order, thawed

# What the parts of a debt must have in common to be computed as one.
ONE = ["root_id", "rule", "currency", "due_date", "start_date"]


def stacked(late: Late) -> Late:
    """Each part of a debt with the balance of all parts up to it; claims of nothing else."""
    claims = late.claims.join(late.lines, on="item_id", how="inner")
    together = claims.filter(pl.len().over(ONE) > 1)
    if together.is_empty():
        return replace(late, claims=late.claims.clear(), lines=LINES.empty())
    mine = together.select("item_id", *ONE)
    below = mine.join(mine.rename({"item_id": "part_id"}), on=ONE).filter(
        pl.col("part_id") <= pl.col("item_id")
    )
    parts = thawed(in_order(late.balances), late.frozen).sort("item_id", "from_date")
    changes = parts.select(
        "from_date",
        part_id="item_id",
        change_minor=pl.col("balance_minor")
        - pl.col("balance_minor").shift(1).over("item_id").fill_null(0),
    )
    balances = (
        below.join(changes, on="part_id")
        .group_by("item_id", "from_date")
        .agg(pl.col("change_minor").sum())
        .sort("item_id", "from_date")
        .with_columns(balance_minor=pl.col("change_minor").cum_sum().over("item_id"))
    )
    return replace(
        late,
        claims=together.select(late.claims.columns).sort("item_id"),
        balances=balances.select(late.balances.columns),
        frozen=FROZEN.empty(),
        lines=late.lines.join(together, on="item_id", how="semi"),
    )


def shared(own: pl.DataFrame, together: pl.DataFrame, whole: Late) -> pl.DataFrame:
    """Every item's interest, where it is part of a debt what it adds to the parts before it."""
    named = together.join(whole.claims.join(whole.lines, on="item_id"), on="item_id", how="left")
    added = named.sort("item_id").select(
        "item_id", *(_added(name) for name in ("interest_minor", "per_day_minor"))
    )
    return own.update(added, on="item_id").select(own.columns)


def _added(name: str) -> pl.Expr:
    """A payment dated back before the move lowers what the part before had borne."""
    least = pl.col(name).cum_min(reverse=True).over(ONE)
    return (least - least.shift(1).over(ONE).fill_null(0)).alias(name)
