"""What was decided, for reading: what goes out by step, what is withheld by reason."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from recoup.books.models import Run
from recoup.cli import say
from recoup.engine.gate import RULES, STOP_BITS
from recoup.jobs.schedule import artefact_folder


@dataclass(frozen=True)
class Withheld:
    """A reason that kept messages back, and how many."""

    code: str
    sentence: str
    messages: int
    # Time alone may lift it.
    is_waiting: bool


def actions_of(run: Run) -> pl.DataFrame | None:
    """The actions of a run, as kept beside the books; None when they are gone."""
    path = artefact_folder(run) / "actions.parquet"
    return pl.read_parquet(path) if path.exists() else None


def withheld(actions: pl.DataFrame) -> list[Withheld]:
    """Every reason that kept an action back, the most frequent first; one may have several."""
    found = []
    for rule in RULES:
        bit = 1 << rule.bit
        messages = actions.filter((pl.col("blocked_bits") & bit) != 0).height
        if messages:
            waits = not bit & STOP_BITS
            found.append(Withheld(rule.code, rule.sentence, messages, waits))
    return sorted(found, key=lambda each: (-each.messages, each.code))


def show_withheld(found: list[Withheld], kept_back: int) -> None:
    """The reasons as a table."""
    if not found:
        return
    say.table(
        ["Messages", "Reason", "In words"],
        [(f"{each.messages:,}", each.code, each.sentence) for each in found],
        title=f"Not today: {say.count(kept_back, 'message')}",
        right=["Messages"],
        tight=["Reason"],
    )


def as_json(found: list[Withheld]) -> list[dict[str, object]]:
    """The reasons for programs."""
    return [
        {
            "code": each.code,
            "sentence": each.sentence,
            "messages": each.messages,
            "is_waiting": each.is_waiting,
        }
        for each in found
    ]
