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


@contextmanager
def guarded_only_by(table: str, guard: str) -> Iterator[None]:
    """A transaction in which one creditor guard of a table is all that is left of its guards."""
    try:
        with transaction.atomic():
            _lift_all_but(table, guard)
            yield
            transaction.set_rollback(True)
    finally:
        if not is_postgresql():
            execute("PRAGMA ignore_check_constraints = 0")


def _lift_all_but(table: str, guard: str) -> None:
    if is_postgresql():
        connection.check_constraints()
        for (name,) in rows(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass "
            "AND contype IN ('c', 'f', 'u') AND conname <> %s AND conname NOT LIKE %s",
            [table, guard, "%of_creditor"],
        ):
            execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        for name in _partial_indexes(table):
            execute(f"DROP INDEX {name}")
        execute(f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}")
        execute(f"SET CONSTRAINTS {guard} IMMEDIATE")
        return
    execute("PRAGMA ignore_check_constraints = 1")
    for (name,) in rows(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name NOT IN (%s, %s)",
        [f"{guard}_i", f"{guard}_u"],
    ):
        execute(f"DROP TRIGGER {name}")
    for name in _partial_indexes(table):
        execute(f"DROP INDEX {name}")


def _partial_indexes(table: str) -> list[str]:
    return [
        each.name
        for model in apps.get_app_config("books").get_models()
        if model._meta.db_table == table
        for each in model._meta.constraints
        if isinstance(each, UniqueConstraint) and each.condition is not None
    ]


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
