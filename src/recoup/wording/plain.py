"""The plain text of a message: paragraphs filled to 76, columns aligned."""

from __future__ import annotations

from recoup.wording.blocks import RIGHT, Block, Lines, Pairs, Table

WIDTH = 76
_GAP = "  "


def paragraph(text: str) -> str:
    """The words in lines of at most 76 characters; a longer word keeps its line."""
    lines: list[str] = []
    line: list[str] = []
    room = WIDTH
    for word in text.replace("\n", " ").split(" "):
        if not word:
            continue
        if len(word) > room and line:
            lines.append(" ".join(line))
            line, room = [], WIDTH
        line.append(word)
        room -= len(word) + 1
    lines.append(" ".join(line))
    return "\n".join(lines)


def block(part: Block) -> str:
    """A laid-out part as text."""
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Pairs):
        return _pairs(part)
    assert isinstance(part, Lines)
    return "\n".join(part.lines)


def _table(part: Table) -> str:
    """Aligned columns; when they are too wide, the first stands on a line of its own."""
    first, *others = part.columns
    widths = [max(map(len, (column.label, *column.cells))) for column in part.columns]
    is_narrow = sum(widths) + len(_GAP) * len(others) <= WIDTH
    aligned = [
        [cell.rjust(width) if column.align == RIGHT else cell.ljust(width) for cell in cells]
        for column, width in zip(part.columns, widths, strict=True)
        for cells in [(column.label, *column.cells)]
    ]
    if is_narrow:
        rows = [_GAP.join(cells).rstrip() for cells in zip(*aligned, strict=True)]
    else:
        heads = (first.label, *first.cells)
        rest = [_GAP.join(cells).rstrip() for cells in zip(*aligned[1:], strict=True)]
        rows = [f"{head}\n{_GAP}{tail}" for head, tail in zip(heads, rest, strict=True)]
    rule = "-" * min(max(len(line) for row in rows for line in row.split("\n")), WIDTH)
    return "\n".join((part.caption, "", rows[0], rule, *rows[1:]))


def _pairs(part: Pairs) -> str:
    """Labels to the left, values in one column."""
    wide = max(len(label) for label, _ in part.pairs) + len(part.colon)
    if part.align == RIGHT:
        tail = max(len(value) for _, value in part.pairs)
        rows = [f"{label + part.colon:<{wide}}  {value:>{tail}}" for label, value in part.pairs]
    else:
        rows = [f"{label + part.colon:<{wide}}  {value}" for label, value in part.pairs]
    heading = (part.heading, "") if part.heading else ()
    sentence = (paragraph(part.sentence), "") if part.sentence else ()
    return "\n".join((*heading, *sentence, *rows))
