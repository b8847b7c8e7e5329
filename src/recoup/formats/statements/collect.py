"""What was read becomes frames, after it was judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from recoup.formats.statements.base import (
    DETAILS,
    HELD,
    HELD_VERDICT,
    LINES,
    POSTED,
    STATEMENTS,
    Reading,
)
from recoup.formats.statements.keys import identity_of, set_keys
from recoup.formats.statements.line import Line, Mistake, Statement
from recoup.formats.statements.verdict import is_checked, judge
from recoup.kernel.frames import Frame


def reading(
    format: str, encoding: str, statements: list[Statement], mistakes: Iterable[Mistake] = ()
) -> Reading:
    """The judged frames of a file; mistakes of the file as a whole hold every statement of it."""
    of_file = list(mistakes)
    judge(statements)
    set_keys(statements)
    if not statements and not of_file:
        of_file.append(
            Mistake(
                "statements-missing",
                "The file holds no statement.",
                "Export it again, or check that it is the file you meant.",
            )
        )
    return Reading(
        format=format,
        encoding=encoding,
        statements=_statements(statements, [each.code for each in of_file]),
        lines=_lines(statements),
        details=_details(statements),
        held=_held(statements, of_file),
    )


def _statements(statements: Sequence[Statement], codes_of_file: list[str]) -> pl.DataFrame:
    rows = []
    for each in statements:
        codes = dict.fromkeys([*(mistake.code for mistake in each.mistakes), *codes_of_file])
        ours = {
            "statement": each.number,
            "kind": each.kind.value,
            "lines": len(each.lines),
            "booked_lines": sum(line.is_booked for line in each.lines),
            "sum_minor": each.sum_minor,
            "identity": identity_of(each),
            "is_checked": is_checked(each),
            "verdict": HELD_VERDICT if codes else POSTED,
            "codes": ",".join(codes),
            "flags": ",".join(dict.fromkeys(each.flags)),
        }
        rows.append(
            {
                name: ours[name] if name in ours else getattr(each, name)
                for name in STATEMENTS.columns
            }
        )
    return STATEMENTS.of(rows)


_COUNTED = frozenset({"statement", "detail", "details", "flags"})


def _columns(frame: Frame, lines: Sequence[Line], ours: dict[str, list[int]]) -> pl.DataFrame:
    """Column by column: a record as a dictionary would cost ten times its memory."""
    columns: dict[str, list[object]] = {
        name: [getattr(line, name) for line in lines]
        for name in frame.columns
        if name not in _COUNTED and name not in ours
    }
    flags = [",".join(dict.fromkeys(line.flags)) for line in lines]
    return frame.check(
        pl.DataFrame({**columns, **ours, "flags": flags}, schema_overrides=dict(frame.columns))
    )


def _lines(statements: Sequence[Statement]) -> pl.DataFrame:
    lines = [line for statement in statements for line in statement.lines]
    numbers = [statement.number for statement in statements for _ in statement.lines]
    details = [len(line.details) for line in lines]
    return _columns(LINES, lines, {"statement": numbers, "details": details})


def _details(statements: Sequence[Statement]) -> pl.DataFrame:
    found = [
        (statement.number, line.line, position, detail)
        for statement in statements
        for line in statement.lines
        for position, detail in enumerate(line.details, 1)
    ]
    ours = {
        "statement": [each[0] for each in found],
        "line": [each[1] for each in found],
        "detail": [each[2] for each in found],
    }
    return _columns(DETAILS, [each[3] for each in found], ours)


def _held(statements: Sequence[Statement], of_file: Sequence[Mistake]) -> pl.DataFrame:
    rows = [(None, each) for each in of_file]
    listed = rows + [(each.number, mistake) for each in statements for mistake in each.mistakes]
    return HELD.of(
        [
            {
                "statement": number,
                "place": mistake.place,
                "code": mistake.code,
                "field": mistake.field,
                "value": mistake.value[:200],
                "reason": mistake.reason,
                "remedy": mistake.remedy,
            }
            for number, mistake in listed
        ]
    )
