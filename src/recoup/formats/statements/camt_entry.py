"""One entry of a camt statement and the transactions inside it."""

from __future__ import annotations

import re
from dataclasses import fields

from recoup.formats.cells import BadCell
from recoup.formats.statements.line import Line, Statement
from recoup.formats.statements.values import decimal_minor, iso_day
from recoup.formats.statements.xmlstream import Node

_NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF", "NONE", "UNKNOWN"})
_UNSIGNED = re.compile(r"[0-9]{1,15}(?:\.[0-9]{0,10})?")
_MERGED = (
    "end_to_end_id", "mandate_id", "creditor_id", "counterparty_name", "counterparty_account",
    "counterparty_bic", "remittance", "structured_reference", "reason", "original_minor",
    "original_currency", "rate", "charges_minor",
)  # fmt: skip


def money(node: Node | None, currency: str | None, *, name: str = "Amt") -> tuple[int, str]:
    """Minor units and currency of an amount element; BadCell when it is none or not exact."""
    found = None if node is None else node.at(name)
    written = found.text.strip() if found is not None else ""
    code = (found.attributes.get("Ccy") if found is not None else None) or currency or ""
    if not _UNSIGNED.fullmatch(written):
        raise BadCell(
            "amount-unreadable",
            f"{written[:40]!r} is not an amount of camt.",
            "Ask the bank for the file again.",
        )
    return decimal_minor(written, code, sign="."), code


def read_entry(node: Node, statement: Statement, place: str) -> Line:
    """The line that an entry is; its only transaction is merged into it, several are details."""
    minor, currency = money(node, statement.currency)
    direction = node.words("CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise BadCell(
            "direction-unknown", "The entry says neither credit nor debit.", "Ask the bank."
        )
    line = Line(
        place=place,
        amount_minor=-minor if direction == "DBIT" else minor,
        currency=currency,
        is_booked=node.words("Sts/Cd", "Sts") in ("BOOK", None),
        is_reversal=node.words("RvslInd") in ("true", "1"),
        code_domain=_domain(node),
        code_raw=node.words("BkTxCd/Prtry/Cd"),
    )
    _days(line, node, statement)
    _reference(line, node)
    charges = node.at("Chrgs")
    line.charges_minor = _charges(charges, currency) if charges is not None else None
    details = [
        detail.value
        for group in node.all("NtryDtls")
        for detail in group.all("TxDtls")
        if isinstance(detail.value, _Details)
    ]
    count = node.words("NtryDtls/Btch/NbOfTxs")
    line.batch_count = int(count) if count and re.fullmatch("[0-9]{1,15}", count) else None
    _place_details(line, details, statement)
    information = node.words("AddtlNtryInf")
    line.remittance = line.remittance or information
    return line


def _days(line: Line, node: Node, statement: Statement) -> None:
    booked = node.words("BookgDt/Dt", "BookgDt/DtTm")
    value = node.words("ValDt/Dt", "ValDt/DtTm")
    line.booked_date = iso_day(booked) if booked else None
    line.value_date = iso_day(value) if value else None
    if line.booked_date is None:
        line.booked_date = line.value_date or statement.closing_date or statement.to_date
        line.flags.append("booked-date-missing")


def _reference(line: Line, node: Node) -> None:
    reference = node.words("AcctSvcrRef")
    if reference and reference.upper() not in _NO_REFERENCE:
        line.bank_reference, line.is_reference_unique = reference, True
    else:
        line.bank_reference = node.words("NtryRef")


def _domain(node: Node) -> str | None:
    parts = (
        node.words("BkTxCd/Domn/Cd"),
        node.words("BkTxCd/Domn/Fmly/Cd"),
        node.words("BkTxCd/Domn/Fmly/SubFmlyCd"),
    )
    return "/".join(each for each in parts if each) or None


class _Details:
    """A transaction as it stands, before it is known which side of it is ours."""

    __slots__ = ("bics", "direction", "line", "mistake", "sides")

    def __init__(self, line: Line, direction: str | None) -> None:
        self.line = line
        self.direction = direction
        self.sides: dict[str, tuple[str | None, str | None]] = {}
        self.bics: dict[str, str | None] = {}
        self.mistake: BadCell | None = None


def read_details(node: Node) -> _Details:
    """What a transaction says, small: a batch may hold tens of thousands."""
    details = _Details(Line(), node.words("CdtDbtInd"))
    try:
        _fill(details, node)
    except BadCell as bad:
        details.mistake = bad
    return details


