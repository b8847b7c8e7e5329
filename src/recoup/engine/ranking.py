"""In which order people see things: the largest and oldest first, as one packed integer."""

from __future__ import annotations

import polars as pl

_DAYS_MAX = 2**15 - 1
_STEP_MAX = 2**7 - 1


def priority(amount_minor: pl.Expr, *, scale: pl.Expr) -> pl.Expr:
    """A number to sort by, descending: size of the amount, then days late, then the step.

    Sizes are powers of two of whole currency units (`scale` minor units each), so an older
    debt goes before a slightly larger one. They order; amounts are never added or compared.
    """
    size = 64 - (amount_minor.clip(lower_bound=0) // scale).bitwise_leading_zeros().cast(pl.Int64)
    days = pl.col("days_past_due").clip(0, _DAYS_MAX).cast(pl.Int64)
    step = pl.col("step").clip(0, _STEP_MAX).cast(pl.Int64)
    return (size * 2**22 + days * 2**7 + step).alias("priority")
