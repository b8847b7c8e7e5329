"""Calendars: working days, public holidays, local hours. Nobody here reads the clock."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

SATURDAY = 5


@cache
def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """Public holidays of a country (ISO 3166) and region in a year; empty when unknown to us."""
    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=year)
    except NotImplementedError:
        return public_holidays(country, "", year) if region else frozenset()
    return frozenset(found)


def is_closed(day: date, *, country: str, region: str = "") -> bool:
    """True on Saturdays, Sundays and the public holidays of the place."""
    return day.weekday() >= SATURDAY or day in public_holidays(country, region, day.year)


def next_open(day: date, *, country: str, region: str = "") -> date:
    """The day itself, or the first day after it that is not closed."""
    while is_closed(day, country=country, region=region):
        day += timedelta(days=1)
    return day


def add_business_days(day: date, count: int, *, country: str, region: str = "") -> date:
    """The day `count` working days later; the start day does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= not is_closed(day, country=country, region=region)
    return day


def end_of_month(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day of a later month, capped to that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def local_day(at: datetime, zone: str) -> date:
    """The calendar day at an instant in a time zone; the instant must be aware."""
    return at.astimezone(ZoneInfo(zone)).date()


def instant(day: date, hour: time, zone: str) -> datetime:
    """The instant of a wall-clock time in a zone, in UTC."""
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def utc(at: datetime) -> datetime:
    """The instant as naive UTC, the form in which bulk writes carry it; refuses a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC).replace(tzinfo=None)
