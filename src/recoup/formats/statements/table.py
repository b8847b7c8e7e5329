"""The engine of the bank tables: rows by a layout become statements, one per account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.cells import BadCell, Cell, Row, plain_text
from recoup.formats.days import DateFormat
from recoup.formats.detect import Evidence, evidence_of_dates, evidence_of_numbers
from recoup.formats.sheets import Sheet, is_blank
from recoup.formats.statements.base import Declared, Opened, StatementFormat
from recoup.formats.statements.collect import reading
from recoup.formats.statements.layout import (
    CLOSING,
    CONTINUES,
    IGNORED,
    LINE,
    OPENING,
    PENDING,
    BankLayout,
    confidence,
    header_at,
    positions,
)
from recoup.formats.statements.line import Line, Mistake, Statement
from recoup.formats.statements.row import Fields, join, read_row
from recoup.formats.statements.running import check_running
from recoup.formats.statements.source import Source
from recoup.formats.statements.values import account_key
from recoup.kernel.errors import Refusal

LINES_MAX = 500_000
_AMOUNTS = ("amount", "debit", "credit", "gross", "net")


def as_statement(code: str, title: str, *layouts: BankLayout, note: str = "") -> StatementFormat:
    """The plug-in of one bank or provider, whose exports have these layouts."""

    def recognises(source: Source) -> int:
        return max(confidence(_source(source, each).rows, each) for each in layouts)

    def read(source: Source, declared: Declared) -> Opened:
        for layout in layouts:
            if header_at(_source(source, layout).rows, layout) is not None:
                return read_layout(code, layout, source, declared)
        raise Refusal(
            "layout-unknown",
            f"{source.name} has not the columns of {title}. Export it again, or say which column "
            "is what.",
        )

    return StatementFormat(code=code, title=title, recognises=recognises, read=read, note=note)


def _source(source: Source, layout: BankLayout) -> Source:
    """The file as the layout says that its cells are parted."""
    if source.delimiter is not None or layout.delimiter is None:
        return source
    return replace(source, delimiter=layout.delimiter)


def read_layout(code: str, layout: BankLayout, source: Source, declared: Declared) -> Opened:
    """The statements of a table; questions where neither layout nor file nor person says."""
    source = _source(source, layout)
    sheet = _sheet(layout, source, declared)
    if isinstance(sheet, Question):
        return [sheet]
    table = _open(sheet, layout)
    settled = _settle(table, layout, declared)
    if isinstance(settled, list):
        return settled
    reader = _TableReader(table, settled)
    for line, cells in table.rows():
        reader.take(line, cells)
    reader.finish()
    if sheet.encoding and not source.ends_with_newline() and layout.ends_with_newline:
        reader.mistakes.append(
            Mistake(
                "end-unproven",
                "The last line of the file is not finished with a line end; it may be cut short.",
                "Export the file again; if it ends the same, a person must decide.",
                place=f"line {reader.last_line}",
            )
        )
    return reading(code, sheet.encoding, reader.listed, reader.mistakes)


def _sheet(layout: BankLayout, source: Source, declared: Declared) -> Sheet | Question:
    """The table, in the encoding that the bank uses where the bytes are no UTF-8."""
    found = source.sheet()
    if declared.encoding is not None or layout.encoding is None:
        return found
    if isinstance(found, Question) or found.encoding in ("cp1252", "mac_roman"):
        return replace(source, encoding=layout.encoding).sheet()
    return found


@dataclass(frozen=True)
class _Table:
    """A sheet whose header is found."""

    sheet: Sheet
    before: tuple[tuple[str, ...], ...]
    width: int | None  # of the header
    skip: int
    places: Mapping[str, tuple[int, ...]]

    def rows(self) -> Iterator[Row]:
        """The rows below the header that hold anything."""
        for position, (line, cells) in enumerate(self.sheet.rows()):
            if position >= self.skip and not is_blank(cells):
                yield line, cells


def _open(sheet: Sheet, layout: BankLayout) -> _Table:
    first = [row for _, row in zip(range(60), sheet.rows(), strict=False)]
    at = header_at(first, layout)
    if at is None:
        raise Refusal("layout-unknown", "The table has not the columns of its layout.")
    if layout.begins is not None:
        before, skip, width = first[at : at + layout.rows_before], at + layout.rows_before, None
        header: Sequence[Cell] = ()
    else:
        before, skip, width = first[:at], at + 1, len(first[at][1])
        header = first[at][1]
    return _Table(
        sheet,
        tuple(tuple(plain_text(each).strip() for each in cells) for _, cells in before),
        width,
        skip,
        positions(header, layout),
    )


@dataclass(frozen=True)
class Settled:
    """A layout without open questions."""

    layout: BankLayout
    numbers: NumberFormat
    dates: DateFormat
    currency: str | None
    stated: Mapping[str, str]


def _settle(table: _Table, layout: BankLayout, declared: Declared) -> Settled | list[Question]:
    stated = dict(layout.preamble(table.before)) if layout.preamble is not None else {}
    currency = stated.get("currency") or layout.currency or declared.currency
    if declared.account or layout.account:
        stated["account"] = account_key(declared.account or layout.account or "")
    numbers = declared.numbers or layout.numbers or _numbers(table).answer(NumberFormat.POINT)
    dates = declared.dates or layout.dates or _dates(table).answer(DateFormat.ISO)
    questions = [each for each in (numbers, dates) if isinstance(each, Question)]
    if currency is None and "currency" not in table.places:
        questions.append(Question("currency", "", "In which currency is the account?", (), ()))
    if isinstance(numbers, Question) or isinstance(dates, Question) or questions:
        return questions
    return Settled(layout, numbers, dates, currency, stated)


def proven(layout: BankLayout, source: Source) -> tuple[NumberFormat | None, DateFormat | None]:
    """How its columns prove that numbers and days are written; None where they do not."""
    sheet = source.sheet()
    if isinstance(sheet, Question):
        return None, None
    table = _open(sheet, layout)
    return _numbers(table).proven(), _dates(table).proven()


def _numbers(table: _Table) -> Evidence[NumberFormat]:
    evidence = evidence_of_numbers("amount")
    for _, cells in table.rows():
        for name in _AMOUNTS:
            for place in table.places.get(name, ()):
                if place < len(cells):
                    evidence.add(cells[place])
    return evidence


def _dates(table: _Table) -> Evidence[DateFormat]:
    evidence = evidence_of_dates("booked_date")
    for _, cells in table.rows():
        for place in table.places.get("booked_date", ()):
            if place < len(cells):
                evidence.add(cells[place])
    return evidence


@dataclass
class _TableReader:
    """Puts every row into the statement of its account and currency."""

    table: _Table
    settled: Settled
    statements: dict[tuple[str, str], Statement] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    last: Line | None = None
    last_line: int = 0

    def take(self, line: int, cells: Sequence[Cell]) -> None:
        """One row; what cannot be read holds the file, because no balance would miss it."""
        self.last_line = line
        try:
            self._take(line, cells)
        except BadCell as bad:
            shown = ", ".join(plain_text(each) for each in cells)
            self.mistakes.append(
                Mistake(bad.code, bad.reason, bad.remedy, place=f"line {line}", field=bad.field,
                        value=shown)
            )  # fmt: skip

    def _take(self, line: int, cells: Sequence[Cell]) -> None:
        fields = self._fields(cells)
        role = self.settled.layout.role(fields.texts) if self.settled.layout.role else LINE
        if role == IGNORED:
            return
        if role != CONTINUES:
            self._check_length(cells)
        if role == CONTINUES and self.last is not None:
            self.last.remittance = join(self.last.remittance, fields.texts.get("remittance"))
            return
        found = read_row(fields, self.settled, is_dated=role != PENDING)
        found.place, found.is_booked = f"line {line}", role != PENDING
        statement = self._statement(fields.texts, found.currency, line)
        if role in (OPENING, CLOSING):
            setattr(statement, f"{role}_minor", found.amount_minor)
            setattr(statement, f"{role}_code", "row")
            setattr(statement, f"{role}_date", found.booked_date)
            return
        statement.lines.append(found)
        self.last = found
        if len(statement.lines) > LINES_MAX:
            raise Refusal("file-too-large", f"More than {LINES_MAX} lines. Export shorter periods.")

    def _fields(self, cells: Sequence[Cell]) -> Fields:
        width = self.table.width
        if width is not None and not is_blank(cells[width:]):
            raise BadCell(
                "row-misaligned",
                f"The row has {len(cells)} cells and the header {width}.",
                "Export the file again.",
            )
        return Fields.of(cells, self.table.places, self.settled.layout.clean)

    def _check_length(self, cells: Sequence[Cell]) -> None:
        needed = [
            self.table.places[name][0]
            for name in ("booked_date", *_AMOUNTS)
            if name in self.table.places
        ]
        if max(needed, default=0) >= len(cells):
            raise BadCell(
                "row-short",
                f"The row has only {len(cells)} cells; it may be cut short.",
                "Export the file again.",
            )

    def _statement(self, texts: Mapping[str, str], currency: str, line: int) -> Statement:
        account = texts.get("account") or self.settled.stated.get("account", "")
        key = (account, currency)
        if key not in self.statements:
            made = Statement(self.settled.layout.kind, place=f"line {line}", currency=currency)
            is_iban = account[:2].isalpha() and account[2:4].isdigit()
            made.account_iban = account if is_iban else None
            made.account_other = None if is_iban else account or None
            made.account_name = texts.get("account_name") or self.settled.stated.get("account_name")
            made.account_bic = texts.get("account_bic") or None
            if not account:
                made.flags.append("account-not-stated")
            self.statements[key] = made
        return self.statements[key]

    @property
    def listed(self) -> list[Statement]:
        """The statements in the order of their first rows."""
        return list(self.statements.values())

    def finish(self) -> None:
        """The period and, where a column shows it, the balance of each statement."""
        for statement in self.listed:
            days = [each.booked_date for each in statement.lines if each.booked_date is not None]
            statement.from_date, statement.to_date = (
                min(days, default=None),
                max(days, default=None),
            )
            check_running(statement)
