"""PayPal: the activity download, English and German; every currency is an account of its own."""

from __future__ import annotations

from recoup.formats.statements.layout import IGNORED, LINE, PENDING, BankLayout, Cells
from recoup.formats.statements.line import Kind
from recoup.formats.statements.table import as_statement

_PENDING = frozenset({"pending", "ausstehend", "unclaimed", "nicht angenommen"})
_VOID = frozenset({"denied", "abgelehnt", "expired", "abgelaufen", "canceled", "cancelled",
                   "storniert", "removed", "voided", "failed"})  # fmt: skip


def _role(cells: Cells) -> str:
    """Money only when completed; memo rows such as authorizations change no balance."""
    status = cells.get("status", "").casefold()
    effect = cells.get("reason", "").casefold()
    if status in _VOID or effect in ("memo",):
        return IGNORED
    return PENDING if status in _PENDING else LINE


def _layout(*headers: str) -> BankLayout:
    names = ("booked_date", "counterparty_name", "code", "status", "currency", "gross", "fee",
             "net", "bank_reference", "end_to_end_id", "structured_reference", "remittance",
             "balance", "reason")  # fmt: skip
    return BankLayout(
        signature=headers[:9],
        columns=dict(zip(names, headers, strict=True)),
        kind=Kind.PAYOUT,
        role=_role,
        is_fee_negative=True,
        is_reference_unique=True,
    )


STATEMENT = as_statement(
    "payout_paypal",
    "PayPal activity",
    _layout("Date", "Name", "Type", "Status", "Currency", "Gross", "Fee", "Net", "Transaction ID",
            "Reference Txn ID", "Invoice Number", "Subject", "Balance", "Balance Impact"),
    _layout("Datum", "Name", "Typ", "Status", "Währung", "Brutto", "Gebühr", "Netto",
            "Transaktionscode", "Zugehöriger Transaktionscode", "Rechnungsnummer", "Betreff",
            "Guthaben", "Auswirkung auf Guthaben"),
    note="Days and numbers are written as the PayPal account is set, so they are asked.",
)  # fmt: skip
