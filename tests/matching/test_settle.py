"""What each item gets: never more than is open, never more than came in, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.engine.matching.frames import Tolerance
from recoup.engine.matching.settle import (
    Item,
    Payment,
    Settled,
    beyond,
    discount_minor,
    discount_on,
    settle,
    with_shares,
)
from tests.matching.making import DUE, sought

ITEMS = st.lists(
    st.builds(
        Item,
        st.integers(1, 10**6),
        st.just(7),
        st.integers(-500, 5_000).filter(bool),
        st.just(date(2026, 3, 1)),
        st.dates(date(2026, 1, 1), date(2026, 6, 1)),
        st.sampled_from([0, 20_000, 30_000]),
        st.sampled_from([0, 10, 30]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each.item_id,
)


def tie(items: list[Item], amount: int, settled: Settled) -> None:
    """Every promise about lines and residual at once."""
    applied = sum(line.applied_minor for line in settled.lines)
    discount = sum(line.discount_minor for line in settled.lines)
    total = sum(each.open_minor for each in items)
    assert applied <= amount
    for line in settled.lines:
        assert abs(line.applied_minor) + line.discount_minor <= abs(line.item.open_minor)
        assert line.applied_minor * line.item.open_minor > 0
        assert line.discount_minor >= 0
    assert settled.residual_minor == total - amount
    left_open = total - applied - discount
    unapplied = amount - applied
    assert settled.residual_minor == left_open + discount - unapplied


@given(ITEMS, st.integers(1, 12_000), st.integers(0, 2_000))
def test_what_settles_ties(items: list[Item], amount: int, charges: int) -> None:
    paid = Payment(1, amount, DUE, charges)
    settled = settle(items, paid, Tolerance(), 3)
    if settled:
        tie(items, amount, settled)


@given(ITEMS, st.integers(1, 12_000))
def test_what_goes_beyond_ties(items: list[Item], amount: int) -> None:
    tie(items, amount, beyond(items, Payment(1, amount, DUE)))


@given(ITEMS)
def test_the_exact_sum_pays_every_item_in_full(items: list[Item]) -> None:
    total = sum(each.open_minor for each in items)
    if total > 0:
        settled = settle(items, Payment(1, total, DUE), Tolerance(), 3)
        assert settled is not None
        assert settled.residual_kind == "none"
        assert sum(line.applied_minor for line in settled.lines) == total


@pytest.mark.parametrize(
    ("days", "is_early"), [(0, True), (10, True), (13, True), (14, False), (-1, True)]
)
def test_a_discount_ends_with_its_days_and_the_grace(days: int, is_early: bool) -> None:
    one = Item(1, 7, 100_00, date(2026, 3, 1), DUE, 20_000, 10)
    assert (discount_on(one, date(2026, 3, 1) + timedelta(days=days), 3) > 0) is is_early


@pytest.mark.parametrize(
    ("open_minor", "ppm", "discount"),
    [(100_00, 20_000, 2_00), (33_33, 30_000, 1_00), (-50_00, 20_000, 0), (100, 0, 0)],
)
def test_a_discount_is_rounded_once_and_never_on_credit(
    open_minor: int, ppm: int, discount: int
) -> None:
    assert discount_minor(Item(1, 7, open_minor, DUE, DUE, ppm, 10)) == discount


LADDER = Item(1, 7, 1000_00, date(2026, 3, 1), DUE, 30_000, 10, later_ppm=20_000, later_days=20)


@pytest.mark.parametrize(
    ("days", "discount"), [(0, 30_00), (13, 30_00), (14, 20_00), (23, 20_00), (24, 0)]
)
def test_a_ladder_gives_the_step_that_still_stands(days: int, discount: int) -> None:
    assert discount_on(LADDER, date(2026, 3, 1) + timedelta(days=days), 3) == discount


@pytest.mark.parametrize(
    ("paid", "came", "kind"), [(500_00, 470_00, "discount-in-time"), (0, 471_11, None)]
)
def test_the_whole_paid_in_time_earns_the_discount_on_the_whole(paid, came, kind) -> None:
    one = replace(LADDER, open_minor=500_00, paid_minor=paid)
    settled = settle([one], Payment(1, came, date(2026, 3, 5)), Tolerance(), 3)
    assert (settled.residual_kind if settled else None) == kind


@pytest.mark.parametrize(
    ("came", "day", "discount"), [(485_00, 5, 15_00), (490_00, 20, 10_00), (490_00, 31, 0)]
)
def test_a_part_paid_in_time_earns_its_share_where_the_policy_says_so(came, day, discount) -> None:
    payment = Payment(1, came, date(2026, 3, day))
    (line,) = with_shares(beyond([LADDER], payment), payment, 3).lines
    assert (line.applied_minor, line.discount_minor) == (came, discount)


def test_credit_alone_is_not_paid() -> None:
    assert settle([sought(1, -50)], Payment(1, 50, DUE), Tolerance(), 3) is None


def test_a_part_goes_to_the_oldest() -> None:
    old, new = sought(2, 50, date(2026, 1, 1)), sought(1, 50, date(2026, 2, 1))
    settled = beyond([new, old], Payment(1, 60, DUE))
    assert [(line.item.item_id, line.applied_minor) for line in settled.lines] == [(2, 50), (1, 10)]
