"""Amounts as people type them."""

from __future__ import annotations

import re

from recoup.books.models import Seat
from recoup.kernel.errors import Refusal
from recoup.kernel.money import MAX_MINOR, check_minor, exponent, plain
from recoup.web.page import staff_locale
from recoup.wording import locales

_WRITTEN = re.compile(
    r"(?P<sign>[-\N{MINUS SIGN}]?)(?P<rest>[0-9][0-9.,'\N{RIGHT SINGLE QUOTATION MARK}]*)"
)
_GROUPS = re.compile(r"[0-9]{1,3}(?:[.,'\N{RIGHT SINGLE QUOTATION MARK}][0-9]{3})*|[0-9]+")


def minor_of(written: str, currency: str) -> int:
    """The amount in minor units; Refusal `amount-unreadable` for what is none or has two readings.

    The last point or comma begins the decimals when at most as many digits follow as the
    currency has; three digits after it are a thousand. Where a currency has three decimals
    itself, only the point begins them.
    """
    bare = re.sub(r"\s", "", written).removesuffix(currency)
    match = _WRITTEN.fullmatch(bare) if len(bare) <= len(str(MAX_MINOR)) + 12 else None
    if match is None:
        raise _unreadable(written)
    digits = exponent(currency)
    whole, rest = _parts(match["rest"], digits)
    # One mark for thousands and decimals both, or three decimals after a comma: two readings.
    mark = match["rest"][len(whole) : len(whole) + 1]
    is_double = bool(mark) and (mark in whole or (len(rest) == 3 and mark == ","))
    if not _GROUPS.fullmatch(whole) or is_double:
        raise _unreadable(written)
    minor = int(re.sub(r"[^0-9]", "", whole)) * 10**digits + int(rest.ljust(digits, "0") or "0")
    return check_minor(-minor if match["sign"] else minor)


def _parts(text: str, digits: int) -> tuple[str, str]:
    """What stands before and after the decimal point or comma."""
    at = max(text.rfind("."), text.rfind(","))
    after = text[at + 1 :]
    is_decimal = at >= 0 and len(after) <= digits
    return (text[:at], after) if is_decimal else (text, "")


def written(seat: Seat, minor: int, currency: str) -> str:
    """The amount as a field shows it, so that `minor_of` reads it back."""
    if exponent(currency) > 2:
        return plain(minor, currency)
    return locales.number(minor, currency, staff_locale(seat.creditor))


def _unreadable(written: str) -> Refusal:
    return Refusal(
        "amount-unreadable", f"“{written.strip()[:40]}” is not an amount. Write it as 1234.50."
    )


def show_money(seat: Seat, minor: int, currency: str) -> str:
    """The amount as sentences to staff write it."""
    return locales.money(minor, currency, staff_locale(seat.creditor))
