"""Dates as people write them, read by a declared format; nothing is tried until it fits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum

from recoup.formats.cells import BadCell, Cell


class DateFormat(StrEnum):
    """How the days of a file are written; D and M may have one digit or two."""

    ISO = "YYYY-MM-DD"
    DAY_MONTH = "DD/MM/YYYY"
    MONTH_DAY = "MM/DD/YYYY"
    DAY_MONTH_DOTS = "DD.MM.YYYY"
    DAY_MONTH_DASHES = "DD-MM-YYYY"
    MONTH_DAY_DASHES = "MM-DD-YYYY"
    YEAR_SLASHES = "YYYY/MM/DD"
    COMPACT = "YYYYMMDD"
    DAY_MONTH_SHORT = "DD/MM/YY"
    MONTH_DAY_SHORT = "MM/DD/YY"
    DAY_MONTH_DOTS_SHORT = "DD.MM.YY"
    DAY_NAME_SHORT = "D-Mon-YY"
    DAY_NAME_DASHES = "D-Mon-YYYY"
    DAY_NAME = "D Mon YYYY"
    NAME_DAY = "Mon D, YYYY"
    ISO_TIME = "YYYY-MM-DD HH:MM"
    EXCEL_1900 = "Excel serial, 1900"
    EXCEL_1904 = "Excel serial, 1904"


_D = r"(?P<d>[0-9]{1,2})"
_M = r"(?P<m>[0-9]{1,2})"
_B = r"(?P<b>[A-Za-z]{3,9})"
_Y = r"(?P<y>[0-9]{4})"
_YY = r"(?P<yy>[0-9]{2})"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9:]{5})?"
_PATTERNS = {
    DateFormat.ISO: rf"{_Y}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})",
    DateFormat.DAY_MONTH: rf"{_D}/{_M}/{_Y}",
    DateFormat.MONTH_DAY: rf"{_M}/{_D}/{_Y}",
    DateFormat.DAY_MONTH_DOTS: rf"{_D}\.{_M}\.{_Y}",
    DateFormat.DAY_MONTH_DASHES: rf"{_D}-{_M}-{_Y}",
    DateFormat.MONTH_DAY_DASHES: rf"{_M}-{_D}-{_Y}",
    DateFormat.YEAR_SLASHES: rf"{_Y}/{_M}/{_D}",
    DateFormat.COMPACT: rf"{_Y}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})",
    DateFormat.DAY_MONTH_SHORT: rf"{_D}/{_M}/{_YY}",
    DateFormat.MONTH_DAY_SHORT: rf"{_M}/{_D}/{_YY}",
    DateFormat.DAY_MONTH_DOTS_SHORT: rf"{_D}\.{_M}\.{_YY}",
    DateFormat.DAY_NAME_SHORT: rf"{_D}-{_B}-{_YY}",
    DateFormat.DAY_NAME_DASHES: rf"{_D}-{_B}-{_Y}",
    DateFormat.DAY_NAME: rf"{_D} {_B} {_Y}",
    DateFormat.NAME_DAY: rf"{_B} {_D}, {_Y}",
    DateFormat.ISO_TIME: rf"{_Y}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})[ T]{_CLOCK}",
    DateFormat.EXCEL_1900: r"(?P<serial>[0-9]{4,5})(?:\.0*)?",
    DateFormat.EXCEL_1904: r"(?P<serial>[0-9]{4,5})(?:\.0*)?",
}
_GRAMMAR = {code: re.compile(pattern) for code, pattern in _PATTERNS.items()}
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august",
           "september", "october", "november", "december")  # fmt: skip
_MONTH_NUMBERS = (
    {name: number for number, name in enumerate(_MONTHS, 1)}
    | {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
    | {"sept": 9}
)
# Serial 1 is 1900-01-01 and 60 the 29 February 1900 that never was; only later days are read.
_EPOCHS = {
    DateFormat.EXCEL_1900: date(1899, 12, 30),
    DateFormat.EXCEL_1904: date(1904, 1, 1),
}
CHARACTERS_MAX = 40
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2100, 12, 31)
_PIVOT = 70
# A serial number may be any number; it is read only where somebody says that it is a day.
DETECTABLE = tuple(each for each in DateFormat if each not in _EPOCHS)


def day(cell: Cell, *, dates: DateFormat) -> date | None:
    """The day of a cell, None for an empty one; BadCell when it is not written as declared."""
    if isinstance(cell, datetime):
        return _limited(cell.date())
    if isinstance(cell, date):
        return _limited(cell)
    written = (cell if isinstance(cell, str) else f"{cell:.15g}").strip()
    if not written:
        return None
    found = _parse(written, dates)
    if found is None:
        raise BadCell(
            "date-unreadable",
            f"{written[:40]!r} is not a day written as {dates.value}.",
            "Correct the date, or declare the date format of the file.",
        )
    return _limited(found)


def _parse(written: str, dates: DateFormat) -> date | None:
    match = _GRAMMAR[dates].fullmatch(written) if len(written) <= CHARACTERS_MAX else None
    if match is None:
        return None
    parts = match.groupdict()
    if "serial" in parts:
        return _EPOCHS[dates] + timedelta(days=int(parts["serial"]))
    month = int(parts["m"]) if "m" in parts else _MONTH_NUMBERS.get(parts["b"].lower(), 0)
    try:
        return date(_year(parts), month, int(parts["d"]))
    except ValueError:
        return None


def _year(parts: dict[str, str]) -> int:
    if "y" in parts:
        return int(parts["y"])
    short = int(parts["yy"])
    return 2000 + short if short < _PIVOT else 1900 + short


def _limited(found: date) -> date:
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadCell(
            "date-out-of-range",
            f"{found.isoformat()} is not between {FIRST_DAY} and {LAST_DAY}.",
            "Correct the year; years of other calendars are not converted.",
        )
    return found


def readings(written: str) -> dict[DateFormat, date]:
    """What a cell would mean under each format that can read it."""
    found = ((dates, _parse(written.strip(), dates)) for dates in DETECTABLE)
    return {
        dates: each for dates, each in found if each is not None and FIRST_DAY <= each <= LAST_DAY
    }


DayReader = Callable[[Cell], date | None]
