"""OFX and QFX: the SGML of version 1 and the XML of version 2, read by one tokenizer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from html import unescape

from recoup.formats.base import Question
from recoup.formats.cells import BadCell
from recoup.formats.statements.base import Declared, Opened, StatementFormat
from recoup.formats.statements.collect import reading
from recoup.formats.statements.line import Kind, Line, Mistake, Statement
from recoup.formats.statements.source import Source
from recoup.formats.statements.values import checked_day, decimal_minor
from recoup.kernel.errors import Refusal

_TOKEN = re.compile(r"<(/?)([A-Za-z0-9._]{1,40})\s*(/?)>([^<]*)")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})[0-9.]{0,14}(?:\[[^\]]{0,20}\])?")
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS", "INVSTMTRS"})
_GROUPS = frozenset(
    {"LEDGERBAL", "AVAILBAL", "BANKACCTFROM", "CCACCTFROM", "INVACCTFROM", "BANKACCTTO",
     "CURRENCY", "ORIGCURRENCY", "PAYEE", "STMTTRN", "BANKTRANLIST", "INVTRANLIST", "OFX"}
) | _STATEMENTS  # fmt: skip
_CHARSETS = {"1252": "cp1252", "ISO-8859-1": "iso-8859-1", "8859-1": "iso-8859-1", "NONE": None}
_ASK = "Ask the bank for the file again."
_ENTITY = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,5}|#x[0-9A-Fa-f]{1,4});)[^;\s&]{1,9};"
)
LINES_MAX = 500_000
DEPTH_MAX = 12


@dataclass
class _Reader:
    """Walks through the elements; only those named here are opened."""

    statements: list[Statement] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)  # of the transaction that is open
    line: int = 1
    is_ended: bool = False

    def begin(self, name: str) -> None:
        """A group that matters begins."""
        if len(self.open) >= DEPTH_MAX:
            raise Refusal(
                "structure-broken",
                f"Line {self.line} is deeper than {DEPTH_MAX} groups. {_ASK}",
            )
        self.open.append(name)
        if name in _STATEMENTS:
            self.statements.append(Statement(Kind.LIST, place=f"line {self.line}"))
        elif name == "STMTTRN":
            self.values = {}

    def end(self, name: str) -> None:
        """A group ends; Refusal when another one should."""
        if self.open[-1:] == ["BANKTRANLIST"] and name in _STATEMENTS:
            self.open.pop()  # version 1 allows to leave it out, and card exports do
        if not self.open or self.open[-1] != name:
            raise Refusal(
                "structure-broken",
                f"Line {self.line} ends {name}, which is not what is open there. {_ASK}",
            )
        self.open.pop()
        if name == "STMTTRN" and self.statements:
            self._transaction()
        elif name in _STATEMENTS:
            self._settle(name)
        self.is_ended = name == "OFX" and not self.open

    def value(self, name: str, text: str) -> None:
        """An element with a text."""
        if not self.open or not self.statements:
            return
        group, statement = self.open[-1], self.statements[-1]
        try:
            if "STMTTRN" in self.open:
                self.values.setdefault(name if group == "STMTTRN" else f"{group}/{name}", text)
            elif not self._is_in_statement():
                return
            elif group in ("LEDGERBAL", "AVAILBAL"):
                self._balance(statement, group, name, text)
            else:
                _describe(statement, group, name, text)
        except BadCell as bad:
            statement.mistakes.append(
                Mistake(bad.code, bad.reason, bad.remedy, place=f"line {self.line}", field=name,
                        value=text)
            )  # fmt: skip

    def _is_in_statement(self) -> bool:
        return not _STATEMENTS.isdisjoint(self.open)

    def _balance(self, statement: Statement, group: str, name: str, text: str) -> None:
        if name == "BALAMT" and group == "LEDGERBAL":
            statement.closing_minor = decimal_minor(text, statement.currency or "")
            statement.closing_code = "LEDGERBAL"
        elif name == "BALAMT":
            statement.available_minor = decimal_minor(text, statement.currency or "")
        elif name == "DTASOF" and group == "LEDGERBAL":
            statement.closing_date = day(text)

    def _transaction(self) -> None:
        statement = self.statements[-1]
        try:
            statement.lines.append(_line(self.values, statement, f"line {self.line}"))
        except BadCell as bad:
            statement.mistakes.append(
                Mistake(bad.code, bad.reason, bad.remedy, place=f"line {self.line}",
                        field="STMTTRN", value=self.values.get("FITID", ""))
            )  # fmt: skip
        if len(statement.lines) > LINES_MAX:
            raise Refusal("file-too-large", f"More than {LINES_MAX} lines in one statement. {_ASK}")

    def _settle(self, name: str) -> None:
        statement = self.statements[-1]
        if statement.currency is None:
            statement.hold("currency-missing", "The statement names no currency.", _ASK)
        if name == "INVSTMTRS":
            statement.hold(
                "investments",
                "The account holds securities; buying and selling them is not read here.",
                "Bring the statement of the bank account that belongs to it.",
            )


def _describe(statement: Statement, group: str, name: str, text: str) -> None:
    if name == "CURDEF":
        statement.currency = text
    elif group in ("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"):
        if name == "ACCTID":
            is_iban = re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", text) is not None
            statement.account_iban = text if is_iban else None
            statement.account_other = None if is_iban else text
        elif name in ("BANKID", "BROKERID"):
            statement.account_bic = text
    elif name == "DTSTART":
        statement.from_date = day(text)
    elif name == "DTEND":
        statement.to_date = day(text)


def day(written: str) -> date:
    """The day as the bank writes it, whatever the zone says; BadCell when it is none."""
    found = _DAY.fullmatch(written)
    return checked_day(written, *(map(int, found.groups()) if found else (0, 0, 0)))


def _line(values: dict[str, str], statement: Statement, place: str) -> Line:
    currency = statement.currency or ""
    line = Line(place=place, currency=currency)
    foreign = values.get("CURRENCY/CURSYM", currency)
    if foreign != currency:
        raise BadCell(
            "currency-mixed", f"The line is in {foreign}, the statement in {currency}.", _ASK
        )
    line.amount_minor = decimal_minor(values.get("TRNAMT", ""), currency)
    line.booked_date = day(values.get("DTPOSTED", ""))
    line.value_date = day(values["DTAVAIL"]) if "DTAVAIL" in values else line.booked_date
    line.bank_reference = values.get("FITID")
    line.is_reference_unique = bool(line.bank_reference)
    line.counterparty_name = values.get("NAME") or values.get("PAYEE/NAME")
    line.counterparty_account = values.get("BANKACCTTO/ACCTID")
    line.remittance = values.get("MEMO")
    line.end_to_end_id = values.get("REFNUM") or values.get("CHECKNUM")
    line.code_raw = values.get("TRNTYPE")
    line.is_reversal = values.get("CORRECTACTION") in ("REPLACE", "DELETE")
    line.original_currency = values.get("ORIGCURRENCY/CURSYM")
    line.rate = values.get("ORIGCURRENCY/CURRATE")
    if line.is_reversal:
        raise BadCell(
            "correction",
            f"The bank corrects its line {values.get('CORRECTFITID', '')!r} of an earlier file.",
            "Look at both lines and reverse the first by hand where it was wrong.",
        )
    return line


def recognises(source: Source) -> int:
    """By the header of version 1 or the instruction or root of version 2."""
    start = source.start[:2000].upper()
    if start.startswith("OFXHEADER") or "<?OFX" in start:
        return 100
    return 80 if "<OFX>" in start else 0


def _encoding(source: Source, declared: Declared) -> str | None:
    """What the header says; None leaves it to the bytes."""
    if declared.encoding is not None:
        return declared.encoding
    head = source.start[:600].upper()
    stated = re.search(r"ENCODING\s*[:=]\s*[\"']?([A-Z0-9-]+)", head)
    charset = re.search(r"CHARSET:\s*([A-Z0-9-]+)", head)
    name = stated[1] if stated else ""
    if name in ("UTF-8", "UNICODE", "UTF8"):
        return "utf-8"
    if name == "USASCII" and charset is not None:
        return _CHARSETS.get(charset[1])
    return {"ISO-8859-1": "iso-8859-1", "WINDOWS-1252": "cp1252"}.get(name)


def read(source: Source, declared: Declared) -> Opened:
    """The statements of the file; Refusal where the structure is broken or cut short."""
    decoded = source.text(_encoding(source, declared))
    if isinstance(decoded, Question):
        return [decoded]
    text, encoding = decoded
    begin = text.upper().find("<OFX>")
    if begin < 0 or "<!" in text:
        raise Refusal(
            "structure-broken" if begin < 0 else "xml-doctype",
            f"{source.name} has no element OFX or declares a document type. {_ASK}",
        )
    reader = _Reader(line=text.count("\n", 0, begin) + 1)
    walk(text, begin, reader)
    return reading("ofx", encoding, reader.statements)


def walk(text: str, begin: int, reader: _Reader) -> None:
    """Every element from the root on; Refusal for what is no element and for a missing end."""
    position = begin
    while not reader.is_ended:
        found = _TOKEN.match(text, position)
        if found is None:
            code = "file-cut-short" if text.find(">", position) < 0 else "structure-broken"
            raise Refusal(
                code, f"Line {reader.line}: the file breaks off or is no OFX there. {_ASK}"
            )
        is_end, name, is_empty, content = found.groups()
        _element(reader, bool(is_end), name.upper(), bool(is_empty), content)
        reader.line += content.count("\n")
        position = found.end()
    if text[position:].strip():
        raise Refusal("structure-broken", f"Line {reader.line}: text follows the end. {_ASK}")


def _element(reader: _Reader, is_end: bool, name: str, is_empty: bool, content: str) -> None:
    if name in _GROUPS:
        if is_end:
            reader.end(name)
        elif not is_empty:
            reader.begin(name)
    elif not is_end and content.strip():
        if _ENTITY.search(content):
            raise Refusal("xml-doctype", f"Line {reader.line}: an entity of its own. {_ASK}")
        reader.value(name, unescape(content.strip()))


STATEMENT = StatementFormat(
    code="ofx",
    title="OFX, QFX (Open Financial Exchange)",
    recognises=recognises,
    read=read,
    note="States a closing balance only: the chain from file to file shows what is missing.",
)
