"""Aging: every day in exactly one bucket; the day after the due date is the first day late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.engine.aging import AGING, STANDARD, Buckets, frame_of
from recoup.kernel.errors import Refusal
from tests.engine.making import TODAY, USD, account, credit, decide, item, rows

AMOUNTS = STANDARD.columns


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-400, 0), (-1, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4),
     (4000, 4)],
)  # fmt: skip
def test_each_day_has_its_bucket(days, bucket):
    (row,) = rows(decide([item(due_date=TODAY - timedelta(days=days))]).aging)
    assert [row[name] for name in AMOUNTS] == [100_00 * (n == bucket) for n in range(5)]
    assert STANDARD.number(days) == bucket
    assert row["days_past_due"] == max(days, 0)


@given(
    st.lists(st.integers(min_value=1, max_value=500), max_size=8, unique=True).map(sorted),
    st.integers(min_value=-600, max_value=600),
)
def test_buckets_of_any_size_leave_no_day_out_and_none_in_two(bounds, days):
    buckets = Buckets(tuple(bounds))
    number = buckets.number(days)
    lowest = (None, 1, *(bound + 1 for bound in bounds))[number]
    highest = (0, *bounds, None)[number]
    assert lowest is None or days >= lowest
    assert highest is None or days <= highest
    assert len(buckets.columns) == len(bounds) + 2 == len(set(buckets.columns))


def test_buckets_are_named_by_their_days():
    assert AMOUNTS == (
        "not_due_minor", "days_1_30_minor", "days_31_60_minor", "days_61_90_minor",
        "days_91_up_minor",
    )  # fmt: skip
    assert Buckets((15,)).columns == ("not_due_minor", "days_1_15_minor", "days_16_up_minor")
    assert set(frame_of(Buckets((15,))).columns) - set(AGING.columns) == {
        "days_1_15_minor",
        "days_16_up_minor",
    }


@pytest.mark.parametrize("bounds", [(0,), (30, 30), (60, 30), (-5, 5), tuple(range(1, 40))])
def test_buckets_out_of_order_are_refused(bounds):
    with pytest.raises(Refusal, match="above the one before"):
        Buckets(bounds)


def test_the_balance_is_what_is_open_less_credits():
    late = item(item_id=1, due_date=TODAY - timedelta(days=40), held_minor=25_00)
    coming = item(item_id=2, due_date=TODAY + timedelta(days=40))
    (row,) = rows(decide([late, coming], credits=[credit(credit_minor=30_00)]).aging)
    assert row["balance_minor"] == 170_00
    assert row["credit_minor"] == 30_00
    assert row["held_minor"] == 25_00
    assert row["overdue_minor"] == 45_00
    assert row["items"] == 2


def test_the_smallest_hold_counts():
    (row,) = rows(decide([item(held_minor=1)]).aging)
    assert (row["held_minor"], row["overdue_minor"]) == (1, 99_99)


def test_more_credit_than_debt_is_a_balance_below_zero_and_nothing_overdue():
    (row,) = rows(decide([item()], credits=[credit(credit_minor=500_00)]).aging)
    assert row["balance_minor"] == -400_00
    assert row["overdue_minor"] == 0


def test_credits_alone_are_a_row_as_well():
    decided = decide([item()], credits=[credit(debtor_id=9, account_id=90, credit_minor=5)])
    assert decided.aging["debtor_id"].to_list() == [1, 9]
    assert decided.aging["balance_minor"].to_list() == [100_00, -5]


def test_an_item_held_entirely_makes_nothing_late():
    old = item(item_id=1, due_date=TODAY - timedelta(days=200), held_minor=100_00)
    (row,) = rows(decide([old, item(item_id=2, due_date=TODAY - timedelta(days=7))]).aging)
    assert row["days_past_due"] == 7
    assert row["days_91_up_minor"] == 100_00
    assert row["overdue_minor"] == 100_00


def test_currencies_are_never_added():
    decided = decide([item(item_id=1), item(item_id=2, currency=USD)])
    assert decided.aging.height == 2
    assert decided.tallies["balance_minor"].to_list() == [100_00, 100_00]


def test_tallies_say_what_a_run_adds_up_to():
    decided = decide(
        [item(debtor_id=n, account_id=n, item_id=n) for n in (1, 2, 3)],
        [
            account(debtor_id=1, account_id=1),
            account(debtor_id=2, account_id=2, hold_bits=1),
            account(debtor_id=3, account_id=3, contacts_last_7_days=2),
        ],
    )
    (row,) = rows(decided.tallies)
    assert (row["messages"], row["waiting"], row["stopped"]) == (1, 1, 1)
    assert row["asked_minor"] == 100_00
    assert row["overdue_minor"] == row["balance_minor"] == 300_00
    assert (row["accounts"], row["items"]) == (3, 3)


@pytest.mark.parametrize("minor", [10**12 + 1, -1])
def test_an_amount_that_could_wrap_is_refused(minor):
    with pytest.raises(Refusal, match="amounts are from 0"):
        decide([item(open_minor=minor)])


def test_the_largest_amounts_still_add_up():
    items = [item(item_id=number, open_minor=10**12) for number in range(2_000)]
    (row,) = rows(decide(items).aging)
    assert row["overdue_minor"] == 2_000 * 10**12
