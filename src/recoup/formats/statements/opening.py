"""The door of the statement readers: a file becomes a reading, or questions about it."""

from __future__ import annotations

from typing import BinaryIO, cast

from recoup.formats.base import Candidate, Question
from recoup.formats.statements.base import Declared, Opened, StatementFormat
from recoup.formats.statements.source import Source
from recoup.kernel.errors import Refusal
from recoup.kernel.registry import discover

NOTHING_DECLARED = Declared()
SURE = 50


def statement_formats() -> dict[str, StatementFormat]:
    """Every format of statements, by code."""
    return cast("dict[str, StatementFormat]", discover("recoup.formats.statements", "STATEMENT"))


def recognise_statement(
    name: str, stream: BinaryIO, *, declared: Declared = NOTHING_DECLARED
) -> list[Candidate]:
    """The formats that a file may have, the surest first; none for what is no statement."""
    return _candidates(_source(name, stream, declared))


def read_statement(name: str, stream: BinaryIO, *, declared: Declared = NOTHING_DECLARED) -> Opened:
    """The statements of a file with their verdict, or every question to answer before.

    Refusal when the file cannot be read at all: the place, the reason and the remedy named.
    """
    source = _source(name, stream, declared)
    if source.size() == 0:
        raise Refusal("file-empty", f"{name} holds no bytes. Export it again.")
    code = declared.format or ("bank_mapped" if declared.bank_map is not None else None)
    if code is None:
        fitting = _candidates(source)
        if not fitting:
            raise _unknown(name, source)
        if _is_open(fitting):
            return [_which(fitting)]
        code = fitting[0].code
    if code not in statement_formats():
        raise Refusal("format-unknown", f"There is no format {code!r}. Leave it out or correct it.")
    return statement_formats()[code].read(source, declared)


def _source(name: str, stream: BinaryIO, declared: Declared) -> Source:
    return Source(name, stream, declared.encoding, declared.delimiter, declared.sheet)


def _candidates(source: Source) -> list[Candidate]:
    found = [
        Candidate(each.code, each.title, confidence)
        for each in statement_formats().values()
        if (confidence := each.recognises(source)) > 0
    ]
    return sorted(found, key=lambda each: (-each.confidence, each.code))


def _unknown(name: str, source: Source) -> Refusal:
    """What stands in the way of a table comes first: a broken quote explains more."""
    if not source.start.startswith(("<", ":", "{")):
        source.sheet()
    return Refusal(
        "layout-unknown",
        f"{name} is no bank statement that we know. Say which column is what, or ask the bank for "
        "camt.053, MT940, BAI2 or OFX.",
    )


def _is_open(fitting: list[Candidate]) -> bool:
    """Two that fit equally well, or one whose header other banks write too."""
    if len(fitting) > 1 and fitting[0].confidence == fitting[1].confidence:
        return True
    return fitting[0].confidence < SURE


def _which(fitting: list[Candidate]) -> Question:
    titles = ", ".join(each.title for each in fitting)
    return Question(
        about="format",
        column="",
        sentence=f"The file may be {titles}, but its columns do not prove it. Say so if it is, or "
        "say which column is what.",
        candidates=tuple(each.code for each in fitting),
        examples=(),
    )
