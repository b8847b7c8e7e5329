"""Reads any layout from any sheet: finds the header, settles the formats, gives batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import (
    BATCH_ROWS,
    Basis,
    Batch,
    Control,
    Declared,
    Format,
    Opened,
    Question,
    Reading,
)
from recoup.formats.cells import Row, plain_text
from recoup.formats.collect import Collector
from recoup.formats.days import DateFormat
from recoup.formats.detect import evidence_of_dates, evidence_of_numbers
from recoup.formats.layout import Layout, Lines
from recoup.formats.record import AMOUNTS, DAYS, Columns, Record
from recoup.formats.sheets import Sheet, head, is_blank
from recoup.formats.shell import COUNTED, Shell, columns_at, find_header, refuse_doubles
from recoup.kernel.errors import Refusal
from recoup.kernel.money import exponent


def as_format(layout: Layout) -> Format:
    """The layout as a plug-in."""

    def recognises(rows: Iterable[Row]) -> int:
        return confidence(layout, rows)

    def read(sheet: Sheet, declared: Declared) -> Opened:
        return read_table(layout, sheet, declared)

    return Format(
        code=layout.code,
        title=layout.title,
        kinds=layout.kinds,
        recognises=recognises,
        read=read,
        adds_up_rows=layout.lines is Lines.SUMMED,
        note=layout.note,
    )


def confidence(layout: Layout, rows: Iterable[Row]) -> int:
    """0, or more the more labels the header shares with the layout."""
    for _, cells in rows:
        places = None if is_blank(cells) else find_header(layout, cells)
        if places is not None:
            return min(99, 60 + 2 * len(layout.signature) + len(columns_at(layout, places)))
    return 0


@dataclass(frozen=True)
class _Header:
    line: int
    cells: Sequence[str]
    places: dict[str, tuple[int, ...]]

    def named(self, names: Iterable[str]) -> str:
        """The labels of the columns of some fields, for a question."""
        places = sorted(self.places[name][0] for name in names if name in self.places)
        labels = [self.cells[place] for place in places]
        return ", ".join(labels)


def read_table(
    layout: Layout, sheet: Sheet, declared: Declared, *, batch_rows: int = BATCH_ROWS
) -> Opened:
    """The reading of a sheet by a layout, or what must be asked first.

    Refusal when the header is not that of the layout.
    """
    if layout.refusal:
        raise Refusal("layout-without-balances", layout.refusal)
    header = _header(layout, sheet)
    settled = _settle(layout, sheet, declared, header)
    if isinstance(settled, list):
        return settled
    run = _Run(layout, sheet, declared, settled, batch_rows)
    return Reading(basis=settled, batches=run.batches(), finish=run.control)


def _header(layout: Layout, sheet: Sheet) -> _Header:
    for line, cells in head(sheet):
        places = None if is_blank(cells) else find_header(layout, cells)
        if places is not None:
            refuse_doubles(layout, cells)
            labels = [plain_text(cell) for cell in cells]
            return _Header(line, labels, columns_at(layout, places))
    raise Refusal(
        "header-missing",
        f"No row of the first ones is the header of {layout.title}: it needs the columns "
        f"{', '.join(layout.signature)}. Export the list again or choose another layout.",
    )


def _settle(
    layout: Layout, sheet: Sheet, declared: Declared, header: _Header
) -> Basis | list[Question]:
    """How dates, numbers and currency are to be read: declared, a fact, proved, or asked."""
    dates: DateFormat | Question | None = declared.dates or layout.dates
    numbers: NumberFormat | Question | None = declared.numbers or layout.numbers
    if dates is None or numbers is None:
        proved_dates, proved_numbers = _prove(sheet, header)
        dates = dates or proved_dates
        numbers = numbers or proved_numbers
    currency = declared.currency or layout.currency
    if currency is not None:
        exponent(currency)
    has_money = any(name in header.places for name in AMOUNTS)
    questions = [each for each in (dates, numbers) if isinstance(each, Question)]
    if currency is None and "currency" not in header.places and has_money:
        questions.append(_currency_question(header))
    if isinstance(dates, Question) or isinstance(numbers, Question) or questions:
        return questions
    return Basis(
        format=layout.code,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        sheet=sheet.name,
        dates=dates,
        numbers=numbers,
        currency=currency,
        header=tuple(header.cells),
    )


def _prove(sheet: Sheet, header: _Header) -> tuple[DateFormat | Question, NumberFormat | Question]:
    days = [name for name in header.places if name in DAYS]
    money = [name for name in header.places if name in AMOUNTS]
    dates = evidence_of_dates(header.named(days))
    numbers = evidence_of_numbers(header.named(money))
    day_columns = [header.places[name][0] for name in days]
    money_columns = [header.places[name][0] for name in money]
    width = len(header.cells)
    for line, cells in sheet.rows():
        if line <= header.line or len(cells) < width:
            continue
        for column in day_columns:
            dates.add(cells[column])
        for column in money_columns:
            numbers.add(cells[column])
    return dates.answer(DateFormat.ISO), numbers.answer(NumberFormat.POINT)


def _currency_question(header: _Header) -> Question:
    return Question(
        about="currency",
        column=header.named(AMOUNTS),
        sentence="The file does not say in which currency its amounts are. Which one is it?",
        candidates=(),
        examples=(),
    )


class _Run:
    """One pass over the file."""

    def __init__(
        self, layout: Layout, sheet: Sheet, declared: Declared, basis: Basis, batch_rows: int
    ) -> None:
        self._sheet = sheet
        self._basis = basis
        self._batch_rows = batch_rows
        self._as_of = declared.as_of
        self._records = 0
        self._collector = Collector(layout, self._count)
        self._shell = Shell(layout, basis.currency or "USD", basis.numbers, self._collector.flush)
        self._counted = (layout.report.totals_of,) if layout.report is not None else COUNTED

    def batches(self) -> Iterator[Batch]:
        """All rows, in batches."""
        collector, shell = self._collector, self._shell
        read = None
        for line, cells in self._sheet.rows():
            self._records += 1
            reason = shell.reason(line, cells)
            if reason is not None:
                collector.flush()
                collector.ignored[reason] += 1
                continue
            if read is None:
                read = self._columns().reader()
            collector.add(self._placed(read(line, cells)))
            if collector.size >= self._batch_rows:
                yield collector.give()
        collector.flush()
        yield collector.give()

    def _count(self, minor: int, currency: str) -> None:
        self._shell.count(minor, currency)

    def _columns(self) -> Columns:
        shell, basis = self._shell, self._basis
        return Columns(
            at=shell.places,
            width=len(shell.header),
            dates=basis.dates,
            numbers=basis.numbers,
            currency=basis.currency,
        )

    def _placed(self, record: Record) -> Record:
        """The record with what its place in the file says."""
        record.group = self._shell.group
        if record.group is not None and record.account_name is None:
            record.account_name = record.group
        for name in self._counted:
            value = getattr(record, name) if name else None
            if value is not None:
                record.counted = value
                break
        return record

    def control(self) -> Control:
        """The account of the file."""
        return Control(
            records=self._records,
            used=self._collector.used,
            set_aside=self._collector.set_aside,
            ignored=dict(sorted(self._collector.ignored.items())),
            sums=self._collector.summed(),
            totals=tuple(self._shell.totals),
            missing=self._shell.missing(),
            as_of=self._shell.as_of or self._as_of,
        )
