"""Which letters the bytes of a text file are: proved, asked or refused, never replaced."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from recoup.formats.base import Question
from recoup.kernel.errors import Refusal

CHUNK_BYTES = 1 << 20
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1",
    "iso-8859-15", "iso-8859-2", "cp1250", "cp1251", "cp850", "mac_roman",
)  # fmt: skip
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# A letter, a sign that Windows uses for punctuation and old Macs for letters, a letter; the
# apostrophe (0x92) and the French ligature (0x9c) stand there in honest Windows files too.
# At the end of a word only what would be a capital or stray accent in Windows counts.
_MAC_ROMAN = re.compile(
    rb"[A-Za-z]{0,12}[\x80-\x91\x93-\x9b\x9d-\x9f][a-z]{1,12}|[A-Za-z]{0,11}[a-z][\x83\x88\x8a\x8c\x8e\x9f]"
)
_EXAMPLES = 3


def encoding_of(stream: BinaryIO, declared: str | None) -> str | Question:
    """The encoding of the whole file, or a question when two would both make sense.

    Refusal `byte-undecodable` names line and byte when none does.
    """
    if declared is not None:
        return _declared(stream, declared)
    stream.seek(0)
    head = stream.read(4096)
    marked = next((name for bom, name in _BOMS.items() if head.startswith(bom)), None)
    wide = marked or _wide(head)
    if wide is not None:
        _decode_all(stream, wide)
        return wide
    if _is_utf8(stream):
        return "utf-8"
    return _single_byte(stream)


def _declared(stream: BinaryIO, declared: str) -> str:
    if declared not in ENCODINGS:
        raise Refusal(
            "encoding-unknown",
            f"The encoding {declared!r} is not one we read. Use one of {', '.join(ENCODINGS)}.",
        )
    _decode_all(stream, declared)
    return declared


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of western text is zero."""
    even, odd = head[0::2], head[1::2]
    if len(head) < 8:
        return None
    if odd.count(0) > len(odd) * 0.6 and not even.count(0):
        return "utf-16-le"
    if even.count(0) > len(even) * 0.6 and not odd.count(0):
        return "utf-16-be"
    return None


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _decode_all(stream: BinaryIO, encoding: str) -> None:
    """Read to the end; Refusal where a byte is no text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    try:
        for chunk in _chunks(stream):
            line += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _undecodable(error, line, encoding) from error


def _is_utf8(stream: BinaryIO) -> bool:
    """True when all of it is; Refusal when it was UTF-8 with accents up to a broken byte."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, has_accents = 1, False
    try:
        for chunk in _chunks(stream):
            decoded = decoder.decode(chunk)
            line += decoded.count("\n")
            has_accents = has_accents or not decoded.isascii()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        before = bytes(error.object[: error.start])
        if has_accents or not before.isascii():
            raise _undecodable(error, line, "utf-8") from error
        return False
    return True


def _undecodable(error: UnicodeDecodeError, line: int, encoding: str) -> Refusal:
    """`line` is where the chunk began that holds the byte."""
    before = bytes(error.object[: error.start])
    line += before.decode(encoding, errors="ignore").count("\n")
    at = error.object[error.start] if error.start < len(error.object) else 0
    return Refusal(
        "byte-undecodable",
        f"Line {line} holds the byte 0x{at:02X}, which is no text in {encoding}. "
        "Export the file again as UTF-8, or declare its encoding.",
    )


def _single_byte(stream: BinaryIO) -> str | Question:
    examples: list[str] = []
    for chunk in _chunks(stream):
        for found in _MAC_ROMAN.finditer(chunk):
            word = found.group()
            windows = word.decode("cp1252", errors="replace")
            examples.append(f"{windows} / {word.decode('mac_roman')}")
            if len(examples) == _EXAMPLES:
                break
        if len(examples) == _EXAMPLES:
            break
    if examples:
        return Question(
            about="encoding",
            column="",
            sentence="The file is not UTF-8, and its accents make words in two older encodings. "
            "Which spelling is right: the first (cp1252) or the second (mac_roman)?",
            candidates=("cp1252", "mac_roman"),
            examples=tuple(examples),
        )
    _decode_all(stream, "cp1252")
    return "cp1252"
