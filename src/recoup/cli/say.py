"""How the command line speaks: tables for people, JSON for programs, bars only for eyes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from recoup.cli.start import AS_JSON
from recoup.kernel.money import plain

# Wide enough for every table, where nobody looks at a screen.
WIDTH_WITHOUT_SCREEN = 120
Step = Callable[[str, int, int], None]


def is_json() -> bool:
    """Whether a program reads the answer."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(AS_JSON))


def console(*, is_error: bool = False) -> Console:
    """A console on the stream of this moment."""
    stream = sys.stderr if is_error else sys.stdout
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdigit() and int(columns) > 0 else None
    if width is None and not stream.isatty():
        width = WIDTH_WITHOUT_SCREEN
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def program(answer: Mapping[str, object] | Sequence[object]) -> None:
    """The answer as JSON; days and instants in ISO form."""
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    assert isinstance(value, date | datetime), type(value)
    return value.isoformat()


def line(text: str = "", style: str = "") -> None:
    """One line of plain words."""
    console().print(Text(text, style=style))


def note(text: str) -> None:
    """A line beside the answer, on the error stream."""
    console(is_error=True).print(Text(text))


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    right: Sequence[str] = (),
    tight: Sequence[str] = (),
    total: Sequence[str] | None = None,
) -> None:
    """A table without vertical lines; columns named in `right` hold numbers.

    Those named in `tight` are never broken; the others give way when the screen is narrow.
    """
    shown = Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        show_footer=total is not None,
    )
    for number, column in enumerate(columns):
        shown.add_column(
            column,
            justify="right" if column in right else "left",
            no_wrap=column in right or column in tight,
            overflow="ellipsis" if column in tight else "fold",
            footer=total[number] if total else "",
        )
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    console().print(shown)


def money(minor: int, currency: str) -> str:
    """The amount with thousands apart: 1,234.50."""
    number = plain(minor, currency)
    whole, point, rest = number.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{rest}"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 message`, `2 messages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@contextmanager
def progress() -> Iterator[Step]:
    """A bar on the error stream, when a person is there to see it.

    What it gives takes what is being done, how far, and of how many (0: nobody knows).
    """
    if is_json() or not sys.stderr.isatty():
        yield lambda *_: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=console(is_error=True),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def step(name: str, done: int, of: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=of or None)
        bar.update(tasks[name], completed=done, total=of or None)

    with bar:
        yield step
