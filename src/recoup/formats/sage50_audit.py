"""Sage 50 (UK): audit trail transactions of the sales ledger."""

from __future__ import annotations

import re

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Kind
from recoup.formats.cells import BadCell
from recoup.formats.days import DateFormat
from recoup.formats.layout import Layout, Lines
from recoup.formats.record import Record
from recoup.formats.table import as_format

_DOCUMENTS = {"SI": "invoice", "SC": "credit_note", "SD": "credit_note"}
_RECEIPTS = frozenset({"SR", "SA"})
_BASE_RATE = re.compile(r"[01]?(?:\.0*)?")


def judge(record: Record) -> str | None:
    """Sales invoices, credits and discounts, receipts; other ledgers are not ours."""
    type_ = (record.type or "").upper()
    if not type_.startswith("S"):
        return "not-sales"
    record.kind = _DOCUMENTS.get(type_)
    if type_ in _RECEIPTS:
        record.kind, record.date = "payment", record.issue_date
        record.amount = (record.net or 0) + (record.tax or 0)
        record.reference, record.number = record.number, None
    if record.status is not None and not _BASE_RATE.fullmatch(record.status):
        record.complain(
            "Exchange Rate",
            BadCell(
                "foreign-currency",
                "The row is in a foreign currency and does not say in which.",
                "Bring the foreign accounts by a column map with a currency column.",
            ),
            record.status,
        )
    return None


LAYOUT = Layout(
    code="sage50_audit",
    title="Sage 50 audit trail transactions",
    kinds=frozenset({Kind.DOCUMENTS, Kind.PAYMENTS}),
    signature=("Type", "Account Reference", "Date", "Reference", "Net Amount", "Tax Amount"),
    columns={
        "type": "Type",
        "account_number": "Account Reference",
        "issue_date": "Date",
        "number": "Reference",
        "note": "Details",
        "net": "Net Amount",
        "tax": "Tax Amount",
        "status": "Exchange Rate",
    },
    required=("account_number", "issue_date", "net"),
    dates=DateFormat.DAY_MONTH,
    numbers=NumberFormat.POINT,
    lines=Lines.SUMMED,
    judge=judge,
    is_number_per_account=True,
    note="Does not say which invoice a receipt pays: what is open follows from the receipts, "
    "oldest invoice first.",
)
FORMAT = as_format(LAYOUT)
