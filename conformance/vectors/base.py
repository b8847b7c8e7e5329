"""A vector of law, and which function answers its operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conformance.base import Answer, deviates, not_covered, same
from recoup.kernel.errors import Refusal
from recoup.law.lookup import Law, law


@dataclass(frozen=True)
class Vector:
    """One known answer of law: what is asked, and what was stated."""

    id: str
    jurisdiction: str
    inputs: dict[str, object]
    expected: dict[str, object]

    @property
    def op(self) -> str:
        """What is asked."""
        return str(self.inputs["op"])

    @property
    def law(self) -> Law:
        """The law document that answers."""
        return law(self.jurisdiction)

    def text(self, name: str) -> str:
        """An input as text."""
        return str(self.inputs[name])

    def day(self, name: str) -> date:
        """An input as a day."""
        return date.fromisoformat(self.text(name))

    def minor(self, name: str) -> int:
        """An input as minor units; all currencies of the vectors have two digits."""
        return minor(self.inputs[name])

    def agrees(self, ours: dict[str, object], *, note: str = "") -> Answer:
        """Ours beside everything that was stated, by the same names."""
        known = {name: self.expected[name] for name in ours}
        return same(self.id, ours, known, note=note)

    def deviates(self, ours: dict[str, object], held: dict[str, object], because: str) -> Answer:
        """Another answer on purpose, checked as well."""
        return deviates(self.id, ours, held, because=because)

    def not_covered(self, because: str) -> Answer:
        """Nothing of ours answers it."""
        return not_covered(self.id, because)


Play = Callable[[Vector], Answer]
PLAYS: dict[str, Play] = {}


def answers(*ops: str) -> Callable[[Play], Play]:
    """The function answers these operations."""

    def decorate(play: Play) -> Play:
        for op in ops:
            assert op not in PLAYS, op
            PLAYS[op] = play
        return play

    return decorate


def minor(amount: object) -> int:
    """An amount of the vectors in minor units."""
    scaled = Decimal(str(amount)) * 100
    assert scaled == int(scaled), amount
    return int(scaled)


def written(amount_minor: int | None, like: object) -> str | None:
    """An amount as the vector writes it: with as many digits as it has."""
    if amount_minor is None:
        return None
    digits = len(str(like).partition(".")[2])
    value = Decimal(amount_minor) / 100
    return f"{value:.{digits}f}" if value == round(value, digits) else f"{value:.2f}"


def percent(rate_ppm: int, like: object) -> str:
    """A rate as the vector writes it."""
    return f"{Decimal(rate_ppm) / 10_000:.{len(str(like).partition('.')[2])}f}"


def answer(vector: Vector) -> Answer:
    """What becomes of a vector; a law that refuses by name does not cover it."""
    play = PLAYS.get(vector.op)
    if play is None:
        return vector.not_covered("nobody has written it yet")
    try:
        return play(vector)
    except Refusal as refusal:
        return vector.not_covered(f"refused by name: {refusal.sentence}")
