"""What a set of known answers is, and what may become of each answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from recoup.kernel.errors import Fault, Refusal


class Verdict(StrEnum):
    """How our result stands to the known answer."""

    AGREE = "agree"
    # Another answer on purpose, checked as well, with the reason we hold.
    DEVIATE = "deviate"
    NOT_COVERED = "not covered"
    FAIL = "fail"


@dataclass(frozen=True)
class Answer:
    """One known answer and what became of it."""

    name: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class KnownSet:
    """Known answers that belong together, and the part of the corpus they need."""

    code: str
    title: str
    needs: str
    check: Callable[[Path], Iterable[Answer]]


@dataclass(frozen=True)
class Outcome:
    """A set that was asked; absent when the corpus does not hold it."""

    code: str
    title: str
    is_absent: bool
    answers: tuple[Answer, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many answers there are of each verdict."""
        found = Counter(answer.verdict for answer in self.answers)
        return {verdict.value: found[verdict] for verdict in Verdict}

    def told(self) -> dict[str, object]:
        """The outcome in plain words, for the record."""
        return asdict(self) | {"counts": self.counts}


def same(name: str, ours: object, known: object, *, note: str = "") -> Answer:
    """Agreement, or a failure that shows both."""
    if ours == known:
        return Answer(name, Verdict.AGREE, note)
    return Answer(name, Verdict.FAIL, f"we say {_short(ours)}, known is {_short(known)}")


def deviates(name: str, ours: object, held: object, *, because: str) -> Answer:
    """A deviation on purpose: ours must be exactly what we hold instead."""
    if ours == held:
        return Answer(name, Verdict.DEVIATE, because)
    return Answer(name, Verdict.FAIL, f"we say {_short(ours)}, we hold {_short(held)}")


def not_covered(name: str, because: str) -> Answer:
    """Nothing here answers it yet, or ever."""
    return Answer(name, Verdict.NOT_COVERED, because)


def ask(known: KnownSet, corpus: Path) -> Outcome:
    """Ask one set; trouble within it is a failed answer, not the end of the others."""
    if not (corpus / known.needs).exists():
        return Outcome(known.code, known.title, is_absent=True, answers=())
    answers: list[Answer] = []
    try:
        answers.extend(known.check(corpus))
    except (
        Refusal,
        Fault,
        ArithmeticError,
        AssertionError,
        LookupError,
        OSError,
        ValueError,
    ) as error:
        answers.append(Answer("the set itself", Verdict.FAIL, f"{type(error).__name__}: {error}"))
    return Outcome(known.code, known.title, is_absent=False, answers=tuple(answers))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"
