"""Sums of items: every combination that fits is counted, as brute force would."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.engine.matching.combine import COUNTED, SEARCHED, fits


def brute(amounts: list[int], target: int) -> set[tuple[int, ...]]:
    places = range(len(amounts))
    return {
        chosen
        for size in range(1, len(amounts) + 1)
        for chosen in combinations(places, size)
        if sum(amounts[place] for place in chosen) == target
    }


@given(st.lists(st.integers(-40, 60), max_size=9), st.integers(-30, 150))
def test_the_count_is_that_of_brute_force(amounts: list[int], target: int) -> None:
    found, expected = fits(amounts, target, keep=1_000), brute(amounts, target)
    assert found.count == min(len(expected), COUNTED)
    assert set(found.found) == expected
    assert not found.is_cut


@pytest.mark.parametrize(
    ("amounts", "target", "first", "count"),
    [
        ([100], 100, (0,), 1),
        ([100, 100], 100, (0,), 2),
        ([60, 40, 100], 100, (2,), 2),
        ([500, -120, 80], 380, (0, 1), 1),
        ([30, 30, 30, 30], 60, (0, 1), 6),
    ],
)
def test_the_simplest_comes_first(
    amounts: list[int], target: int, first: tuple[int, ...], count: int
) -> None:
    found = fits(amounts, target)
    assert found.found[0] == first
    assert found.count == count


def test_nothing_adds_up_to_nothing() -> None:
    assert fits([], 100).count == 0
    assert fits([70, 50], 100).found == ()


def test_a_search_that_was_cut_says_so() -> None:
    assert fits([10] * (SEARCHED + 1), 10).is_cut
    assert not fits([10] * SEARCHED, 10).is_cut


def test_items_larger_than_the_payment_do_not_crowd_out_the_others() -> None:
    found = fits([10_000] * 50 + [70, 30], 100)
    assert found.found == ((50, 51),)
    assert not found.is_cut


def test_thousands_of_combinations_end_in_bounded_work() -> None:
    found = fits([1] * SEARCHED, SEARCHED // 2)
    assert found.count == COUNTED
    assert len(found.found) == 5
