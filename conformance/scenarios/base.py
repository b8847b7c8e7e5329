"""A scenario as its file tells it, and how a function says which one it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.base import Answer, deviates, not_covered, same


@dataclass(frozen=True)
class Scenario:
    """What is given, what is done, and what follows, in the words of the file."""

    id: str
    area: str
    title: str
    given: Any
    when: Any
    then: Any
    portability: str

    @property
    def name(self) -> str:
        """How it is printed."""
        return f"{self.id} ({self.title})"

    def agrees(self, ours: object, *, known: object = None, note: str = "") -> Answer:
        """Ours against `then`, or against the part of it that is `known`."""
        return same(self.name, ours, self.then if known is None else known, note=note)

    def deviates(self, ours: object, held: object, *, because: str) -> Answer:
        """Ours against what we hold instead."""
        return deviates(self.name, ours, held, because=because)

    def not_covered(self, because: str) -> Answer:
        """Nothing here answers it."""
        return not_covered(self.name, because)


Play = Callable[[Scenario], Answer]
PLAYS: dict[str, Play] = {}


def plays(scenario_id: str) -> Callable[[Play], Play]:
    """The function below plays this scenario."""

    def known(play: Play) -> Play:
        assert scenario_id not in PLAYS, scenario_id
        PLAYS[scenario_id] = play
        return play

    return known
