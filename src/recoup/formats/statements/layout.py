"""The export of one bank as a declaration: columns, signs, days, and rows that are no lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from recoup.formats.amounts import NumberFormat
from recoup.formats.cells import Cell, Row, plain_text
from recoup.formats.days import DateFormat
from recoup.formats.sheets import is_blank
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.line import Kind, Line

# A header, the number of a column, or several of them joined.
Column = str | int | tuple[str | int, ...]
Cells = Mapping[str, str]
HEADER_ROWS = 40
COMMON = 30  # how sure it is of a layout that is nobody's own: a person must say

# What a row is.
LINE, PENDING, IGNORED, CONTINUES = "line", "pending", "ignored", "continues"
OPENING, CLOSING = "opening", "closing"


@dataclass(frozen=True)
class BankLayout:
    """One table of bank lines; `signature` are headers that tell it from all others."""

    columns: Mapping[str, Column]
    signature: tuple[str, ...] = ()
    # For files without header: whether the first row can be one of this layout.
    begins: Callable[[Sequence[str]], bool] | None = None
    # Rows above the first line that are neither header nor line, where there is no header.
    rows_before: int = 0
    sign: Sign = Sign.SIGNED
    marks: Mapping[str, str] = field(default_factory=dict)
    numbers: NumberFormat | None = None
    dates: DateFormat | None = None
    currency: str | None = None
    account: str | None = None
    encoding: str | None = None  # of files that are not UTF-8
    delimiter: str | None = None  # where decimal commas outvote it
    kind: Kind = Kind.LIST
    # What a row is, from its fields; the default knows lines only.
    role: Callable[[Cells], str] | None = None
    # What the rows above the table say: account, currency, account_name.
    preamble: Callable[[Sequence[Sequence[str]]], Mapping[str, str]] | None = None
    clean: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    # What the texts of a line hold beyond themselves.
    refine: Callable[[Line], None] | None = None
    is_reference_unique: bool = False
    is_fee_negative: bool = False  # net = gross + fee, where others write net = gross - fee
    ends_with_newline: bool = True
    # Other banks write the same header, with another currency or order of day and month.
    is_common: bool = False


def skeleton(header: Cell) -> str:
    """The Latin letters and digits of a header: the same in whatever encoding it was read."""
    written = plain_text(header).lower()
    latin = re.sub(r"[^a-z0-9]", "", written)
    return latin if len(latin) > 1 else "".join(written.split())


def header_at(rows: Sequence[Row], layout: BankLayout) -> int | None:
    """The position of the header row, or of the first row where there is no header."""
    if layout.begins is not None:
        for position, (_, cells) in enumerate(rows):
            if not is_blank(cells):
                fits = layout.begins([plain_text(each).strip() for each in cells])
                return position if fits else None
        return None
    wanted = {skeleton(each) for each in layout.signature}
    for position, (_, cells) in enumerate(rows[:HEADER_ROWS]):
        if wanted <= {skeleton(each) for each in cells}:
            return position
    return None


def confidence(rows: Sequence[Row], layout: BankLayout) -> int:
    """How sure it is that the table has the layout: more headers are surer."""
    if header_at(rows, layout) is None:
        return 0
    if layout.is_common:
        return COMMON
    return 60 if layout.begins is not None else 65 + min(25, len(layout.signature))


def positions(header: Sequence[Cell], layout: BankLayout) -> dict[str, tuple[int, ...]]:
    """Where each field stands; fields whose column is not there are left out.

    `Name#2` is the second column of a name.
    """
    places: dict[str, int] = {}
    counts: dict[str, int] = {}
    for position, cell in enumerate(header):
        name = skeleton(cell)
        counts[name] = counts.get(name, 0) + 1
        places.setdefault(name if counts[name] == 1 else f"{name}#{counts[name]}", position)
    found = {}
    for name, column in layout.columns.items():
        listed = column if isinstance(column, tuple) else (column,)
        where = tuple(place for each in listed if (place := _place(each, places)) is not None)
        if where:
            found[name] = where
    return found


def _place(column: str | int, places: Mapping[str, int]) -> int | None:
    if isinstance(column, int):
        return column - 1
    name, _, number = column.partition("#")
    return places.get(f"{skeleton(name)}#{number}" if number else skeleton(name))
