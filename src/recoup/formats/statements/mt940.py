"""MT940 and MT942: fields told by their tags, in the dialects that banks really write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from recoup.formats.base import Question
from recoup.formats.cells import TEXT_CHARACTERS_MAX, BadCell
from recoup.formats.statements.base import Declared, Opened, StatementFormat
from recoup.formats.statements.collect import reading
from recoup.formats.statements.line import Kind, Mistake, Statement
from recoup.formats.statements.mt_details import describe
from recoup.formats.statements.mt_line import read_line, short_day
from recoup.formats.statements.source import Source
from recoup.formats.statements.values import decimal_minor, is_iban
from recoup.kernel.errors import Refusal

# Only these begin a field: a clock such as :12:11 that was wrapped does not.
_TAG = re.compile(
    r":(20|21|25|25P|28|28C|60F|60M|61|62F|62M|64|65|86|34F|13|13D|90C|90D|NS|940|942):"
)
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})?([0-9]{1,20},[0-9]{0,10})")
_FLOOR = re.compile(r"([A-Z]{3})[CD]?[0-9,]*")
_TOTAL = re.compile(r"([0-9]{1,5})([A-Z]{3})([0-9]{1,20},[0-9]{0,10})")
_SEQUENCE = re.compile(r"([0-9]{1,18})(?:/([0-9]{1,9}))?")
_BLOCKS = re.compile(r"\{[1235]:[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\{4:")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_END = re.compile(r"-(?:\}.*|\x03.*|[A-Z]{3})?\s*")
FIELD_LINES_MAX = 400
LINES_MAX = 500_000


@dataclass
class _Field:
    tag: str
    value: list[str]
    line: int


@dataclass
class _Message:
    fields: list[_Field] = field(default_factory=list)
    is_ended: bool = False

    def has(self, *tags: str) -> bool:
        """Whether a field of these tags is there."""
        return any(each.tag in tags for each in self.fields)


def messages(text: str) -> list[_Message]:
    """The messages of a file: each ends with a line of a dash, or where the next :20: begins."""
    found = [_Message()]
    for number, written in _lines(text):
        if _END.fullmatch(written):
            if found[-1].fields:
                found[-1].is_ended = True
                found.append(_Message())
            continue
        tag = _TAG.match(written)
        if tag is not None:
            if tag[1] in ("20", "940", "942") and found[-1].has("20", "25", "61", "60F", "60M"):
                found.append(_Message())
            found[-1].fields.append(_Field(tag[1], [written[tag.end() :]], number))
        elif found[-1].fields:
            _continue(found[-1].fields[-1], written, number)
    return [each for each in found if each.fields]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without the envelope of SWIFT; only CR and LF part lines."""
    for number, written in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        bare = written.lstrip("\x01")
        if bare.startswith("{"):
            bare = _BLOCKS.sub("", bare)
        yield number, bare


def _continue(last: _Field, written: str, number: int) -> None:
    if len(last.value) >= FIELD_LINES_MAX:
        raise Refusal(
            "field-too-long",
            f"The field :{last.tag}: of line {last.line} goes on for more than {FIELD_LINES_MAX} "
            "lines. Check that the file is MT940 and nothing else.",
        )
    last.value.append(written)


