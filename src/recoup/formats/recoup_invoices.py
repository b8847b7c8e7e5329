"""Our own plain table of invoices and credit notes, one row per installment."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Kind
from recoup.formats.days import DateFormat
from recoup.formats.layout import Layout
from recoup.formats.record import Record
from recoup.formats.table import as_format


def judge(record: Record) -> str | None:
    """The kind in our words; an invoice where none is named."""
    record.kind = (record.type or "invoice").casefold()
    return None


LAYOUT = Layout(
    code="recoup_invoices",
    title="Recoup invoices",
    kinds=frozenset({Kind.DOCUMENTS}),
    signature=("account_number", "number", "issue_date", "due_date", "currency", "total"),
    columns={
        "account_number": "account_number",
        "account_name": "account_name",
        "email": "email",
        "type": "kind",
        "number": "number",
        "position": "installment",
        "issue_date": "issue_date",
        "due_date": "due_date",
        "terms": "terms",
        "currency": "currency",
        "total": "total",
        "paid": "paid",
        "open": "open",
        "paid_date": "paid_date",
        "disputed": "disputed",
        "hold": "hold",
        "reference": "reference",
        "note": "note",
    },
    required=("issue_date", "total"),
    dates=DateFormat.ISO,
    numbers=NumberFormat.POINT,
    judge=judge,
)
FORMAT = as_format(LAYOUT)
