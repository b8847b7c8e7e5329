"""The accounts receivable ledger that IBM published: closed invoices with their settlement."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Kind
from recoup.formats.days import DateFormat
from recoup.formats.layout import Layout
from recoup.formats.record import Record
from recoup.formats.table import as_format


def judge(record: Record) -> str | None:
    """Paid in one sum on the day of settlement, or not at all."""
    record.kind = "invoice"
    record.paid = record.total if record.paid_date is not None else 0
    return None


LAYOUT = Layout(
    code="ibm_ledger",
    title="IBM accounts receivable ledger",
    kinds=frozenset({Kind.DOCUMENTS}),
    signature=("customerID", "invoiceNumber", "InvoiceDate", "InvoiceAmount", "SettledDate"),
    columns={
        "account_number": "customerID",
        "number": "invoiceNumber",
        "issue_date": "InvoiceDate",
        "due_date": "DueDate",
        "total": "InvoiceAmount",
        "disputed": "Disputed",
        "paid_date": "SettledDate",
    },
    required=("account_number", "number", "issue_date", "due_date", "total"),
    dates=DateFormat.MONTH_DAY,
    numbers=NumberFormat.POINT,
    currency="USD",
    judge=judge,
)
FORMAT = as_format(LAYOUT)
