"""A bank's table as a person explains it: what they said becomes a map, or questions first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from recoup.formats.base import Question
from recoup.formats.cells import plain_text
from recoup.formats.guess import header_of
from recoup.formats.sheets import is_blank
from recoup.formats.statements.bank_mapped import layout_of
from recoup.formats.statements.bankmap import BankMap, Sign
from recoup.formats.statements.base import Declared, Opened
from recoup.formats.statements.layout import skeleton
from recoup.formats.statements.source import Source
from recoup.formats.statements.table import proven, read_layout
from recoup.kernel.errors import Refusal
from recoup.kernel.ids import content_key

# A column of more different values says something else than which way money went.
MARKS_MAX = 6
# What the question about a value of that column is called.
MARK = "mark:"
_BREAKS = "running-balance-breaks"


@dataclass(frozen=True)
class Explained:
    """What a person said of a table so far; what is not said is proved by the file, or asked."""

    columns: Mapping[str, str]
    sign: Sign | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    # Files of this layout do not finish their last line.
    ends_open: bool = False


def header_key(source: Source) -> str | None:
    """The name of a table's header, the same in whatever encoding; None for what has none."""
    rows = [row for row in source.rows if not is_blank(row[1])]
    try:
        _, (_, cells) = header_of(rows)
    except Refusal:
        return None
    return content_key(["bank", *(skeleton(plain_text(each)) for each in cells)])


def map_of(explained: Explained, source: Source, declared: Declared) -> BankMap | list[Question]:
    """The map a table is read by, or every question to answer before; Refusal when it is none."""
    sheet = source.sheet()
    if isinstance(sheet, Question):
        return [sheet]
    columns = explained.columns
    if {"debit", "credit"} <= set(columns):
        return _made(explained, Sign.COLUMNS)
    if "mark" in columns and "amount" in columns:
        asked = _ask_marks(explained, source)
        return asked or _made(explained, Sign.MARK)
    if explained.sign is not None:
        return _made(explained, explained.sign)
    signed = _made(explained, Sign.SIGNED)
    opened = read_layout("bank_mapped", layout_of(signed), source, declared)
    if isinstance(opened, list) and "balance" in columns:
        return opened
    shown = _proved(signed, source, declared) if "balance" in columns else None
    if shown is not None:
        return shown
    return [*(opened if isinstance(opened, list) else []), _ask_sign(columns["amount"], source)]


def completed(bank_map: BankMap, source: Source, declared: Declared) -> BankMap:
    """The map with what was answered and what the file proves, so that the next file asks less.

    What this file leaves open and does not need is kept open: another file may need it.
    """
    numbers, dates = proven(layout_of(bank_map), source)
    return bank_map.model_copy(
        update={
            "numbers": declared.numbers or bank_map.numbers or numbers,
            "dates": declared.dates or bank_map.dates or dates,
            "currency": None if "currency" in bank_map.columns else declared.currency,
            "account": None if "account" in bank_map.columns else declared.account,
        }
    )


def _made(explained: Explained, sign: Sign) -> BankMap:
    try:
        return BankMap(
            columns=dict(explained.columns),
            sign=sign,
            marks=dict(explained.marks),
            ends_with_newline=not explained.ends_open,
        )
    except ValidationError as error:
        raise Refusal("map-incomplete", said_of(error)) from None


_TITLES = {"booked_date": "the day", "amount": "the amount", "debit": "money out",
           "credit": "money in", "mark": "money in or out"}  # fmt: skip


def said_of(error: ValidationError) -> str:
    """What a map lacks, in a sentence for people."""
    said = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    for name, title in _TITLES.items():
        said = said.replace(f" {name}", f" {title}")
    if not said.startswith("a column for"):
        said = "Choose a column for the day, and one for the amount or two for money in and out"
    return f"{said[0].upper()}{said[1:]}."


def _proved(signed: BankMap, source: Source, declared: Declared) -> BankMap | None:
    """The sign with which the balance beside the lines follows from line to line, if just one."""
    found = [
        each
        for each in (signed, signed.model_copy(update={"sign": Sign.INVERTED}))
        if _follows(read_layout("bank_mapped", layout_of(each), source, declared))
    ]
    return found[0] if len(found) == 1 else None


def _follows(opened: Opened) -> bool:
    return not isinstance(opened, list) and _BREAKS not in opened.held["code"]


def _ask_sign(column: str, source: Source) -> Question:
    values = _values(column, source)
    below = [each for each in values if each.startswith(("-", "(")) or each.endswith("-")]
    said = (
        f"Which way did the money go where the column {column} has a minus?"
        if below
        else f"The column {column} has no minus. Is it money in, or money out?"
    )
    candidates = (Sign.SIGNED.value, Sign.INVERTED.value)
    return Question("sign", column, said, candidates, tuple((below or values)[:3]))


def _ask_marks(explained: Explained, source: Source) -> list[Question]:
    column = explained.columns["mark"]
    values = _values(column, source)
    if len(values) > MARKS_MAX:
        raise Refusal(
            "map-marks",
            f"The column {column} has more than {MARKS_MAX} different values, so it does not say "
            "which way the money went. Choose another, or none.",
        )
    return [
        Question(f"{MARK}{each}", column, f"What does {each} in the column {column} mean?",
                 ("in", "out"), ())
        for each in values
        if each not in explained.marks
    ]  # fmt: skip


def _values(column: str, source: Source) -> list[str]:
    """The different values of a column, in the order they come, one more than may be asked."""
    sheet = source.sheet()
    if isinstance(sheet, Question):
        return []
    found: dict[str, None] = {}
    place: int | None = None
    for _, cells in sheet.rows():
        texts = [plain_text(each).strip() for each in cells]
        if place is None:
            place = texts.index(column) if column in texts else None
        elif place < len(texts) and texts[place]:
            found[texts[place]] = None
        if len(found) > MARKS_MAX * 4:
            break
    return list(found)


def with_map(declared: Declared, bank_map: BankMap) -> Declared:
    """The declaration with the map in it."""
    return replace(declared, bank_map=bank_map)
