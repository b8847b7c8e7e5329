"""The cassandra22 ledger: invoices without numbers, with part payments and what is left."""

from __future__ import annotations

from datetime import timedelta

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Kind
from recoup.formats.days import DateFormat
from recoup.formats.layout import Layout
from recoup.formats.record import Record
from recoup.formats.table import as_format


def judge(record: Record) -> str | None:
    """The last payment came so many days after the day of the invoice."""
    record.kind = "invoice"
    if record.paid and record.issue_date and record.paid_days is not None:
        record.paid_date = record.issue_date + timedelta(days=record.paid_days)
    return None


LAYOUT = Layout(
    code="cassandra22",
    title="Ledger with part payments (Settled, Outstanding)",
    kinds=frozenset({Kind.DOCUMENTS}),
    signature=("Vendor_Name", "Invoice_Date", "Due_Date", "Amount", "Settled", "Outstanding"),
    columns={
        "note": "Description",
        "account_name": "Vendor_Name",
        "status": "Created",
        "issue_date": "Invoice_Date",
        "due_date": "Due_Date",
        "total": "Amount",
        "paid": "Settled",
        "open": "Outstanding",
        "paid_days": "Number_of_Days_until_Payment",
    },
    required=("account_name", "issue_date", "due_date", "total", "open"),
    dates=DateFormat.DAY_NAME_SHORT,
    numbers=NumberFormat.POINT,
    judge=judge,
    # The same supply may be invoiced twice in a minute and paid differently: the whole row is
    # its name, so that the order of the rows does not matter.
    identity=(
        "account_name", "status", "issue_date", "due_date", "total", "note", "paid", "open",
        "paid_days",
    ),
)  # fmt: skip
FORMAT = as_format(LAYOUT)
