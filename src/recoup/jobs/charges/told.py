"""What being late has cost, as a message tells it: the same figures as everywhere else."""

from __future__ import annotations

import polars as pl

from recoup.books import letter
from recoup.books.models import Creditor
from recoup.jobs.charges.figures import figures
from recoup.jobs.charges.ground import ground_of
from recoup.wording.context import LateCost


def late_costs(creditor: Creditor, intents: pl.DataFrame) -> dict[int, LateCost]:
    """What each message may say of it: `intent_id`, `account_id`, `cycle_date` of each.

    Only where the policy announces, and only of the items that the message names.
    """
    ground = ground_of(creditor)
    if ground is None or intents.is_empty():
        return {}
    sections = {"interest": ground.charges.interest, "compensation": ground.charges.compensation}
    told = [kind for kind, section in sections.items() if section and section.mode == "announce"]
    named = letter.named_items(intents["intent_id"].to_list())
    found: dict[int, LateCost] = {}
    for (day,), those in intents.partition_by("cycle_date", as_dict=True).items():
        accounts = those["account_id"].unique().to_list()
        of_day = figures(creditor, as_of=day, account_ids=accounts)
        if of_day is not None:
            root = of_day.debts.parts.root().alias("root_id")
            rows = of_day.rows.filter(pl.col("kind").is_in(told)).with_columns(root)
            asked = named.select("intent_id", root).unique(maintain_order=True)
            found |= _of_day(rows, those, asked)
    return found


def _of_day(rows: pl.DataFrame, those: pl.DataFrame, named: pl.DataFrame) -> dict[int, LateCost]:
    """The sums of what is announced on the debts that each message asks its account for."""
    minor = pl.col("announced_minor")
    is_interest = pl.col("kind") == "interest"
    sums = (
        named.join(those.select("intent_id", "account_id", "cycle_date"), on="intent_id")
        .join(rows, on=["root_id", "account_id"])
        .group_by("intent_id")
        .agg(
            pl.col("cycle_date").first(),
            minor.filter(is_interest).sum().alias("interest_minor"),
            pl.col("per_day_minor").filter(is_interest).sum(),
            minor.filter(~is_interest).sum().alias("fixed_minor"),
        )
    )
    return {
        intent: LateCost(day, interest, per_day, fixed)
        for intent, day, interest, per_day, fixed in sums.rows()
        if interest or fixed
    }
