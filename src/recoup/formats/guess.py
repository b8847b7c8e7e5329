"""Guesses about a table: which row is its header, and which column is which field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recoup.formats import amounts, days
from recoup.formats.cells import Cell, Row, is_email, plain_text
from recoup.formats.layout import folded
from recoup.kernel.errors import Refusal

_SURE, _LIKELY, _POSSIBLE = 95, 75, 50
_LABEL_WORDS_MAX = 3
_NOT_LETTERS = re.compile(r"[^a-zà-ÿß0-9]+")


@dataclass(frozen=True)
class Guess:
    """One column proposed for a field, and how sure that is (0 to 100)."""

    field: str
    column: str
    confidence: int


@dataclass(frozen=True)
class Vocabulary:
    """What columns are called, and which fields hold money or days; letters and digits only."""

    words: Mapping[str, tuple[str, ...]]
    money: frozenset[str]
    days: frozenset[str]

    def guesses(
        self, header: Sequence[str], below: Sequence[Sequence[Cell]], fields: frozenset[str]
    ) -> list[Guess]:
        """The best column for each field; no column twice, no field twice."""
        found = [
            Guess(field, label, confidence)
            for field in fields
            for column, label in enumerate(header)
            if header.count(label) == 1
            and (confidence := self._confidence(field, label, [row[column:][:1] for row in below]))
            > 0
        ]
        chosen: list[Guess] = []
        for guess in sorted(found, key=lambda each: (-each.confidence, each.field, each.column)):
            if all(guess.field != each.field and guess.column != each.column for each in chosen):
                chosen.append(guess)
        return sorted(chosen, key=lambda each: header.index(each.column))

    def _confidence(self, field: str, label: str, column: Sequence[Sequence[Cell]]) -> int:
        words = bare(label)
        listed = self.words[field]
        if words in listed:
            # The earlier a word is listed, the more it means this field and no other.
            sure = _SURE - listed.index(words)
        elif words.count(" ") < _LABEL_WORDS_MAX and any(
            f" {word} " in f" {words} " for word in listed
        ):
            sure = _POSSIBLE
        else:
            sure = 0
        values = [plain_text(cells[0]) for cells in column if cells and cells[0] != ""]
        return self._weighed(field, sure, values) if values else sure

    def _weighed(self, field: str, sure: int, values: Sequence[str]) -> int:
        """Less, or nothing, when the values are not what the label promises."""
        if field in self.days:
            fit = sum(bool(days.readings(value)) for value in values) / len(values)
        elif field in self.money:
            fit = sum(bool(amounts.readings(value)) for value in values) / len(values)
        elif field == "email":
            fit = sum(is_email(value.strip()) for value in values) / len(values)
            sure = max(sure, _LIKELY if fit > 0.5 else 0)
        else:
            return sure
        return round(sure * fit) if fit >= 0.5 else 0


def bare(label: str) -> str:
    """A label folded, its camel case and underscores parted into words, letters and digits only."""
    spaced = folded(re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", label))
    return _NOT_LETTERS.sub(" ", spaced).strip()


def header_of(rows: Sequence[Row]) -> tuple[int, Row]:
    """The first row of words that is as full as any of the rows, and which of them it is."""
    fullest = max((_filled(cells) for _, cells in rows), default=0)
    for at, (line, cells) in enumerate(rows):
        is_words = all(isinstance(cell, str) and not _is_value(cell) for cell in cells)
        if is_words and _filled(cells) >= max(2, fullest * 2 // 3):
            return at, (line, cells)
    raise Refusal(
        "header-missing",
        "No row of the file names its columns. Add a header row and bring the file again.",
    )


def _filled(cells: Sequence[Cell]) -> int:
    return sum(1 for cell in cells if cell != "")


def _is_value(cell: str) -> bool:
    return bool(cell.strip()) and bool(amounts.readings(cell) or days.readings(cell))
