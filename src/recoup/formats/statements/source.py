"""The file a reader is given: its bytes, its text, or the rows of its table, each on demand."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

from recoup.formats.base import Declared as TableDeclared
from recoup.formats.base import Question
from recoup.formats.cells import Row
from recoup.formats.encodings import encoding_of
from recoup.formats.opening import open_sheet
from recoup.formats.sheets import Sheet, head
from recoup.kernel.errors import Refusal

HEAD_BYTES = 1 << 14
FILE_BYTES_MAX = 200 << 20
TEXT_BYTES_MAX = 64 << 20


@dataclass(frozen=True)
class Source:
    """A file that can go back to its start; nothing is kept but its beginning."""

    name: str
    stream: BinaryIO
    encoding: str | None = None
    delimiter: str | None = None
    sheet_name: str | None = None

    @cached_property
    def beginning(self) -> bytes:
        """The first bytes, enough to recognise a format."""
        self.stream.seek(0)
        return self.stream.read(HEAD_BYTES)

    @cached_property
    def start(self) -> str:
        """The beginning as text for looking only: signs beyond ASCII do not matter."""
        return self.beginning.decode("latin-1").removeprefix("\xef\xbb\xbf").lstrip("\x00\x01\r\n ")

    def size(self) -> int:
        """The bytes of the file; Refusal `file-too-large` beyond measure."""
        size = self.stream.seek(0, 2)
        self.stream.seek(0)
        if size > FILE_BYTES_MAX:
            raise Refusal(
                "file-too-large",
                f"{self.name} has {size} bytes; at most {FILE_BYTES_MAX} are read. "
                "Ask the bank for shorter periods.",
            )
        return size

    def text(self, declared: str | None = None) -> tuple[str, str] | Question:
        """The whole text and its encoding, or the question of the encoding."""
        if self.size() > TEXT_BYTES_MAX:
            raise Refusal(
                "file-too-large",
                f"{self.name} has more than {TEXT_BYTES_MAX} bytes of text. "
                "Ask the bank for shorter periods.",
            )
        encoding = encoding_of(self.stream, declared or self.encoding)
        if isinstance(encoding, Question):
            return encoding
        self.stream.seek(0)
        content = self.stream.read()
        return codecs.decode(content, encoding).removeprefix("\ufeff"), encoding

    def sheet(self) -> Sheet | Question:
        """The file as a table."""
        self.size()
        return open_sheet(
            self.name,
            self.stream,
            TableDeclared(encoding=self.encoding, delimiter=self.delimiter, sheet=self.sheet_name),
        )

    @cached_property
    def rows(self) -> list[Row]:
        """The first rows of the table; none when the file is no table."""
        if self.start.startswith(("<", ":", "{", "OFXHEADER")):
            return []
        try:
            sheet = self.sheet()
            if isinstance(sheet, Question):  # for looking only: the accents do not matter
                sheet = replace(self, encoding="cp1252").sheet()
            return [] if isinstance(sheet, Question) else head(sheet)
        except Refusal:
            return []

    def ends_with_newline(self) -> bool:
        """Whether the last line is finished: where it is not, the file may be cut short."""
        size = self.size()
        self.stream.seek(max(0, size - 4))
        return self.stream.read().rstrip(b"\x00 \x1a").endswith((b"\n", b"\r"))
