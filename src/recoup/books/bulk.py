"""Bulk writing inside Django's transaction: whole frames, no objects per row.

PostgreSQL takes COPY, SQLite takes executemany; a Django object per row would cost forty
to four hundred times as much.
"""

from __future__ import annotations

import polars as pl
from django.db import connection, models

from recoup.books.query import execute, is_postgresql, rows
from recoup.kernel.errors import Refusal

# PostgreSQL before 18 takes this for the end of the data, even within a quoted text.
_END_OF_COPY = r"(?m)^\\\."


def next_ids(model: type[models.Model], count: int) -> pl.Series:
    """Fresh primary keys for rows about to be inserted, as a column `id`.

    On SQLite the caller must already be in a (writing) transaction: nobody else can draw.
    """
    table = model._meta.db_table
    if is_postgresql():
        drawn = rows(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return pl.Series("id", [int(str(each[0])) for each in drawn], dtype=pl.Int64)
    found = rows("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    start = int(str(found[0][0])) if found else 0
    return pl.int_range(start + 1, start + 1 + count, dtype=pl.Int64, eager=True).alias("id")


def next_events(count: int) -> pl.Series:
    """Fresh event numbers; draw them while holding the locks of the accounts they concern."""
    if is_postgresql():
        drawn = rows("SELECT nextval('books_evseq') FROM generate_series(1, %s)", [count])
        return pl.Series("evseq", [int(str(each[0])) for each in drawn], dtype=pl.Int64)
    execute("UPDATE books_evseq SET value = value + %s", [count])
    last = int(str(rows("SELECT value FROM books_evseq")[0][0]))
    return pl.int_range(last + 1 - count, last + 1, dtype=pl.Int64, eager=True).alias("evseq")


def next_event() -> int:
    """One fresh event number."""
    return int(next_events(1)[0])


def insert(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Insert the rows of a frame whose columns are named as in the table; how many.

    Raises Refusal `text-unusable` on a text that is too long for its column or holds what bulk
    texts cannot carry, on both databases alike: SQLite would take either.
    """
    if frame.is_empty():
        return 0
    table = model._meta.db_table
    known = {field.column: field for field in model._meta.concrete_fields}
    assert set(frame.columns) <= set(known), set(frame.columns) - set(known)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    for name in texts:
        _check_text(frame[name], table=table, limit=known[name].max_length)
    if is_postgresql() and not any(frame[name].str.contains(_END_OF_COPY).any() for name in texts):
        _copy(table, frame)
    else:
        _executemany(table, frame)
    return frame.height


def _check_text(texts: pl.Series, *, table: str, limit: int | None) -> None:
    longest = texts.str.len_chars().max()
    if limit is not None and isinstance(longest, int) and longest > limit:
        raise Refusal(
            "text-unusable",
            f"A {texts.name} of {table} has {longest} characters; shorten it to {limit}.",
        )
    if texts.str.contains("[\0\x1a]").any():
        raise Refusal(
            "text-unusable",
            f"A {texts.name} of {table} holds a control character (NUL or SUB); remove it.",
        )


def _copy(table: str, frame: pl.DataFrame) -> None:
    columns = ", ".join(frame.columns)
    ready = frame.with_columns(
        ("\\x" + pl.col(name).bin.encode("hex")).alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.Binary
    )
    # Quoting every text keeps an empty text apart from a null, which stays unquoted.
    data = ready.write_csv(
        include_header=False, quote_style="non_numeric", datetime_format="%Y-%m-%d %H:%M:%S%.6f+00"
    ).encode()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)") as copy,
    ):
        for start in range(0, len(data), 2**20):
            copy.write(data[start : start + 2**20])


def _executemany(table: str, frame: pl.DataFrame) -> None:
    ready = frame.with_columns(
        [
            pl.col(pl.Date).dt.strftime("%Y-%m-%d"),
            # As Django writes it, because SQLite compares instants as texts.
            pl.col(pl.Datetime).dt.strftime("%F %H:%M:%S%.6f").str.strip_suffix(".000000"),
        ]
    )
    columns = ", ".join(frame.columns)
    holes = ", ".join(["%s"] * frame.width)
    with connection.cursor() as cursor:
        for part in ready.iter_slices(20_000):
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({holes})", part.rows())
