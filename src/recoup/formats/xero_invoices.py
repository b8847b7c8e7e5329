"""Xero: sales invoices as exported, one row per line with the document repeated."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.layout import Layout, Lines
from recoup.formats.record import Record
from recoup.formats.table import as_format

_KINDS = {
    "sales invoice": "invoice",
    "sales credit note": "credit_note",
    "sales overpayment": "overpayment",
    "sales prepayment": "prepayment",
}
_IGNORED = {
    "draft": "draft",
    "awaiting approval": "draft",
    "submitted": "draft",
    "voided": "voided",
    "deleted": "voided",
}


def judge(record: Record) -> str | None:
    """Sales only; drafts and voided documents are owed by nobody."""
    type_ = (record.type or "").casefold()
    if type_.startswith(("bill", "purchase")):
        return "purchase"
    record.kind = _KINDS.get(type_)
    return _IGNORED.get((record.status or "").casefold())


LAYOUT = Layout(
    code="xero_invoices",
    title="Xero sales invoices",
    kinds=frozenset({Kind.DOCUMENTS, Kind.CUSTOMERS}),
    signature=("ContactName", "InvoiceNumber", "InvoiceAmountPaid", "InvoiceAmountDue", "Type"),
    columns={
        "account_name": "ContactName",
        "email": "EmailAddress",
        "address": ("POAddressLine1", "POAddressLine2", "POAddressLine3", "POAddressLine4"),
        "city": "POCity",
        "region": "PORegion",
        "postal_code": "POPostalCode",
        "country": "POCountry",
        "number": "InvoiceNumber",
        "reference": "Reference",
        "issue_date": "InvoiceDate",
        "due_date": "DueDate",
        "total": "Total",
        "paid": "InvoiceAmountPaid",
        "open": "InvoiceAmountDue",
        "currency": "Currency",
        "type": "Type",
        "status": "Status",
    },
    required=("account_name", "issue_date", "total", "open"),
    lines=Lines.REPEATED,
    judge=judge,
)
FORMAT = as_format(LAYOUT)
