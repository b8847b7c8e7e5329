"""The balance that a table shows beside its lines: opening and closing follow from it."""

from __future__ import annotations

from recoup.formats.statements.line import Line, Statement
from recoup.formats.statements.verdict import shown


def check_running(statement: Statement) -> None:
    """Set the balances that the column proves; hold the statement where the column breaks."""
    lines = [line for line in statement.lines if line.is_booked]
    if not any(line.running_minor is not None for line in lines):
        return
    forwards, backwards = _breaks(lines), _breaks(lines[::-1])
    ordered, breaks = (lines, forwards) if forwards <= backwards else (lines[::-1], backwards)
    if breaks:
        line = _first_break(ordered)
        statement.hold(
            "running-balance-breaks",
            f"The balance beside the line of {line.booked_date} over "
            f"{shown(line.amount_minor, line.currency)} does not follow from the line before; "
            "lines may be missing between them.",
            "Export the whole period without a filter.",
            place=line.place,
        )
        return
    _set_ends(statement, ordered)


def _set_ends(statement: Statement, ordered: list[Line]) -> None:
    first, last = ordered[0], ordered[-1]
    if statement.opening_minor is None and first.running_minor is not None:
        statement.opening_minor = first.running_minor - first.amount_minor
        statement.opening_code, statement.opening_date = "running", first.booked_date
    if statement.closing_minor is None and last.running_minor is not None:
        statement.closing_minor = last.running_minor
        statement.closing_code, statement.closing_date = "running", last.booked_date


def _breaks(ordered: list[Line]) -> int:
    return sum(1 for _ in _broken(ordered))


def _first_break(ordered: list[Line]) -> Line:
    return _broken(ordered)[0]


def _broken(ordered: list[Line]) -> list[Line]:
    """Lines whose balance is not the last one shown plus all amounts since."""
    found = []
    expected: int | None = None
    for line in ordered:
        expected = None if expected is None else expected + line.amount_minor
        if line.running_minor is not None:
            if expected is not None and expected != line.running_minor:
                found.append(line)
            expected = line.running_minor
    return found
