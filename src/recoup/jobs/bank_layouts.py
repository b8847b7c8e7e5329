"""Tables of banks that no layout knows: explained once, read by themselves afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

import polars as pl
from django.db.models import QuerySet
from pydantic import BaseModel, ConfigDict, ValidationError

from recoup.books import files
from recoup.books.models import ColumnMapVersion, Creditor, SourceFile
from recoup.formats.base import Question
from recoup.formats.statements.bankmap import BankMap
from recoup.formats.statements.base import Declared, Opened, Reading
from recoup.formats.statements.explained import (
    Explained,
    completed,
    header_key,
    map_of,
    said_of,
    with_map,
)
from recoup.formats.statements.opening import read_statement, recognise_statement
from recoup.formats.statements.proposal import BankProposal, propose_bank_map
from recoup.formats.statements.source import Source
from recoup.kernel.errors import Refusal

_ENDS = "end-unproven"


class SavedLayout(BaseModel):
    """A layout as it is kept: the header it is for, the map, and the encoding that was asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    header: tuple[str, ...]
    bank_map: BankMap
    encoding: str | None = None


@dataclass(frozen=True)
class BankLook:
    """What a file of statements is, as far as can be said without a person; nothing is written."""

    reading: Reading | None
    questions: tuple[Question, ...]
    refusal: Refusal | None
    # For the mapping screen; None for what is no table.
    proposal: BankProposal | None
    saved: ColumnMapVersion | None
    declared: Declared


def layouts(creditor: Creditor) -> QuerySet[ColumnMapVersion]:
    """The layouts that people of this creditor saved."""
    return ColumnMapVersion.objects.filter(creditor=creditor, kind="bank").order_by("name", "pk")


def layout_in(saved: ColumnMapVersion) -> SavedLayout:
    """What was saved."""
    return SavedLayout.model_validate(saved.column_map)


def look(
    source_file: SourceFile, declared: Declared, explained: Explained | None = None
) -> BankLook:
    """Read a file as declared and explained, or by the layout saved for its header."""
    with files.original(source_file).open("rb") as stream:
        source = _source(source_file, stream, declared)
        proposal = _proposal(source)
        known, saved = with_saved(source_file, stream, declared)
        opened: Opened
        try:
            if explained is not None and explained.columns:
                found = map_of(explained, source, declared)
                if not isinstance(found, BankMap):
                    return BankLook(None, tuple(found), None, proposal, None, declared)
                known, saved = with_map(declared, found), None
            opened = read_open(source_file.name, stream, known)
        except Refusal as refusal:
            return BankLook(None, (), refusal, proposal, saved, known)
    questions = tuple(opened) if isinstance(opened, list) else _ends(opened, known)
    reading = None if questions or isinstance(opened, list) else opened
    return BankLook(reading, questions, None, proposal, saved, known)


def _source(source_file: SourceFile, stream: BinaryIO, declared: Declared) -> Source:
    return Source(source_file.name, stream, declared.encoding, declared.delimiter, declared.sheet)


def _proposal(source: Source) -> BankProposal | None:
    """The guesses about a table; None for what is none, or has no header."""
    if not source.rows:
        return None
    try:
        sheet = source.sheet()
        if isinstance(sheet, Question):
            sheet = replace(source, encoding="cp1252").sheet()
        return None if isinstance(sheet, Question) else propose_bank_map(sheet)
    except Refusal:
        return None


def _ends(reading: Reading, declared: Declared) -> tuple[Question, ...]:
    """Where only the end of the last line is missing, a person can say that the file is whole."""
    if declared.bank_map is None or set(reading.held["code"]) != {_ENDS}:
        return ()
    said = reading.held.row(0, named=True)
    sentence = f"{said['place'].capitalize()}: {said['reason']} Is the file whole?"
    return (Question("ends", "", sentence, ("whole",), ()),)


def with_saved(
    source_file: SourceFile, stream: BinaryIO, declared: Declared
) -> tuple[Declared, ColumnMapVersion | None]:
    """The declaration, completed by the layout that was saved for this very header."""
    if declared.format is not None or declared.bank_map is not None:
        return declared, None
    mine = layouts(source_file.creditor)
    if not mine.exists():
        return declared, None
    key = header_key(_source(source_file, stream, declared))
    saved = mine.filter(header_fingerprint=key).first() if key else None
    if saved is None:
        return declared, None
    kept = layout_in(saved)
    encoding = declared.encoding or kept.encoding
    return replace(declared, bank_map=kept.bank_map, encoding=encoding), saved


def read_open(name: str, stream: BinaryIO, declared: Declared) -> Opened:
    """The statements of a file, each of a known account, or every question to answer before."""
    opened = read_statement(name, stream, declared=declared)
    if isinstance(opened, list) or opened.held.height:
        return opened
    unnamed = pl.col("account_iban").is_null() & pl.col("account_other").is_null()
    if opened.statements.filter(unnamed).is_empty():
        return opened
    return [Question("account", "", "Of which bank account is the file?", (), ())]


def is_explainable(source_file: SourceFile) -> bool:
    """Whether a file is a table of no known layout, whose columns a person can name."""
    with files.original(source_file).open("rb") as stream:
        if recognise_statement(source_file.name, stream):
            return False
        return _proposal(_source(source_file, stream, Declared())) is not None


def save_layout(
    source_file: SourceFile,
    *,
    declared: Declared,
    name: str,
    asks_account: bool,
    at: datetime,
    by: str,
) -> ColumnMapVersion:
    """Keep the map a file was read by for every later file with the same header."""
    assert declared.bank_map is not None
    if not name.strip():
        raise Refusal("layout-unnamed", "Give the layout a name, such as that of the bank.")
    with files.original(source_file).open("rb") as stream:
        source = _source(source_file, stream, declared)
        key, proposal = header_key(source), _proposal(source)
        if key is None or proposal is None:
            raise Refusal("header-missing", "No row of the file names its columns.")
        bank_map = completed(declared.bank_map, source, declared)
    if asks_account:
        bank_map = bank_map.model_copy(update={"account": None})
    kept = SavedLayout(header=proposal.header, bank_map=bank_map, encoding=declared.encoding)
    return files.save_column_map(
        creditor=source_file.creditor,
        kind="bank",
        name=name.strip(),
        header_fingerprint=key,
        column_map=kept.model_dump(mode="json"),
        at=at,
        by=by,
    )


def correct_layout(
    saved: ColumnMapVersion, *, name: str, changed: dict[str, object], at: datetime, by: str
) -> None:
    """Read later files by these columns and answers; what was taken in stays as it was read."""
    if not name.strip():
        raise Refusal("layout-unnamed", "Give the layout a name, such as that of the bank.")
    kept = layout_in(saved)
    try:
        bank_map = BankMap.model_validate(kept.bank_map.model_dump() | changed)
    except ValidationError as error:
        raise Refusal("map-incomplete", said_of(error)) from None
    files.save_column_map(
        creditor=saved.creditor,
        kind="bank",
        name=name.strip(),
        header_fingerprint=saved.header_fingerprint,
        column_map=kept.model_copy(update={"bank_map": bank_map}).model_dump(mode="json"),
        at=at,
        by=by,
    )
