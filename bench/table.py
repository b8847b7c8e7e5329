"""Rows as a table in the terminal: one heading a column, numbers to the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Row = Mapping[str, object]


def text(rows: Sequence[Row]) -> str:
    """The rows below their headings; a column is there when any row has it."""
    names = [name for name in dict.fromkeys(key for row in rows for key in row) if name != "bench"]
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    heads = [name.replace("_", " ") for name in names]
    widths = [max(len(head), *(len(line[at]) for line in cells)) for at, head in enumerate(heads)]
    is_text = [any(isinstance(row.get(name), str) for row in rows) for name in names]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(line, widths, is_text, strict=True)
        ).rstrip()
        for line in [heads, *cells]
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
