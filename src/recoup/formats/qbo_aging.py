"""QuickBooks Online: A/R Aging Detail, every open document and unapplied payment."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.layout import End, Groups, Layout, Report
from recoup.formats.quickbooks import judge
from recoup.formats.table import as_format

LAYOUT = Layout(
    code="qbo_aging",
    title="QuickBooks Online A/R Aging Detail",
    kinds=frozenset({Kind.DOCUMENTS, Kind.PAYMENTS}),
    signature=("Date", "Transaction type", "Customer full name", "Due date", "Open balance"),
    columns={
        "issue_date": "Date",
        "type": "Transaction type",
        "number": "Num",
        "account_name": "Customer full name",
        "due_date": "Due date",
        "total": "Amount",
        "open": "Open balance",
    },
    required=("account_name", "issue_date"),
    report=Report(totals_of="open", groups=Groups.BUCKETS, has_group_totals=True, ends=End.TOTAL),
    judge=judge,
    # What is unapplied of a payment shrinks as it is applied; it stays the same payment.
    receipt_identity=("account_name", "date", "currency", "reference"),
)
FORMAT = as_format(LAYOUT)
