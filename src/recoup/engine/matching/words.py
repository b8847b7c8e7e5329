"""Text made comparable: numbers with the slips of hands and scanners, names with habits."""

from __future__ import annotations

import re

import polars as pl

# No remittance is longer; what follows is not read, so hostile text costs no more.
TEXT_CHARACTERS = 1_000
TEXT_WORDS = 80

_LOOKS = ("O", "I", "L", "S", "B", "Z")
_MEANT = ("0", "1", "1", "5", "8", "2")
_FOLD = str.maketrans(dict(zip(_LOOKS, _MEANT, strict=True)))

_LEGAL_FORMS = (
    "GMBH|MBH|AG|KG|KGAA|OHG|GBR|UG|EK|EV|EG|CO|COMPANY|LTD|LIMITED|LLP|LLC|PLC|INC|CORP|"
    "CORPORATION|SA|SAS|SASU|SARL|EURL|SCI|SNC|SL|SLU|SRL|SPA|SAU|BV|NV|VOF|BVBA|SPRL|AB|AS|"
    "ASA|APS|OY|OYJ|SP|ZOO|KFT|ZRT|SRO|DOO|SE|UND|AND|ET|Y|E|K|DE|THE|HERR|FRAU|MR|MRS|MS|DR"
)


def plain(text: pl.Expr) -> pl.Expr:
    """Upper case without accents; null becomes empty."""
    return (
        text.fill_null("")
        .str.slice(0, TEXT_CHARACTERS)
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_uppercase()
    )


def compact(text: pl.Expr) -> pl.Expr:
    """Letters and digits only, upper case: how account numbers and references are compared."""
    return plain(text).str.replace_all(r"[^A-Z0-9]+", "")


def spaced(text: pl.Expr) -> pl.Expr:
    """Words of letters and digits, one space between, a number glued to a next word cut off."""
    return (
        plain(text)
        .str.replace_all(r"[^A-Z0-9]+", " ")
        .str.replace_all(r"(\d)([A-Z]{2,})", "$1 $2")
        .str.strip_chars()
    )


def folded(compacted: pl.Expr) -> pl.Expr:
    """Letters that scanners and eyes take for digits, as those digits."""
    return compacted.str.replace_many(list(_LOOKS), list(_MEANT))


def digits(compacted: pl.Expr) -> pl.Expr:
    """The digits after the letters in front, folded, without leading zeros."""
    return (
        folded(compacted.str.replace(r"^[A-Z]+", ""))
        .str.replace_all(r"[^0-9]+", "")
        .str.strip_chars_start("0")
    )


def tail(number: pl.Expr) -> pl.Expr:
    """The last run of digits of a number without leading zeros: what people call it for short."""
    return number.str.extract(r"(\d+)[^0-9]*$").str.strip_chars_start("0")


def name_words(name: pl.Expr) -> pl.Expr:
    """The words of a name that tell: no legal form, no accents, umlauts in one spelling."""
    return (
        plain(name)
        .str.replace_all(".", "", literal=True)  # S.A.R.L. is SARL
        .str.replace_all(r"([AOU])E", "$1")
        .str.replace_all(r"[^A-Z0-9]+", " ")
        .str.replace_all(rf"\b(?:{_LEGAL_FORMS})\b", " ")
        .str.strip_chars()
        .str.replace_all(r" +", " ")
    )


def name_key(words: pl.Expr) -> pl.Expr:
    """The words of a name in one order."""
    return words.str.split(" ").list.sort().list.join(" ")


def fold(compacted: str) -> str:
    """`folded` for one text."""
    return compacted.translate(_FOLD)


_DIGITS = re.compile(r"[0-9]+")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# No number of ours is longer.
_RUN = 30


def digit_words(words: str) -> list[str]:
    """The folded digits of up to three neighboring words together, without leading zeros.

    The last of them holds at least two digits, as numbers end in digits.
    """
    runs = ["".join(_DIGITS.findall(fold(word.lstrip(_LETTERS)))) for word in words.split(" ")]
    ends = [place for place, run in enumerate(runs) if len(run) >= 2]
    found = {
        "".join(runs[max(0, place - before) : place + 1]).lstrip("0")
        for place in ends
        for before in range(3)
    }
    return sorted(run for run in found if 2 <= len(run) <= _RUN)
