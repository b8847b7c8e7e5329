"""The order in which money pays: nothing is lost, and the rule is kept."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.engine.allocation import TURNS, of_law, order, turn
from recoup.engine.matching.settle import Item, spread
from recoup.policy.cash import ALLOCATIONS

DAY = date(2026, 3, 3)
SCHEMA = {
    "item_id": pl.Int64,
    "kind": pl.String,
    "due_date": pl.Date,
    "said": pl.Int32,
    "open_minor": pl.Int64,
}


@st.composite
def owed(draw):
    """Open items of an account, some of them charges, some named by the payer."""
    row = st.tuples(
        st.sampled_from(["invoice", "charge", "interest", "fee"]),
        st.integers(-40, 40).map(lambda days: DAY + timedelta(days=days)),
        st.one_of(st.none(), st.integers(0, 5)),
        st.integers(1, 500_00),
    )
    rows = draw(st.lists(row, max_size=12))
    return pl.DataFrame([(n, *each) for n, each in enumerate(rows)], schema=SCHEMA, orient="row")


@given(items=owed(), rule=st.sampled_from(ALLOCATIONS), other=st.randoms())
def test_nothing_is_lost_and_the_order_given_means_nothing(items, rule, other):
    ordered = order(items, rule)
    assert ordered.sort("item_id").equals(items.sort("item_id"))
    mixed = items.sample(fraction=1, shuffle=True, seed=other.randint(0, 99))
    assert order(mixed, rule).equals(ordered)


@given(items=owed(), rule=st.sampled_from(ALLOCATIONS))
def test_each_rule_is_kept_between_any_two_items(items, rule):
    rows = order(items, rule).rows(named=True)
    for first, second in pairwise(rows):
        said, after = first["said"], second["said"]
        if rule == "as_said" and said != after:
            assert after is None or (said is not None and said < after)
        elif rule in TURNS and turn(first["kind"], rule) != turn(second["kind"], rule):
            assert turn(first["kind"], rule) < turn(second["kind"], rule)
        else:
            assert first["due_date"] <= second["due_date"]


@given(items=owed(), rule=st.sampled_from(ALLOCATIONS), amount=st.integers(0, 2_000_00))
def test_a_payment_that_names_nothing_is_spread_in_that_order(items, rule, amount):
    """What the search does for one receipt is what the rule says for all."""
    unsaid = items.with_columns(said=pl.lit(None, pl.Int32))
    seen = [
        Item(row["item_id"], 1, row["open_minor"], DAY, row["due_date"], 0, 0, kind=row["kind"])
        for row in items.rows(named=True)
    ]
    lines = spread(seen, amount, {}, rule)
    paid = [line.item.item_id for line in lines]
    assert paid == order(unsaid, rule)["item_id"].to_list()[: len(paid)]
    assert sum(line.applied_minor for line in lines) == min(amount, items["open_minor"].sum())
    assert all(line.applied_minor == line.item.open_minor for line in lines[:-1])


@pytest.mark.parametrize(
    ("rule", "first"), [("as_said", 3), ("oldest_first", 1), ("costs_interest_principal", 2)]
)
def test_what_comes_first(rule, first):
    rows = [
        (1, "invoice", DAY - timedelta(days=30), None, 1_00),
        (2, "charge", DAY, None, 1_00),
        (3, "invoice", DAY, 0, 1_00),
    ]
    items = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    assert order(items, rule)["item_id"][0] == first


@pytest.mark.parametrize(
    ("named", "rule"),
    [
        (("costs", "interest", "principal"), "costs_interest_principal"),
        (("interest", "principal"), "interest_principal"),
        (("principal", "interest"), "as_said"),
        ((), "as_said"),
    ],
)
def test_the_order_of_a_law_is_one_of_ours_or_none(named, rule):
    assert of_law(named) == rule
