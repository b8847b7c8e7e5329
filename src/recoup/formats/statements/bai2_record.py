"""The parts of a BAI2 record: availability of funds, days, and words inside the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from recoup.formats.cells import BadCell
from recoup.formats.statements.values import checked_day

_ASK = "Ask the bank for the file again."
_WORD = re.compile(r"([A-Z]{4}): ?(.*)")
_DISTRIBUTIONS_MAX = 50


@dataclass(frozen=True)
class Funds:
    """When the money can be used, and where the cells go on after saying so."""

    after: int
    value_date: date | None = None


def funds(cells: list[str], position: int) -> Funds:
    """The funds type at a position: S has three amounts, V a day and a clock, D a list."""
    kind = cells[position].strip() if position < len(cells) else ""
    if kind == "S":
        return Funds(position + 4)
    if kind == "V":
        written = cells[position + 1].strip() if position + 1 < len(cells) else ""
        return Funds(position + 3, record_day(written) if written else None)
    if kind == "D":
        count = cells[position + 1].strip() if position + 1 < len(cells) else ""
        if not count.isdecimal() or int(count) > _DISTRIBUTIONS_MAX:
            raise BadCell("funds-unreadable", f"{count!r} distributions of funds.", _ASK)
        return Funds(position + 2 + 2 * int(count))
    return Funds(position + 1)


def record_day(written: str) -> date | None:
    """A day of six digits, year first; None when there is none."""
    if not written:
        return None
    if re.fullmatch("[0-9]{6}", written) is None:
        raise BadCell("date-unreadable", f"{written[:40]!r} is no day.", _ASK)
    return checked_day(written, 2000 + int(written[:2]), int(written[2:4]), int(written[4:]))


def texts(written: str) -> tuple[str | None, dict[str, str]]:
    """The text as it stands, and the words such as `EREF:` that begin its rows."""
    rows = [row.rstrip() for row in written.split("\n")]
    words: dict[str, str] = {}
    for row in rows:
        found = _WORD.fullmatch(row.strip())
        if found is not None and found[2].strip():
            words.setdefault(found[1], found[2].strip())
    remittance = words.get("REMI") or "\n".join(row for row in rows if row.strip())
    return remittance.strip() or None, words
