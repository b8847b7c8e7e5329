"""The field :61: of MT940: one booking in a row of signs without separators."""

from __future__ import annotations

import calendar
import re
from datetime import date

from recoup.formats.cells import BadCell
from recoup.formats.statements.line import Line
from recoup.formats.statements.values import checked_day, decimal_minor

# Value date, entry day, direction (R or E before it), third letter of the currency, amount,
# kind of booking, reference of the customer, reference of the bank.
_LINE = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4})?(?P<mark>[RE]?[CD])(?P<letter>[A-Z])?"
    r"(?P<amount>[0-9]{1,20}(?:,[0-9]{0,10}|(?=[NFS][A-Z0-9 ]{3})))"
    r"(?P<code>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)",
    re.DOTALL,
)
_NO_REFERENCE = frozenset({"", "NONREF", "N", "KREF+", "EREF", "EREF+", "MARF", "PREF"})
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_PIVOT = 70
_FEBRUARY = 2


def read_line(value: list[str], number: int, currency: str) -> Line:
    """The booking; BadCell names what in it cannot be read."""
    rows = [each.rstrip() for each in value]
    found = _LINE.fullmatch(rows[0])
    if found is None and len(rows) > 1:
        rows = [rows[0] + rows[1], *rows[2:]]  # wrapped where no bank should wrap
        found = _LINE.fullmatch(rows[0])
    if found is None:
        raise BadCell(
            "line-unreadable",
            f"{rows[0][:60]!r} is not a booking of MT940.",
            "Ask the bank for the file again.",
        )
    line = Line(place=f"line {number}", currency=currency)
    _set_amount(line, found, currency)
    line.value_date = short_day(found["value"], line.flags)
    line.booked_date = entry_day(found["entry"], line.value_date)
    line.code_raw = (found["code"] or "").strip() or None
    reference, _, bank = found["rest"].partition("//")
    reference, bank = reference.strip(), bank.strip()
    line.bank_reference = None if bank in _NO_REFERENCE else bank
    line.end_to_end_id = None if reference in _NO_REFERENCE else reference
    _other_side(line, [each.strip() for each in rows[1:] if each.strip()])
    return line


def _other_side(line: Line, rows: list[str]) -> None:
    """Dutch banks put the other account into the reference or into the row below it."""
    if line.end_to_end_id and _IBAN.fullmatch(line.end_to_end_id):
        line.counterparty_account, line.end_to_end_id = line.end_to_end_id, None
        line.counterparty_name = rows[0] if rows else None
    elif rows and _IBAN.fullmatch(rows[0]):
        line.counterparty_account = rows[0]
    line.remittance = "\n".join(rows) or None


def _set_amount(line: Line, found: re.Match[str], currency: str) -> None:
    """RC takes back a credit and RD a debit; EC and ED are only expected."""
    minor = decimal_minor(found["amount"], currency, sign=",")
    mark = found["mark"]
    line.is_reversal = mark.startswith("R")
    line.is_booked = not mark.startswith("E")
    is_in = mark in ("C", "RD", "EC")
    line.amount_minor = minor if is_in else -minor
    letter = found["letter"]
    if letter and currency and letter != currency[2]:
        line.flags.append("funds-code-differs")


def short_day(written: str, flags: list[str]) -> date:
    """A day of six digits; the 29th or 30th of a February that has none is its last day.

    Banks that count interest with months of thirty days write such value dates.
    """
    year, month, day = int(written[:2]), int(written[2:4]), int(written[4:])
    year += 2000 if year < _PIVOT else 1900
    if month == _FEBRUARY and calendar.monthrange(year, month)[1] < day <= 30:
        flags.append("february-30-read-as-last-day")
        day = calendar.monthrange(year, month)[1]
    return checked_day(written, year, month, day)


def entry_day(written: str | None, value: date) -> date:
    """The day of entry, which has no year: the one nearest to the value date."""
    if written is None:
        return value
    month, day = int(written[:2]), int(written[2:])
    candidates = []
    for year in (value.year - 1, value.year, value.year + 1):
        try:
            candidates.append(checked_day(written, year, month, day))
        except BadCell:
            continue  # the 29 February of another year
    if not candidates:
        raise BadCell(
            "date-unreadable", f"{written!r} is no day.", "Ask the bank for the file again."
        )
    return min(candidates, key=lambda each: abs(each - value))
