"""Commerzbank: turnover of an account."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

STATEMENT = as_statement(
    "bank_commerzbank",
    "Commerzbank",
    BankLayout(
        signature=("Buchungstag", "Wertstellung", "Umsatzart", "Buchungstext", "Betrag",
                   "Auftraggeberkonto", "IBAN Auftraggeberkonto"),
        columns={
            "booked_date": "Buchungstag",
            "value_date": "Wertstellung",
            "code": "Umsatzart",
            "remittance": "Buchungstext",
            "amount": "Betrag",
            "currency": "Währung",
            "account": "IBAN Auftraggeberkonto",
        },
        dates=DateFormat.DAY_MONTH_DOTS,
        numbers=NumberFormat.COMMA,
        ends_with_newline=False,
    ),
)  # fmt: skip
