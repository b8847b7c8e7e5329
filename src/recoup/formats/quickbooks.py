"""What the lists of QuickBooks have in common: their words for kinds, and their signs."""

from __future__ import annotations

from recoup.formats.record import Record

_DOCUMENTS = {
    "invoice": "invoice",
    "credit memo": "credit_note",
    "charge": "charge",
    "statement charge": "charge",
    "finance charge": "charge",
    "journal entry": "charge",
    "general journal": "charge",
}
_RECEIPTS = frozenset({"payment", "deposit"})
_NOT_OWED = frozenset({"estimate", "sales receipt", "sales order", "time charge"})


def judge(record: Record) -> str | None:
    """Invoices above zero, credits below; a payment stands with what is unapplied of it."""
    type_ = (record.type or "").casefold()
    if type_ in _NOT_OWED:
        return "not-owed"
    record.kind = _DOCUMENTS.get(type_)
    if type_ in _RECEIPTS:
        _receive(record)
    return None


def _receive(record: Record) -> None:
    """Money that arrived: these lists show it below zero, where it lowers what is owed.

    A list of what is open brings of a payment only what is unapplied: the rest is in what its
    invoices no longer have open, and would count twice.
    """
    record.kind = "payment"
    record.date = record.issue_date
    record.reference = record.reference or record.number
    record.number = None
    stated = record.open if record.open is not None else record.total
    record.amount = -stated if stated is not None else None
    record.unapplied = -record.open if record.open is not None else None
    record.total = record.open = None


def judge_received(record: Record) -> str | None:
    """In the list of received payments, payments stand above zero and deposits below."""
    ignored = judge(record)
    if (record.type or "").casefold() == "payment" and record.amount is not None:
        record.amount = -record.amount
    return ignored
