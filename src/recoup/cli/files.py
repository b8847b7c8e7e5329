"""Files that commands write: `-` is the standard output, any other is named when it is there."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

import click

from recoup.cli import say

FILE = click.Path(dir_okay=False, path_type=Path, allow_dash=True)


def write(path: Path, content: bytes) -> None:
    """Write a file whole and say where."""
    write_pieces(path, [content])


def write_papers(
    pdf_file: Path | None,
    xlsx_file: Path | None,
    *,
    pdf: Callable[[], bytes],
    workbook: Callable[[BinaryIO], None],
) -> bool:
    """Write what was asked for as PDF and as workbook; whether anything was."""
    if pdf_file is not None:
        write(pdf_file, pdf())
    if xlsx_file is not None:
        content = io.BytesIO()
        workbook(content)
        write(xlsx_file, content.getvalue())
    return pdf_file is not None or xlsx_file is not None


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The same, piece by piece as they come."""
    with click.open_file(str(path), "wb") as stream:
        for piece in pieces:
            stream.write(piece)
    if str(path) != "-":
        say.note(f"Written to {path}.")
