"""camt.052, 053 and 054 in every version: elements are told by their local names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from recoup.formats.cells import BadCell
from recoup.formats.statements.base import Declared, Opened, StatementFormat
from recoup.formats.statements.camt_entry import money, read_details, read_entry
from recoup.formats.statements.collect import reading
from recoup.formats.statements.line import Kind, Mistake, Statement
from recoup.formats.statements.source import Source
from recoup.formats.statements.values import iso_day
from recoup.formats.statements.xmlstream import Node, XmlStream, check_encoding, unsafe
from recoup.kernel.errors import Refusal

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.05[234]\.001\.[0-9]{2}")
_HINT = re.compile(r"iso:20022:tech:xsd:camt\.05[234]\.001\.")
_KINDS = {"Stmt": Kind.FINAL, "Rpt": Kind.INTERIM, "Ntfctn": Kind.NOTICE}
_HEADER = "GrpHdr"
_OPENINGS, _CLOSINGS = ("OPBD", "PRCD"), ("CLBD",)
LINES_MAX = 500_000
OTHERS_MAX = 100_000  # balances and the like, of all statements together


@dataclass
class _Reader:
    """Builds statements out of finished subtrees."""

    statements: list[Statement] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    header_page: Node | None = None
    interim_balances: list[tuple[int, date | None]] = field(default_factory=list)
    seen: int = 0
    others: int = 0

    def take(self, event: str, node: Node, place: str, root: str) -> None:
        """One event of the stream."""
        if root == _HEADER:
            if event == "node" and node.name == "MsgPgntn":
                self.header_page = node
            return
        if event == "start":
            self.interim_balances = []
            self.statements.append(Statement(_KINDS[root], place=place))
            if self.header_page is not None:
                _page(self.statements[-1], self.header_page)
        elif event == "end":
            self._settle(self.statements[-1])
        else:
            self._child(self.statements[-1], node, place)

    def _child(self, statement: Statement, node: Node, place: str) -> None:
        if node.name != "Ntry":
            self.others += 1
            if self.others > OTHERS_MAX:
                raise unsafe("xml-too-many", "there are too many elements", place)
        try:
            if node.name == "Ntry":
                self.seen += 1
                _check_count(self.seen)
                statement.lines.append(read_entry(node, statement, place))
            elif node.name == "Bal":
                self._balance(statement, node)
            else:
                _describe(statement, node)
        except BadCell as bad:
            statement.mistakes.append(
                Mistake(bad.code, bad.reason, bad.remedy, place=place, field=node.name)
            )

    def _balance(self, statement: Statement, node: Node) -> None:
        code = node.words("Tp/CdOrPrtry/Cd", "Tp/Cd") or ""
        day = node.words("Dt/Dt", "Dt/DtTm")
        minor, currency = money(node, statement.currency)
        if node.words("CdtDbtInd") == "DBIT":
            minor = -minor
        on = iso_day(day) if day else None
        if code not in (*_OPENINGS, *_CLOSINGS, "ITBD", "CLAV"):
            return
        if code == "CLAV":
            if currency == statement.currency:
                statement.available_minor = minor
            return
        if statement.currency is None:
            statement.currency = currency
        if currency != statement.currency:
            raise BadCell(
                "currency-mixed",
                f"The balance {code} is in {currency}, the statement in {statement.currency}.",
                "Ask the bank for the statement again.",
            )
        self._set_balance(statement, code, minor, on)

    def _set_balance(self, statement: Statement, code: str, minor: int, on: date | None) -> None:
        if code == "ITBD":
            self.interim_balances.append((minor, on))
        elif code in _OPENINGS:
            if statement.opening_code is None or code == "OPBD":
                statement.opening_minor, statement.opening_date = minor, on
                statement.opening_code = code
        else:
            statement.closing_minor, statement.closing_date = minor, on
            statement.closing_code = code

    def _settle(self, statement: Statement) -> None:
        """Interim balances stand for what a page of a longer statement does not state."""
        found = list(self.interim_balances)
        if statement.opening_minor is None and (
            len(found) == 2 or (found and statement.closing_minor is not None)
        ):
            statement.opening_minor, statement.opening_date = found.pop(0)
            statement.opening_code = "ITBD"
        if statement.closing_minor is None and found and statement.kind is Kind.FINAL:
            statement.closing_minor, statement.closing_date = found[-1]
            statement.closing_code = "ITBD"


def _check_count(seen: int) -> None:
    if seen > LINES_MAX:
        raise Refusal(
            "file-too-large",
            f"The file has more than {LINES_MAX} lines. Ask the bank for shorter periods.",
        )


def _describe(statement: Statement, node: Node) -> None:
    """What a child of the statement says about it."""
    text = node.text.strip() or None
    if node.name == "Id":
        statement.statement_id = text
    elif node.name == "ElctrncSeqNb" or (node.name == "LglSeqNb" and statement.sequence is None):
        statement.sequence = int(text) if text and re.fullmatch("[0-9]{1,18}", text) else None
    elif node.name == "CreDtTm":
        statement.created_date = iso_day(text) if text else None
    elif node.name == "FrToDt":
        since = node.words("FrDtTm", "FrDt")
        until = node.words("ToDtTm", "ToDt")
        statement.from_date = iso_day(since) if since else None
        statement.to_date = iso_day(until) if until else None
    elif node.name in ("StmtPgntn", "RptPgntn", "NtfctnPgntn"):
        _page(statement, node)
    elif node.name == "Acct":
        _account(statement, node)
    elif node.name == "TxsSummry":
        _summary(statement, node)
    elif node.name == "CpyDplctInd" and text:
        statement.flags.append({"DUPL": "duplicate", "COPY": "copy"}.get(text, "copy-duplicate"))


def _page(statement: Statement, node: Node) -> None:
    number, last = node.words("PgNb"), node.words("LastPgInd")
    statement.page = int(number) if number and re.fullmatch("[0-9]{1,9}", number) else None
    statement.is_last_page = None if last is None else last in ("true", "1")


def _account(statement: Statement, node: Node) -> None:
    statement.account_iban = node.words("Id/IBAN")
    statement.account_other = node.words("Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")
    statement.account_bic = node.words("Svcr/FinInstnId/BICFI", "Svcr/FinInstnId/BIC")
    statement.account_name = node.words("Ownr/Nm", "Ownr/Pty/Nm", "Nm")
    statement.currency = node.words("Ccy") or statement.currency


def _summary(statement: Statement, node: Node) -> None:
    """The totals that the bank states; an amount without currency is in the account's."""
    counts = {"TtlNtries": "stated_count", "TtlCdtNtries": "stated_credit_count",
              "TtlDbtNtries": "stated_debit_count"}  # fmt: skip
    for name, attribute in counts.items():
        count = node.words(f"{name}/NbOfNtries")
        if count and re.fullmatch("[0-9]{1,15}", count):
            setattr(statement, attribute, int(count))
    currency = statement.currency
    if currency is None:
        return
    for name, attribute in (("TtlCdtNtries", "stated_credit_minor"),
                            ("TtlDbtNtries", "stated_debit_minor")):  # fmt: skip
        found = node.at(f"{name}/Sum")
        if found is not None:
            setattr(statement, attribute, money(node.at(name), currency, name="Sum")[0])
    net = node.at("TtlNtries/TtlNetNtry") or node.at("TtlNtries")
    if net is not None and (net.at("Amt") or net.at("TtlNetNtryAmt")) is not None:
        name = "Amt" if net.at("Amt") is not None else "TtlNetNtryAmt"
        minor = money(net, currency, name=name)[0]
        statement.stated_net_minor = -minor if net.words("CdtDbtInd") == "DBIT" else minor


