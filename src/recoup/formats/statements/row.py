"""One row of a bank table becomes a line: signs, days, numbers as its layout says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recoup.formats.amounts import amount
from recoup.formats.cells import BadCell, Cell, plain_text, text
from recoup.formats.days import day
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.line import Line

if TYPE_CHECKING:
    from recoup.formats.statements.table import Settled

_TEXTS = (
    "bank_reference", "end_to_end_id", "mandate_id", "creditor_id", "counterparty_name",
    "counterparty_account", "counterparty_bic", "remittance", "structured_reference", "rate",
    "payout_id", "reason",
)  # fmt: skip
_PLUS = re.compile(r"^\s*\+\s*(?=[0-9])")
_EXPORT = "Export the file again, or correct the row."


@dataclass(frozen=True)
class Fields:
    """The cells of a row by field: as they are, and as text."""

    cells: Mapping[str, Cell]
    texts: Mapping[str, str]

    @classmethod
    def of(
        cls,
        row: Sequence[Cell],
        places: Mapping[str, tuple[int, ...]],
        clean: Mapping[str, Callable[[str], str]],
    ) -> Fields:
        """The fields of a row; several columns of one field are joined line by line."""
        cells: dict[str, Cell] = {}
        texts: dict[str, str] = {}
        for name, where in places.items():
            found = [row[place] for place in where if place < len(row)]
            if not found:
                continue
            cell = found[0] if len(where) == 1 else "\n".join(_words(each) for each in found)
            if isinstance(cell, str):
                cell = cell.strip()
                if name in clean:
                    cell = clean[name](cell)
                if len(where) > 1:
                    cell = "\n".join(each for each in cell.split("\n") if each)
            cells[name] = cell
            texts[name] = plain_text(cell)
        return cls(cells, texts)

    def filled(self, name: str) -> Cell | None:
        """The cell of a field that holds anything."""
        cell = self.cells.get(name)
        if isinstance(cell, str):
            cell = _PLUS.sub("", cell)
            return cell if cell.strip() else None
        return cell


def _words(cell: Cell) -> str:
    return plain_text(cell).strip()


def join(first: str | None, second: str | None) -> str | None:
    """Two texts as two rows; either may be missing."""
    return "\n".join(each for each in (first, second) if each) or None


def read_row(fields: Fields, settled: Settled, *, is_dated: bool = True) -> Line:
    """The line of a row; BadCell says which field cannot be read."""
    layout = settled.layout
    currency = (fields.texts.get("currency") or settled.currency or "").upper()
    if not re.fullmatch("[A-Z]{3}", currency):
        raise BadCell(
            "currency-missing", f"{currency!r} is no currency.", _EXPORT, field="currency"
        )
    line = Line(currency=currency)
    for name in _TEXTS:
        if name in fields.cells:
            setattr(line, name, text(fields.texts[name]))
    line.code_raw = text(fields.texts.get("code", ""))
    line.is_reference_unique = layout.is_reference_unique and bool(line.bank_reference)
    _set_days(line, fields, settled, is_dated=is_dated)
    if "gross" in fields.cells or "net" in fields.cells:
        _set_payout(line, fields, settled)
    else:
        line.amount_minor = signed(fields, settled, currency)
        line.charges_minor = _number(fields, "charges", settled, currency)
    _set_original(line, fields, settled)
    line.running_minor = _number(fields, "balance", settled, currency)
    if layout.refine is not None:
        layout.refine(line)
    return line


def _set_days(line: Line, fields: Fields, settled: Settled, *, is_dated: bool) -> None:
    if not is_dated:
        return
    line.booked_date = day(fields.cells.get("booked_date", ""), dates=settled.dates)
    if line.booked_date is None:
        raise BadCell("date-missing", "The row has no day.", _EXPORT, field="booked_date")
    line.value_date = day(fields.cells.get("value_date", ""), dates=settled.dates)


def _number(fields: Fields, name: str, settled: Settled, currency: str) -> int | None:
    cell = fields.filled(name)
    if cell is None:
        return None
    return amount(cell, currency=currency, numbers=settled.numbers)


def signed(fields: Fields, settled: Settled, currency: str) -> int:
    """The amount with the sign of money in; BadCell when the row does not say which way."""
    layout = settled.layout
    if layout.sign is Sign.COLUMNS:
        return _of_columns(fields, settled, currency)
    found = _number(fields, "amount", settled, currency)
    if found is None:
        raise BadCell("amount-missing", "The row has no amount.", _EXPORT, field="amount")
    if layout.sign is Sign.INVERTED:
        return -found
    if layout.sign is Sign.MARK:
        mark = fields.texts.get("mark", "").strip()
        way = layout.marks.get(mark) or layout.marks.get(mark.casefold())
        if way is None:
            raise BadCell(
                "mark-unknown", f"{mark!r} says neither in nor out.", _EXPORT, field="mark"
            )
        return found if way == "in" else -found
    return found


def _of_columns(fields: Fields, settled: Settled, currency: str) -> int:
    """One of two columns is filled; a minus in the column of debits changes nothing."""
    debit = _number(fields, "debit", settled, currency)
    credit = _number(fields, "credit", settled, currency)
    if (debit or 0) and (credit or 0):
        raise BadCell(
            "both-ways", "The row has an amount out and an amount in.", _EXPORT, field="debit"
        )
    if debit is None and credit is None:
        raise BadCell("amount-missing", "The row has no amount.", _EXPORT, field="debit")
    return credit if credit else -abs(debit or 0)


def _set_payout(line: Line, fields: Fields, settled: Settled) -> None:
    """Gross less fee is net, to the minor unit; the one that is not stated follows."""
    fee = _number(fields, "fee", settled, line.currency) or 0
    line.fee_minor = -fee if settled.layout.is_fee_negative else fee
    gross = _number(fields, "gross", settled, line.currency)
    net = _number(fields, "net", settled, line.currency)
    if gross is None and net is None:
        raise BadCell("amount-missing", "The row has no amount.", _EXPORT, field="net")
    line.gross_minor = gross if gross is not None else (net or 0) + line.fee_minor
    line.net_minor = net if net is not None else line.gross_minor - line.fee_minor
    line.amount_minor = line.net_minor
    if line.gross_minor - line.fee_minor != line.net_minor:
        raise BadCell(
            "payout-differs",
            f"Gross {line.gross_minor} less fee {line.fee_minor} is not net {line.net_minor}.",
            _EXPORT,
            field="net",
        )


def _set_original(line: Line, fields: Fields, settled: Settled) -> None:
    currency = fields.texts.get("original_currency", "").strip().upper()
    if currency == line.currency or not re.fullmatch("[A-Z]{3}", currency):
        line.rate = None
        return
    line.original_currency = currency
    line.original_minor = _number(fields, "original_amount", settled, currency)