def _fill(details: _Details, node: Node) -> None:
    line = details.line
    holder = node if node.at("Amt") is not None else node.at("AmtDtls/TxAmt")
    if holder is not None and holder.at("Amt") is not None:
        line.amount_minor, line.currency = money(holder, None)
    line.bank_reference = node.words("Refs/AcctSvcrRef", "Refs/TxId", "Refs/InstrId")
    line.end_to_end_id = _stated(node.words("Refs/EndToEndId"))
    line.mandate_id = _stated(node.words("Refs/MndtId"))
    line.creditor_id = node.words("RltdPties/Cdtr/Pty/Id/PrvtId/Othr/Id",
                                  "RltdPties/Cdtr/Id/PrvtId/Othr/Id")  # fmt: skip
    line.code_domain, line.code_raw = _domain(node), node.words("BkTxCd/Prtry/Cd")
    line.reason = node.words("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/AddtlInf")
    line.is_return = node.at("RtrInf") is not None
    for side in ("Dbtr", "Cdtr"):
        name = node.words(f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm",
                          f"RltdPties/{side}/Agt/FinInstnId/Nm")  # fmt: skip
        account = f"RltdPties/{side}Acct/Id"
        details.sides[side] = (
            name, node.words(f"{account}/IBAN", f"{account}/Othr/Id", f"{account}/PrtryAcct/Id")
        )  # fmt: skip
        agent = f"RltdAgts/{side}Agt/FinInstnId"
        details.bics[side] = node.words(f"{agent}/BICFI", f"{agent}/BIC")
    _remittance(line, node)
    _original(line, node)
    charges = node.at("Chrgs")
    if charges is not None:
        line.charges_minor = _charges(charges, line.currency)


def _stated(reference: str | None) -> str | None:
    return None if reference is None or reference.upper() in _NO_REFERENCE else reference


def _remittance(line: Line, node: Node) -> None:
    found = node.at("RmtInf")
    if found is None:
        line.remittance = node.words("AddtlTxInf")
        return
    line.remittance = "\n".join(each.text for each in found.all("Ustrd") if each.text.strip())
    line.remittance = line.remittance or None
    references = []
    for structured in found.all("Strd"):
        references.append(structured.words("CdtrRefInf/Ref", "CdtrRefInf/CdtrRef"))
        references.extend(each.words("Nb") for each in structured.all("RfrdDocInf"))
        if line.remittance is None:
            line.remittance = structured.words("AddtlRmtInf")
    line.structured_reference = "\n".join(dict.fromkeys(each for each in references if each))
    line.structured_reference = line.structured_reference or None


def _original(line: Line, node: Node) -> None:
    """What was ordered, when it was ordered in another currency."""
    for path in ("AmtDtls/InstdAmt", "AmtDtls/TxAmt", "AmtDtls/CntrValAmt"):
        found = node.at(path)
        if found is None or found.at("Amt") is None:
            continue
        minor, currency = money(found, None)
        if line.original_currency is None or path.endswith("InstdAmt"):
            line.original_minor, line.original_currency = minor, currency
        line.rate = line.rate or found.words("CcyXchg/XchgRate")


def _charges(node: Node, currency: str) -> int | None:
    """Charges in the currency of the line; null when none are stated in it."""
    total = None
    for each in [node, *node.all("Rcrd")]:
        amount = each.at("Amt")
        if amount is None or (currency and amount.attributes.get("Ccy", currency) != currency):
            continue
        minor, _ = money(each, currency or None)
        total = (total or 0) + (-minor if each.words("CdtDbtInd") == "CRDT" else minor)
    return total


def _place_details(line: Line, details: list[_Details], statement: Statement) -> None:
    for each in details:
        if each.mistake is not None:
            raise each.mistake
        _orient(each, line, statement)
    if len(details) == 1:
        _merge(line, details[0].line)
        return
    line.details = [each.line for each in details]
    line.is_return = bool(details) and all(each.is_return for each in line.details)


def _orient(details: _Details, line: Line, statement: Statement) -> None:
    """The other side of the money: the debtor of a credit, unless that is our own account."""
    detail = details.line
    is_debit = (details.direction or ("DBIT" if line.amount_minor < 0 else "CRDT")) == "DBIT"
    if not detail.currency:
        detail.currency, detail.amount_minor = line.currency, 0
        detail.flags.append("amount-not-stated")
    detail.amount_minor = -abs(detail.amount_minor) if is_debit else abs(detail.amount_minor)
    detail.booked_date, detail.value_date = line.booked_date, line.value_date
    detail.is_booked, detail.is_reversal = line.is_booked, line.is_reversal
    detail.place = line.place
    other, own = ("Cdtr", "Dbtr") if is_debit else ("Dbtr", "Cdtr")
    accounts = {side: (each[1] or "").replace(" ", "") for side, each in details.sides.items()}
    if statement.account and accounts[other] == statement.account != accounts[own]:
        other = own
    detail.counterparty_name, detail.counterparty_account = details.sides[other]
    detail.counterparty_bic = details.bics[other]
    if detail.original_currency == line.currency:
        detail.original_minor = detail.original_currency = None


def _merge(line: Line, detail: Line) -> None:
    for name in _MERGED:
        if getattr(line, name) is None:
            setattr(line, name, getattr(detail, name))
    line.is_return = detail.is_return
    line.code_domain = line.code_domain or detail.code_domain
    line.code_raw = line.code_raw or detail.code_raw
    line.bank_reference = line.bank_reference or detail.bank_reference
    is_stated = "amount-not-stated" not in detail.flags
    if is_stated and detail.currency == line.currency and detail.amount_minor != line.amount_minor:
        line.flags.append("details-differ")


_unknown = set(_MERGED) - {each.name for each in fields(Line)}
if _unknown:
    raise TypeError(f"no such attributes of a line: {_unknown}")
