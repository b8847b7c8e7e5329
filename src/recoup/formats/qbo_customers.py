"""QuickBooks Online: Customer Contact List."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.layout import End, Layout, Report
from recoup.formats.record import Record
from recoup.formats.settle import PARTY
from recoup.formats.table import as_format


def judge(record: Record) -> str | None:
    """Every row is a customer."""
    record.kind = PARTY
    return None


LAYOUT = Layout(
    code="qbo_customers",
    title="QuickBooks Online Customer Contact List",
    kinds=frozenset({Kind.CUSTOMERS}),
    signature=("Customer full name", "Phone numbers", "Email", "Full name", "Bill address"),
    columns={
        "account_name": "Customer full name",
        "phone": "Phone numbers",
        "email": "Email",
        "contact_name": "Full name",
        "address": "Bill address",
    },
    required=("account_name",),
    report=Report(ends=End.FOOTER),
    judge=judge,
)
FORMAT = as_format(LAYOUT)
