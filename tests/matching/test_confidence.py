"""Confidence is a measured share; what was hardly seen is left to a person."""

from __future__ import annotations

import pytest

from recoup.engine.matching.confidence import SEEN, UNSEEN_PPM, coarser, fit, shipped
from recoup.engine.matching.frames import MatchPolicy

GOOD, BAD = "reference/only/4/none/known/first", "single/several/0/none/known/first"


def test_a_bucket_says_how_often_its_like_was_right() -> None:
    table = fit([(GOOD, True)] * 2_000 + [(BAD, True)] * 500 + [(BAD, False)] * 1_500)
    assert table.confidence_ppm(GOOD) >= 995_000
    assert table.confidence_ppm(BAD) == pytest.approx(250_000, abs=2_000)


def test_what_was_seen_too_seldom_does_not_post() -> None:
    table = fit([(GOOD, True)] * (SEEN - 1))
    assert table.confidence_ppm(GOOD) <= UNSEEN_PPM < MatchPolicy().auto_post_ppm


def test_an_unseen_bucket_asks_its_nearest_like() -> None:
    table = fit([(GOOD, True)] * 1_000 + [(BAD, False)] * 1_000)
    assert table.confidence_ppm("reference/only/4/none/known/later") == UNSEEN_PPM
    assert table.confidence_ppm("single/several/0/none/shared/first") < 10_000
    assert fit([]).confidence_ppm(GOOD) == 0


def test_the_parents_of_a_bucket_give_up_the_finest_first() -> None:
    assert coarser("a/b/c/d/e/f")[0] == "a/b/c/d/e/*"
    assert coarser("a/b/c/d/e/f")[-1] == "*/*/*/*/*/*"


def test_the_shipped_table_is_within_bounds_and_knows_the_clear_cases() -> None:
    table = shipped()
    assert all(0 <= ppm <= 1_000_000 for ppm in table.ppm.values())
    assert all(seen > 0 for seen in table.seen.values())
    assert table.confidence_ppm("reference/only/4/none/known/first..") >= 995_000
    assert table.confidence_ppm("oldest/only/0/part/known/first.few.") < 700_000


def test_the_shipped_table_never_trusts_a_sum_that_fits_in_several_ways() -> None:
    bare = ("single", "subset", "run", "amount")
    several = [
        ppm
        for name, ppm in shipped().ppm.items()
        if name.startswith(tuple(f"{kind}/several/" for kind in bare))
    ]
    assert several
    assert max(several) < MatchPolicy().auto_post_ppm
