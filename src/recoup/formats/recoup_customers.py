"""Our own plain table of customers."""

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
    code="recoup_customers",
    title="Recoup customers",
    kinds=frozenset({Kind.CUSTOMERS}),
    signature=("account_number", "account_name", "contact_name", "email", "country"),
    columns={
        name: name
        for name in (
            "account_number", "account_name", "contact_name", "email", "phone", "address", "city",
            "region", "postal_code", "country", "language", "legal_kind", "tier", "tax_number",
            "currency", "terms", "terms_days", "credit_limit", "hold",
        )
    },
    required=("account_number", "account_name"),
    numbers=NumberFormat.POINT,
    judge=judge,
)  # fmt: skip
FORMAT = as_format(LAYOUT)
