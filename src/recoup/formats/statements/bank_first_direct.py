"""first direct: transactions with a running balance."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

STATEMENT = as_statement(
    "bank_first_direct",
    "first direct",
    BankLayout(
        signature=("Date", "Description", "Amount", "Balance"),
        columns={
            "booked_date": "Date",
            "remittance": "Description",
            "amount": "Amount",
            "balance": "Balance",
        },
        dates=DateFormat.DAY_MONTH,
        numbers=NumberFormat.POINT,
        currency="GBP",
        is_common=True,
    ),
)
