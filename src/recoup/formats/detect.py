"""Which number and date format a whole column proves; where it proves none, a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from recoup.formats import amounts, days
from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.cells import Cell
from recoup.formats.days import DateFormat

Code = TypeVar("Code", bound=StrEnum)

_EXAMPLES = 3
_VALUES_MAX = 50_000
# Which of the digits it is does not matter for a number format; 1 keeps 1,000 apart from 1.
_TO_ONES = str.maketrans("023456789", "111111111")
_CLOCK = re.compile(r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?$")
_PROVES_POINT = re.compile(r"-?[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,6})")


@dataclass
class Evidence(Generic[Code]):
    """What the values of a column would mean under each format, kept once per distinct value."""

    about: str
    readings: Callable[[str], Mapping[Code, Hashable]]
    shape: Callable[[str], str]
    column: str = ""
    _seen: dict[str, Mapping[Code, Hashable]] = field(default_factory=dict)
    _written: dict[str, str] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        """Take one cell into account; typed cells and what nobody can read say nothing."""
        if not isinstance(cell, str) or not cell:
            return
        shape = self.shape(cell)
        if shape not in self._seen and len(self._seen) < _VALUES_MAX:
            self._seen[shape] = self.readings(shape)
            self._written[shape] = cell.strip()

    def answer(self, otherwise: Code) -> Code | Question:
        """The only format that fits, `otherwise` where there is nothing to read, or a question.

        Formats that give every value the same meaning are one answer.
        """
        telling = {shape: found for shape, found in self._seen.items() if found}
        if not telling:
            return otherwise
        fitting = set.intersection(*(set(found) for found in telling.values()))
        if fitting:
            ordered = [code for code in type(otherwise) if code in fitting]
            split = [
                shape
                for shape, found in telling.items()
                if len({found[code] for code in ordered}) > 1
            ]
            return self._question(ordered, split) if split else ordered[0]
        return self._contradiction(telling, otherwise)

    def proven(self) -> Code | None:
        """The one format that alone reads every value; None where several would, or none."""
        telling = [set(found) for found in self._seen.values() if found]
        fitting = set.intersection(*telling) if telling else set()
        return fitting.pop() if len(fitting) == 1 else None

    def _contradiction(
        self, telling: dict[str, Mapping[Code, Hashable]], otherwise: Code
    ) -> Question:
        """Some values prove one format and some another."""
        some = [
            code for code in type(otherwise) if any(code in found for found in telling.values())
        ]
        proofs = [shape for shape, found in telling.items() if len(found) == 1]
        return self._question(some, proofs or list(telling))

    def _question(self, codes: list[Code], shapes: list[str]) -> Question:
        named = " or ".join(code.value for code in codes)
        return Question(
            about=self.about,
            column=self.column,
            sentence=f"The column {self.column} does not prove how its {self.about} are written: "
            f"{named}? Say which.",
            candidates=tuple(code.value for code in codes),
            examples=tuple(self._written[shape] for shape in shapes[:_EXAMPLES]),
        )


def evidence_of_dates(column: str) -> Evidence[DateFormat]:
    """Empty evidence for the dates of a file."""
    return Evidence("dates", days.readings, _shape_of_date, column)


def evidence_of_numbers(column: str) -> Evidence[NumberFormat]:
    """Empty evidence for the numbers of a file."""
    return Evidence("numbers", amounts.readings, _shape_of_number, column)


def _shape_of_date(written: str) -> str:
    """Without the minutes: a million different times are a few hundred days."""
    return _CLOCK.sub(" 00:00", written.strip()) if ":" in written else written.strip()


def _shape_of_number(written: str) -> str:
    return "1.11" if _PROVES_POINT.fullmatch(written) else written.translate(_TO_ONES)
