"""Small files for the readers, written here, and the short way to read them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import polars as pl
import xlsxwriter

from recoup.formats.base import Control, Declared, Question, Reading
from recoup.formats.opening import open_file

PLAIN = "account_number,account_name,number,issue_date,due_date,currency,total,open,note"


@dataclass(frozen=True)
class Read:
    """A file read to its end."""

    reading: Reading
    control: Control
    parties: pl.DataFrame
    documents: pl.DataFrame
    receipts: pl.DataFrame
    set_aside: pl.DataFrame

    @property
    def codes(self) -> list[str]:
        return self.set_aside["code"].to_list()


def opened(content: str | bytes, **declared: Any) -> Reading | list[Question]:
    data = content.encode() if isinstance(content, str) else content
    return open_file("file", io.BytesIO(data), declared=Declared(**declared))


def finished(reading: Reading) -> Read:
    batches = list(reading)
    frames = {
        name: pl.concat([getattr(batch, name) for batch in batches])
        for name in ("parties", "documents", "receipts", "set_aside")
    }
    return Read(reading=reading, control=reading.control, **frames)


def read(content: str | bytes, **declared: Any) -> Read:
    reading = opened(content, **declared)
    assert isinstance(reading, Reading), reading
    done = finished(reading)
    assert done.control.balances
    return done


def asked(content: str | bytes, **declared: Any) -> list[Question]:
    questions = opened(content, **declared)
    assert isinstance(questions, list)
    return questions


def plain(*rows: str, header: str = PLAIN) -> str:
    return "\n".join([header, *rows, ""])


def invoice(number: object = "R-1", **changes: object) -> str:
    """One row of our plain table."""
    row = {
        "account_number": "D1",
        "account_name": "Orchard Ltd",
        "number": number,
        "issue_date": "2026-01-05",
        "due_date": "2026-02-04",
        "currency": "EUR",
        "total": "120.50",
        "open": "20.50",
        "note": "",
    } | changes
    return ",".join(str(value) for value in row.values())


def workbook(rows: list[list[object]], **options: object) -> bytes:
    """A workbook of one sheet; days are written as days."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    as_day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("List")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if hasattr(value, "isoformat"):
                sheet.write_datetime(at, column, value, as_day)
            else:
                sheet.write(at, column, value)
    book.close()
    return stream.getvalue()
