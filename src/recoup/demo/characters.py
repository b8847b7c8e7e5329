"""How customers pay: each character says how many days after the due date, or never."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from recoup.kernel.dates import end_of_month

SATURDAY = 5


@dataclass(frozen=True)
class Habit:
    """A way of paying, and how many in a hundred have it."""

    code: str
    weight: int
    # The day of payment; `age` runs from 0 (two years ago) to 1 (today).
    pays: Callable[[date, float, random.Random], date | None]


def _prompt(due: date, age: float, chance: random.Random) -> date | None:
    return due + timedelta(days=round(chance.gauss(-3, 3)))


def _slow(due: date, age: float, chance: random.Random) -> date | None:
    return due + timedelta(days=round(chance.triangular(3, 26, 10)))


def _erratic(due: date, age: float, chance: random.Random) -> date | None:
    late = chance.choice((-4, 0, 1, 5, 12, 30, 55))
    return due + timedelta(days=late + chance.randint(-1, 4))


def _worsening(due: date, age: float, chance: random.Random) -> date | None:
    return due + timedelta(days=round(chance.gauss(-2 + 48 * age * age, 4)))


def _month_end(due: date, age: float, chance: random.Random) -> date | None:
    """A large company pays once a month whatever fell due since the last time."""
    return end_of_month(due) - timedelta(days=1)


def _stopped(due: date, age: float, chance: random.Random) -> date | None:
    return None if age > 0.8 else _slow(due, age, chance)


HABITS = (
    Habit("prompt", 47, _prompt),
    Habit("slow", 23, _slow),
    Habit("erratic", 12, _erratic),
    Habit("worsening", 6, _worsening),
    Habit("month-end", 9, _month_end),
    Habit("stopped", 3, _stopped),
)
BY_CODE = {habit.code: habit for habit in HABITS}


def habit(chance: random.Random) -> Habit:
    """A habit as often as it is met."""
    return chance.choices(HABITS, weights=[each.weight for each in HABITS])[0]


def working_day(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day
