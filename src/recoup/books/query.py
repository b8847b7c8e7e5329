"""SQL to frames: one placeholder style (`%s`), one connection, for both databases.

Bulk answers come as text, a column (SQLite) or the table (PostgreSQL's COPY) at a time, and
Polars parses it: a million rows of eight columns in about half a second, a third of what rows
cost. Everything goes over Django's own connection, so it sees the open transaction. A driver
with a SQLite library of its own must never open the same file in this process: closing it drops
the locks of the other copy, and commits are lost.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection

from recoup.kernel.dates import utc

Value = str | int | bool | date | datetime | list[int] | list[str] | None
Schema = Mapping[str, pl.DataType | type[pl.DataType]]

# Stands for null in bulk text; a control character, which no text of ours may hold.
_NULL = "\x1a"


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


def executemany(sql: str, parameters: Sequence[Sequence[Value]]) -> None:
    """Run a statement once for each row of parameters, inside Django's transaction."""
    if parameters:
        with connection.cursor() as cursor:
            cursor.executemany(sql, [_bind(each) for each in parameters])


def rows(sql: str, parameters: Sequence[Value] = ()) -> list[tuple[object, ...]]:
    """The rows of a question, inside Django's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _bind(parameters))
        return list(cursor.fetchall())


def frame(sql: str, parameters: Sequence[Value], schema: Schema) -> pl.DataFrame:
    """A small answer as a frame of the given schema."""
    found = rows(sql, parameters)
    raw = pl.DataFrame(found, schema=list(schema), orient="row", infer_schema_length=None)
    return raw.select(
        pl.col(name).str.to_date("%Y-%m-%d").alias(name)
        if kind == pl.Date and raw.schema[name] == pl.String
        else pl.col(name).cast(kind)
        for name, kind in schema.items()
    )


def bulk_frame(sql: str, parameters: Sequence[Value], schema: Schema) -> pl.DataFrame:
    """A large answer as a frame of the given schema; at most a gigabyte of text a column."""
    if is_postgresql():
        return _copied(sql, parameters, schema)
    return _concatenated(sql, parameters, schema)


def _copied(sql: str, parameters: Sequence[Value], schema: Schema) -> pl.DataFrame:
    data = io.BytesIO()
    statement = f"COPY ({sql}) TO STDOUT (FORMAT csv, NULL '{_NULL}')"
    with (
        connection.cursor() as cursor,
        cursor.copy(statement, _bind(parameters)) as copy,
    ):
        for block in copy:
            data.write(block)
    return _parsed(data, schema)


def _concatenated(sql: str, parameters: Sequence[Value], schema: Schema) -> pl.DataFrame:
    """Every column as one text, all gathered in the same pass and so in the same order."""
    texts = ", ".join(f"group_concat({_text(name, schema)}, char(10))" for name in schema)
    named = f"WITH answer({', '.join(schema)}) AS ({sql}) SELECT {texts} FROM answer"
    columns = rows(named, parameters)[0]
    if columns[0] is None:
        return pl.DataFrame(schema=dict(schema))
    return pl.DataFrame(
        [
            _parsed(io.BytesIO(str(text).encode()), {name: kind}).to_series()
            for text, (name, kind) in zip(columns, schema.items(), strict=True)
        ]
    )


def _text(name: str, schema: Schema) -> str:
    null = "char(26)"
    if schema[name] == pl.String:
        quoted = f"""'"' || replace({name}, '"', '""') || '"'"""
        return f"CASE WHEN {name} IS NULL THEN {null} ELSE {quoted} END"
    return f"COALESCE({name}, {null})"


def _parsed(data: io.BytesIO, schema: Schema) -> pl.DataFrame:
    if data.getbuffer().nbytes == 0:
        return pl.DataFrame(schema=dict(schema))
    data.seek(0)
    return pl.read_csv(
        data,
        has_header=False,
        schema=dict(schema),
        null_values=[_NULL],
        empty_string_is_null=False,
    )


def _bind(parameters: Sequence[Value]) -> list[Any]:
    return [_bound(each) for each in parameters]


def _bound(value: Value) -> Value:
    """Days as texts; instants, on SQLite, as Django writes them, because it compares texts."""
    if isinstance(value, datetime):
        return value if is_postgresql() or value.tzinfo is None else str(utc(value))
    return value.isoformat() if isinstance(value, date) else value


def in_production() -> bool:
    """Whether this instance may reach anyone at all."""
    return settings.ENVIRONMENT == "production"
