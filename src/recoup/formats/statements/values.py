"""Amounts and days as bank formats write them: one strict grammar, nothing rounded."""

from __future__ import annotations

import re
from datetime import date

from recoup.formats.cells import BadCell
from recoup.formats.days import FIRST_DAY, LAST_DAY
from recoup.kernel.errors import Refusal
from recoup.kernel.money import MAX_MINOR, exponent

_DECIMAL = re.compile(r"([+-]?)([0-9]{1,20})(?:[.,]([0-9]{0,10}))?")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_WHOLE = re.compile(r"([+-]?)([0-9]{1,18})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]{1,40})?(?:Z|[+-][0-9:]{4,6})?")
_REMEDY = "Ask the bank for the file again, or correct the value."


def digits_of(currency: str) -> int:
    """Digits after the point; BadCell for a currency that is none."""
    try:
        return exponent(currency)
    except Refusal as refusal:
        raise BadCell(refusal.code, refusal.sentence, _REMEDY) from refusal


def decimal_minor(written: str, currency: str, *, sign: str = "") -> int:
    """Minor units of a decimal number without grouping; BadCell when it is not exact.

    `sign` says which of `.` and `,` parts the fraction; both may when it is empty.
    """
    found = _DECIMAL.fullmatch(written)
    if found is None or (sign and ("." if sign == "," else ",") in written):
        raise BadCell("amount-unreadable", f"{written[:40]!r} is not an amount.", _REMEDY)
    digits = digits_of(currency)
    fraction = found[3] or ""
    if fraction[digits:].strip("0"):
        raise BadCell(
            "too-many-decimals",
            f"{written!r} has more decimals than {currency} allows ({digits}); nothing is rounded.",
            _REMEDY,
        )
    minor = int(found[2]) * 10**digits + int(fraction[:digits].ljust(digits, "0") or "0")
    return limited(-minor if found[1] == "-" else minor)


def whole_minor(written: str) -> int:
    """Minor units that are written as such, without a point; BadCell otherwise."""
    found = _WHOLE.fullmatch(written)
    if found is None:
        raise BadCell("amount-unreadable", f"{written[:40]!r} is not an amount.", _REMEDY)
    return limited(int(written))


def limited(minor: int) -> int:
    """The amount when it is not beyond measure; BadCell `amount-too-large` otherwise."""
    if abs(minor) > MAX_MINOR:
        raise BadCell(
            "amount-too-large",
            f"{minor} minor units are above the largest amount kept ({MAX_MINOR}).",
            "Check the amount; it may be in the wrong unit.",
        )
    return minor


def is_iban(written: str) -> bool:
    """True for the form of an IBAN whose check digits are right."""
    if not _IBAN.fullmatch(written):
        return False
    turned = written[4:] + written[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def account_key(written: str) -> str:
    """A bank account as it is named everywhere: an IBAN without spaces, any other as written."""
    bare = "".join(written.split()).upper()
    return bare if is_iban(bare) else written.strip()


def iso_day(written: str) -> date:
    """The calendar day of an ISO date or time as the bank wrote it; its zone moves nothing."""
    found = _ISO_DAY.fullmatch(written)
    return checked_day(written, *(map(int, found.groups()) if found else (0, 0, 0)))


def checked_day(written: str, year: int, month: int, day: int) -> date:
    """The day; BadCell when there is no such day or it is out of range."""
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise BadCell("date-unreadable", f"{written[:40]!r} is no day.", _REMEDY) from error
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadCell(
            "date-out-of-range", f"{found} is not between {FIRST_DAY} and {LAST_DAY}.", _REMEDY
        )
    return found
