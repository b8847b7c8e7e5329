"""The field :86: of MT940: German sub-fields, Dutch words between slashes, or plain text."""

from __future__ import annotations

import re

from recoup.formats.statements.line import Line

_GERMAN = re.compile(r"([0-9]{3})([?>+^/@])([0-9]{2})")
_TAGS = ("EREF", "KREF", "MREF", "CRED", "DEBT", "SVWZ", "ABWA", "ABWE", "COAM", "OAMT", "IBAN",
         "BIC", "PURP", "RCUR", "RREF")  # fmt: skip
_SEPA = re.compile(rf"((?:{'|'.join(_TAGS)})\+|MTLG:)")
_DUTCH_WORDS = (
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "MARF", "CSID", "ORDP", "BENM", "ULTD", "ULTC",
    "ISDT", "RTRN", "PREF", "TRCD", "ADDR", "ID", "PURP", "CNTP", "USTD", "STRD", "SVCL", "ACCW",
    "NRTX", "EXCH", "CHGS", "CREF",
)  # fmt: skip
_DUTCH = re.compile(rf"/({'|'.join(_DUTCH_WORDS)})/")
_RETURN_CODES = frozenset({"108", "109", "159"})


def describe(line: Line, value: list[str], *, is_non_swift: bool = False) -> None:
    """Add to the line what its details say; text that has no known form is kept as it stands."""
    if is_non_swift:
        _non_swift(line, value)
        return
    joined = "".join(each.rstrip("\x03") for each in value)
    german = _GERMAN.match(joined)
    if german is not None:
        _german(line, joined, german)
    elif len(_DUTCH.findall("/" + joined)) > 1 or joined.startswith("/"):
        _dutch(line, joined)
    else:
        text = "\n".join(row.strip() for row in value if row.strip())
        line.remittance = "\n".join(each for each in (line.remittance, text) if each) or None


def _german(line: Line, joined: str, start: re.Match[str]) -> None:
    """Sub-fields of two digits: 00 posting text, 20-29 and 60-63 purpose, 30-33 other side."""
    code, sign = start[1], re.escape(start[2])
    parts = re.split(rf"{sign}([0-9]{{2}})", joined[3:])
    fields: dict[str, str] = {}
    for number, text in zip(parts[1::2], parts[2::2], strict=True):
        fields[number] = fields.get(number, "") + text
    purpose = "".join(
        text for number, text in fields.items() if number[0] == "2" or "60" <= number <= "63"
    )
    line.code_raw = "/".join(each for each in (line.code_raw, code) if each)
    name = "".join(fields.get(number, "") for number in ("32", "33")).strip()
    line.counterparty_name = name or line.counterparty_name
    line.counterparty_bic = fields.get("30", "").strip() or line.counterparty_bic
    line.counterparty_account = fields.get("31", "").strip() or line.counterparty_account
    sepa_words(line, purpose)
    if not line.remittance:
        line.remittance = fields.get("00", "").strip() or None
    if code in _RETURN_CODES or "RETOURE" in fields.get("00", "").upper():
        line.is_return = True
        line.reason = fields.get("34", "").strip() or line.reason


def sepa_words(line: Line, purpose: str) -> None:
    """The words EREF+, MREF+, SVWZ+ inside a purpose; without them all of it is remittance."""
    parts = _SEPA.split(purpose)
    if len(parts) == 1:
        line.remittance = purpose.strip() or None
        return
    found: dict[str, str] = {}
    for word, text in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(word[:-1], text.strip())
    line.end_to_end_id = _stated(found.get("EREF")) or line.end_to_end_id
    line.mandate_id = _stated(found.get("MREF"))
    line.creditor_id = found.get("CRED") or None
    line.counterparty_account = line.counterparty_account or found.get("IBAN") or None
    line.counterparty_bic = line.counterparty_bic or found.get("BIC") or None
    line.remittance = found.get("SVWZ") or parts[0].strip() or found.get("MTLG") or None


def _stated(reference: str | None) -> str | None:
    return None if reference in (None, "", "NOTPROVIDED") else reference


def _dutch(line: Line, joined: str) -> None:
    """Words between slashes: /EREF/…/NAME/…/REMI/…"""
    parts = _DUTCH.split("/" + joined.lstrip("/"))
    found: dict[str, str] = {}
    for word, text in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(word, text.strip().strip("/"))
    if not found:
        line.remittance = joined.strip() or None
        return
    line.end_to_end_id = _stated(found.get("EREF")) or line.end_to_end_id
    line.mandate_id = found.get("MARF") or None
    line.creditor_id = found.get("CSID") or None
    line.counterparty_name = found.get("NAME") or line.counterparty_name
    line.counterparty_account = found.get("IBAN") or line.counterparty_account
    line.counterparty_bic = found.get("BIC") or line.counterparty_bic
    line.remittance = re.sub(r"^(?:USTD|STRD)//", "", found.get("REMI", "")) or None
    if "RTRN" in found:
        line.is_return, line.reason = True, found["RTRN"] or None


def _non_swift(line: Line, value: list[str]) -> None:
    """The field :NS: of German and Hungarian banks: rows of two digits and a text."""
    fields: dict[str, list[str]] = {}
    for row in value:
        if row[:2].isdigit() and row[2:].strip():
            fields.setdefault(row[:2], []).append(row[2:].strip())
    texts = {number: " ".join(rows) for number, rows in fields.items()}
    purpose = [texts[number] for number in sorted(texts) if number <= "14"]
    line.remittance = "\n".join(purpose) or line.remittance
    name = " ".join(texts[number] for number in ("15", "16") if number in texts)
    line.counterparty_name = name or line.counterparty_name
    line.counterparty_bic = texts.get("33") or line.counterparty_bic
    line.counterparty_account = texts.get("34") or line.counterparty_account
