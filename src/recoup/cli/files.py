"""Files that commands write: `-` is the standard output, any other is named when it is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from recoup.cli import say

FILE = click.Path(dir_okay=False, path_type=Path, allow_dash=True)


def write(path: Path, content: bytes) -> None:
    """Write a file whole and say where."""
    write_pieces(path, [content])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The same, piece by piece as they come."""
    with click.open_file(str(path), "wb") as stream:
        for piece in pieces:
            stream.write(piece)
    if str(path) != "-":
        say.note(f"Written to {path}.")
