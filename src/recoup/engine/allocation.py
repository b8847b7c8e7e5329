"""In which order money pays what an account owes, when the payer does not say, or as they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from recoup.policy.cash import Allocation

# What has its turn before the invoices, by rule. A charge that is not told apart is a cost; one
# that is booked and not asked for yet waits with the invoices.
TURNS: Mapping[Allocation, Mapping[str, int]] = {
    "costs_interest_principal": {
        "charge": 0,
        "cost": 0,
        "costs": 0,
        "fee": 0,
        "compensation": 0,
        "interest": 1,
    },
    "interest_principal": {"interest": 0},
}
PRINCIPAL = 2


def turn(kind: str, rule: Allocation) -> int:
    """When a kind of document has its turn; by the other rules all are alike."""
    return TURNS[rule].get(kind, PRINCIPAL) if rule in TURNS else 0


def of_law(order: Sequence[str]) -> Allocation:
    """The rule for an order that a law names; the payer's word and the oldest where it has none."""
    wanted = "_".join(order)
    return next((rule for rule in TURNS if rule == wanted), "as_said")


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
