"""The door of the formats: a file and what is declared about it give a reading or questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO, cast

from recoup.formats.base import Basis, Batch, Candidate, Declared, Format, Opened, Question, Reading
from recoup.formats.cells import Row
from recoup.formats.sheets import RowsSheet, Sheet, head
from recoup.formats.textfile import open_text
from recoup.formats.workbook import is_workbook, open_workbook, refuse_old_workbook
from recoup.kernel.errors import Refusal
from recoup.kernel.registry import discover

_START_BYTES = 8
NOTHING_DECLARED = Declared()


def formats() -> dict[str, Format]:
    """Every layout, by code."""
    return cast("dict[str, Format]", discover("recoup.formats", "FORMAT"))


def open_sheet(
    name: str, stream: BinaryIO, declared: Declared = NOTHING_DECLARED
) -> Sheet | Question:
    """The table of a file, or the question of its encoding; the bytes say what kind of file it is.

    The stream must be able to go back to its start and stay open while rows are read.
    """
    stream.seek(0)
    start = stream.read(_START_BYTES)
    if not start:
        raise Refusal("file-empty", f"{name} holds no bytes. Export it again.")
    if start.startswith(b"%PDF"):
        raise Refusal(
            "file-is-pdf", f"{name} is a PDF, a picture of a list. Export the list as CSV or XLSX."
        )
    refuse_old_workbook(start)
    if is_workbook(start):
        return open_workbook(stream, sheet=declared.sheet)
    return open_text(stream, encoding=declared.encoding, delimiter=declared.delimiter)


def recognise(
    name: str, stream: BinaryIO, *, declared: Declared = NOTHING_DECLARED
) -> list[Candidate]:
    """The layouts that a file may have, the surest first; none while its encoding is a question."""
    sheet = open_sheet(name, stream, declared)
    return [] if isinstance(sheet, Question) else candidates(head(sheet))


def candidates(rows: Iterable[Row]) -> list[Candidate]:
    """The layouts that the first rows may have, the surest first."""
    listed = list(rows)
    found = [
        Candidate(each.code, each.title, confidence)
        for each in formats().values()
        if (confidence := each.recognises(listed)) > 0
    ]
    return sorted(found, key=lambda each: (-each.confidence, each.code))


def open_file(name: str, stream: BinaryIO, *, declared: Declared = NOTHING_DECLARED) -> Opened:
    """The reading of a file, or every question that must be answered before it can be read.

    Refusal when the file cannot be read at all or its layout is not known.
    """
    sheet = open_sheet(name, stream, declared)
    if isinstance(sheet, Question):
        return [sheet]
    return read_sheet(sheet, declared)


def read_sheet(sheet: Sheet, declared: Declared) -> Opened:
    """The reading of a table that is open already."""
    code = declared.format or ("mapped" if declared.column_map is not None else None)
    if code is None:
        fitting = candidates(head(sheet))
        if not fitting:
            raise Refusal(
                "layout-unknown",
                "The layout of the file is not one we know. Say which column is what, or export "
                "the list again with its header row.",
            )
        if len(fitting) > 1 and fitting[0].confidence == fitting[1].confidence:
            return [_which(fitting)]
        code = fitting[0].code
    if code not in formats():
        raise Refusal("format-unknown", f"There is no format {code!r}. Leave it out or correct it.")
    return formats()[code].read(sheet, declared)


def _which(fitting: list[Candidate]) -> Question:
    titles = ", ".join(each.title for each in fitting)
    return Question(
        about="format",
        column="",
        sentence=f"The header fits several layouts: {titles}. Which one is it?",
        candidates=tuple(each.code for each in fitting),
        examples=(),
    )


def reread(basis: Basis, declared: Declared, rows: Iterable[tuple[Row, str | None]]) -> Opened:
    """Set-aside rows after their correction, each with the heading it stood under.

    Refusal `rows-belong-together` where rows add up to documents: one row alone would be less.
    """
    if basis.format in formats() and formats()[basis.format].adds_up_rows:
        raise Refusal(
            "rows-belong-together",
            f"The rows of {formats()[basis.format].title} add up to documents, and one alone is "
            "not whole. Correct the file and import it again; what is here already stays as it is.",
        )
    content: list[Row] = [(0, basis.header)]
    for (line, cells), group in rows:
        if group is not None:
            content.append((line, [group, *[""] * (len(basis.header) - 1)]))
        content.append((line, cells))
    settled = replace(
        declared,
        format=basis.format,
        dates=basis.dates,
        numbers=basis.numbers,
        currency=basis.currency,
    )
    return read_sheet(RowsSheet(content), settled)


def preview(opened: Opened, rows: int) -> Batch | None:
    """The first rows as they would be imported, None while questions are open.

    The reading is spent by it: open the file again to read all of it.
    """
    if not isinstance(opened, Reading):
        return None
    first = next(iter(opened.batches))
    return Batch(
        parties=first.parties.head(rows),
        documents=first.documents.head(rows),
        receipts=first.receipts.head(rows),
        set_aside=first.set_aside.head(rows),
    )
