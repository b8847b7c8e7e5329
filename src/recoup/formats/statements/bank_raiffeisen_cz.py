"""Raiffeisenbank (Czechia): movements, with the symbols that Czech payers use."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

STATEMENT = as_statement(
    "bank_raiffeisen_cz",
    "Raiffeisenbank (CZ)",
    BankLayout(
        signature=("Datum provedení", "Datum zaúčtování", "Číslo účtu", "Název účtu",
                   "Kategorie transakce", "Typ transakce", "Zpráva", "Id transakce"),
        columns={
            "value_date": "Datum provedení",
            "booked_date": "Datum zaúčtování",
            "account": "Číslo účtu",
            "account_name": "Název účtu",
            "code": "Typ transakce",
            "counterparty_account": "Číslo protiúčtu",
            "counterparty_name": "Název protiúčtu",
            "remittance": ("Zpráva", "Poznámka"),
            "structured_reference": "VS",
            "amount": "Zaúčtovaná částka",
            "currency": "Měna účtu",
            "original_amount": "Původní částka a měna",
            "original_currency": "Původní částka a měna#2",
            "bank_reference": "Id transakce",
        },
        dates=DateFormat.DAY_MONTH_DOTS,
        numbers=NumberFormat.COMMA,
        encoding="cp1250",
        is_reference_unique=True,
    ),
)  # fmt: skip
