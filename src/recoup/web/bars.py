"""Bars and columns as plain SVG figures: computed here, drawn by a template, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recoup.books.models import AccountStanding

AGES = ("Not due", "1\N{EN DASH}30", "31\N{EN DASH}60", "61\N{EN DASH}90", "Over 90", "Held")
AGE_FIELDS = (
    "not_due_minor",
    "days_1_30_minor",
    "days_31_60_minor",
    "days_61_90_minor",
    "over_90_minor",
    "held_minor",
)
WIDTH = 1000


@dataclass(frozen=True)
class Part:
    """One age of a bar: where it starts, how wide it is, what it stands for."""

    age: int
    title: str
    minor: int
    start: int
    width: int


@dataclass(frozen=True)
class Bar:
    """What is open, split by age, over a width of 1000."""

    parts: tuple[Part, ...]

    @property
    def drawn(self) -> tuple[Part, ...]:
        """The parts that are wide enough to be seen."""
        return tuple(part for part in self.parts if part.width)


def bar(amounts: Sequence[int]) -> Bar:
    """The amounts as parts of one bar, in the order of AGES."""
    total = sum(amounts)
    parts, before = [], 0
    for age, (title, minor) in enumerate(zip(AGES, amounts, strict=True)):
        start = before * WIDTH // total if total else 0
        before += minor
        end = before * WIDTH // total if total else 0
        parts.append(Part(age, title, minor, start, end - start))
    return Bar(tuple(parts))


def bar_of(row: AccountStanding) -> Bar:
    """The bar of an account's standing."""
    return bar([getattr(row, name) for name in AGE_FIELDS])
