"""What a record says once its layout is understood: kinds, signs, what is open, remarks."""

from __future__ import annotations

from collections.abc import Sequence

from recoup.formats.cells import BadCell, is_email, is_phone, mask_cards
from recoup.formats.record import Record

CREDIT_KINDS = frozenset({"credit_note", "overpayment", "prepayment"})
DOCUMENT_KINDS = frozenset({"invoice", "charge"}) | CREDIT_KINDS
RECEIPT_KINDS = frozenset({"payment", "refund"})
PARTY = "party"
_MASKED = ("note", "reference", "hold", "terms")


def settle(record: Record, required: Sequence[str]) -> None:
    """Complete a record in place; what cannot be is a mistake of the record."""
    for name in required:
        if getattr(record, name) is None:
            record.complain(name, _missing(name))
    if record.account_number is None and record.account_name is None:
        record.complain("account_name", _missing("account"))
    if record.kind in DOCUMENT_KINDS:
        _document(record)
    elif record.kind in RECEIPT_KINDS:
        _receipt(record)
    elif record.kind != PARTY:
        record.complain("type", _unknown_kind(record.type), record.type or "")
    _remarks(record)


def _missing(name: str) -> BadCell:
    words = name.replace("_", " ")
    return BadCell("field-missing", f"The row has no {words}.", f"Fill in the {words}.")


def _unknown_kind(type_: str | None) -> BadCell:
    return BadCell(
        "kind-unknown",
        f"{type_ or 'Nothing'!r} is no kind of document or payment that we know.",
        "Say in the column map what it means, or remove the row.",
    )


def _document(record: Record) -> None:
    _find_amounts(record)
    total, opened, paid = record.total, record.open, record.paid
    if total is None:
        record.complain("total", _missing("amount"))
        return
    if opened is not None and not 0 <= opened <= total:
        problem = f"What is open does not lie between zero and the total of the {record.kind}."
    elif paid is not None and not 0 <= paid <= total:
        problem = f"What is paid does not lie between zero and the total of the {record.kind}."
    else:
        if opened is not None and paid is not None and opened + paid != total:
            # Credits may have been applied: what the source says is open counts.
            record.flags.append("amounts-differ")
        return
    remedy = "Correct the amounts; money paid beyond the total is a payment of its own."
    record.complain("open", BadCell("amounts-contradict", problem, remedy))


def _find_amounts(record: Record) -> None:
    """Fill total and open from the others, and turn negative amounts into the kind they are."""
    if record.total is None and record.net is not None:
        record.total = record.net + (record.tax or 0)
    if record.total is None and record.open is not None:
        record.total = record.open + (record.paid or 0)
        if record.paid is None:
            record.flags.append("total-is-open")
    if record.total is not None and record.total < 0:
        if record.kind not in CREDIT_KINDS:
            record.kind = "credit_note"
            record.flags.append("negative-invoice")
        record.total = -record.total
        record.open = -record.open if record.open is not None else None
        record.paid = -record.paid if record.paid is not None else None
    if record.open is None and record.paid is not None and record.total is not None:
        record.open = record.total - record.paid


def _receipt(record: Record) -> None:
    if record.date is None:
        record.complain("date", _missing("date"))
    if record.amount is None:
        record.complain("amount", _missing("amount"))
    elif record.amount < 0:
        record.complain(
            "amount",
            BadCell(
                "amount-negative",
                "A payment below zero may be a refund or a correction.",
                "Write it as a refund above zero, or remove the row.",
            ),
        )


def _remarks(record: Record) -> None:
    """Flag what looks wrong and is kept as it is; cards alone are masked."""
    if record.email is not None and not is_email(record.email):
        record.flags.append("email-syntax")
    if record.phone is not None and not is_phone(record.phone):
        record.flags.append("phone-syntax")
    if record.due_date and record.issue_date and record.due_date < record.issue_date:
        record.flags.append("due-before-issue")
    for name in _MASKED:
        value = getattr(record, name)
        if value is not None and (masked := mask_cards(value)) is not value:
            if masked != value:
                record.flags.append("card-masked")
            setattr(record, name, masked)


def is_zero(record: Record) -> bool:
    """True when nothing is or was owed by it."""
    if record.kind in DOCUMENT_KINDS:
        return record.total == 0
    return record.kind in RECEIPT_KINDS and record.amount == 0
