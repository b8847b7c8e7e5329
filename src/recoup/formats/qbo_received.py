"""QuickBooks Online: Invoices and Received Payments, by customer."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.layout import End, Groups, Layout, Report
from recoup.formats.quickbooks import judge_received
from recoup.formats.table import as_format

LAYOUT = Layout(
    code="qbo_received",
    title="QuickBooks Online Invoices and Received Payments",
    kinds=frozenset({Kind.DOCUMENTS, Kind.PAYMENTS}),
    signature=("Date", "Transaction type", "Memo/Description", "Transaction number", "Amount"),
    columns={
        "issue_date": "Date",
        "type": "Transaction type",
        "note": "Memo/Description",
        "number": "Transaction number",
        "total": "Amount",
    },
    required=("account_name", "issue_date"),
    report=Report(groups=Groups.ACCOUNTS, ends=End.FOOTER),
    judge=judge_received,
    note="Does not say when an invoice is due nor which invoice a payment pays: what is open "
    "follows from the payments, oldest invoice first.",
)
FORMAT = as_format(LAYOUT)
