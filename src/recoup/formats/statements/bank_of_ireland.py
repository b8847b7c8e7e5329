"""Bank of Ireland: transactions; the balance stands on the last line of a day only."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

STATEMENT = as_statement(
    "bank_of_ireland",
    "Bank of Ireland",
    BankLayout(
        signature=("Date", "Details", "Debit", "Credit", "Balance"),
        columns={
            "booked_date": "Date",
            "remittance": "Details",
            "debit": "Debit",
            "credit": "Credit",
            "balance": "Balance",
        },
        sign=Sign.COLUMNS,
        dates=DateFormat.DAY_MONTH,
        numbers=NumberFormat.POINT,
        currency="EUR",
        is_common=True,
    ),
)
