"""SQL to frames: one placeholder style (`%s`) for both databases and both drivers.

Small questions go over Django's own connection and see its open transaction. Bulk reads go
over Arrow (ADBC) on a connection of their own, at about a third of the cost of rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count
from typing import Any

import polars as pl
from adbc_driver_manager.dbapi import Connection
from adbc_driver_sqlite.dbapi import connect as connect_sqlite
from django.conf import settings
from django.db import connection

from recoup.kernel.dates import utc

try:
    from adbc_driver_postgresql.dbapi import connect as connect_postgresql
except ImportError:  # the extra `postgres` is not installed
    connect_postgresql = None

Value = str | int | bool | date | datetime | list[int] | list[str] | None
Schema = Mapping[str, pl.DataType | type[pl.DataType]]


def is_postgresql() -> bool:
    """Whether the books are kept in PostgreSQL."""
    return connection.vendor == "postgresql"


def any_of(column: str) -> str:
    """SQL for `column is one of a list`; give the list as one parameter by `many`."""
    if is_postgresql():
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(%s))"


def many(values: Sequence[int] | Sequence[str]) -> Value:
    """A list as the one parameter that `any_of` takes."""
    return [*values] if is_postgresql() else json.dumps(list(values))


def execute(sql: str, parameters: Sequence[Value] = ()) -> int:
    """Run a statement inside Django's transaction; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _bind(parameters))
        return int(cursor.rowcount)


def rows(sql: str, parameters: Sequence[Value] = ()) -> list[tuple[object, ...]]:
    """The rows of a question, inside Django's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _bind(parameters))
        return list(cursor.fetchall())


def frame(sql: str, parameters: Sequence[Value], schema: Schema) -> pl.DataFrame:
    """The answer as a frame of the given schema, inside Django's transaction."""
    found = rows(sql, parameters)
    raw = pl.DataFrame(found, schema=list(schema), orient="row", infer_schema_length=None)
    return _shaped(raw, schema)


def _bind(parameters: Sequence[Value]) -> list[Any]:
    return [_bound(each) for each in parameters]


def _bound(value: Value) -> Value:
    """Days as texts; instants, on SQLite, as Django writes them."""
    if isinstance(value, datetime):
        return value if is_postgresql() or value.tzinfo is None else str(utc(value))
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def bulk_reader() -> Iterator[BulkReader]:
    """A read-only Arrow connection to the books; it sees what is committed."""
    parameters = connection.get_connection_params()
    if is_postgresql():
        assert connect_postgresql is not None, "install the extra: recoup[postgres]"
        with connect_postgresql(_postgresql_uri(parameters)) as bulk:
            yield BulkReader(bulk)
    else:
        with connect_sqlite(str(parameters["database"])) as bulk:
            with bulk.cursor() as cursor:
                cursor.execute("PRAGMA cache_size=-131072")
            yield BulkReader(bulk)


class BulkReader:
    """Questions whose answers are large."""

    def __init__(self, bulk: Connection) -> None:
        self._bulk = bulk

    def frame(self, sql: str, parameters: Sequence[Value], schema: Schema) -> pl.DataFrame:
        """The answer as a frame of the given schema."""
        numbers = count(1)
        placed = re.sub("%s", lambda _: f"${next(numbers)}" if is_postgresql() else "?", sql)
        # A frame needs a different name for each column, also for those SQL computes.
        named = f"WITH answer({', '.join(schema)}) AS ({placed}) SELECT * FROM answer"
        with self._bulk.cursor() as cursor:
            cursor.execute(named, [_arrow_value(each) for each in parameters])
            return _shaped(pl.DataFrame(cursor.fetch_polars()), schema)


def _arrow_value(value: Value) -> Value:
    return value if is_postgresql() else _bound(value)


def _shaped(raw: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Columns of the wanted names and types; text dates of SQLite become dates."""
    shaped = []
    for name, (column, wanted) in zip(raw.columns, schema.items(), strict=True):
        held = raw.schema[name]
        expression = pl.col(name)
        if wanted == pl.Date and held == pl.String:
            # Without strict, an empty text (our null in bulk reads) becomes null.
            expression = expression.str.to_date("%Y-%m-%d", strict=False)
        elif held != wanted:
            expression = expression.cast(wanted)
        shaped.append(expression.alias(column))
    return raw.select(shaped)


def _postgresql_uri(parameters: Mapping[str, object]) -> str:
    """The connection string of the books for drivers that are not Django's."""
    words = {
        "host": parameters.get("host"),
        "port": parameters.get("port"),
        "dbname": parameters.get("dbname"),
        "user": parameters.get("user"),
        "password": parameters.get("password"),
    }
    quoted = (
        f"{key}='{str(value).replace(chr(92), chr(92) * 2).replace(chr(39), chr(92) + chr(39))}'"
        for key, value in words.items()
        if value
    )
    return " ".join(quoted)


def in_production() -> bool:
    """Whether this instance may reach anyone at all."""
    return settings.ENVIRONMENT == "production"
