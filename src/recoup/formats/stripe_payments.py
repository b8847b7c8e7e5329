"""Stripe: payments as exported; what was refunded is taken off."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Kind
from recoup.formats.days import DateFormat
from recoup.formats.layout import Layout
from recoup.formats.record import Record
from recoup.formats.table import as_format

_RECEIVED = frozenset({"paid", "succeeded", "refunded", "partially refunded", "partial_refund"})


def judge(record: Record) -> str | None:
    """Money that was received and stayed."""
    if (record.status or "").casefold() not in _RECEIVED:
        return "not-paid"
    record.kind = "payment"
    record.account_name = record.account_name or record.email
    if record.refunded and record.amount is not None:
        record.amount -= record.refunded
        record.flags.append("part-refunded")
    return "refunded" if record.amount == 0 else None


LAYOUT = Layout(
    code="stripe_payments",
    title="Stripe payments",
    kinds=frozenset({Kind.PAYMENTS}),
    signature=("id", "Created (UTC)", "Amount", "Amount Refunded", "Currency", "Status"),
    columns={
        "number": "id",
        "note": "Description",
        "date": "Created (UTC)",
        "amount": "Amount",
        "refunded": "Amount Refunded",
        "currency": "Currency",
        "status": "Status",
        "account_number": "Customer ID",
        "account_name": "Customer Description",
        "email": "Customer Email",
        "document_number": "Invoice ID",
    },
    required=("number",),
    dates=DateFormat.ISO_TIME,
    numbers=NumberFormat.POINT,
    judge=judge,
    note="Days are those of UTC, as Stripe writes them.",
)
FORMAT = as_format(LAYOUT)
