"""Aging: every day in exactly one bucket; buckets less credits are the balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

from recoup.kernel.errors import Refusal
from recoup.kernel.frames import Frame


@dataclass(frozen=True)
class Buckets:
    """The last day late of each bucket but the open one at the end: 30, 60, 90."""

    last_days: tuple[int, ...] = (30, 60, 90)

    def __post_init__(self) -> None:
        """Refuse bounds that would leave a day in no bucket or in two."""
        rising = all(low < high for low, high in pairwise((0, *self.last_days)))
        if not rising or len(self.last_days) > 20:
            raise Refusal(
                "buckets-unordered",
                f"Aging buckets end on {', '.join(map(str, self.last_days))} days. Give at most"
                " 20 whole numbers, each above the one before and the first above 0.",
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the amounts: `not_due_minor`, `days_1_30_minor` …, `days_91_up_minor`."""
        last = (0, *self.last_days)[-1]
        closed = [f"days_{low + 1}_{high}_minor" for low, high in pairwise((0, *self.last_days))]
        return ("not_due_minor", *closed, f"days_{last + 1}_up_minor")

    def number(self, days_past_due: int) -> int:
        """The bucket of a day: 0 is not due, 1 the first day late and after."""
        return sum(days_past_due > bound for bound in (0, *self.last_days))


STANDARD = Buckets()


def frame_of(buckets: Buckets) -> Frame:
    """The columns of the aging of one account in one currency."""
    return Frame(
        "aging",
        {
            "debtor_id": pl.Int64,
            "account_id": pl.Int64,
            "currency": pl.Int16,
            # What is open less credits: positive is owed to us.
            "balance_minor": pl.Int64,
            "credit_minor": pl.Int64,
            **dict.fromkeys(buckets.columns, pl.Int64),
            "held_minor": pl.Int64,
            # Late and not held, after credits, which cover the oldest first.
            "overdue_minor": pl.Int64,
            # Of the oldest late item that is not held; 0 when none is.
            "days_past_due": pl.Int32,
            # Late and not held, with no step left: for a person.
            "finished_minor": pl.Int64,
            "items": pl.Int32,
            # The number of the policy's segment; -1 when none takes the account.
            "segment": pl.Int16,
        },
    )


AGING = frame_of(STANDARD)


def days_past_due(as_of: date) -> pl.Expr:
    """Whole days since the due date; negative while the item is not yet due."""
    return (pl.lit(as_of) - pl.col("due_date")).dt.total_days().cast(pl.Int32)


def askable_minor() -> pl.Expr:
    """What may be asked of an item: what is open less what a hold keeps out."""
    return (pl.col("open_minor") - pl.col("held_minor")).clip(lower_bound=0)
