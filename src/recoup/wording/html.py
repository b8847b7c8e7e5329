"""The HTML of a message: tables and inline styles, no images, nothing that reports back.

Colors are left to the reader's mail program, so dark mode is readable by itself.
"""

from __future__ import annotations

from recoup.wording.blocks import RIGHT, Block, Column, Lines, Pairs, Table

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_P = '<p style="margin:0 0 16px">'
_SMALL = '<p style="margin:0 0 12px;font-size:13px;line-height:1.5">'
_TABLE = (
    '<table style="border-collapse:collapse;width:100%;margin:0 0 16px;'
    'font-variant-numeric:tabular-nums">'
)
_RULE = "border-bottom:1px solid #8a8a8a"
_NARROW = "@media(max-width:480px){.spare{display:none}}"


def page(parts: list[str], *, subject: str, language: str) -> str:
    """The whole document around its parts."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{escape(subject)}</title>\n"
        f"<style>:root{{color-scheme:light dark}}{_NARROW}</style>\n</head>\n"
        f'<body style="margin:0;padding:16px;{_FONT};font-size:15px;line-height:1.55">\n'
        '<div style="max-width:640px;margin:0 auto">\n' + "\n".join(parts) + "\n</div>\n</body>\n"
        "</html>\n"
    )


def escape(text: str) -> str:
    """The text as HTML character data: whatever a debtor is called, it stays text."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )


def paragraph(text: str) -> str:
    """One paragraph."""
    return f"{_P}{escape(text)}</p>"


def small(text: str) -> str:
    """A paragraph of the footer."""
    return f"{_SMALL}{escape(text)}</p>"


def rule() -> str:
    """A line between the message and its footer."""
    return '<hr style="border:0;border-top:1px solid #8a8a8a;margin:24px 0 16px">'


def block(part: Block) -> str:
    """A laid-out part as HTML."""
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Pairs):
        return _pairs(part)
    assert isinstance(part, Lines)
    return f"{_P}{'<br>'.join(escape(line) for line in part.lines)}</p>"


def _table(part: Table) -> str:
    """A data table: caption, column headers with scope, one row per item."""
    heads = "".join(
        f'<th scope="col"{_class(column)} style="text-align:{column.align};{_padding(column)};'
        f'{_RULE};font-weight:600">{escape(column.label)}</th>'
        for column in part.columns
    )
    before = [
        f'<td{_class(column)} style="text-align:{column.align};{_padding(column)}">'
        for column in part.columns
    ]
    body = "".join(
        "<tr>"
        + "".join(f"{start}{escape(cell)}</td>" for start, cell in zip(before, cells, strict=True))
        + "</tr>\n"
        for cells in zip(*(column.cells for column in part.columns), strict=True)
    )
    caption = '<caption style="text-align:left;font-size:13px;padding:0 0 4px">'
    return (
        f"{_TABLE}\n{caption}{escape(part.caption)}</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"
    )


def _padding(column: Column) -> str:
    """Room towards the neighbor, none towards the edge."""
    return "padding:6px 0 6px 12px" if column.align == RIGHT else "padding:6px 8px 6px 0"


def _class(column: Column) -> str:
    return ' class="spare"' if column.is_spare else ""


def _pairs(part: Pairs) -> str:
    """Labels as row headers; the last row of a sum stands out."""
    last = len(part.pairs) - 1
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:{_weight(part, n, last)};'
        f'padding:3px 16px 3px 0">{escape(label)}</th>'
        f'<td style="text-align:{part.align};font-weight:{_weight(part, n, last)};padding:3px 0">'
        f"{escape(value)}</td></tr>\n"
        for n, (label, value) in enumerate(part.pairs)
    )
    heading = (
        f'<h2 style="margin:24px 0 8px;font-size:16px">{escape(part.heading)}</h2>\n'
        if part.heading
        else ""
    )
    sentence = f"{paragraph(part.sentence)}\n" if part.sentence else ""
    table = _TABLE.replace("width:100%;", "")
    return f"{heading}{sentence}{table}\n<tbody>\n{rows}</tbody>\n</table>"


def _weight(part: Pairs, n: int, last: int) -> int:
    """Bold for the amount due and, among payment details, for none."""
    return 600 if n == last and not part.heading else 400
