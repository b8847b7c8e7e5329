"""N26: transactions as exported from the account."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

GERMAN = BankLayout(
    signature=("Datum", "Empfänger", "Kontonummer", "Transaktionstyp", "Betrag (EUR)"),
    columns={
        "booked_date": "Datum",
        "counterparty_name": "Empfänger",
        "counterparty_account": "Kontonummer",
        "code": "Transaktionstyp",
        "remittance": "Verwendungszweck",
        "amount": "Betrag (EUR)",
        "original_amount": "Betrag (Fremdwährung)",
        "original_currency": "Fremdwährung",
        "rate": "Wechselkurs",
    },
    dates=DateFormat.ISO,
    numbers=NumberFormat.POINT,
    currency="EUR",
)
ENGLISH = BankLayout(
    signature=("Date", "Payee", "Account number", "Transaction type", "Amount (EUR)"),
    columns={
        "booked_date": "Date",
        "counterparty_name": "Payee",
        "counterparty_account": "Account number",
        "code": "Transaction type",
        "remittance": "Payment reference",
        "amount": "Amount (EUR)",
        "original_amount": "Amount (Foreign Currency)",
        "original_currency": "Type Foreign Currency",
        "rate": "Exchange Rate",
    },
    dates=DateFormat.ISO,
    numbers=NumberFormat.POINT,
    currency="EUR",
)
STATEMENT = as_statement("bank_n26", "N26", GERMAN, ENGLISH)
