"""Stripe: the balance history and the itemized balance report, gross, fee and net."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.line import Kind
from recoup.formats.statements.table import as_statement

HISTORY = BankLayout(
    signature=("id", "Type", "Source", "Amount", "Fee", "Net", "Currency", "Created (UTC)"),
    columns={
        "bank_reference": "id",
        "code": "Type",
        "end_to_end_id": "Source",
        "gross": "Amount",
        "fee": "Fee",
        "net": "Net",
        "currency": "Currency",
        "booked_date": "Created (UTC)",
        "value_date": "Available On (UTC)",
        "remittance": "Description",
        "payout_id": "Transfer",
    },
    dates=DateFormat.ISO_TIME,
    numbers=NumberFormat.POINT,
    kind=Kind.PAYOUT,
    is_reference_unique=True,
)
ITEMIZED = BankLayout(
    signature=("balance_transaction_id", "created", "currency", "gross", "fee", "net",
               "reporting_category"),
    columns={
        "bank_reference": "balance_transaction_id",
        "code": "reporting_category",
        "end_to_end_id": "source_id",
        "gross": "gross",
        "fee": "fee",
        "net": "net",
        "currency": "currency",
        "booked_date": "created",
        "value_date": "available_on",
        "remittance": "description",
        "counterparty_name": "customer_name",
        "payout_id": "automatic_payout_id",
    },
    dates=DateFormat.ISO_TIME,
    numbers=NumberFormat.POINT,
    kind=Kind.PAYOUT,
    is_reference_unique=True,
)  # fmt: skip
STATEMENT = as_statement(
    "payout_stripe",
    "Stripe balance",
    HISTORY,
    ITEMIZED,
    note="Each row proves gross less fee is net; nothing proves that no row is missing.",
)