def recognises(source: Source) -> int:
    """Sure when the namespace of camt stands at the beginning."""
    return 100 if _HINT.search(source.start) else 0


def read(source: Source, declared: Declared) -> Opened:
    """The statements of the file; Refusal for unsafe, broken or cut XML."""
    source.size()
    namespaces: set[str] = set()

    def is_wanted(namespace: str) -> bool:
        if namespace in namespaces:
            return True
        if not _NAMESPACE.fullmatch(namespace):
            return False
        if namespaces:
            raise Refusal(
                "versions-mixed",
                f"{source.name} holds messages of two kinds of camt. Bring each as its own file.",
            )
        namespaces.add(namespace)
        return True

    encoding = check_encoding(source.stream)
    stream = XmlStream(
        source.stream,
        is_wanted,
        roots=frozenset({*_KINDS, _HEADER}),
        reducers={"TxDtls": read_details},
    )
    reader = _Reader()
    root = ""
    for event, node, place in stream:
        if event == "start" and node is not None:
            root = node.name
        if node is not None and event != "root":
            reader.take(event, node, place, root)
    if not namespaces:
        raise Refusal(
            "layout-unknown",
            f"{source.name} is XML, but no camt.052, 053 or 054. Ask the bank for camt.053.",
        )
    return reading("camt", encoding, reader.statements, reader.mistakes)


STATEMENT = StatementFormat(
    code="camt",
    title="camt.052, camt.053, camt.054 (ISO 20022)",
    recognises=recognises,
    read=read,
    note="camt.053 proves itself by its balances; camt.052 and 054 come before it and prove less.",
)
