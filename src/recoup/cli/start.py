"""Starting Django, and the checks before a command touches the books."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import click

from recoup.kernel.errors import Refusal

# Where a click context remembers that a program reads along.
AS_JSON = "recoup.as_json"
MIGRATIONS = Path(__file__).parent.parent / "books" / "migrations"


def django() -> None:
    """Make Django ready, with our settings unless others are named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recoup.settings")
    importlib.import_module("django").setup()


class OnBooks(click.Command):
    """A command that needs books: it is refused, with the remedy, while there are none."""

    def invoke(self, ctx: click.Context) -> Any:
        """Check the books, then run."""
        check()
        return super().invoke(ctx)


def check() -> None:
    """Refusal while the database cannot be reached, has no books, or has older ones."""
    database = importlib.import_module("django.db")
    recorder = importlib.import_module("django.db.migrations.recorder")
    try:
        applied = recorder.MigrationRecorder(database.connection).applied_migrations()
    except database.OperationalError as error:
        reason = " ".join(str(error).split())
        raise Refusal(
            "database-unreachable",
            f"The database cannot be reached: {reason}. Check DATABASE_URL and RECOUP_DATA.",
        ) from error
    known = {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}
    done = {name for app, name in applied if app == "books"}
    if not done:
        where = os.environ.get("RECOUP_DATA", "recoup-data")
        raise Refusal("books-missing", f"There are no books in {where} yet. Run `recoup init`.")
    if known - done:
        raise Refusal("books-older", "The books are of an older version. Run `recoup init`.")
    if done - known:
        raise Refusal(
            "books-newer", "The books are of a newer version than this program. Update Recoup."
        )
