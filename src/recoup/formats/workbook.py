"""Workbooks (XLSX): weighed before they are opened, then read as plain rows of values."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from recoup.formats.cells import Row
from recoup.formats.sheetxml import (
    EPOCH_1900,
    EPOCH_1904,
    Damaged,
    day_styles,
    elements,
    shared_texts,
    sheet_rows,
    unsafe,
)
from recoup.kernel.errors import Refusal

ENTRIES_MAX = 2_000
UNPACKED_BYTES_MAX = 400 << 20
TEXTS_BYTES_MAX = 100 << 20  # kept in memory, unlike the rows
RATIO_MAX = 250
RATIO_FREE_BYTES = 4 << 20  # a small sheet of zeros packs well and harms nobody
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_TEXTS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
# Everything that the standard library says of a zip file that is not what it claims to be.
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError,
    OSError, LookupError, ValueError, Damaged,
)  # fmt: skip


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
    """One sheet of a workbook; formulas arrive as the values that were last computed."""

    stream: BinaryIO
    name: str
    part: str
    texts: Sequence[str]
    styles: Sequence[bool]
    epoch: date
    encoding: str = ""
    delimiter: str = ""

    def rows(self) -> Iterator[Row]:
        """Every row that holds anything, numbered as a spreadsheet program numbers them."""
        try:
            with zipfile.ZipFile(self.stream) as archive, archive.open(self.part) as content:
                yield from sheet_rows(
                    content, texts=self.texts, styles=self.styles, epoch=self.epoch
                )
        except _DAMAGES as error:
            raise _damaged() from error


def open_workbook(stream: BinaryIO, *, sheet: str | None = None) -> WorkbookSheet:
    """The named sheet, or the first one that is visible and not empty.

    Refusal when the file is larger inside than it should be, locked, or no workbook.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_entries(archive.infolist())
            sheets = _sheets(archive, stream)
    except _DAMAGES as error:
        raise _damaged() from error
    if sheet is not None:
        if sheet not in sheets:
            raise Refusal(
                "sheet-unknown",
                f"The workbook has no sheet {sheet!r}. It has {', '.join(sheets)}.",
            )
        return sheets[sheet]
    for found in sheets.values():
        if next(found.rows(), None) is not None:
            return found
    raise Refusal("file-empty", "The workbook holds no rows. Export it again.")


def _damaged() -> Refusal:
    return Refusal(
        "workbook-damaged",
        "The file is no XLSX workbook that can be read. Open it in a spreadsheet program and "
        "save it as XLSX or CSV.",
    )


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Refusal before anything is unpacked."""
    names = [entry.filename for entry in entries]
    if _BOOK not in names:
        raise Damaged("no workbook")
    if len(entries) > ENTRIES_MAX or len(set(names)) != len(names):
        raise unsafe(f"it has {len(entries)} parts, or two of one name")
    if any(entry.compress_type not in _PACKINGS for entry in entries):
        raise unsafe("it is packed in a way that no spreadsheet program uses")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal(
            "workbook-locked",
            "The workbook has a password. Remove it and save the workbook again.",
        )
    for name in names:
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
            raise unsafe(f"its part {name[:80]!r} points outside of it")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    too_dense = unpacked > RATIO_FREE_BYTES and unpacked / packed > RATIO_MAX
    texts = sum(entry.file_size for entry in entries if not _is_sheet(entry.filename))
    if unpacked > UNPACKED_BYTES_MAX or too_dense or texts > TEXTS_BYTES_MAX:
        raise unsafe(f"{packed} bytes would unpack to {unpacked}")


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/")


def _sheets(archive: zipfile.ZipFile, stream: BinaryIO) -> dict[str, WorkbookSheet]:
    """The visible sheets in their order."""
    names = set(archive.namelist())
    with archive.open(_BOOK) as content:
        book = elements(content, "sheet", "workbookPr")
    with archive.open(_LINKS) as content:
        links = {each.get("Id"): each for _, each in elements(content, "Relationship")}
    texts: list[str] = []
    styles: list[bool] = []
    if _TEXTS in names:
        with archive.open(_TEXTS) as content:
            texts = shared_texts(content)
    if _STYLES in names:
        with archive.open(_STYLES) as content:
            styles = day_styles(content)
    is_1904 = any(each.get("date1904") in ("1", "true") for _, each in book)
    found = {}
    for name, sheet in book:
        link = links.get(next((sheet[key] for key in sheet if key.endswith(":id")), ""), {})
        part = posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
        is_there = part in names and link.get("TargetMode") != "External"
        if name != "sheet" or not is_there or sheet.get("state", "visible") != "visible":
            continue
        found[sheet.get("name", "")] = WorkbookSheet(
            stream, sheet.get("name", ""), part, texts, styles,
            EPOCH_1904 if is_1904 else EPOCH_1900,
        )  # fmt: skip
    return found
