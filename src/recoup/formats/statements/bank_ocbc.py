"""OCBC: the transaction history; what a row without a day says belongs to the row above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.layout import CONTINUES, LINE, BankLayout, Cells
from recoup.formats.statements.table import as_statement


def _role(cells: Cells) -> str:
    return LINE if cells.get("booked_date") else CONTINUES


def _preamble(rows: Sequence[Sequence[str]]) -> Mapping[str, str]:
    stated = {row[0].casefold(): row[1] for row in rows if len(row) > 1}
    named = stated.get("account details for:", "")
    return {"account": named.rpartition(" ")[2], "account_name": named}


STATEMENT = as_statement(
    "bank_ocbc",
    "OCBC",
    BankLayout(
        signature=("Transaction date", "Value date", "Description", "Withdrawals (SGD)",
                   "Deposits (SGD)"),
        columns={
            "booked_date": "Transaction date",
            "value_date": "Value date",
            "remittance": "Description",
            "debit": "Withdrawals (SGD)",
            "credit": "Deposits (SGD)",
        },
        sign=Sign.COLUMNS,
        dates=DateFormat.DAY_MONTH,
        numbers=NumberFormat.POINT,
        currency="SGD",
        role=_role,
        preamble=_preamble,
    ),
)  # fmt: skip
