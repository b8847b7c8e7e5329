"""Advice as a table: CSV or workbook, its columns named by their header or by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from recoup.formats.advice.base import ROWS_MAX, AdviceReading, Declared, Heading, Opened
from recoup.formats.advice.gather import Gathered
from recoup.formats.advice.labels import MONEY, VOCABULARY, fact, is_total
from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.cells import BadCell, Cell, Row, plain_text, text
from recoup.formats.detect import evidence_of_numbers
from recoup.formats.guess import header_of
from recoup.formats.layout import folded
from recoup.formats.sheets import Sheet, head, is_blank
from recoup.kernel.errors import Refusal

FIELDS = frozenset(VOCABULARY.words)
# Titles, blank rows and totals beside the rows that are kept.
LINES_MAX = 4 * ROWS_MAX


@dataclass(frozen=True)
class _Columns:
    """Where each field stands."""

    at: Mapping[str, int]
    header_line: int
    width: int

    def cell(self, name: str, cells: Sequence[Cell]) -> Cell:
        """The cell of a field; empty where the row or the table has none."""
        place = self.at.get(name, len(cells))
        return cells[place] if place < len(cells) else ""


def read_table(sheet: Sheet, declared: Declared) -> Opened:
    """The advice of a table, or what must be said before it can be read."""
    rows = list(islice(sheet.rows(), LINES_MAX + 1))
    if len(rows) > LINES_MAX:
        raise Refusal(
            "advice-too-long",
            f"The table has more than {LINES_MAX:,} rows: it is no advice of one payment. "
            "Bring it in parts.",
        )
    columns = _columns(sheet, declared)
    heading = _heading(rows, columns)
    body = [row for row in rows if row[0] > columns.header_line and not is_blank(row[1])]
    currency = declared.currency or heading.currency or _named_currency(columns, body)
    numbers = declared.numbers or _numbers(columns, body)
    questions = [each for each in (numbers,) if isinstance(each, Question)]
    if not currency:
        questions.append(currency_question())
    if questions or isinstance(numbers, Question):
        return questions
    gathered = Gathered(currency, numbers, lines=sum(not is_blank(cells) for _, cells in rows))
    return _read(gathered, columns, body, heading)


def currency_question() -> Question:
    """What an advice that names no currency leaves open."""
    return Question(
        about="currency",
        column="",
        sentence="The advice names no currency. Say in which one it was paid.",
        candidates=(),
        examples=(),
    )


def _columns(sheet: Sheet, declared: Declared) -> _Columns:
    rows = [row for row in head(sheet) if not is_blank(row[1])]
    # Labels and values may stand above: the header is the first row that names what is needed.
    guessed = () if declared.columns else range(len(rows))
    at = next((each for each in guessed if _is_enough(_found(declared, rows, each))), None)
    if at is None:
        at, _ = header_of(rows)
    found, header = _found(declared, rows, at), [plain_text(cell) for cell in rows[at][1]]
    if not _is_enough(found):
        lacking = "the document" if "document" not in found else "the amount paid"
        raise Refusal(
            "advice-columns-unknown",
            f"No column is known to hold {lacking}. The columns are: "
            f"{', '.join(name for name in header if name)[:300]}. Say which one is what.",
        )
    return _Columns(
        {name: header.index(column) for name, column in found.items()}, rows[at][0], len(header)
    )


def _is_enough(found: Mapping[str, str]) -> bool:
    return "document" in found and bool({"amount", "gross"} & set(found))


def _found(declared: Declared, rows: Sequence[Row], at: int) -> dict[str, str]:
    """The columns under one row taken for the header: said by a person, else guessed."""
    header = [plain_text(cell) for cell in rows[at][1]]
    said = _said(declared, header)
    below = [cells for _, cells in rows[at + 1 :]]
    guessed = VOCABULARY.guesses(header, below, FIELDS - set(said))
    return {each.field: each.column for each in guessed if each.column not in said.values()} | said


def _said(declared: Declared, header: Sequence[str]) -> dict[str, str]:
    """The columns a person named; Refusal for what the file or we do not have."""
    by_label = {folded(label): label for label in header}
    unknown = [name for name in declared.columns if name not in FIELDS]
    absent = [label for label in declared.columns.values() if folded(label) not in by_label]
    if unknown or absent:
        raise Refusal(
            "column-unknown",
            f"There is no {'field' if unknown else 'column'} {(unknown or absent)[0]!r}. "
            f"Fields are {', '.join(sorted(FIELDS))}.",
        )
    return {name: by_label[folded(label)] for name, label in declared.columns.items()}


def _heading(rows: Sequence[Row], columns: _Columns) -> Heading:
    """What stands above the table."""
    heading = Heading()
    for line, cells in rows:
        if line >= columns.header_line:
            break
        words = [plain_text(cell).strip().rstrip(":") for cell in cells if cell != ""]
        if len(words) == 1:
            heading = heading.completed(fact(plain_text(cells[0])))
        elif words:
            heading = heading.completed(fact(f"{words[0]}: {words[1]}"))
    return heading


def _named_currency(columns: _Columns, body: Sequence[Row]) -> str:
    """The currency of the first row that names one."""
    for _, cells in body:
        written = plain_text(columns.cell("currency", cells)).strip().upper()
        if written:
            return written[:3]
    return ""


def _numbers(columns: _Columns, body: Sequence[Row]) -> NumberFormat | Question:
    evidence = evidence_of_numbers("amount")
    for _, cells in body:
        for name in MONEY & set(columns.at):
            evidence.add(columns.cell(name, cells))
    return evidence.answer(NumberFormat.POINT)


def _read(
    gathered: Gathered, columns: _Columns, body: Sequence[Row], heading: Heading
) -> AdviceReading:
    total: int | None = None
    gathered.ignored = gathered.lines - len(body)
    for line, cells in body:
        first = next(plain_text(cell) for cell in cells if plain_text(cell).strip())
        document = plain_text(columns.cell("document", cells)).strip()
        try:
            if is_total(first) or not document:
                gathered.ignored += 1
                total = _total(gathered, columns, cells, is_named=is_total(first))
                continue
            _row(gathered, columns, line, cells)
        except BadCell as mistake:
            value = columns.cell(mistake.field or "amount", cells)
            gathered.put_aside(line, mistake, value, cells)
    return gathered.reading("table", heading.completed(Heading(total_minor=total)))


def _total(
    gathered: Gathered, columns: _Columns, cells: Sequence[Cell], *, is_named: bool
) -> int | None:
    """The total that a row states; BadCell for a row of money that names no document."""
    name = "amount" if "amount" in columns.at else "gross"
    stated = gathered.minor(columns.cell(name, cells))
    if stated is not None and not is_named:
        gathered.ignored -= 1
        raise BadCell(
            "document-missing",
            "The row has an amount and names no document.",
            "Add the number of the document it pays.",
            field="document",
        )
    return stated


def _row(gathered: Gathered, columns: _Columns, line: int, cells: Sequence[Cell]) -> None:
    written = plain_text(columns.cell("currency", cells)).strip().upper()
    if written and written != gathered.currency:
        raise BadCell(
            "currency-differs",
            f"The row is in {written[:10]} and the advice in {gathered.currency}.",
            "Bring one advice for each currency: a payment has one.",
            field="currency",
        )
    money: dict[str, int | None] = {}
    for name in sorted(MONEY & set(columns.at)):
        try:
            money[name] = gathered.minor(columns.cell(name, cells))
        except BadCell as mistake:
            mistake.field = name
            raise
    document = text(columns.cell("document", cells)) or ""
    gathered.take(line, document, money, reason=text(columns.cell("reason", cells)) or "")
