"""Monzo: transactions as exported in 2018, and the export of today."""

from __future__ import annotations

import re

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement


def _zoned(written: str) -> str:
    """The zone written as days are read: +00:00 instead of a space and +0000."""
    return re.sub(r" ([+-][0-9]{2})([0-9]{2})$", r"\1:\2", written)


EXPORT_2018 = BankLayout(
    signature=("id", "created", "amount", "currency", "local_amount", "local_currency", "emoji"),
    columns={
        "bank_reference": "id",
        "booked_date": "created",
        "amount": "amount",
        "currency": "currency",
        "original_amount": "local_amount",
        "original_currency": "local_currency",
        "code": "category",
        "remittance": ("description", "notes"),
    },
    dates=DateFormat.ISO_TIME,
    numbers=NumberFormat.POINT,
    clean={"booked_date": _zoned},
    is_reference_unique=True,
)
EXPORT = BankLayout(
    signature=("Transaction ID", "Date", "Time", "Type", "Name", "Local amount", "Local currency"),
    columns={
        "bank_reference": "Transaction ID",
        "booked_date": "Date",
        "code": "Type",
        "counterparty_name": "Name",
        "amount": "Amount",
        "currency": "Currency",
        "original_amount": "Local amount",
        "original_currency": "Local currency",
        "remittance": ("Description", "Notes and #tags"),
    },
    dates=DateFormat.DAY_MONTH,
    numbers=NumberFormat.POINT,
    is_reference_unique=True,
)
STATEMENT = as_statement("bank_monzo", "Monzo", EXPORT_2018, EXPORT)
