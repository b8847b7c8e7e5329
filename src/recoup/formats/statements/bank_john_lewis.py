"""John Lewis Partnership card: what was spent is positive, what is pending has no day."""

from __future__ import annotations

import re

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.layout import LINE, PENDING, BankLayout, Cells
from recoup.formats.statements.table import as_statement


def _role(cells: Cells) -> str:
    return PENDING if cells.get("booked_date", "").casefold() == "pending" else LINE


STATEMENT = as_statement(
    "bank_john_lewis",
    "John Lewis Partnership card",
    BankLayout(
        signature=("Date Processed", "Description", "Amount"),
        columns={
            "booked_date": "Date Processed",
            "remittance": "Description",
            "amount": "Amount",
            "code": 4,
        },
        sign=Sign.INVERTED,
        dates=DateFormat.DAY_NAME_DASHES,
        numbers=NumberFormat.POINT,
        currency="GBP",
        is_common=True,
        # Money paid in has a plus, and CR in a column without header.
        clean={"amount": lambda written: re.sub(r"^\+ ?", "-", written)},
        role=_role,
    ),
)
