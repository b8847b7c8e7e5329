"""Swedbank (Lithuania): a text that is named XLS, with balances and turnover as rows."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.layout import CLOSING, IGNORED, LINE, OPENING, BankLayout, Cells
from recoup.formats.statements.table import as_statement

_ROLES = {"10": OPENING, "20": LINE, "82": IGNORED, "86": CLOSING}


def _role(cells: Cells) -> str:
    """By the kind of the row; one that is not known is read, and the balances judge."""
    return _ROLES.get(cells.get("status", ""), LINE)


STATEMENT = as_statement(
    "bank_swedbank",
    "Swedbank (LT)",
    BankLayout(
        signature=("Account No", "Date", "Beneficiary", "Details", "Amount", "Currency", "D/K",
                   "Record ID"),
        columns={
            "account": "Account No",
            "status": 2,
            "booked_date": "Date",
            "counterparty_name": "Beneficiary",
            "remittance": "Details",
            "amount": "Amount",
            "currency": "Currency",
            "mark": "D/K",
            "bank_reference": "Record ID",
            "code": "Code",
            "structured_reference": "Reference No",
        },
        sign=Sign.MARK,
        marks={"D": "out", "K": "in"},
        dates=DateFormat.ISO,
        numbers=NumberFormat.POINT,
        role=_role,
        # The row of the closing balance is the end; a cut before it is noticed.
        ends_with_newline=False,
    ),
)  # fmt: skip
