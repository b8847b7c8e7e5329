"""One cell of a table: its type, why it may be unusable, and text kept as it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

# Text from CSV; numbers and days come typed from a workbook and need no declared format.
Cell = str | float | date
Row = tuple[int, Sequence[Cell]]

TEXT_CHARACTERS_MAX = 10_000
_CARD = re.compile(r"(?<![0-9])(?:[0-9][ -]?){12,18}[0-9](?![0-9])")
_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_PHONE = re.compile(r"\+?[0-9][0-9 ().\-/]{4,28}[0-9]")
_EMAIL_CHARACTERS_MAX = 254
_PHONE_DIGITS = range(6, 16)


class BadCell(Exception):
    """A cell that cannot be used: the row is set aside with a code, a reason and a remedy."""

    def __init__(self, code: str, reason: str, remedy: str, *, field: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.remedy = remedy
        self.field = field


def plain_text(cell: Cell) -> str:
    """The cell as text, whatever it is; numbers as Excel shows them (15 digits)."""
    if isinstance(cell, str):
        return cell
    return cell.isoformat() if isinstance(cell, date) else f"{cell:.15g}"


def text(cell: Cell) -> str | None:
    """The words of a cell, outer spaces gone, otherwise exact in NFC; None when there are none."""
    if not isinstance(cell, str):
        return _typed(cell)
    if cell.isascii() and cell.isprintable() and len(cell) <= TEXT_CHARACTERS_MAX:
        return cell.strip() or None
    if len(cell) > TEXT_CHARACTERS_MAX:
        raise BadCell(
            "text-too-long",
            f"The text has {len(cell)} characters; at most {TEXT_CHARACTERS_MAX} are kept.",
            "Shorten the text.",
        )
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\x85" for sign in cell):
        raise BadCell(
            "control-character",
            "The text holds a character that is not text, such as NUL.",
            "Export the file again or delete the character.",
        )
    return unicodedata.normalize("NFC", cell).strip() or None


def _typed(cell: float | date) -> str:
    if isinstance(cell, date):
        raise BadCell(
            "date-in-text",
            "The workbook holds a date where a text is expected; Excel may have changed it.",
            "Format the column as text, write the value again and save.",
        )
    return plain_text(cell)


def is_email(value: str) -> bool:
    """True for one plain address that can be put in a header safely; nothing is repaired."""
    return len(value) <= _EMAIL_CHARACTERS_MAX and _EMAIL.fullmatch(value) is not None


def is_phone(value: str) -> bool:
    """True for 6 to 15 digits with the usual spacing, a plus in front at most."""
    return _PHONE.fullmatch(value) is not None and (
        sum(sign.isdigit() for sign in value) in _PHONE_DIGITS
    )


def mask_cards(value: str) -> str:
    """The text with every run of 13 to 19 digits that passes Luhn masked but for the last four."""
    return _CARD.sub(_masked, value) if len(value) > _CARD_DIGITS_MIN else value


_CARD_DIGITS_MIN = 12


def _masked(found: re.Match[str]) -> str:
    run = found.group()
    digits = [int(sign) for sign in run if sign.isdigit()]
    doubled = [2 * each - 9 * (each > 4) for each in digits[-2::-2]]
    if (sum(digits[-1::-2]) + sum(doubled)) % 10:
        return run
    kept = len(digits) - 4
    masked = []
    for sign in run:
        masked.append("*" if sign.isdigit() and kept > 0 else sign)
        kept -= sign.isdigit()
    return "".join(masked)
