"""QuickBooks Online: Sales by Product/Service Detail, known so that it is not mistaken."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.layout import Layout
from recoup.formats.table import as_format

LAYOUT = Layout(
    code="qbo_sales",
    title="QuickBooks Online Sales by Product/Service Detail",
    kinds=frozenset({Kind.DOCUMENTS}),
    signature=("Transaction date", "Transaction type", "Num", "Quantity", "Sales price", "Balance"),
    columns={"number": "Num"},
    refusal="Sales by Product/Service Detail lists what was sold, without tax, due dates or "
    "payments; its Balance is a running sum of sales. Nobody can say from it what is owed. In "
    "QuickBooks choose Reports, A/R Aging Detail or Open Invoices, and bring that file.",
)
FORMAT = as_format(LAYOUT)
