"""One record of a file on its way to a frame: its fields, and how each is read from a cell."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from recoup.formats.amounts import NumberFormat, amount
from recoup.formats.cells import BadCell, Cell, mask_cards, plain_text, text
from recoup.formats.days import DateFormat, day
from recoup.kernel.errors import Refusal
from recoup.kernel.money import exponent

RAW_CHARACTERS_MAX = 4_000
VALUE_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a record is set aside: one field, one reason, one remedy."""

    field: str
    value: str
    code: str
    reason: str
    remedy: str


@dataclass(slots=True)
class Record:
    """What one row says, by field; None where the file does not say."""

    line: int
    cells: Sequence[Cell]
    group: str | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    type: str | None = None  # in the words of the source
    status: str | None = None
    kind: str | None = None  # in ours
    account_number: str | None = None
    account_name: str | None = None
    contact_name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    language: str | None = None
    legal_kind: str | None = None
    tier: str | None = None
    tax_number: str | None = None
    currency: str | None = None
    terms: str | None = None
    terms_days: int | None = None
    credit_limit: int | None = None
    hold: str | None = None
    number: str | None = None
    position: int | None = None
    issue_date: date | None = None
    due_date: date | None = None
    total: int | None = None
    net: int | None = None
    tax: int | None = None
    paid: int | None = None
    open: int | None = None
    paid_date: date | None = None
    paid_days: int | None = None
    disputed: bool | None = None
    reference: str | None = None
    note: str | None = None
    date: date | None = None
    amount: int | None = None
    refunded: int | None = None
    unapplied: int | None = None
    document_number: str | None = None
    # What the totals of a report add up, with its sign, before we turn it into a kind.
    counted: int | None = None

    def complain(self, field: str, problem: BadCell, value: Cell = "") -> None:
        """Note a mistake; the record will be set aside."""
        written = mask_cards(plain_text(value))[:VALUE_CHARACTERS_MAX]
        where = problem.field or field
        self.mistakes.append(Mistake(where, written, problem.code, problem.reason, problem.remedy))

    def raw(self) -> str:
        """The cells as one JSON list, cards masked."""
        cells = [mask_cards(plain_text(cell)) for cell in self.cells]
        written = json.dumps(cells, ensure_ascii=False)
        if len(written) <= RAW_CHARACTERS_MAX:
            return written
        return json.dumps([cell[:40] for cell in cells[:60]], ensure_ascii=False)


DAYS = frozenset({"issue_date", "due_date", "paid_date", "date"})
AMOUNTS = frozenset(
    {"total", "net", "tax", "paid", "open", "amount", "refunded", "unapplied", "credit_limit"}
)
WHOLES = frozenset({"position", "terms_days", "paid_days"})
_INTERNAL = frozenset({"line", "cells", "group", "mistakes", "flags", "kind", "counted"})
FIELDS = frozenset(Record.__dataclass_fields__) - _INTERNAL
_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "sí", "si", "disputed"})
_NO = frozenset({"no", "n", "false", "0", "nein", "non"})


def whole(cell: Cell) -> int | None:
    """A count of days or a position: up to four ASCII digits, a minus in front at most."""
    written = plain_text(cell).strip()
    bare = written.removeprefix("-")
    if not written:
        return None
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 4):
        raise BadCell(
            "number-unreadable",
            f"{written[:40]!r} is not a whole number of up to four digits.",
            "Write digits only.",
        )
    return int(written)


def yes_or_no(cell: Cell) -> bool | None:
    """True or False as people write it; None for an empty cell."""
    written = plain_text(cell).strip().casefold()
    if not written:
        return None
    if written not in _YES and written not in _NO:
        raise BadCell(
            "flag-unreadable", f"{written[:40]!r} is neither yes nor no.", "Write yes or no."
        )
    return written in _YES


