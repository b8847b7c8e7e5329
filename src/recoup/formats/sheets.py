"""A table that can be read from its start as often as needed, a row at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from recoup.formats.cells import Cell, Row
from recoup.kernel.errors import Refusal

HEAD_ROWS = 60
COLUMNS_MAX = 1_000


class Sheet(Protocol):
    """Rows of a CSV file or of one sheet of a workbook."""

    @property
    def encoding(self) -> str:
        """How its bytes are text; empty for a workbook."""

    @property
    def delimiter(self) -> str:
        """What separates its cells; empty for a workbook."""

    @property
    def name(self) -> str:
        """The name of the sheet of a workbook; empty for a text."""

    def rows(self) -> Iterator[Row]:
        """Every record from the first, each with the line of the file it starts on."""


@dataclass(frozen=True)
class RowsSheet:
    """Rows that are already here: set-aside rows after their correction, or a test."""

    content: Sequence[Row]
    encoding: str = ""
    delimiter: str = ""
    name: str = ""

    def rows(self) -> Iterator[Row]:
        """The rows as they were given."""
        return iter(self.content)


def head(sheet: Sheet) -> list[Row]:
    """The first rows, enough to recognise a layout."""
    return list(islice(sheet.rows(), HEAD_ROWS))


def check_width(line: int, cells: Sequence[Cell]) -> None:
    """Refusal `too-many-columns` for a row that no accounting program writes."""
    if len(cells) > COLUMNS_MAX:
        raise Refusal(
            "too-many-columns",
            f"Line {line} has {len(cells)} columns; at most {COLUMNS_MAX} are read. "
            "Export the list again with fewer columns.",
        )


def is_blank(cells: Sequence[Cell]) -> bool:
    """True when no cell of the row holds anything but space."""
    return not any(not isinstance(cell, str) or (cell and not cell.isspace()) for cell in cells)
