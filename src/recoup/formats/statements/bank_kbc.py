"""KBC: an account with its running balance, and a Mastercard."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

ACCOUNT = BankLayout(
    signature=("Rekeningnummer", "Rubrieknaam", "Munt", "Afschriftnummer", "Omschrijving",
               "Valuta", "Bedrag", "Saldo"),
    columns={
        "account": "Rekeningnummer",
        "account_name": "Naam",
        "currency": "Munt",
        "booked_date": "Datum",
        "value_date": "Valuta",
        "amount": "Bedrag",
        "balance": "Saldo",
        "counterparty_account": "rekeningnummer tegenpartij",
        "counterparty_bic": "BIC tegenpartij",
        "counterparty_name": "Naam tegenpartij",
        "structured_reference": "gestructureerde mededeling",
        "remittance": ("Omschrijving", "Vrije mededeling"),
    },
    dates=DateFormat.DAY_MONTH,
    numbers=NumberFormat.COMMA,
    encoding="cp1252",
)  # fmt: skip
CARD = BankLayout(
    signature=("kredietkaart", "kaarthouder", "uitgavenstaat", "datum verrichting",
               "Datum verrekening", "bedrag in EUR", "Handelaar"),
    columns={
        # The card stands on its own rows only; all rows are of one account.
        "value_date": "datum verrichting",
        "booked_date": "Datum verrekening",
        "amount": "bedrag in EUR",
        "original_amount": "bedrag",
        "original_currency": "munt",
        "rate": "koers",
        "charges": "Kosten op verrichting",
        "counterparty_name": "Handelaar",
        "remittance": ("locatie", "land", "toelichting"),
    },
    dates=DateFormat.DAY_MONTH,
    numbers=NumberFormat.COMMA,
    currency="EUR",
    encoding="cp1252",
    ends_with_newline=False,
)  # fmt: skip
STATEMENT = as_statement("bank_kbc", "KBC", ACCOUNT, CARD)
