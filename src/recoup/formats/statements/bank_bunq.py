"""bunq: transactions as exported, Dutch and English headers."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement


def _layout(*headers: str) -> BankLayout:
    names = ("booked_date", "amount", "account", "counterparty_account", "counterparty_name",
             "remittance")  # fmt: skip
    return BankLayout(
        signature=headers,
        columns=dict(zip(names, headers, strict=True)),
        dates=DateFormat.ISO,
        numbers=NumberFormat.COMMA,
        currency="EUR",
    )


STATEMENT = as_statement(
    "bank_bunq",
    "bunq",
    _layout("Datum", "Bedrag", "Rekening", "Tegenrekening", "Naam", "Omschrijving"),
    _layout("Date", "Amount", "Account", "Counterparty", "Name", "Description"),
)
