"""Structured payment references and their check digits: ISO 11649 and the national ones."""

from __future__ import annotations

import re
from collections.abc import Callable

_RF = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}")
_STARTS = 8
_MOD10_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


def _letters_as_numbers(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text))


def rf_is_valid(text: str) -> bool:
    """Whether `RF` + two check digits + up to 21 characters agree by ISO 7064 mod 97-10."""
    return bool(_RF.fullmatch(text)) and _letters_as_numbers(text[4:] + text[:4]) % 97 == 1


def rf_of(payload: str) -> str:
    """The ISO 11649 reference of a payload of letters and digits."""
    check = 98 - _letters_as_numbers(payload + "RF00") % 97
    return f"RF{check:02d}{payload}"


def creditor_references(compacted: str) -> list[str]:
    """Valid RF references in a text without separators, the longest reading of each start.

    Only the first `_STARTS` are tried, so that a text full of them costs no more than others.
    """
    found = []
    for start in [match.start() for match in re.finditer("RF[0-9]{2}", compacted)][:_STARTS]:
        for end in range(min(len(compacted), start + 25), start + 4, -1):
            if rf_is_valid(compacted[start:end]):
                found.append(compacted[start:end])
                break
    return found


def _qr(text: str) -> bool:
    """Switzerland and Liechtenstein: 27 digits, recursive mod 10."""
    carry = 0
    for digit in text[:-1]:
        carry = _MOD10_CARRY[(carry + int(digit)) % 10]
    return len(text) == 27 and int(text[-1]) == (10 - carry) % 10


def _ogm(text: str) -> bool:
    """Belgium: ten digits and their remainder by 97, where 0 is written 97."""
    return len(text) == 12 and int(text[10:]) == (int(text[:10]) % 97 or 97)


def _luhn(text: str) -> bool:
    """Sweden's OCR and Norway's KID with one check digit."""
    total = 0
    for place, digit in enumerate(reversed(text)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return 2 <= len(text) <= 25 and total % 10 == 0


def _mod11(text: str) -> bool:
    """Norway's KID with weights 2 to 7; a check of ten is written as a dash and not read here."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(text[:-1])))
    return 2 <= len(text) <= 25 and int(text[-1]) == (11 - total % 11) % 11


def _viite(text: str) -> bool:
    """Finland and Estonia: weights 7, 3, 1 from the right."""
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(text[-2::-1]))
    return 4 <= len(text) <= 20 and int(text[-1]) == -total % 10


CHECKS: dict[str, Callable[[str], bool]] = {
    "qr": _qr,
    "ogm": _ogm,
    "luhn": _luhn,
    "mod11": _mod11,
    "viite": _viite,
}


def schemes(text: str) -> list[str]:
    """The schemes whose check digits a reference satisfies; short numbers often satisfy several."""
    compacted = re.sub(r"[^0-9A-Z]+", "", text.upper()[:140])
    if rf_is_valid(compacted):
        return ["rf"]
    if not re.fullmatch(r"[0-9]{2,27}", compacted):
        return []
    return [name for name, check in CHECKS.items() if check(compacted)]
