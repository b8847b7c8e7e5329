"""Sage 50 (UK): customer records."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Kind
from recoup.formats.layout import Layout
from recoup.formats.record import Record
from recoup.formats.settle import PARTY
from recoup.formats.table import as_format


def judge(record: Record) -> str | None:
    """Every row is a customer."""
    record.kind = PARTY
    return None


LAYOUT = Layout(
    code="sage50_customers",
    title="Sage 50 customer records",
    kinds=frozenset({Kind.CUSTOMERS}),
    signature=("A/C", "Name", "Address Line 1", "Contact Name", "Credit Limit"),
    columns={
        "account_number": "A/C",
        "account_name": "Name",
        "address": ("Address Line 1", "Address Line 2"),
        "city": "Address Line 3",
        "region": "Address Line 4",
        "postal_code": "Address Line 5",
        "contact_name": "Contact Name",
        "phone": "Telephone",
        "tax_number": "VAT Number",
        "credit_limit": "Credit Limit",
        "terms": "Trading Terms Text",
        "terms_days": "Payment Due Days",
        "email": "E-mail",
    },
    required=("account_number",),
    numbers=NumberFormat.POINT,
    judge=judge,
)
FORMAT = as_format(LAYOUT)
