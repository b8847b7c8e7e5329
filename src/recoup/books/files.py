"""The door of source files, the rows set aside from them, and saved column maps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import polars as pl
from django.conf import settings
from django.db import transaction

from recoup.books import bulk
from recoup.books.models import ColumnMapVersion, Creditor, SetAsideRow, SourceFile
from recoup.kernel.errors import Refusal

BLOCK = 2**20


def receive(
    *, creditor: Creditor, name: str, stream: BinaryIO, at: datetime, by: str
) -> SourceFile:
    """Keep the original bytes under their hash, and note that they came in."""
    folder = Path(settings.DATA) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    part = folder / f".{at.timestamp()}-{id(stream)}.part"
    try:
        with part.open("wb") as kept:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
                kept.write(block)
        part.rename(folder / digest.hexdigest())
    finally:
        part.unlink(missing_ok=True)
    return SourceFile.objects.create(
        creditor=creditor,
        name=Path(name).name[:300],
        sha256=digest.hexdigest(),
        size_bytes=size,
        received_at=at,
        by=by,
    )


def original(source_file: SourceFile) -> Path:
    """Where the original bytes are kept."""
    return Path(settings.DATA) / "files" / source_file.sha256


@dataclass(frozen=True)
class Account:
    """What became of every line of a file; P3: the four add up to the total."""

    lines_total: int
    lines_posted: int
    lines_duplicate: int
    lines_set_aside: int
    lines_ignored: int

    def __post_init__(self) -> None:
        """A line lost is a fault of ours."""
        parts = self.lines_posted + self.lines_duplicate + self.lines_set_aside + self.lines_ignored
        assert parts == self.lines_total, self


def finish(
    *,
    source_file: SourceFile,
    account: Account,
    format_code: str,
    declared: Mapping[str, object],
    control: Mapping[str, object],
    state: str,
    sentence: str,
) -> None:
    """Note how an import ended."""
    source_file.state = state
    source_file.format_code = format_code
    source_file.declared = dict(declared)
    source_file.control = dict(control)
    source_file.sentence = sentence
    source_file.lines_total = account.lines_total
    source_file.lines_posted = account.lines_posted
    source_file.lines_duplicate = account.lines_duplicate
    source_file.lines_set_aside = account.lines_set_aside
    source_file.lines_ignored = account.lines_ignored
    source_file.save()


def note_format(*, source_file: SourceFile, format_code: str) -> None:
    """Note what a file seems to be, before it is read."""
    source_file.format_code = format_code
    source_file.save(update_fields=["format_code"])


def refuse(*, source_file: SourceFile, state: str, sentence: str) -> None:
    """Note that a file was refused, or waits for answers, and why."""
    source_file.state = state
    source_file.sentence = sentence
    source_file.save(update_fields=["state", "sentence"])


def set_aside(*, source_file: SourceFile, rows: pl.DataFrame, state: str = "open") -> int:
    """Keep the rows that could not be taken; those of an earlier import of the file are replaced.

    They are open to be corrected, or dismissed where only a better file mends them.

    Columns: line, field, value, code, reason, remedy, raw (JSON text), group (or null).
    """
    kept = rows.rename({"group": "heading"}).with_columns(
        bulk.next_ids(SetAsideRow, rows.height),
        pl.lit(source_file.creditor_id).alias("creditor_id"),
        pl.lit(source_file.pk).alias("source_file_id"),
        pl.lit(state).alias("state"),
        pl.lit("").alias("settled_by"),
        pl.col("field").fill_null("").str.slice(0, 100),
        pl.col("value").fill_null("").str.slice(0, 300),
        pl.col("code").str.slice(0, 60),
        pl.col("reason").str.slice(0, 500),
        pl.col("remedy").str.slice(0, 500),
        pl.col("heading").str.slice(0, 300),
        pl.col("raw").fill_null("[]"),
    )
    with transaction.atomic():
        SetAsideRow.objects.filter(source_file=source_file, state=state).delete()
        return bulk.insert(SetAsideRow, kept)


def settle_row(*, row: SetAsideRow, state: str, at: datetime, by: str) -> None:
    """Mark a set-aside row, and its other mistakes, as corrected or dismissed."""
    changed = SetAsideRow.objects.filter(
        source_file_id=row.source_file_id, line=row.line, state="open"
    ).update(state=state, settled_by=by, settled_at=at)
    if not changed:
        raise Refusal("row-settled", "This row was settled already. Reload the page.")


def save_column_map(
    *,
    creditor: Creditor,
    name: str,
    header_fingerprint: str,
    column_map: Mapping[str, object],
    at: datetime,
    by: str,
    kind: str = "list",
) -> ColumnMapVersion:
    """Remember a column map for files with the same header; the newest wins."""
    found, _ = ColumnMapVersion.objects.update_or_create(
        creditor=creditor,
        header_fingerprint=header_fingerprint,
        defaults={
            "name": name[:100],
            "kind": kind,
            "column_map": json.loads(json.dumps(column_map, default=str)),
            "saved_by": by,
            "saved_at": at,
        },
    )
    return found


def forget_column_map(*, saved: ColumnMapVersion) -> None:
    """Files with this header are asked about again; what was taken in by it stays."""
    ColumnMapVersion.objects.filter(pk=saved.pk).delete()
