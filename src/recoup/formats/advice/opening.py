"""The door of advice: a file becomes rows and rows set aside, or questions about it."""

from __future__ import annotations

import io
from typing import BinaryIO

from recoup.formats import base, opening
from recoup.formats.advice import mail, pdf
from recoup.formats.advice.base import Declared, Heading, Opened
from recoup.formats.advice.prose import read_text
from recoup.formats.advice.table import read_table
from recoup.formats.base import Question
from recoup.kernel.errors import Refusal

BYTES_MAX = 25 << 20
NOTHING_DECLARED = Declared()
_READABLE = (".pdf", ".csv", ".tsv", ".xlsx", ".xlsm", ".txt")


def read_advice(name: str, stream: BinaryIO, *, declared: Declared = NOTHING_DECLARED) -> Opened:
    """The advice in a file of any kind; Refusal with reason and remedy when there is none."""
    stream.seek(0)
    content = stream.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise Refusal(
            "advice-too-large",
            f"{name} is larger than {BYTES_MAX >> 20} MB: it is no advice of one payment.",
        )
    if mail.is_mail(content[:2_000]):
        return _of_mail(name, content, declared)
    return _of_file(name, content, declared, Heading())


def _of_file(name: str, content: bytes, declared: Declared, heading: Heading) -> Opened:
    if content.startswith(b"%PDF"):
        return read_text(pdf.text_of(name, content), declared, "pdf", heading)
    stream = io.BytesIO(content)
    told = base.Declared(
        encoding=declared.encoding, delimiter=declared.delimiter, sheet=declared.sheet
    )
    sheet = opening.open_sheet(name, stream, told)
    if isinstance(sheet, Question):
        return [sheet]
    try:
        return read_table(sheet, declared)
    except Refusal as refusal:
        is_text = bool(sheet.encoding) and not declared.columns
        if not is_text or refusal.code not in ("header-missing", "advice-columns-unknown"):
            raise
        return _of_text(content, sheet.encoding, declared, refusal)


def _of_text(content: bytes, encoding: str, declared: Declared, refusal: Refusal) -> Opened:
    """A text that is no table may still list what is paid; else the table's reason stands."""
    written = content.decode(encoding, "replace")
    try:
        return read_text(written, declared, "text", Heading())
    except Refusal:
        raise refusal from None


def _of_mail(name: str, content: bytes, declared: Declared) -> Opened:
    """The file an e-mail brings, where exactly one lists anything; else the text of the mail."""
    heading, text, brought = mail.parts_of(content)
    found: list[Opened] = []
    refused: Refusal | None = None
    for filename, inside in brought:
        if not filename.lower().endswith(_READABLE) and not inside.startswith(b"%PDF"):
            continue
        try:
            found.append(_of_file(filename, inside, declared, heading))
        except Refusal as refusal:
            refused = refused or refusal
    if len(found) > 1:
        raise Refusal(
            "advice-several",
            f"{name} brings several lists. Save the files it brings and bring them one by one.",
        )
    if found:
        return _named(found[0], heading)
    try:
        return read_text(text, declared, "email", heading)
    except Refusal as refusal:
        raise refused or refusal from None


def _named(opened: Opened, heading: Heading) -> Opened:
    """The reading with who sent it, where it does not say so itself."""
    if isinstance(opened, list):
        return opened
    from_mail = opened.heading.completed(heading)
    return type(opened)(**{**opened.__dict__, "heading": from_mail, "origin": "email"})
