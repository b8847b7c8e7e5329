"""POSB and DBS (Singapore): the transaction history, with and without its header."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

_DAY = re.compile(r"[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}")
_AMOUNT = re.compile(r"(?:[0-9,]*\.[0-9]{2})?")


def _begins(cells: Sequence[str]) -> bool:
    """A day, a code, an amount out and an amount in."""
    return (
        len(cells) >= 5
        and _DAY.fullmatch(cells[0]) is not None
        and all(_AMOUNT.fullmatch(each) for each in cells[2:4])
        and any(cells[2:4])
    )


HEADED = BankLayout(
    signature=("Transaction Date", "Reference", "Debit Amount", "Credit Amount",
               "Transaction Ref1"),
    columns={
        "booked_date": "Transaction Date",
        "code": "Reference",
        "debit": "Debit Amount",
        "credit": "Credit Amount",
        "remittance": ("Transaction Ref1", "Transaction Ref2", "Transaction Ref3"),
    },
    sign=Sign.COLUMNS,
    dates=DateFormat.DAY_NAME,
    numbers=NumberFormat.POINT,
    currency="SGD",
)  # fmt: skip
BARE = BankLayout(
    begins=_begins,
    columns={"booked_date": 1, "code": 2, "debit": 3, "credit": 4, "remittance": (5, 6, 7)},
    sign=Sign.COLUMNS,
    dates=DateFormat.DAY_NAME,
    numbers=NumberFormat.POINT,
    currency="SGD",
    is_common=True,
)
STATEMENT = as_statement("bank_posb", "POSB, DBS", HEADED, BARE)
