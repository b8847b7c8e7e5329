"""Typst into PDF: tagged where its letters allow it, the same bytes for the same facts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import typst

# The accessible form; it refuses a letter that no font of ours has.
ACCESSIBLE: typst.PDFStandard = "ua-1"


@cache
def _fonts(*, with_system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=with_system)


def compiled(template: Path, data: str, *, day: date) -> bytes:
    """The template filled with data (JSON) as PDF/UA-1, the same on every machine.

    Where a name has letters that the built-in fonts lack, it is plain PDF by the fonts of the
    machine: readable for the eye, and better than none.
    """
    try:
        return _compiled(template, data, day, is_accessible=True)
    except typst.TypstError:
        return _compiled(template, data, day, is_accessible=False)


def _compiled(template: Path, data: str, day: date, *, is_accessible: bool) -> bytes:
    written = typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(with_system=not is_accessible),
        sys_inputs={"data": data},
        format="pdf",
        pdf_standards=[ACCESSIBLE] if is_accessible else [],
        timestamp=datetime.combine(day, time(12), UTC),
    )
    assert isinstance(written, bytes)
    return written
