"""Money as whole minor units with an ISO 4217 currency; one rounding, one split."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from babel.numbers import get_currency_precision, list_currencies

from recoup.kernel.errors import Refusal

# Nine million amounts of this size still sum within Int64, where Polars wraps silently.
MAX_MINOR = 10**12

# ISO 4217 exponents where CLDR rounds for display and the ledger must not.
_ISO_EXPONENTS = {
    "AFN": 2, "ALL": 2, "COP": 2, "CRC": 2, "HUF": 2, "IDR": 2, "IQD": 3, "IRR": 2, "KPW": 2,
    "LAK": 2, "LBP": 2, "MGA": 2, "MMK": 2, "MRU": 2, "PKR": 2, "RSD": 2, "SLE": 2, "SLL": 2,
    "SOS": 2, "SYP": 2, "TWD": 2, "TZS": 2, "UZS": 2, "YER": 2, "ZMW": 2, "CLF": 4, "UYW": 4,
    "ISK": 0, "UGX": 0, "CZK": 2, "NOK": 2, "SEK": 2, "DKK": 2, "INR": 2, "CHF": 2, "CAD": 2,
}  # fmt: skip


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def exponent(currency: str) -> int:
    """Digits after the decimal point of a currency (ISO 4217): JPY 0, EUR 2, BHD 3.

    Raises Refusal `currency-unknown` for a code that is no currency.
    """
    if currency not in _currencies():
        raise Refusal(
            "currency-unknown",
            f"{currency!r} is not a currency. Use a three-letter ISO 4217 code such as EUR.",
        )
    return _ISO_EXPONENTS.get(currency, get_currency_precision(currency))


def check_minor(amount_minor: int) -> int:
    """The amount, when its size is at most `MAX_MINOR`; Refusal `amount-too-large` otherwise."""
    if abs(amount_minor) > MAX_MINOR:
        raise Refusal(
            "amount-too-large",
            f"An amount of {amount_minor} minor units is above the limit of {MAX_MINOR}.",
        )
    return amount_minor


def plain(amount_minor: int, currency: str) -> str:
    """The amount as a plain decimal number, `-1234.50`: what files and programs read."""
    digits = exponent(currency)
    sign = "-" if amount_minor < 0 else ""
    whole, rest = divmod(abs(amount_minor), 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"


def divide_half_up(numerator: int, denominator: int) -> int:
    """Integer division rounded half away from zero; the only rounding of money here."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    quotient, rest = divmod(abs(numerator), denominator)
    rounded = quotient + (2 * rest >= denominator)
    return rounded if numerator >= 0 else -rounded


def from_plain(written: str, currency: str) -> int:
    """The minor units of an amount above zero as `plain` writes it; Refusal for anything else."""
    digits = exponent(currency)
    whole, _, rest = written.strip().partition(".")
    if not (whole.isdecimal() and whole.isascii() and len(whole) <= len(str(MAX_MINOR))):
        raise _no_amount(written)
    if len(rest) > digits or (rest and not (rest.isdecimal() and rest.isascii())):
        raise _no_amount(written)
    return check_minor(int(whole) * 10**digits + int(rest.ljust(digits, "0") or "0"))


def _no_amount(written: str) -> Refusal:
    return Refusal("amount-unreadable", f"{written!r} is no amount. Write it as 1234.50.")


def share(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by whole weights and lose nothing: `share(100, [1, 1, 1])` is 34, 33, 33.

    Largest remainders first; ties go to the earlier part.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must be at least zero and not all zero")
    size = abs(amount_minor)
    parts = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(size * weights[n] % total), n))
    for n in by_remainder[: size - sum(parts)]:
        parts[n] += 1
    return parts if amount_minor >= 0 else [-part for part in parts]


def currency_number(currency: str) -> int:
    """The three letters as one number below 17,576: hot frames hold integers, not text."""
    first, second, third = (ord(letter) - ord("A") for letter in currency)
    return (first * 26 + second) * 26 + third


def currency_code(number: int) -> str:
    """The letters of `currency_number`."""
    rest, third = divmod(number, 26)
    first, second = divmod(rest, 26)
    return "".join(chr(ord("A") + letter) for letter in (first, second, third))
