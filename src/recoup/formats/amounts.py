"""Amounts as people write them, read by a declared format and never by luck."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from recoup.formats.cells import BadCell, Cell
from recoup.kernel.money import MAX_MINOR, exponent


class NumberFormat(StrEnum):
    """Which sign parts whole from fraction; the other one, a space or ' may group thousands."""

    POINT = "1,234.56"
    COMMA = "1.234,56"


CHARACTERS_MAX = 24
# Before any conversion: int(Decimal("1E+3000000")) takes minutes, and int() and Decimal()
# accept underscores and digits of other scripts.
_BY_SPACE = r"[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+"
_BY_COMMA = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"  # 1,234,567 12,34,567
_BY_POINT = r"[0-9]{1,3}(?:\.[0-9]{3})+"
_GRAMMAR = {
    NumberFormat.POINT: re.compile(
        rf"(?P<whole>[0-9]{{1,15}}|{_BY_COMMA}|{_BY_SPACE})(?:\.(?P<rest>[0-9]{{1,6}}))?"
    ),
    NumberFormat.COMMA: re.compile(
        rf"(?P<whole>[0-9]{{1,15}}|{_BY_POINT}|{_BY_SPACE})(?:,(?P<rest>[0-9]{{1,6}}))?"
    ),
}
_PLAIN = re.compile(r"-?[0-9]{1,11}\.[0-9]{2}")
_GROUP_SIGNS = str.maketrans("", "", " ',.")
# No-break spaces are how French and Swiss programs group thousands.
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2019": "'"})
_DOLLARS = frozenset(
    {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "BBD", "BMD", "BSD", "BZD", "FJD", "GYD"}
    | {"JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD", "MXN", "CLP", "COP", "ARS"}
)
_SIGNS = {
    "$": _DOLLARS,
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP", "GIP", "FKP", "SHP", "EGP", "LBP", "SYP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}),
}
_LETTERS = re.compile(r"(?:([A-Z]{3}) ?)?([^A-Z]*?)(?: ?([A-Z]{3}))?")
_REMEDY = "Write it as a plain number such as 1234.50, or declare the number format of the file."


def amount(cell: Cell, *, currency: str, numbers: NumberFormat) -> int | None:
    """The amount in minor units, None for an empty cell; BadCell when it cannot be read exactly.

    Handles one currency sign or code (it must fit the currency), a leading or trailing minus,
    and parentheses for negative.
    """
    digits = exponent(currency)
    if not isinstance(cell, str):
        return _typed(cell, currency)
    # The form nearly every file has; the rest of the grammar is slower by far.
    if digits == 2 and numbers is NumberFormat.POINT and _PLAIN.fullmatch(cell):
        return _limited(int(cell[:-3] + cell[-2:]), cell)
    written = cell.translate(_SPACES).strip()
    if not written:
        return None
    if len(written) > CHARACTERS_MAX:
        raise _unreadable(written)
    is_negative, rest = _sign(written)
    bare = _without_currency(rest, currency, written)
    if not is_negative:
        is_negative, bare = _sign(bare)  # "$-5.00" of some programs, "-$5.00" of others
    whole, fraction = _parts(bare, numbers, written)
    if fraction[digits:].strip("0"):
        raise BadCell(
            "too-many-decimals",
            f"{written!r} has more decimals than {currency} allows ({digits}); nothing is rounded.",
            f"Correct the amount to {digits} decimals.",
        )
    minor = int(whole) * 10**digits + int(fraction[:digits].ljust(digits, "0") or "0")
    return _limited(-minor if is_negative else minor, written)


def _typed(cell: object, currency: str) -> int | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise _unreadable(str(cell))
    # Excel itself keeps and shows 15 digits; what lies beyond is noise of binary fractions.
    return amount(f"{cell:.15g}", currency=currency, numbers=NumberFormat.POINT)


def _sign(written: str) -> tuple[bool, str]:
    """Whether one minus or one pair of parentheses says negative, and what they enclose."""
    if written.startswith("(") and written.endswith(")"):
        return True, written[1:-1].strip()
    if written.startswith("-"):
        return True, written[1:].strip()
    if written.endswith("-"):
        return True, written[:-1].strip()
    return False, written


def _without_currency(rest: str, currency: str, written: str) -> str:
    """The digits without a sign or code of the currency; BadCell for another currency's."""
    for sign, currencies in _SIGNS.items():
        if sign not in rest:
            continue
        if currency not in currencies:
            raise _other_currency(written, currency)
        bare = rest.removeprefix(sign) if rest.startswith(sign) else rest.removesuffix(sign)
        return bare.strip()
    found = _LETTERS.fullmatch(rest)
    if found is None or (found[1] and found[3]):
        raise _unreadable(written)
    code = found[1] or found[3]
    if code and code != currency:
        raise _other_currency(written, currency)
    return found[2].strip()


def _parts(bare: str, numbers: NumberFormat, written: str) -> tuple[str, str]:
    found = _GRAMMAR[numbers].fullmatch(bare)
    if found is None:
        raise _unreadable(written)
    return found["whole"].translate(_GROUP_SIGNS), found["rest"] or ""


def _limited(minor: int, written: str) -> int:
    if abs(minor) > MAX_MINOR:
        raise BadCell(
            "amount-too-large",
            f"{written!r} is above the largest amount kept ({MAX_MINOR} minor units).",
            "Check the amount; it may be in the wrong unit.",
        )
    return minor


def _unreadable(written: str) -> BadCell:
    return BadCell("amount-unreadable", f"{written[:40]!r} is not an amount.", _REMEDY)


def _other_currency(written: str, currency: str) -> BadCell:
    return BadCell(
        "currency-contradiction",
        f"{written!r} shows another currency than the {currency} of its row.",
        "Correct the currency of the row or the sign in the amount.",
    )


def readings(written: str) -> dict[NumberFormat, str]:
    """What a cell would mean under each format: equal answers mean that the format is no matter."""
    found: dict[NumberFormat, str] = {}
    _, rest = _sign(written.translate(_SPACES).strip()[:CHARACTERS_MAX])
    _, bare = _sign(_bare(rest))
    for numbers, grammar in _GRAMMAR.items():
        match = grammar.fullmatch(bare)
        if match is not None:
            fraction = (match["rest"] or "").rstrip("0")
            whole = int(match["whole"].translate(_GROUP_SIGNS))
            found[numbers] = f"{whole}.{fraction}"
    return found


def _bare(rest: str) -> str:
    """Without anything that may be a currency; which one it is does not matter here."""
    return re.sub(r"[A-Z]{3}|[$€£¥₹]", "", rest, count=1).strip()


AmountReader = Callable[[Cell], int | None]
