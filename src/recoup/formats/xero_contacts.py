"""Xero: contacts as exported."""

from __future__ import annotations

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
    code="xero_contacts",
    title="Xero contacts",
    kinds=frozenset({Kind.CUSTOMERS}),
    signature=("ContactName", "AccountNumber", "EmailAddress", "FirstName", "LastName"),
    columns={
        "account_name": "ContactName",
        "account_number": "AccountNumber",
        "email": "EmailAddress",
        "contact_name": ("FirstName", "LastName"),
        "address": ("POAddressLine1", "POAddressLine2", "POAddressLine3", "POAddressLine4"),
        "city": "POCity",
        "region": "PORegion",
        "postal_code": "POPostalCode",
        "country": "POCountry",
        "phone": "PhoneNumber",
        "tax_number": "TaxNumber",
    },
    required=("account_name",),
    judge=judge,
)
FORMAT = as_format(LAYOUT)
