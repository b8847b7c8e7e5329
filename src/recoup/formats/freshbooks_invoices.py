"""FreshBooks: invoice details, one row per item."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.cells import BadCell
from recoup.formats.layout import Layout, Lines
from recoup.formats.record import Record
from recoup.formats.table import as_format

_PAID = frozenset({"paid", "auto-paid", "autopaid"})
_UNPAID = frozenset({"sent", "viewed", "overdue", "outstanding", "unpaid", "disputed"})
_IGNORED = {"draft": "draft", "void": "voided", "voided": "voided", "deleted": "voided"}


def judge(record: Record) -> str | None:
    """Paid or not by the status; a status that leaves open how much is set aside."""
    status = (record.status or "").casefold()
    record.kind = "invoice"
    if status in _PAID:
        record.paid = record.total
    elif status in _UNPAID:
        record.paid = 0
        record.disputed = status == "disputed"
    elif status not in _IGNORED:
        record.complain(
            "Invoice Status",
            BadCell(
                "open-unknown",
                "The status does not say how much of the invoice is paid.",
                "Bring this invoice by a column map with a paid or an open column.",
            ),
            record.status or "",
        )
    return _IGNORED.get(status)


LAYOUT = Layout(
    code="freshbooks_invoices",
    title="FreshBooks invoice details",
    kinds=frozenset({Kind.DOCUMENTS}),
    signature=("Client Name", "Invoice #", "Date Issued", "Invoice Status", "Line Total"),
    columns={
        "account_name": "Client Name",
        "number": "Invoice #",
        "issue_date": "Date Issued",
        "due_date": "Due Date",
        "status": "Invoice Status",
        "paid_date": "Date Paid",
        "total": "Line Total",
        "currency": "Currency",
    },
    required=("account_name", "number", "issue_date", "total"),
    lines=Lines.SUMMED,
    judge=judge,
    note="Line totals are added up as they stand; a version with tax in columns of its own needs "
    "a column map.",
)
FORMAT = as_format(LAYOUT)
