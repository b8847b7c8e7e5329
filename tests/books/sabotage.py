"""Lifting every guard of the database, so that tests can do what no door would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction
from django.db.models import CheckConstraint, UniqueConstraint

from recoup.books.query import execute, is_postgresql, rows


@contextmanager
def unguarded() -> Iterator[None]:
    """A transaction without triggers, checks and unique indexes; all of it is rolled back."""
    try:
        with transaction.atomic():
            _lift()
            yield
            transaction.set_rollback(True)
    finally:
        if not is_postgresql():
            execute("PRAGMA ignore_check_constraints = 0")


def _lift() -> None:
    if is_postgresql():
        connection.check_constraints()
        for table, name in _constraints():
            execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name} CASCADE")
            execute(f"DROP INDEX IF EXISTS {name}")
        execute("SET LOCAL session_replication_role = replica")
        return
    execute("PRAGMA ignore_check_constraints = 1")
    for kind, name in rows(
        "SELECT type, name FROM sqlite_master WHERE type = 'trigger' "
        "OR (type = 'index' AND sql LIKE 'CREATE UNIQUE%')"
    ):
        execute(f"DROP {kind} {name}")


def _constraints() -> list[tuple[str, str]]:
    return [
        (model._meta.db_table, each.name)
        for model in apps.get_app_config("books").get_models()
        for each in model._meta.constraints
        if isinstance(each, CheckConstraint | UniqueConstraint)
    ]
