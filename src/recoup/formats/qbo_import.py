"""QuickBooks Online: the sheet for importing invoices, one row per item."""

from __future__ import annotations

from recoup.formats.base import Kind
from recoup.formats.cells import BadCell
from recoup.formats.layout import Layout, Lines
from recoup.formats.record import Record
from recoup.formats.table import as_format


def judge(record: Record) -> str | None:
    """An item with a tax code costs more than its amount, and the sheet does not say how much."""
    record.kind = "invoice"
    if record.status is not None:
        record.complain(
            "Item tax code",
            BadCell(
                "tax-unknown",
                "The item is taxed and the sheet does not hold the amount of the tax.",
                "Bring the A/R Aging Detail of QuickBooks instead.",
            ),
            record.status,
        )
    return None


LAYOUT = Layout(
    code="qbo_import",
    title="QuickBooks Online invoice import",
    kinds=frozenset({Kind.DOCUMENTS}),
    signature=("*Invoice number", "*Customer", "*Invoice date", "*Due date", "*Item Amount"),
    columns={
        "number": "*Invoice number",
        "account_name": "*Customer",
        "issue_date": "*Invoice date",
        "due_date": "*Due date",
        "terms": "Terms",
        "total": "*Item Amount",
        "status": "Item tax code",
        "note": "Memo",
    },
    required=("account_name", "number", "issue_date", "total"),
    lines=Lines.SUMMED,
    judge=judge,
    is_exact=True,
    note="Does not say what is paid.",
)
FORMAT = as_format(LAYOUT)
