"""Barclaycard: card lines without header; what was spent and what was paid in differ by column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

_DAY = re.compile(r"[0-9]{2} [A-Z][a-z]{2} [0-9]{2}")
_AMOUNT = re.compile(r"(?:-?[0-9,]+\.[0-9]{2})?")


def _begins(cells: Sequence[str]) -> bool:
    """Seven cells: day, text, card, holder, category, amount in, amount out."""
    return (
        len(cells) == 7
        and _DAY.fullmatch(cells[0]) is not None
        and all(_AMOUNT.fullmatch(each) for each in cells[5:])
        and any(cells[5:])
    )


STATEMENT = as_statement(
    "bank_barclaycard",
    "Barclaycard",
    BankLayout(
        begins=_begins,
        columns={"booked_date": 1, "remittance": 2, "code": 5, "credit": 6, "debit": 7},
        sign=Sign.COLUMNS,
        dates=DateFormat.DAY_NAME_SHORT,
        clean={"booked_date": lambda written: written.replace(" ", "-")},
        numbers=NumberFormat.POINT,
        currency="GBP",
        is_common=True,
    ),
)
