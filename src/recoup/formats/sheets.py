"""A table that can be read from its start as often as needed, a row at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from recoup.formats.cells import Row

HEAD_ROWS = 60


class Sheet(Protocol):
    """Rows of a CSV file or of one sheet of a workbook; blank records are rows of no cells."""

    encoding: str
    delimiter: str
    name: str

    def rows(self) -> Iterator[Row]:
        """Every record from the first, each with the line of the file it starts on."""


def head(sheet: Sheet) -> list[Row]:
    """The first rows, enough to recognise a layout."""
    return list(islice(sheet.rows(), HEAD_ROWS))
