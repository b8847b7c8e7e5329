"""Mollie: payments as exported with their settlement; fees are no part of this table."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import IGNORED, LINE, BankLayout, Cells
from recoup.formats.statements.line import Kind
from recoup.formats.statements.table import as_statement

_MONEY = frozenset({"paid", "paidout", "betaald", "refunded", "charged back", "chargeback"})


def _role(cells: Cells) -> str:
    """Open, failed, expired and canceled payments brought nothing."""
    return LINE if cells.get("status", "").casefold() in _MONEY else IGNORED


STATEMENT = as_statement(
    "payout_mollie",
    "Mollie payments",
    BankLayout(
        signature=("Date", "Payment method", "Currency", "Amount", "Status", "ID", "Description",
                   "Consumer name", "Settlement currency", "Settlement amount"),
        columns={
            "booked_date": "Date",
            "code": "Payment method",
            "status": "Status",
            "bank_reference": "ID",
            "remittance": "Description",
            "counterparty_name": "Consumer name",
            "counterparty_account": "Consumer bank account",
            "counterparty_bic": "Consumer BIC",
            "original_currency": "Currency",
            "original_amount": "Amount",
            "currency": "Settlement currency",
            "amount": "Settlement amount",
            "payout_id": "Settlement reference",
            # Kept with the payment: by it the bank names the settlement that it is part of.
            "end_to_end_id": "Settlement reference",
        },
        dates=DateFormat.ISO_TIME,
        numbers=NumberFormat.POINT,
        kind=Kind.PAYOUT,
        role=_role,
        is_reference_unique=True,
    ),
)  # fmt: skip
