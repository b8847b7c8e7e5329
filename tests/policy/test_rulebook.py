"""Triggers and the rulebook: one date function, and bounds that say the same in columns."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.policy.document import standard
from recoup.policy.model import SizeBrake
from recoup.policy.rulebook import rulebook_for
from recoup.policy.triggers import Calendar, TriggerKind, comes_up_on, latest_anchor

TODAY = date(2026, 5, 15)
PLACES = [Calendar("ZZ"), Calendar("DE"), Calendar("ES", "MD")]

dates = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 12, 31))
kinds = st.sampled_from(list(TriggerKind))
places = st.sampled_from(PLACES)


def standard_rules(as_of: date = TODAY):
    document = standard()
    return rulebook_for(document.policy, version=document.version, as_of=as_of, country="DE")


@pytest.mark.parametrize(
    ("kind", "days", "due", "day"),
    [
        ("days_before_due", 3, date(2026, 3, 2), date(2026, 2, 27)),
        ("on_due", 0, date(2026, 3, 2), date(2026, 3, 2)),
        ("days_after_due", 30, date(2028, 1, 31), date(2028, 3, 1)),
        ("business_days_after_due", 1, date(2026, 4, 30), date(2026, 5, 4)),
        ("end_of_month_after_due", 0, date(2028, 2, 1), date(2028, 2, 29)),
        ("end_of_month_after_due", 5, date(2026, 2, 28), date(2026, 3, 5)),
        ("day_of_month_after_due", 15, date(2026, 12, 31), date(2027, 1, 15)),
        ("day_of_month_after_due", 31, date(2026, 1, 31), date(2026, 2, 28)),
    ],
)
def test_each_trigger_comes_up_on_its_day(kind, days, due, day):
    assert comes_up_on(TriggerKind(kind), days, due, Calendar("DE")) == day


@given(kinds, st.integers(min_value=1, max_value=31), dates, places)
def test_a_later_due_date_never_comes_up_earlier(kind, days, due, place):
    later = comes_up_on(kind, days, due + timedelta(days=1), place)
    assert comes_up_on(kind, days, due, place) <= later


@given(kinds, st.integers(min_value=1, max_value=31), dates, dates, places)
def test_one_bound_says_for_every_due_date_whether_a_step_has_come_up(
    kind, days, as_of, due, place
):
    has_come_up = comes_up_on(kind, days, due, place) <= as_of
    assert (due <= latest_anchor(kind, days, as_of, place)) is has_come_up


@pytest.mark.parametrize("days", [0, 1, 365, 3650])
@pytest.mark.parametrize("kind", list(TriggerKind))
def test_bounds_hold_for_the_longest_waits(kind, days):
    days = min(max(days, 1), 31) if kind is TriggerKind.DAY_OF_MONTH_AFTER_DUE else days
    place = Calendar("DE")
    bound = latest_anchor(kind, days, TODAY, place)
    assert comes_up_on(kind, days, bound, place) <= TODAY
    assert comes_up_on(kind, days, bound + timedelta(days=1), place) > TODAY


@pytest.mark.parametrize(
    ("day", "is_closed"), [(date(2026, 5, 15), False), (date(2026, 5, 16), True)]
)
def test_the_policy_keeps_weekends_free(day, is_closed):
    bounds = standard_rules(day).bounds("DE", "", 1, on=day)
    assert bounds.is_closed_weekday is is_closed


@pytest.mark.parametrize(
    ("currency", "minor"),
    [("EUR", 5_00), ("JPY", 500), ("BHD", 5_000), ("SEK", 5_00), ("KRW", 5)],
)
def test_minimum_amounts_come_in_minor_units_of_each_currency(currency, minor):
    assert standard_rules().minimum_minor(0, 3, currency) == minor


@pytest.mark.parametrize(
    ("until", "is_stale"),
    [(None, False), (TODAY, False), (date(2026, 5, 12), False), (date(2026, 5, 11), True)],
)
def test_bank_data_age_in_days(until, is_stale):
    assert standard_rules().is_bank_data_stale(until) is is_stale


def test_each_step_knows_its_words_and_its_rest():
    rules = standard_rules()
    assert [rules.template(0, step) for step in range(6)] == [
        "summary", "upcoming", "due_today", "reminder_1", "reminder_2", "final",
    ]  # fmt: skip
    assert [rules.days_between(0, step) for step in range(6)] == [5, 5, 3, 3, 7, 7]
    assert {rules.channel(0, step) for step in range(6)} == {"email"}
    assert rules.step_name(0, 5) == "Final notice"
    assert not rules.has_conditions


@pytest.mark.parametrize(("largest", "most"), [(0, 50), (33, 50), (34, 51), (1000, 1500)])
def test_the_size_brake_is_a_floor_or_a_multiple_of_the_largest_run(largest, most):
    assert SizeBrake(floor=50, factor_percent=150).messages_max(largest) == most
