"""The XML inside a workbook, read as it streams: a file that lies can be refused, never fatal.

A library that keeps the whole rectangle of cells is ended by the system when two cells stand
far apart; this reader holds one row at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import IO
from xml.parsers import expat

from recoup.formats.cells import Cell, Row
from recoup.formats.sheets import COLUMNS_MAX
from recoup.kernel.errors import Refusal

CHUNK_BYTES = 1 << 18
ROWS_MAX = 1_048_576
SHARED_TEXTS_MAX = 4_000_000
CELL_CHARACTERS_MAX = 40_000
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{0,25})?(?:[eE][+-]?[0-9]{1,2})?")
_LETTERS = re.compile(r"[A-Z]{1,3}")
# Number formats 14 to 22 and their Asian sisters are days; 18 to 21 and 45 to 47 are clocks.
_DAY_FORMATS = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_NO_DAY = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_SERIALS = range(1, 73_415)  # to the end of 2100
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)

Attributes = Mapping[str, str]


class Damaged(Exception):
    """The XML is not what a spreadsheet program writes."""


def unsafe(why: str) -> Refusal:
    """Refusal `workbook-unsafe` with the reason."""
    return Refusal(
        "workbook-unsafe",
        f"The workbook is not opened: {why}. Save only the sheet with the list as CSV.",
    )


@dataclass
class _Reader:
    """Receives what stands in an XML part; subclasses say what of it matters."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def words(self, text: str) -> None:
        """Text, perhaps in several pieces."""

    def feed(self, content: IO[bytes]) -> Iterator[None]:
        """Read to the end, a chunk at a time."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.words
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            for chunk in iter(partial(content.read, CHUNK_BYTES), b""):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Damaged(str(error)) from error
        yield


def _bare(name: str) -> str:
    """The name of an element without its prefix."""
    return name if ":" not in name else name.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise unsafe("it declares entities of its own")


@dataclass
class _Texts(_Reader):
    """The shared texts; phonetic hints are not part of them."""

    found: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _is_text: bool = False
    _is_hint: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        name = _bare(name)
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._is_hint = True
        self._is_text = name == "t" and not self._is_hint

    def end(self, name: str) -> None:
        name = _bare(name)
        self._is_text = False
        if name == "rPh":
            self._is_hint = False
        elif name == "si":
            self.found.append("".join(self._parts))
            if len(self.found) > SHARED_TEXTS_MAX:
                raise unsafe(f"it has more than {SHARED_TEXTS_MAX} texts")

    def words(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)


@dataclass
class _Styles(_Reader):
    """Which styles show a number as a day."""

    found: list[bool] = field(default_factory=list)
    _custom: dict[str, str] = field(default_factory=dict)
    _is_cells: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        name = _bare(name)
        if name == "numFmt":
            self._custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._is_cells = True
        elif name == "xf" and self._is_cells:
            self.found.append(self._is_day(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if _bare(name) == "cellXfs":
            self._is_cells = False

    def _is_day(self, number: str) -> bool:
        if number in self._custom:
            bare = _NO_DAY.sub("", self._custom[number]).casefold()
            return "y" in bare or "d" in bare
        return number.isdigit() and int(number[:4]) in _DAY_FORMATS


@dataclass
class _Elements(_Reader):
    """The attributes of every element with one of some names."""

    names: frozenset[str] = frozenset()
    found: list[tuple[str, Attributes]] = field(default_factory=list)

    def start(self, name: str, attributes: Attributes) -> None:
        name = _bare(name)
        if name in self.names:
            self.found.append((name, attributes))


@dataclass
class _Cells(_Reader):
    """Rows of one sheet; blank ones are left out and each keeps the number Excel shows."""

    texts: Sequence[str] = ()
    styles: Sequence[bool] = ()
    epoch: date = EPOCH_1900
    rows: list[Row] = field(default_factory=list)
    _line: int = 0
    _width: int = 0
    _cells: list[Cell] = field(default_factory=list)
    _column: int = -1
    _type: str = "n"
    _style: int = 0
    _parts: list[str] = field(default_factory=list)
    _is_text: bool = False
    _is_hint: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        name = _bare(name)
        if name == "c":
            reference = attributes.get("r")
            self._column = self._column + 1 if reference is None else column_of(reference)
            self._type = attributes.get("t", "n")
            style = attributes.get("s", "0")
            self._style = int(style) if style.isdigit() and len(style) < 6 else 0
            self._parts = []
        elif name == "row":
            self._begin_row(attributes.get("r"))
        elif name == "rPh":
            self._is_hint = True
        self._is_text = name in ("v", "t") and not self._is_hint

    def _begin_row(self, number: str | None) -> None:
        if number is not None and not (number.isdigit() and len(number) <= 8):
            raise Damaged("a row without a number")
        line = self._line + 1 if number is None else int(number)
        if line <= self._line or line > ROWS_MAX:
            raise Damaged("rows out of order")
        self._line, self._cells, self._column = line, [], -1

    def words(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)

    def end(self, name: str) -> None:
        name = _bare(name)
        self._is_text = False
        if name == "c" and self._parts:
            value = self._value("".join(self._parts))
            if value != "":
                self._put(value)
            self._parts = []
        elif name == "row" and self._cells:
            self._width = max(self._width, len(self._cells))
            self._cells.extend([""] * (self._width - len(self._cells)))
            self.rows.append((self._line, self._cells))
            self._cells = []
        elif name == "rPh":
            self._is_hint = False

    def _put(self, value: Cell) -> None:
        if self._column >= COLUMNS_MAX:
            raise unsafe(f"row {self._line} has more than {COLUMNS_MAX} columns")
        if self._column < len(self._cells):
            raise Damaged("cells out of order")
        self._cells.extend([""] * (self._column - len(self._cells)))
        self._cells.append(value)

    def _value(self, written: str) -> Cell:
        if self._type == "s":
            if not (written.isdigit() and len(written) < 9 and int(written) < len(self.texts)):
                raise Damaged("a text that is not there")
            return self.texts[int(written)]
        if len(written) > CELL_CHARACTERS_MAX:
            raise unsafe(f"row {self._line} has a cell of {len(written)} characters")
        if self._type == "b":
            return "TRUE" if written == "1" else "FALSE"
        if self._type != "n" or not _NUMBER.fullmatch(written):
            return written
        number = float(written)
        is_day = self._style < len(self.styles) and self.styles[self._style]
        if is_day and int(number) in _SERIALS:
            return self.epoch + timedelta(days=int(number))
        return number


def column_of(reference: str) -> int:
    """The column of a cell reference, from 0: `AB12` is in column 27."""
    return _column_of_letters(reference.rstrip("0123456789"))


@lru_cache(maxsize=1_000)
def _column_of_letters(letters: str) -> int:
    if not _LETTERS.fullmatch(letters):
        raise Damaged("a cell without a place")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def shared_texts(content: IO[bytes]) -> list[str]:
    """The texts that cells name by number."""
    reader = _Texts()
    for _ in reader.feed(content):
        pass
    return reader.found


def day_styles(content: IO[bytes]) -> list[bool]:
    """For each cell style, whether it shows a number as a day."""
    reader = _Styles()
    for _ in reader.feed(content):
        pass
    return reader.found


def elements(content: IO[bytes], *names: str) -> list[tuple[str, Attributes]]:
    """Name and attributes of every element with one of the names."""
    reader = _Elements(names=frozenset(names))
    for _ in reader.feed(content):
        pass
    return reader.found


def sheet_rows(
    content: IO[bytes], *, texts: Sequence[str], styles: Sequence[bool], epoch: date
) -> Iterator[Row]:
    """The rows that hold anything, each as wide as the widest before it."""
    reader = _Cells(texts=texts, styles=styles, epoch=epoch)
    for _ in reader.feed(content):
        yield from reader.rows
        reader.rows.clear()
