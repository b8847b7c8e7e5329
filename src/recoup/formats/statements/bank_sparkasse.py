"""Sparkasse: turnover of a current account (CSV of MT940 and of camt) and of a card."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import IGNORED, LINE, PENDING, BankLayout, Cells
from recoup.formats.statements.line import Line
from recoup.formats.statements.mt_details import sepa_words
from recoup.formats.statements.table import as_statement


def _role(cells: Cells) -> str:
    """Announced turnover is no money yet."""
    status = cells.get("status", "").casefold()
    if "vorgemerkt" in status:
        return PENDING
    return IGNORED if "storniert" in status else LINE


def _refine(line: Line) -> None:
    """The purpose holds the words EREF+, MREF+, SVWZ+ as in MT940."""
    if line.remittance and "+" in line.remittance:
        sepa_words(line, line.remittance)


_SHARED = {
    "account": "Auftragskonto",
    "booked_date": "Buchungstag",
    "value_date": "Valutadatum",
    "code": "Buchungstext",
    "remittance": "Verwendungszweck",
    "amount": "Betrag",
    "currency": "Waehrung",
    "status": "Info",
}
MT940_CSV = BankLayout(
    signature=("Auftragskonto", "Buchungstag", "Valutadatum", "Kontonummer", "BLZ", "Waehrung"),
    columns={
        **_SHARED,
        "counterparty_name": "Beguenstigter/Zahlungspflichtiger",
        "counterparty_account": "Kontonummer",
        "counterparty_bic": "BLZ",
    },
    dates=DateFormat.DAY_MONTH_DOTS_SHORT,
    numbers=NumberFormat.COMMA,
    role=_role,
    refine=_refine,
    ends_with_newline=False,
)
CAMT_CSV = BankLayout(
    signature=("Auftragskonto", "Buchungstag", "Glaeubiger ID", "Mandatsreferenz",
               "Kundenreferenz (End-to-End)", "Kontonummer/IBAN"),
    columns={
        **_SHARED,
        "creditor_id": "Glaeubiger ID",
        "mandate_id": "Mandatsreferenz",
        "end_to_end_id": "Kundenreferenz (End-to-End)",
        "counterparty_name": "Beguenstigter/Zahlungspflichtiger",
        "counterparty_account": "Kontonummer/IBAN",
        "counterparty_bic": "BIC (SWIFT-Code)",
    },
    dates=DateFormat.DAY_MONTH_DOTS_SHORT,
    numbers=NumberFormat.COMMA,
    role=_role,
    ends_with_newline=False,
)  # fmt: skip
CARD = BankLayout(
    signature=("Umsatz getätigt von", "Belegdatum", "Buchungsdatum", "Buchungsbetrag",
               "Buchungsreferenz"),
    columns={
        "account": "Umsatz getätigt von",
        "booked_date": "Buchungsdatum",
        "value_date": "Belegdatum",
        "amount": "Buchungsbetrag",
        "currency": "Buchungswährung",
        "original_amount": "Originalbetrag",
        "original_currency": "Originalwährung",
        "rate": "Umrechnungskurs",
        "remittance": ("Transaktionsbeschreibung", "Transaktionsbeschreibung Zusatz"),
        "bank_reference": "Buchungsreferenz",
    },
    dates=DateFormat.DAY_MONTH_DOTS_SHORT,
    numbers=NumberFormat.COMMA,
    ends_with_newline=False,
)  # fmt: skip
STATEMENT = as_statement("bank_sparkasse", "Sparkasse", MT940_CSV, CAMT_CSV, CARD)
