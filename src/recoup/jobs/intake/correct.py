"""Correcting a row that was set aside, on screen, and taking it in like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import transaction

from recoup.books import files
from recoup.books.models import SetAsideRow
from recoup.formats import opening
from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Basis, Question, Reading
from recoup.formats.days import DateFormat
from recoup.jobs.intake.bring import bring
from recoup.jobs.intake.brought import Brought, Origin
from recoup.jobs.intake.look import declared_from
from recoup.kernel.errors import Refusal


@dataclass(frozen=True)
class Corrected:
    """What became of a corrected row: taken, or the mistakes it still has."""

    is_taken: bool
    mistakes: pl.DataFrame


def correct_row(
    row: SetAsideRow,
    *,
    cells: Sequence[str],
    today: date,
    latest: date,
    at: datetime,
    by: str,
) -> Corrected:
    """Read one row again with the cells a person corrected, and take it in when it is right."""
    source_file = row.source_file
    opened = opening.reread(
        _basis(source_file.declared),
        declared_from(source_file.declared),
        [((row.line, list(cells)), row.heading)],
    )
    if not isinstance(opened, Reading):
        raise _asked(opened)
    origin = Origin(source_file.creditor, source_file.name, today, latest, at, by)
    brought = Brought()
    with transaction.atomic():
        for batch in opened:
            bring(batch, origin, brought)
        mistakes = pl.concat(brought.set_aside)
        if mistakes.height:
            transaction.set_rollback(True)
            return Corrected(is_taken=False, mistakes=mistakes)
        files.settle_row(row=row, state="corrected", at=at, by=by)
    return Corrected(is_taken=True, mistakes=mistakes)


def dismiss_row(row: SetAsideRow, *, at: datetime, by: str) -> None:
    """Leave a row out for good; it stays on record."""
    files.settle_row(row=row, state="dismissed", at=at, by=by)


def header_of(row: SetAsideRow) -> list[str]:
    """The column names of the file a row came from."""
    return list(_basis(row.source_file.declared).header)


def _basis(declared: Mapping[str, object]) -> Basis:
    kept = declared.get("basis")
    if not isinstance(kept, dict):
        raise Refusal("row-not-rereadable", "This file was imported too long ago to correct rows.")
    return Basis(
        format=kept["format"],
        encoding="utf-8",
        delimiter=",",
        sheet="",
        dates=DateFormat(kept["dates"]),
        numbers=NumberFormat(kept["numbers"]),
        currency=kept["currency"],
        header=tuple(kept["header"]),
    )


def _asked(questions: list[Question]) -> Refusal:
    return Refusal("row-asks", " ".join(each.sentence for each in questions))
