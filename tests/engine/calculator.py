"""Interest as a patient clerk would work it out: day by day, in fractions, one debt at a time.

Written without a look at the engine, which sums whole spans; the two must agree to the minor unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from recoup.law.interest import Compounding, DayCount, InterestRule, Mode, Rounding


@dataclass(frozen=True)
class Debt:
    """One item: its days, what was open of it from which day on, and its frozen days."""

    due: date
    start: date
    balances: tuple[tuple[date, int], ...]
    frozen: tuple[tuple[date, date], ...]
    rule: InterestRule


class Day(NamedTuple):
    """What one day bears interest on, at which rate, and which part of a year it is."""

    day: date
    balance: int
    ppm: int
    rate_number: int
    parts: int
    period: int


def interest(debt: Debt, *, as_of: date) -> int:
    """The interest up to and including a day, in minor units."""
    days = list(_days(debt, as_of))
    counting = debt.rule.counting
    if counting.in_duplum:
        return half_up(_limited(days, counting.rounding))
    if counting.compounding is not Compounding.NONE:
        return half_up(_compounded(days))
    if counting.rounding is Rounding.TOTAL:
        return half_up(_sum(days))
    if counting.rounding is Rounding.DAILY:
        return sum(half_up(_sum([day])) for day in days)
    if counting.rounding is Rounding.DAILY_DOWN:
        return sum(int(_sum([day])) for day in days)
    return sum(half_up(_sum(run)) for run in _runs(days))


def _limited(days: list[Day], rounding: Rounding) -> Fraction:
    """What is there stays; a day adds only as long as that is below what is open on the day."""
    borne = Fraction(0)
    for run in _runs(days) if rounding is Rounding.SEGMENT else [[day] for day in days]:
        adds = _sum(run)
        if rounding in (Rounding.SEGMENT, Rounding.DAILY):
            adds = Fraction(half_up(adds))
        if rounding is Rounding.DAILY_DOWN:
            adds = Fraction(int(adds))
        if borne < run[0].balance:
            borne = min(borne + adds, Fraction(run[0].balance))
    return borne


def half_up(value: Fraction) -> int:
    """Rounded half up."""
    return int(value + Fraction(1, 2))


def _sum(days: list[Day]) -> Fraction:
    return Fraction(sum(day.balance * day.ppm for day in days), 365 * 1_000_000)


def _runs(days: list[Day]) -> list[list[Day]]:
    """Days in a row with one balance and one rate."""
    found: list[list[Day]] = []
    for day in days:
        before = found[-1][-1] if found else None
        goes_on = (
            before is not None
            and day.day == before.day + timedelta(days=1)
            and (day.balance, day.rate_number) == (before.balance, before.rate_number)
        )
        if goes_on:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _compounded(days: list[Day]) -> Fraction:
    """After each period its interest joins what the days of the next one bear interest on."""
    joined = Fraction(0)
    for _, period in groupby(days, key=lambda day: day.period):
        those = list(period)
        borne = sum(day.balance * day.ppm for day in those)
        rates = sum(day.ppm for day in those)
        joined += (borne + joined * rates) / (those[0].parts * 1_000_000)
    return joined


def _days(debt: Debt, as_of: date) -> Iterator[Day]:
    """The days that bear interest, in order."""
    fixed = _fixed_rate(debt)
    period, begins, ends = 0, debt.start, _after(debt, 1)
    for ordinal in range(debt.start.toordinal(), as_of.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day == ends:
            period, begins = period + 1, ends
            ends = _after(debt, period + 1)
        balance = _balance(debt, day)
        if balance <= 0 or any(first <= day <= last for first, last in debt.frozen):
            continue
        rate = fixed or _rate(debt.rule, day)
        parts = _parts(debt, day, begins, ends)
        if rate is not None and parts:
            yield Day(day, balance, *rate, parts, period)


def _after(debt: Debt, periods: int) -> date:
    """The day on which so many periods since the start are over."""
    months = periods * (1 if debt.rule.counting.compounding is Compounding.MONTHLY else 12)
    year, month = divmod(debt.start.year * 12 + debt.start.month - 1 + months, 12)
    for last in (debt.start.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, debt.start.day))
        except ValueError:
            continue
    raise AssertionError


def _parts(debt: Debt, day: date, begins: date, ends: date) -> int:
    """Which part of a year a day is; 0 when it bears nothing."""
    counting = debt.rule.counting
    if counting.compounding is Compounding.MONTHLY:
        return 12 * (ends - begins).days
    is_beyond = counting.day_count is DayCount.YEARS_THEN_365 and (day - begins).days == 365
    return 0 if is_beyond else 365


def _balance(debt: Debt, day: date) -> int:
    found = [balance for since, balance in debt.balances if since <= day]
    return found[-1] if found else 0


def _rate(rule: InterestRule, day: date) -> tuple[int, int] | None:
    """The rate in force on a day and its number in the list."""
    if rule.known_until is not None and day > rule.known_until:
        return None
    found = [
        (rate.annual_rate_ppm, number)
        for number, rate in enumerate(rule.rates)
        if rate.since <= day
    ]
    return found[-1] if found else None


def _fixed_rate(debt: Debt) -> tuple[int, int] | None:
    """The one rate of a debt that keeps its first; None when it moves with the reference."""
    mode = debt.rule.counting.mode
    if mode is Mode.FLOATING:
        return None
    nothing = (0, -1)
    if mode is Mode.FIXED_AT_DUE_DATE:
        return _rate(debt.rule, debt.due) or nothing
    start = _rate(debt.rule, debt.start)
    before = _rate(debt.rule, debt.start - timedelta(days=1))
    if start is None:
        return nothing
    return start if before is None or start[0] <= before[0] else before
