"""Česká spořitelna: the transaction history, Czech and English headers."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

_FIELDS = ("code", "booked_date", "amount", "counterparty_account", "value_date",
           "structured_reference", "counterparty_name", "bank_reference")  # fmt: skip


def _layout(remittance: tuple[str, ...], *headers: str) -> BankLayout:
    return BankLayout(
        signature=headers,
        columns={**dict(zip(_FIELDS, headers, strict=True)), "remittance": remittance},
        dates=DateFormat.YEAR_SLASHES,
        numbers=NumberFormat.COMMA,
        currency="CZK",
        encoding="cp1250",
    )


CZECH = _layout(
    ("Zpráva pro příjemce", "Zpráva pro mě"),
    "Položka", "Datum zaúčtování", "Částka CZK", "Bankovní spojení", "Datum provedení",
    "Variabilní symbol 1", "Název protiúčtu", "Referenční číslo transakce",
)  # fmt: skip
ENGLISH = _layout(
    ("Message for payee", "Message for me"),
    "Item", "Posting date", "Amount CZK", "Bank account details", "Execution date",
    "Variable symbol 1", "Counteraccount name", "Transaction reference number",
)  # fmt: skip
STATEMENT = as_statement(
    "bank_ceska_sporitelna",
    "Česká spořitelna",
    CZECH,
    ENGLISH,
    note="The bank itself says that the export need not be complete; nothing in it proves it.",
)
