"""Our own plain table of payments and refunds."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Kind
from recoup.formats.days import DateFormat
from recoup.formats.layout import Layout
from recoup.formats.record import Record
from recoup.formats.table import as_format


def judge(record: Record) -> str | None:
    """The kind in our words; a payment where none is named."""
    record.kind = (record.type or "payment").casefold()
    return None


LAYOUT = Layout(
    code="recoup_payments",
    title="Recoup payments",
    kinds=frozenset({Kind.PAYMENTS}),
    signature=("account_number", "document_number", "date", "currency", "amount"),
    columns={
        "number": "id",
        "account_number": "account_number",
        "account_name": "account_name",
        "document_number": "document_number",
        "date": "date",
        "currency": "currency",
        "amount": "amount",
        "unapplied": "unapplied",
        "type": "kind",
        "reference": "reference",
        "note": "note",
    },
    dates=DateFormat.ISO,
    numbers=NumberFormat.POINT,
    judge=judge,
)
FORMAT = as_format(LAYOUT)
