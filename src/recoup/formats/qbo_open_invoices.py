"""QuickBooks Online: Open Invoices, by customer."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.layout import End, Groups, Layout, Report
from recoup.formats.quickbooks import judge
from recoup.formats.table import as_format

LAYOUT = Layout(
    code="qbo_open_invoices",
    title="QuickBooks Online Open Invoices",
    kinds=frozenset({Kind.DOCUMENTS, Kind.PAYMENTS}),
    signature=("Date", "Transaction type", "Num", "Term", "Due date", "Open balance"),
    columns={
        "issue_date": "Date",
        "type": "Transaction type",
        "number": "Num",
        "terms": "Term",
        "due_date": "Due date",
        "open": "Open balance",
    },
    required=("account_name", "issue_date"),
    report=Report(totals_of="open", groups=Groups.ACCOUNTS, has_group_totals=True, ends=End.TOTAL),
    judge=judge,
    # What is open shrinks as it is paid; it stays the same document.
    identity=("account_name", "issue_date", "due_date", "currency", "reference"),
    receipt_identity=("account_name", "date", "currency", "reference"),
    note="Holds what is open of each document, not what it was issued for.",
)
FORMAT = as_format(LAYOUT)
