"""Rabobank: transactions as exported (CSV with 26 columns)."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

STATEMENT = as_statement(
    "bank_rabobank",
    "Rabobank",
    BankLayout(
        signature=("IBAN/BBAN", "Munt", "BIC", "Volgnr", "Datum", "Rentedatum", "Bedrag",
                   "Saldo na trn"),
        columns={
            "account": "IBAN/BBAN",
            "currency": "Munt",
            "account_bic": "BIC",
            "bank_reference": "Volgnr",
            "booked_date": "Datum",
            "value_date": "Rentedatum",
            "amount": "Bedrag",
            "balance": "Saldo na trn",
            "counterparty_account": "Tegenrekening IBAN/BBAN",
            "counterparty_name": "Naam tegenpartij",
            "counterparty_bic": "BIC tegenpartij",
            "code": "Code",
            "end_to_end_id": "Transactiereferentie",
            "mandate_id": "Machtigingskenmerk",
            "creditor_id": "Incassant ID",
            "structured_reference": "Betalingskenmerk",
            "remittance": ("Omschrijving-1", "Omschrijving-2", "Omschrijving-3"),
            "reason": "Reden retour",
            "original_amount": "Oorspr bedrag",
            "original_currency": "Oorspr munt",
            "rate": "Koers",
        },
        dates=DateFormat.ISO,
        numbers=NumberFormat.COMMA,
        encoding="cp1252",
        clean={"account": lambda written: written.strip('"')},
        # The number counts up per account and is never used twice.
        is_reference_unique=True,
    ),
)  # fmt: skip
