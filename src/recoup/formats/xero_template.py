"""Xero: the template for importing invoices, which says neither tax nor what is paid."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.layout import Layout
from recoup.formats.table import as_format

LAYOUT = Layout(
    code="xero_template",
    title="Xero invoice import template",
    kinds=frozenset({Kind.DOCUMENTS}),
    signature=("ContactName", "InvoiceNumber", "InvoiceDate", "Quantity", "UnitAmount", "TaxType"),
    columns={"number": "InvoiceNumber"},
    refusal="This is the Xero template for importing invoices: it holds prices without their tax "
    "and not what is paid, so nobody can say what is owed. In Xero open Business, Invoices, "
    "choose Export, and bring that file.",
)
FORMAT = as_format(LAYOUT)
