"""Looking at a file before anything is written: its layout, its questions, its first rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from recoup.books import files
from recoup.books.models import ColumnMapVersion, SourceFile
from recoup.formats import opening, propose
from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Batch, Candidate, Declared, Format, Question, Reading
from recoup.formats.columnmap import ColumnMap
from recoup.formats.days import DateFormat
from recoup.formats.sheets import Sheet, head
from recoup.kernel.errors import Refusal
from recoup.kernel.ids import content_key

PREVIEW_ROWS = 20


@dataclass(frozen=True)
class Look:
    """What a file is, as far as can be said without a person; nothing was written."""

    candidates: tuple[Candidate, ...]
    format: Format | None
    questions: tuple[Question, ...]
    first: Batch | None
    # For the mapping screen, when no layout fits or a person wants another.
    proposal: propose.Proposal | None
    refusal: Refusal | None
    declared: Declared


def look(source_file: SourceFile, declared: Declared) -> Look:
    """Read the start of a file as declared, with a saved column map where one fits its header."""
    with files.original(source_file).open("rb") as stream:
        try:
            sheet = opening.open_sheet(source_file.name, stream, declared)
        except Refusal as refusal:
            return Look((), None, (), None, None, refusal, declared)
        if isinstance(sheet, Question):
            return Look((), None, (sheet,), None, None, None, declared)
        known = _with_saved_map(source_file, sheet, declared)
        found = tuple(opening.candidates(head(sheet)))
        # Only a file of no known layout needs the mapping screen; guessing one costs time.
        is_known = bool(found) and known.column_map is None
        proposal = None if is_known else _proposal(sheet)
        try:
            opened = opening.read_sheet(sheet, known)
            first = opening.preview(opened, PREVIEW_ROWS)
        except Refusal as refusal:
            return Look(found, None, (), None, proposal, refusal, known)
        code = opened.basis.format if isinstance(opened, Reading) else _code(found, known)
        return Look(
            candidates=found,
            format=opening.formats().get(code),
            questions=() if isinstance(opened, Reading) else tuple(opened),
            first=first,
            proposal=proposal,
            refusal=None,
            declared=known,
        )


def _code(found: tuple[Candidate, ...], declared: Declared) -> str:
    if declared.format is not None:
        return declared.format
    if declared.column_map is not None:
        return "mapped"
    return found[0].code if found else ""


def _proposal(sheet: Sheet) -> propose.Proposal | None:
    try:
        return propose.propose(sheet)
    except Refusal:
        return None


def _with_saved_map(source_file: SourceFile, sheet: Sheet, declared: Declared) -> Declared:
    """The declaration, completed by the map a person saved for this very header."""
    if declared.format is not None or declared.column_map is not None:
        return declared
    if opening.candidates(head(sheet)):
        return declared
    proposal = _proposal(sheet)
    if proposal is None:
        return declared
    saved = ColumnMapVersion.objects.filter(
        creditor_id=source_file.creditor_id, header_fingerprint=header_key(proposal.header)
    ).first()
    if saved is None:
        return declared
    return _replace(declared, column_map=ColumnMap.model_validate(saved.column_map))


def _replace(declared: Declared, *, column_map: ColumnMap) -> Declared:
    return Declared(**{**declared.__dict__, "column_map": column_map})


def header_key(header: tuple[str, ...]) -> str:
    """The name of a header: the same columns in the same order."""
    return content_key(header)


def save_map(
    source_file: SourceFile, *, column_map: ColumnMap, name: str, at: datetime, by: str
) -> None:
    """Remember a column map for every later file with the same header."""
    with files.original(source_file).open("rb") as stream:
        sheet = opening.open_sheet(source_file.name, stream)
        if isinstance(sheet, Question):
            raise Refusal("map-unsaved", "Answer the file's first question, then save the map.")
        header = propose.propose(sheet).header
    files.save_column_map(
        creditor=source_file.creditor,
        name=name,
        header_fingerprint=header_key(header),
        column_map=column_map.model_dump(mode="json"),
        at=at,
        by=by,
    )


def declared_from(answers: Mapping[str, object]) -> Declared:
    """A declaration from plain words, as forms, command lines and stored files carry it.

    Raises Refusal `answer-unknown` naming the answer that is none.
    """
    try:
        return Declared(
            format=_word(answers, "format"),
            column_map=ColumnMap.model_validate(answers["column_map"])
            if answers.get("column_map")
            else None,
            numbers=NumberFormat(str(answers["numbers"])) if answers.get("numbers") else None,
            dates=DateFormat(str(answers["dates"])) if answers.get("dates") else None,
            currency=_word(answers, "currency"),
            encoding=_word(answers, "encoding"),
            delimiter=_word(answers, "delimiter"),
            sheet=_word(answers, "sheet"),
            as_of=date.fromisoformat(str(answers["as_of"])) if answers.get("as_of") else None,
        )
    except ValueError as error:
        raise Refusal(
            "answer-unknown", f"An answer about the file is not usable: {error}"
        ) from error


def words_of(declared: Declared) -> dict[str, object]:
    """The declaration in plain words; the way back is `declared_from`."""
    words: dict[str, object] = {
        name: str(value)
        for name, value in declared.__dict__.items()
        if value is not None and name != "column_map"
    }
    if declared.column_map is not None:
        words["column_map"] = declared.column_map.model_dump(mode="json")
    return words


def _word(answers: Mapping[str, object], name: str) -> str | None:
    value = answers.get(name)
    return str(value) if value else None
