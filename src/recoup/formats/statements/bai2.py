"""BAI2: records of a type and cells parted by commas, with control totals on three levels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from recoup.formats.base import Question
from recoup.formats.cells import BadCell
from recoup.formats.statements.bai2_record import Funds, funds, record_day, texts
from recoup.formats.statements.base import Declared, Opened, StatementFormat
from recoup.formats.statements.collect import reading
from recoup.formats.statements.line import Kind, Line, Mistake, Statement
from recoup.formats.statements.source import Source
from recoup.formats.statements.values import whole_minor
from recoup.kernel.errors import Refusal

_RECORD = re.compile(r"(01|02|03|16|49|88|98|99),")
_NEXT_ON_LINE = re.compile(r"/\s+(?=(?:01|02|03|16|49|88|98|99),)")
_TOTAL = re.compile(r"[+-]?[0-9]{1,18}")
_OPENING, _CLOSING, _AVAILABLE = "010", "015", "045"
_CREDITS, _DEBITS = "100", "400"
_CREDIT_CODES, _DEBIT_CODES = range(100, 400), range(400, 700)
_ASK = "Ask the bank for the file again."
RECORDS_MAX = 1_000_000
CONTINUATIONS_MAX = 5_000


@dataclass
class Record:
    """A record with what continues it, and how many records of the file that is."""

    code: str
    text: str
    line: int
    count: int = 1
    joined: int = 0

    @property
    def cells(self) -> list[str]:
        """The cells; the slash that ends a record is none."""
        return [each.strip() for each in self.text.rstrip().removesuffix("/").split(",")]


def records(text: str) -> Iterator[Record]:
    """The records in order, continuations joined; a row without a type continues the one before."""
    current: Record | None = None
    for number, row in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        for written in _NEXT_ON_LINE.split(row) if row.strip() else ():
            found = _RECORD.match(written.lstrip())
            if found is None or found[1] == "88":
                if current is None:
                    raise Refusal("record-unknown", f"Line {number} is no record of BAI2. {_ASK}")
                _join(current, written, found)
                continue
            if current is not None:
                yield current
            current = Record(found[1], written.lstrip()[3:], number)
    if current is not None:
        yield current


def _join(current: Record, written: str, found: re.Match[str] | None) -> None:
    """A continuation goes on where the record broke off: after a slash with the next cell."""
    current.joined += 1
    if current.joined > CONTINUATIONS_MAX:
        raise Refusal(
            "record-too-long",
            f"The record of line {current.line} goes on for more than {CONTINUATIONS_MAX} rows. "
            "Check that the file is BAI2 and nothing else.",
        )
    if found is None:
        current.text += "\n" + written
        return
    current.count += 1
    bare = current.text.rstrip()
    joint = "," if bare.endswith("/") and current.code in ("03", "16") else "\n"
    if current.code == "16" and _is_text_begun(bare):
        joint = "\n"
    current.text = bare.removesuffix("/") + joint + written.lstrip()[3:]


def _is_text_begun(text: str) -> bool:
    """Whether a detail broke off inside its text, and not in the cells before it."""
    cells = text.removesuffix("/").split(",")
    try:
        return len(cells) > funds(cells, 2).after + 2
    except BadCell:
        return False


@dataclass
class _Level:
    """What a control record must agree with: a total and a count of records."""

    total: int = 0
    records: int = 0
    members: int = 0


@dataclass
class _Reader:
    """Walks through the records and checks every control total."""

    statements: list[Statement] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    levels: dict[str, _Level] = field(default_factory=dict)
    group: list[str] = field(default_factory=list)
    is_ended: bool = False
    is_account_open: bool = False

    def take(self, record: Record) -> None:
        """One record; a mistake in it holds its statement or the file."""
        if self.is_ended:
            raise Refusal(
                "record-after-end", f"Line {record.line} follows the end of the file. {_ASK}"
            )
        for level in self.levels.values():
            level.records += record.count
        try:
            getattr(self, f"_take_{record.code}")(record)
        except BadCell as bad:
            mistake = Mistake(
                bad.code, bad.reason, bad.remedy, place=f"line {record.line}", field=record.code,
                value=record.text,
            )  # fmt: skip
            place = self.statements[-1].mistakes if self.is_account_open else self.mistakes
            place.append(mistake)

    def _take_01(self, record: Record) -> None:
        self.levels = {"99": _Level(records=record.count)}

    def _take_02(self, record: Record) -> None:
        self.group = [*record.cells, *[""] * 8]
        self.levels["98"] = _Level(records=record.count)

    def _take_03(self, record: Record) -> None:
        if self.is_account_open:
            raise BadCell("account-unfinished", "An account begins before the last ended.", _ASK)
        self.levels["49"] = _Level(records=record.count)
        cells = record.cells
        statement = Statement(Kind.FINAL, place=f"line {record.line}")
        self.statements.append(statement)
        self.is_account_open = True
        statement.account_other = cells[0] or None
        group = [*self.group, *[""] * 8]
        statement.currency = (cells[1] if len(cells) > 1 else "") or group[5] or "USD"
        statement.account_bic = group[1] or None
        statement.closing_date = statement.to_date = record_day(group[3])
        self._summaries(statement, cells[2:])

    def _summaries(self, statement: Statement, cells: list[str]) -> None:
        position = 0
        while position < len(cells):
            code, amount, count = [*cells[position : position + 3], "", "", ""][:3]
            used = funds(cells, position + 3)
            position = used.after
            if not code and not amount:
                continue
            minor = whole_minor(amount) if amount else 0
            self.levels["49"].total += minor
            if not amount:
                continue
            if code == _OPENING:
                statement.opening_minor, statement.opening_code = minor, code
            elif code == _CLOSING:
                statement.closing_minor, statement.closing_code = minor, code
            elif code == _AVAILABLE:
                statement.available_minor = minor
            elif code == _CREDITS:
                statement.stated_credit_minor = abs(minor)
                statement.stated_credit_count = int(count) if count.isdecimal() else None
            elif code == _DEBITS:
                statement.stated_debit_minor = abs(minor)
                statement.stated_debit_count = int(count) if count.isdecimal() else None

    def _take_16(self, record: Record) -> None:
        statement = self._account(record)
        cells = record.cells
        code, amount = cells[0], cells[1] if len(cells) > 1 else ""
        minor = whole_minor(amount) if amount else 0
        self.levels["49"].total += minor
        kind = int(code) if code.isdecimal() else 0
        if kind not in _CREDIT_CODES and kind not in _DEBIT_CODES:
            raise BadCell(
                "code-unknown",
                f"The type {code!r} says neither credit nor debit.",
                "Ask the bank what the type means.",
            )
        used = funds(record.text.rstrip().removesuffix("/").split(","), 2)
        statement.lines.append(_line(record, statement, kind, minor, used))

    def _take_49(self, record: Record) -> None:
        statement = self._account(record)
        self._check("49", record, statement.mistakes)
        self.is_account_open = False
        _settle(statement)
        del self.levels["49"]

    def _take_98(self, record: Record) -> None:
        self._check("98", record, self.mistakes, members="accounts")
        self.levels.pop("98", None)

    def _take_99(self, record: Record) -> None:
        self._check("99", record, self.mistakes, members="groups")
        self.is_ended = True

    def _account(self, record: Record) -> Statement:
        if not self.is_account_open:
            raise BadCell("account-missing", "The record belongs to no account.", _ASK)
        return self.statements[-1]

    def _check(
        self, code: str, record: Record, mistakes: list[Mistake], *, members: str = ""
    ) -> None:
        """The total and the counts of a control record against what was read."""
        level = self.levels.get(code)
        cells = record.cells
        if level is None or not _TOTAL.fullmatch(cells[0]):
            raise BadCell("control-unreadable", f"{record.text[:40]!r} controls nothing.", _ASK)
        stated = int(cells[0])
        counts = [int(each) if each.isdecimal() else -1 for each in cells[1:]]
        wanted = [level.members, level.records] if members else [level.records]
        if stated != level.total or counts[: len(wanted)] != wanted:
            mistakes.append(
                Mistake(
                    "control-differs",
                    f"The control record {code} states {', '.join(cells)}; the records make "
                    f"{', '.join(map(str, [level.total, *wanted]))}.",
                    _ASK,
                    place=f"line {record.line}",
                )
            )
        above = self.levels.get({"49": "98", "98": "99"}.get(code, ""))
        if above is not None:
            # What the bank states goes up: one wrong account is not three mistakes.
            above.total += stated
            above.members += 1


def _settle(statement: Statement) -> None:
    """Balances are optional in BAI2; without lines only summaries were meant."""
    if statement.opening_minor is None or statement.closing_minor is None:
        statement.kind = Kind.LIST
        statement.flags.append("balances-not-stated")
    totals = (statement.stated_credit_minor, statement.stated_debit_minor)
    if not statement.lines and any(totals):
        statement.flags.append("summary-only")


def _line(record: Record, statement: Statement, kind: int, minor: int, used: Funds) -> Line:
    rest = record.text.rstrip().removesuffix("/").split(",")[used.after :]
    bank, customer = [*(each.strip() for each in rest[:2]), "", ""][:2]
    line = Line(
        place=f"line {record.line}",
        amount_minor=minor if kind in _CREDIT_CODES else -minor,
        currency=statement.currency or "",
        booked_date=statement.closing_date,
        value_date=used.value_date or statement.closing_date,
        bank_reference=bank or None,
        code_raw=str(kind),
    )
    remittance, words = texts(",".join(rest[2:]))
    line.remittance = remittance
    line.end_to_end_id = words.get("EREF") or customer or None
    is_in = line.amount_minor > 0
    line.counterparty_name = words.get("DBNM" if is_in else "CRNM")
    line.counterparty_account = words.get("DACT" if is_in else "CACT")
    line.counterparty_bic = words.get("DBIC" if is_in else "CBIC")
    return line


def recognises(source: Source) -> int:
    """By the header of the file and of the first group."""
    if re.match(r"01,[^,\r\n]*,[^,\r\n]*,[0-9]{6},", source.start):
        return 95
    return 50 if re.match(r"0[0-3],[^,\r\n]*,[^,\r\n]*,", source.start) else 0


def read(source: Source, declared: Declared) -> Opened:
    """The accounts of the file as statements; held where a control total or balance differs."""
    decoded = source.text(declared.encoding)
    if isinstance(decoded, Question):
        return [decoded]
    text, encoding = decoded
    reader = _Reader()
    for number, record in enumerate(records(text), 1):
        if number > RECORDS_MAX:
            raise Refusal("file-too-large", f"The file has more than {RECORDS_MAX} records. {_ASK}")
        if number == 1 and record.code != "01":
            raise Refusal("record-unknown", f"Line 1 is no header of a BAI2 file. {_ASK}")
        reader.take(record)
    if not reader.is_ended:
        reader.mistakes.append(
            Mistake(
                "end-missing",
                "The file lacks the record 99 that ends it; it is cut short.",
                _ASK,
                place=f"line {text.count(chr(10)) + 1}",
            )
        )
    return reading("bai2", encoding, reader.statements, reader.mistakes)


STATEMENT = StatementFormat(
    code="bai2",
    title="BAI2",
    recognises=recognises,
    read=read,
    note="Control totals prove that the file is whole; balances are checked where they are stated.",
)
