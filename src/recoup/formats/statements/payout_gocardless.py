"""GoCardless: payouts as exported; the amount is what arrives, fees are taken off before."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import LINE, PENDING, BankLayout, Cells
from recoup.formats.statements.line import Kind
from recoup.formats.statements.table import as_statement


def _role(cells: Cells) -> str:
    return LINE if cells.get("status", "paid").casefold() == "paid" else PENDING


STATEMENT = as_statement(
    "payout_gocardless",
    "GoCardless payouts",
    BankLayout(
        signature=("id", "amount", "deducted_fees", "currency", "arrival_date", "reference"),
        columns={
            "bank_reference": "id",
            "payout_id": "id",
            "net": "amount",
            "fee": "deducted_fees",
            "currency": "currency",
            "booked_date": "arrival_date",
            "remittance": "reference",
            "status": "status",
        },
        dates=DateFormat.ISO,
        numbers=NumberFormat.POINT,
        kind=Kind.PAYOUT,
        role=_role,
        is_reference_unique=True,
    ),
)
