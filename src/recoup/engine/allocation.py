"""In which order money pays what an account owes, when the payer does not say, or as they say."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recoup.policy.cash import Allocation

# What is paid first under `costs_interest_principal`: a charge that is not told apart is a cost.
TURNS: Mapping[str, int] = {"charge": 0, "cost": 0, "fee": 0, "interest": 1}
PRINCIPAL = 2


def turn(kind: str, rule: Allocation) -> int:
    """When a kind of document has its turn; by the other rules all are alike."""
    return TURNS.get(kind, PRINCIPAL) if rule == "costs_interest_principal" else 0


def order(items: pl.DataFrame, rule: Allocation) -> pl.DataFrame:
    """The same items in the order in which money pays them.

    Needs `item_id`, `kind` (of the document), `due_date`, and `said`: the place at which the payer
    names the item, null where they do not. By `as_said` what is named comes first, as named; by
    the other rules the payer's word does not count. What is left equal is paid oldest first.
    """
    kinds = items["kind"].unique().to_list()
    turns = {kind: turn(kind, rule) for kind in kinds}
    keys = [
        pl.col("kind").replace_strict(turns, default=PRINCIPAL, return_dtype=pl.Int8),
        pl.col("due_date"),
        pl.col("item_id"),
    ]
    if rule == "as_said":
        keys.insert(0, pl.col("said"))
    return items.sort(keys, nulls_last=True)