@dataclass
class _Builder:
    """Fills one statement from the fields of a message."""

    statement: Statement
    declared: str | None = None  # of a statement that names no currency
    currency: str | None = None

    def take(self, found: _Field) -> None:
        """One field; what cannot be read holds the statement, the rest is still shown."""
        try:
            self._take(found)
        except BadCell as bad:
            self.statement.mistakes.append(
                Mistake(bad.code, bad.reason, bad.remedy, place=f"line {found.line}",
                        field=f":{found.tag}:", value="\n".join(found.value))
            )  # fmt: skip

    def _take(self, found: _Field) -> None:
        statement, first = self.statement, found.value[0].strip()
        if found.tag == "20":
            statement.statement_id = first or None
        elif found.tag in ("25", "25P"):
            self._account(first)
        elif found.tag in ("28", "28C"):
            self._sequence(first)
        elif found.tag in ("60F", "60M", "62F", "62M", "64"):
            self._balance(found.tag, first)
        elif found.tag == "34F":
            self._floor(first)
        elif found.tag in ("90C", "90D"):
            self._total(found.tag, first)
        elif found.tag == "61":
            self._check_currency(found)
            statement.lines.append(read_line(found.value, found.line, self.currency or ""))
            if len(statement.lines) > LINES_MAX:
                raise Refusal("file-too-large", f"More than {LINES_MAX} lines in one statement.")
        elif found.tag in ("86", "NS"):
            self._details(found)

    def _check_currency(self, found: _Field) -> None:
        self.currency = self.statement.currency = self.currency or self.declared
        if self.currency is None:
            raise BadCell(
                "currency-missing",
                f"The line {found.line} has no currency: no opening balance stands before it.",
                "Ask the bank for the whole statement.",
            )

    def _account(self, written: str) -> None:
        """An IBAN, or bank code and number, with or without a currency behind it."""
        if self.statement.account:
            raise BadCell(
                "account-repeated", f"A second account {written[:40]!r} in one statement.",
                "Ask the bank for the file again.",
            )  # fmt: skip
        is_whole = is_iban(written.replace(" ", ""))
        bare = written if is_whole else re.sub(r"/?[A-Z]{3}$", "", written)
        iban = bare.replace(" ", "")
        if _IBAN.fullmatch(iban):
            self.statement.account_iban = iban
        else:
            self.statement.account_other = bare or written or None

    def _sequence(self, written: str) -> None:
        found = _SEQUENCE.fullmatch(written)
        if found is not None:
            self.statement.sequence = int(found[1])
            self.statement.page = int(found[2]) if found[2] else None

    def _balance(self, tag: str, written: str) -> None:
        statement = self.statement
        found = _BALANCE.fullmatch(written)
        if found is None:
            raise BadCell(
                "balance-unreadable",
                f"{written[:40]!r} is not a balance of MT940.",
                "Ask the bank for the file again; it may be cut short.",
            )
        currency = found[3] or self.currency or ""
        if not found[3]:
            statement.flags.append("balance-without-currency")
        minor = decimal_minor(found[4], currency, sign=",") * (-1 if found[1] == "D" else 1)
        if self.currency not in (None, currency):
            raise BadCell(
                "currency-mixed",
                f"The balance :{tag}: is in {currency}, the statement in {self.currency}.",
                "Ask the bank for the file again.",
            )
        self.currency = statement.currency = currency
        self._set_balance(tag, minor, short_day(found[2], statement.flags))

    def _set_balance(self, tag: str, minor: int, on: date) -> None:
        statement = self.statement
        if tag == "64":
            statement.available_minor = minor
            return
        side = "opening" if tag.startswith("60") else "closing"
        if getattr(statement, f"{side}_minor") is not None:
            raise BadCell(
                "balance-repeated",
                f"The statement states its {side} balance twice.",
                "Ask the bank for the file again.",
            )
        setattr(statement, f"{side}_minor", minor)
        setattr(statement, f"{side}_code", tag)
        setattr(statement, f"{side}_date", on)
        if side == "closing":
            statement.is_last_page = tag == "62F"

    def _floor(self, written: str) -> None:
        """The floor limit of MT942 names the currency."""
        self.statement.kind = Kind.INTERIM
        found = _FLOOR.fullmatch(written)
        if found is not None and self.currency is None:
            self.currency = self.statement.currency = found[1]

    def _total(self, tag: str, written: str) -> None:
        self.statement.kind = Kind.INTERIM
        found = _TOTAL.fullmatch(written)
        if found is None:
            raise BadCell("total-unreadable", f"{written[:40]!r} is no total.", "Ask the bank.")
        side = "credit" if tag == "90C" else "debit"
        setattr(self.statement, f"stated_{side}_count", int(found[1]))
        minor = decimal_minor(found[3], found[2], sign=",")
        setattr(self.statement, f"stated_{side}_minor", minor)

    def _details(self, found: _Field) -> None:
        """What stands behind a line is about it; behind the closing balance, about all."""
        lines = self.statement.lines
        if lines and self.statement.closing_minor is None:
            if len(lines[-1].remittance or "") > TEXT_CHARACTERS_MAX:
                raise BadCell(
                    "details-too-long",
                    f"The details of one line have more than {TEXT_CHARACTERS_MAX} characters.",
                    "Ask the bank for the file again.",
                )
            describe(lines[-1], found.value, is_non_swift=found.tag == "NS")


def _statement(message: _Message, currency: str | None) -> Statement:
    place = f"line {message.fields[0].line}"
    builder = _Builder(Statement(Kind.FINAL, place=place), currency)
    if message.has("34F", "90C", "90D", "13D", "13"):
        builder.statement.kind = Kind.INTERIM
    for each in message.fields:
        builder.take(each)
    statement = builder.statement
    if not statement.account:
        statement.hold(
            "account-missing",
            "The statement names no account.",
            "Ask the bank for the whole statement.",
        )
    return statement


def _check_end(found: list[_Message], statements: list[Statement]) -> None:
    """What neither balances nor totals prove must at least be ended by a dash."""
    if not found or found[-1].is_ended:
        return
    last = statements[-1]
    totals = (last.stated_credit_count, last.stated_debit_count)
    if last.kind is Kind.INTERIM and totals == (None, None):
        last.hold(
            "end-missing",
            "The last statement has no totals and lacks the dash that ends it; the file may be "
            "cut short.",
            "Ask the bank for the file again.",
            place=f"line {found[-1].fields[-1].line}",
        )
    else:
        last.flags.append("end-not-marked")


def recognises(source: Source) -> int:
    """By its tags: an account or reference and a balance, line or statement number."""
    tags = set(re.findall(r"(?:^|[\r\n])(?:\x01)?:(\d\d[A-Z]?|NS):", source.start))
    known = tags & {"20", "25", "25P", "28", "28C", "60F", "60M", "61", "62F", "62M", "64", "86"}
    if {"20", "25"} <= known:
        return 95
    if re.match(r"\{1:F01", source.start):
        return 90
    return 60 if known or "NS" in tags else 0


def read(source: Source, declared: Declared) -> Opened:
    """The statements of the file, each held when it does not add up."""
    decoded = source.text(declared.encoding)
    if isinstance(decoded, Question):
        return [decoded]
    text, encoding = decoded
    found = messages(text)
    statements = [_statement(each, declared.currency) for each in found]
    _check_end(found, statements)
    return reading("mt940", encoding, statements)


STATEMENT = StatementFormat(
    code="mt940",
    title="MT940, MT942 (SWIFT)",
    recognises=recognises,
    read=read,
    note="MT940 proves itself by its balances; MT942 comes before it and proves less.",
)
