"""Delimited text, a record at a time: quotes are checked, lines are counted, nothing is guessed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from recoup.formats.base import Question
from recoup.formats.cells import Row
from recoup.formats.encodings import encoding_of
from recoup.formats.sheets import COLUMNS_MAX, check_width
from recoup.kernel.errors import Refusal

DELIMITERS = (",", ";", "\t", "|")
LINE_CHARACTERS_MAX = 1 << 21
_HEAD_CHARACTERS = 1 << 16
_SEP_LINE = re.compile(r"\s*sep=(.)\s*", re.IGNORECASE)
_NOTHING = re.compile(r"[\s\x00\ufeff,;|]*")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class TextSheet:
    """A CSV file: the bytes stay where they are and are decoded as rows are asked for."""

    stream: BinaryIO
    encoding: str
    delimiter: str
    name: str = ""

    def rows(self) -> Iterator[Row]:
        """Every record with the line it starts on.

        Refusal names the line of a quote that never closes, a field or line beyond measure.
        """
        self.stream.seek(0)
        reader_of_text = io.TextIOWrapper(self.stream, encoding=self.encoding, newline="")
        try:
            yield from self._records(reader_of_text)
        finally:
            # A reading may be let go of after its file was closed.
            if not self.stream.closed:
                reader_of_text.detach()

    def _records(self, lines: io.TextIOWrapper) -> Iterator[Row]:
        # strict: a stray quote is an error of its line instead of swallowing what follows.
        reader = csv.reader(_lines(lines), delimiter=self.delimiter, strict=True)
        line = 1
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise _refusal(error, line, reader.line_num) from error
            if cells is None:
                return
            if len(cells) > COLUMNS_MAX:
                check_width(line, cells)
            yield line, cells
            line = reader.line_num + 1


def _lines(source: io.TextIOWrapper) -> Iterator[str]:
    for number, line in enumerate(iter(partial(source.readline, LINE_CHARACTERS_MAX), ""), 1):
        if len(line) == LINE_CHARACTERS_MAX:
            raise Refusal(
                "line-too-long",
                f"Line {number} is longer than {LINE_CHARACTERS_MAX} characters. "
                "Check that the file is a table of text and not something else.",
            )
        yield line


def _refusal(error: csv.Error, line: int, last_line: int) -> Refusal:
    problem = str(error)
    if "field limit" in problem and last_line <= line:
        return Refusal(
            "field-too-long",
            f"Line {line} has a field of more than {csv.field_size_limit()} characters. "
            "Shorten it or leave that column out of the export.",
        )
    if "expected after" in problem:
        return Refusal(
            "quote-misplaced",
            f"The record that starts on line {line} has a quote inside a quoted field. "
            'Write quotes inside a field twice (""), or export the file again.',
        )
    return Refusal(
        "quote-unclosed",
        f"The record that starts on line {line} opens a quote that is never closed. "
        "Close or remove the quote, or export the file again: it may be cut short.",
    )


def open_text(
    stream: BinaryIO, *, encoding: str | None = None, delimiter: str | None = None
) -> TextSheet | Question:
    """The file as a sheet, or the question of its encoding; Refusal for an empty file."""
    known = encoding_of(stream, encoding)
    if isinstance(known, Question):
        return known
    stream.seek(0)
    peek = io.TextIOWrapper(stream, encoding=known, newline="")
    try:
        beginning = peek.read(_HEAD_CHARACTERS)
    finally:
        peek.detach()
    if _NOTHING.fullmatch(beginning):
        raise Refusal("file-empty", "The file holds no rows. Export it again.")
    separator = delimiter or delimiter_of(beginning)
    if separator not in (*DELIMITERS, ":"):
        raise Refusal(
            "delimiter-unknown",
            f"Cells separated by {separator!r} are not read. Use a comma, a semicolon, a tab, "
            "a bar or a colon.",
        )
    return TextSheet(stream, known, separator)


def delimiter_of(beginning: str) -> str:
    """What separates the cells: the `sep=` line says, else what most lines agree on."""
    lines = [line for line in re.split(r"\r\n|\r|\n", beginning) if line.strip()]
    stated = _SEP_LINE.fullmatch(lines[0])
    if stated is not None:
        return stated[1]
    bare = [_QUOTED.sub("", line) for line in lines[:100]]
    return max(DELIMITERS, key=lambda sign: _regularity(bare, sign))


def _regularity(lines: list[str], sign: str) -> tuple[int, int]:
    """How many lines share the most frequent count of a sign above zero, and that count."""
    counts = Counter(count for line in lines if (count := line.count(sign)))
    if not counts:
        return (0, 0)
    count, lines_agreeing = max(counts.items(), key=lambda each: (each[1], each[0]))
    return (lines_agreeing, count)
