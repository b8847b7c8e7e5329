"""Days: working days, months of every length, local days at one instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.dates import (
    add_business_days,
    add_months,
    end_of_month,
    instant,
    is_closed,
    local_day,
    next_open,
    public_holidays,
    utc,
)

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])

GOOD_FRIDAY = date(2026, 4, 3)
CORPUS_CHRISTI = date(2026, 6, 4)


@pytest.mark.parametrize(
    ("day", "country", "region", "closed"),
    [
        (date(2026, 3, 3), "DE", "", False),
        (date(2026, 3, 7), "DE", "", True),
        (date(2026, 3, 8), "DE", "", True),
        (GOOD_FRIDAY, "DE", "", True),
        (GOOD_FRIDAY, "FR", "", False),
        (CORPUS_CHRISTI, "DE", "", False),
        (CORPUS_CHRISTI, "DE", "BY", True),
        (date(2026, 11, 26), "US", "", True),
        (date(2026, 12, 25), "GB", "", True),
    ],
)
def test_a_day_is_closed_where_the_debtor_is(day, country, region, closed):
    assert is_closed(day, country=country, region=region) is closed


@pytest.mark.parametrize(("country", "region"), [("", ""), ("ZZ", ""), ("ZZ", "ZZ")])
def test_a_country_we_know_nothing_of_has_no_holidays(country, region):
    assert public_holidays(country, region, 2026) == frozenset()


def test_a_region_we_do_not_know_keeps_the_holidays_of_its_country():
    assert public_holidays("DE", "ZZ", 2026) == public_holidays("DE", "", 2026)


@pytest.mark.parametrize(
    ("day", "opened"),
    [
        (date(2026, 4, 2), date(2026, 4, 2)),
        (GOOD_FRIDAY, date(2026, 4, 7)),
        (date(2026, 12, 25), date(2026, 12, 28)),
    ],
)
def test_a_closed_day_gives_way_to_the_next_open_one(day, opened):
    assert next_open(day, country="DE") == opened


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 3, 3), 0, date(2026, 3, 3)),
        (date(2026, 3, 3), 1, date(2026, 3, 4)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 3, 3), 10, date(2026, 3, 17)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day, count, later):
    assert add_business_days(day, count, country="DE") == later


@given(days, st.integers(min_value=1, max_value=60))
def test_as_many_open_days_pass_as_were_asked_for(day, count):
    later = add_business_days(day, count, country="DE", region="BY")
    passed = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(not is_closed(each, country="DE", region="BY") for each in passed) == count
    assert not is_closed(later, country="DE", region="BY")


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_month_ends_on_its_last_day(day, last):
    assert end_of_month(day) == last


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 3, 3), 12, date(2027, 3, 3)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_are_added_up_to_the_last_day_of_a_shorter_one(day, months, later):
    assert add_months(day, months) == later


@given(days, st.integers(min_value=-600, max_value=600))
def test_added_months_land_in_the_month_that_was_meant(day, months):
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or later == end_of_month(later)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2026, 3, 3)),
        ("Europe/Berlin", date(2026, 3, 4)),
        ("America/New_York", date(2026, 3, 3)),
        ("Pacific/Kiritimati", date(2026, 3, 4)),
    ],
)
def test_at_one_instant_the_day_depends_on_the_place(zone, day):
    assert local_day(datetime(2026, 3, 3, 23, 30, tzinfo=UTC), zone) == day


@pytest.mark.parametrize(
    ("day", "hour", "zone", "expected"),
    [
        (date(2026, 1, 15), time(9), "Europe/Berlin", datetime(2026, 1, 15, 8, tzinfo=UTC)),
        (date(2026, 7, 15), time(9), "Europe/Berlin", datetime(2026, 7, 15, 7, tzinfo=UTC)),
        (date(2026, 7, 15), time(20), "America/New_York", datetime(2026, 7, 16, 0, tzinfo=UTC)),
        # The hour that the clocks skip: an hour that exists, right after the skip.
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_names_an_instant(day, hour, zone, expected):
    assert instant(day, hour, zone) == expected


@given(days, zones)
def test_noon_somewhere_is_that_day_there(day, zone):
    assert local_day(instant(day, time(12), zone), zone) == day


def test_an_instant_is_kept_as_naive_utc():
    summer = timezone(timedelta(hours=2))
    kept = utc(datetime(2026, 7, 15, 9, tzinfo=summer))
    assert (kept, kept.tzinfo) == (datetime(2026, 7, 15, 7), None)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        utc(datetime(2026, 7, 15, 9))