@dataclass(frozen=True)
class Columns:
    """Where the fields of a record stand in the rows of one file, and how they are written."""

    at: Mapping[str, tuple[int, ...]]
    width: int
    dates: DateFormat
    numbers: NumberFormat
    currency: str | None

    def reader(self) -> Callable[[int, Sequence[Cell]], Record]:
        """The function that turns a row of this file into a record, mistakes included."""
        plan = [
            (name, columns[0], _READERS.get(name, text))
            for name, columns in self.at.items()
            if len(columns) == 1 and name not in DAYS | AMOUNTS and name != "currency"
        ]
        joined = [(name, columns) for name, columns in self.at.items() if len(columns) > 1]
        day_plan = [(name, self.at[name][0]) for name in self.at if name in DAYS]
        amount_plan = [(name, self.at[name][0]) for name in self.at if name in AMOUNTS]
        currency_at = self.at.get("currency", (None,))[0]
        known_days: dict[Cell, date | None] = {}

        def read(line: int, cells: Sequence[Cell]) -> Record:
            record = Record(line, cells)
            if len(cells) != self.width and not self._fits(record):
                return record
            for name, column, reads in plan:
                cell = cells[column]
                if cell != "":
                    try:
                        setattr(record, name, reads(cell))
                    except BadCell as problem:
                        record.complain(name, problem, cell)
            for name, column in day_plan:
                cell = cells[column]
                if cell in known_days:
                    setattr(record, name, known_days[cell])
                    continue
                try:
                    found = day(cell, dates=self.dates)
                except BadCell as problem:
                    record.complain(name, problem, cell)
                else:
                    setattr(record, name, found)
                    if len(known_days) < _DAYS_KEPT:
                        known_days[cell] = found
            for name, columns in joined:
                _join(record, name, [cells[column] for column in columns])
            if amount_plan or currency_at is not None:
                self._amounts(record, amount_plan, currency_at)
            return record

        return read

    def _fits(self, record: Record) -> bool:
        """Whether a row of another width is only longer by blanks; a mistake otherwise."""
        extra = record.cells[self.width :]
        if len(record.cells) > self.width and not any(cell != "" for cell in extra):
            return True
        record.complain(
            "",
            BadCell(
                "row-width",
                f"The row has {len(record.cells)} cells where the header has {self.width}.",
                "Check for a missing or an unquoted separator, or a file cut short.",
            ),
        )
        return False

    def _amounts(
        self, record: Record, plan: list[tuple[str, int]], currency_at: int | None
    ) -> None:
        cell = record.cells[currency_at] if currency_at is not None else ""
        try:
            record.currency = _currency(cell, self.currency)
        except BadCell as problem:
            record.complain("currency", problem, cell)
            return
        for name, column in plan:
            cell = record.cells[column]
            if cell == "":
                continue
            try:
                setattr(record, name, amount(cell, currency=record.currency, numbers=self.numbers))
            except BadCell as problem:
                record.complain(name, problem, cell)


_DAYS_KEPT = 50_000
_READERS: Mapping[str, Callable[[Cell], object]] = {
    **dict.fromkeys(WHOLES, whole),
    "disputed": yes_or_no,
}
_KNOWN_CURRENCIES: dict[str, str] = {}


def _currency(cell: Cell, otherwise: str | None) -> str:
    """The ISO code of a cell, letters in either case; the file's own where the cell is blank."""
    if isinstance(cell, str) and cell in _KNOWN_CURRENCIES:
        return _KNOWN_CURRENCIES[cell]
    written = plain_text(cell).strip()
    if not written:
        if otherwise is None:
            raise BadCell(
                "currency-missing",
                "The row names no currency and none is declared for the file.",
                "Declare the currency of the file or fill in the cell.",
            )
        return otherwise
    code = written.upper() if len(written) == 3 and written.isascii() else written
    try:
        exponent(code)
    except Refusal as refusal:
        raise BadCell(
            refusal.code, f"{written[:20]!r} is no currency.", "Use a three-letter ISO 4217 code."
        ) from refusal
    _KNOWN_CURRENCIES[plain_text(cell)] = code
    return code


def _join(record: Record, name: str, cells: Sequence[Cell]) -> None:
    try:
        parts = [text(cell) for cell in cells]
    except BadCell as problem:
        record.complain(name, problem)
        return
    # An address keeps its lines; a first and a last name are one name.
    between = "\n" if name == "address" else " "
    setattr(record, name, between.join(part for part in parts if part) or None)
