"""Dates: written as declared or set aside, never tried until one fits."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.formats.cells import BadCell
from recoup.formats.days import DateFormat, day, readings

JULY_15 = date(2026, 7, 15)


@pytest.mark.parametrize(
    ("written", "dates"),
    [
        ("2026-07-15", DateFormat.ISO),
        ("15/07/2026", DateFormat.DAY_MONTH),
        ("15/7/2026", DateFormat.DAY_MONTH),
        ("07/15/2026", DateFormat.MONTH_DAY),
        ("15.07.2026", DateFormat.DAY_MONTH_DOTS),
        ("15.7.26", DateFormat.DAY_MONTH_DOTS_SHORT),
        ("15-07-2026", DateFormat.DAY_MONTH_DASHES),
        ("07-15-2026", DateFormat.MONTH_DAY_DASHES),
        ("2026/07/15", DateFormat.YEAR_SLASHES),
        ("20260715", DateFormat.COMPACT),
        ("15/07/26", DateFormat.DAY_MONTH_SHORT),
        ("7/15/26", DateFormat.MONTH_DAY_SHORT),
        ("15-Jul-26", DateFormat.DAY_NAME_SHORT),
        ("15-jul-2026", DateFormat.DAY_NAME_DASHES),
        ("15 July 2026", DateFormat.DAY_NAME),
        ("Jul 15, 2026", DateFormat.NAME_DAY),
        ("2026-07-15 23:59", DateFormat.ISO_TIME),
        ("2026-07-15T02:30:00Z", DateFormat.ISO_TIME),
        ("46218", DateFormat.EXCEL_1900),
        ("44756", DateFormat.EXCEL_1904),
        (46218.0, DateFormat.EXCEL_1900),
        (JULY_15, DateFormat.DAY_MONTH),
    ],
)
def test_one_day_in_every_writing(written, dates):
    assert day(written, dates=dates) == JULY_15


@pytest.mark.parametrize(("written", "year"), [("1-Jan-69", 2069), ("1-Jan-70", 1970)])
def test_two_digits_of_a_year_belong_to_1970_until_2069(written, year):
    assert day(written, dates=DateFormat.DAY_NAME_SHORT) == date(year, 1, 1)


@pytest.mark.parametrize(
    ("written", "dates"),
    [
        ("2026-02-30", DateFormat.ISO),
        ("2025-02-29", DateFormat.ISO),
        ("2026-W01-1", DateFormat.ISO),
        ("20260101", DateFormat.ISO),
        ("2026-1-5", DateFormat.ISO),
        ("2026-07-15 24:00", DateFormat.ISO_TIME),
        ("2026-07-15 12:60", DateFormat.ISO_TIME),
        ("13/13/2026", DateFormat.DAY_MONTH),
        ("00/01/2026", DateFormat.DAY_MONTH),
        ("13/01/2026", DateFormat.MONTH_DAY),
        ("1/1/26", DateFormat.DAY_MONTH),
        ("١٥/٠٧/٢٠٢٦", DateFormat.DAY_MONTH),
        ("15 Juli 2026", DateFormat.DAY_NAME),
        ("tomorrow", DateFormat.ISO),
        ("2026-07-15x", DateFormat.ISO),
        ("9" * 100, DateFormat.COMPACT),
        (46218.0, DateFormat.ISO),
    ],
)
def test_what_is_not_written_as_declared_is_refused(written, dates):
    with pytest.raises(BadCell) as problem:
        day(written, dates=dates)
    assert problem.value.code == "date-unreadable"


@pytest.mark.parametrize(
    "written", ["0001-01-01", "1969-12-31", "2101-01-01", "9999-12-31", "1447-09-01", "2569-01-15"]
)
def test_years_of_other_calendars_and_of_typing_mistakes_are_refused(written):
    with pytest.raises(BadCell) as problem:
        day(written, dates=DateFormat.ISO)
    assert problem.value.code == "date-out-of-range"


@pytest.mark.parametrize("written", ["1970-01-01", "2024-02-29", "2038-01-19", "2038-01-20"])
def test_ordinary_and_famous_days_are_read(written):
    assert day(written, dates=DateFormat.ISO) == date.fromisoformat(written)


def test_an_empty_cell_is_no_day():
    assert day("  ", dates=DateFormat.ISO) is None


def test_a_day_that_two_countries_read_differently_has_two_readings():
    assert readings("03/04/2026") == {
        DateFormat.DAY_MONTH: date(2026, 4, 3),
        DateFormat.MONTH_DAY: date(2026, 3, 4),
    }
    assert set(readings("25/04/2026")) == {DateFormat.DAY_MONTH}
