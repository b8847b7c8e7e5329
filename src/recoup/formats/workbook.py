"""Workbooks (XLSX): weighed before they are opened, then read as plain rows of values."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import IO, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from recoup.formats.cells import Cell, Row
from recoup.formats.sheets import COLUMNS_MAX, is_blank
from recoup.kernel.errors import Refusal

ENTRIES_MAX = 2_000
UNPACKED_BYTES_MAX = 400 << 20
RATIO_MAX = 250
RATIO_FREE_BYTES = 4 << 20  # a small sheet of zeros packs well and harms nobody
# The library keeps the smallest rectangle that holds every cell, at about 32 bytes a cell.
RECTANGLE_CELLS_MAX = 8_000_000
ROWS_MAX = 1_048_576
SHARED_TEXT_BYTES_MAX = 400 << 20
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_CHUNK_BYTES = 1 << 20
_TAIL_BYTES = 4096
_CELL = re.compile(
    rb'<(?:[a-z]+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"([^>]*)>'
    rb"(?:<(?:[a-z]+:)?v>([0-9]{1,9})</)?"
)
_ROW = re.compile(rb'<(?:[a-z]+:)?row\b[^>]*?\br="([0-9]{1,7})"')
# Everything that the standard library says of a zip file that is not what it claims to be.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
_SHARED = re.compile(rb'\bt="s"')


def is_workbook(start: bytes) -> bool:
    """True for a zip file, which is what an XLSX workbook is."""
    return start.startswith(b"PK\x03\x04")


def refuse_old_workbook(start: bytes) -> None:
    """Refusal for XLS and for a workbook with a password: both begin alike."""
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Refusal(
            "workbook-locked",
            "The file is an old XLS workbook or one with a password. "
            "Open it, remove the password and save it as XLSX or CSV.",
        )


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet of a workbook; formulas arrive as the values that Excel last computed."""

    content: CalamineSheet
    name: str
    encoding: str = ""
    delimiter: str = ""

    def rows(self) -> Iterator[Row]:
        """Every row, numbered as Excel numbers them; blank rows after the last full one are not."""
        start = self.content.start or (0, 0)
        left: list[Cell] = [""] * start[1]
        blanks: list[Row] = []
        for line, cells in enumerate(self.content.iter_rows(), 1):
            row: Row = (line, left + [_cell(each) for each in cells])
            if is_blank(row[1]):
                blanks.append((line, []))
                continue
            yield from blanks
            blanks.clear()
            yield row


_Value = int | float | str | bool | time | date | datetime | timedelta


def _cell(value: _Value) -> Cell:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | float):
        return value
    return float(value) if isinstance(value, int) else str(value)


def open_workbook(stream: BinaryIO, *, sheet: str | None = None) -> WorkbookSheet:
    """The named sheet, or the first one that is visible and not empty.

    Refusal when the file is larger inside than it should be, locked, or no workbook.
    """
    _weigh(stream)
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        names = [
            each.name for each in book.sheets_metadata if str(each.visible).endswith("Visible")
        ]
        if sheet is not None and sheet not in book.sheet_names:
            raise Refusal(
                "sheet-unknown",
                f"The workbook has no sheet {sheet!r}. It has {', '.join(book.sheet_names)}.",
            )
        for name in [sheet] if sheet is not None else names:
            content = book.get_sheet_by_name(name)
            if content.height or sheet is not None:
                return WorkbookSheet(content, name)
    except CalamineError as error:
        raise _damaged() from error
    raise Refusal("file-empty", "The workbook holds no rows. Export it again.")


def _damaged() -> Refusal:
    return Refusal(
        "workbook-damaged",
        "The file is no XLSX workbook that can be read. Open it in a spreadsheet program and "
        "save it as XLSX or CSV.",
    )


def _weigh(stream: BinaryIO) -> None:
    """Refusal before anything is unpacked into memory."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_entries(archive.infolist())
            shared = _shared_lengths(archive)
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    with archive.open(entry) as content:
                        _check_sheet(content, shared)
    except _DAMAGES as error:
        raise _damaged() from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if "xl/workbook.xml" not in names:
        raise _damaged()
    if len(entries) > ENTRIES_MAX or len(set(names)) != len(names):
        raise _suspicious(f"it has {len(entries)} parts, or two of one name")
    if any(entry.compress_type not in _PACKINGS for entry in entries):
        raise _suspicious("it is packed in a way that no spreadsheet program uses")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal(
            "workbook-locked",
            "The workbook has a password. Remove it and save the workbook again.",
        )
    for name in names:
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
            raise _suspicious(f"its part {name[:80]!r} points outside of it")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    too_dense = unpacked > RATIO_FREE_BYTES and unpacked / packed > RATIO_MAX
    if unpacked > UNPACKED_BYTES_MAX or too_dense:
        raise _suspicious(f"{packed} bytes would unpack to {unpacked}")


def _suspicious(why: str) -> Refusal:
    return Refusal(
        "workbook-unsafe",
        f"The workbook is not opened: {why}. Save only the sheet with the list as CSV.",
    )


def _shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    """Bytes of every shared text; a cell that names one costs as much when it is read."""
    name = "xl/sharedStrings.xml"
    if name not in archive.namelist():
        return []
    content = archive.read(name)
    _refuse_doctype(content[:_TAIL_BYTES])
    return [len(part) for part in re.split(rb"</(?:[a-z]+:)?si>", content)]


def _refuse_doctype(start: bytes) -> None:
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise _suspicious("it declares entities of its own")


def _check_sheet(content: IO[bytes], shared: list[int]) -> None:
    """The rectangle of the cells and the size of their texts, from the text of the sheet."""
    rows, columns, size, cells = 1, 1, 0, 0
    carried = b""
    while chunk := content.read(_CHUNK_BYTES):
        text = carried + chunk
        _refuse_doctype(text[:_TAIL_BYTES])
        end = 0
        # Cells and rows may also come without a reference; these count by their number.
        cells += chunk.count(b"<c")
        rows = max(rows, *map(int, _ROW.findall(text)), 1)
        for found in _CELL.finditer(text):
            letters, row, _, index = found.groups()
            end = found.end()
            rows = max(rows, int(row))
            columns = max(columns, _column(letters))
            if index is not None and int(index) < len(shared) and _SHARED.search(found.group()):
                size += shared[int(index)]
        if (
            max(rows * columns, cells) > RECTANGLE_CELLS_MAX
            or rows > ROWS_MAX
            or columns > COLUMNS_MAX
        ):
            raise _suspicious(f"its cells span {rows} rows and {columns} columns")
        if size > SHARED_TEXT_BYTES_MAX:
            raise _suspicious("its texts are repeated without measure")
        carried = text[max(end, len(text) - _TAIL_BYTES) :]


def _column(letters: bytes) -> int:
    return list(accumulate(letters, lambda number, sign: number * 26 + sign - 64, initial=0))[-1]
