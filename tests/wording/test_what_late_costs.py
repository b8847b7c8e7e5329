"""What being late has cost, in every language: told with its day, and not part of the amount."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.wording.context import LateCost
from recoup.wording.render import render
from tests.wording.examples import message

COST = LateCost(date(2026, 6, 15), interest_minor=12_34, per_day_minor=35, fixed_minor=40_00)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Interest for late payment by 15 June 2026: €12.34, and €0.35 more each day."
         " Fixed compensation for the cost of recovery: €40.00. This is for your information"),
        ("de", "mit jedem weiteren Tag"),
        ("fr", "par jour supplémentaire"),
        ("es", "más por cada día"),
    ],
)  # fmt: skip
def test_the_message_says_what_being_late_has_cost(language, said):
    written = render("reminder_2", language, message(late_cost=COST))
    squeezed = " ".join(written.text.split())
    assert said in squeezed
    assert (
        "1,234.50" in squeezed
        or "1.234,50" in squeezed
        or "1 234,50" in squeezed
        or ("1234,50" in squeezed)
    )


def test_interest_that_has_ended_names_no_further_day():
    cost = LateCost(date(2026, 6, 15), interest_minor=12_34, per_day_minor=0, fixed_minor=0)
    text = " ".join(render("reminder_2", "en", message(late_cost=cost)).text.split())
    assert "Interest for late payment: €12.34. This is for your information" in text
    assert "compensation" not in text


def test_without_a_cost_nothing_is_said():
    assert "information and not part" not in render("reminder_2", "en", message()).text
