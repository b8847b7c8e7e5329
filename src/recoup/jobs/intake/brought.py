"""What an import is told, and what became of the rows it brought so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from recoup.books.models import Creditor
from recoup.formats.base import SET_ASIDE


@dataclass
class Brought:
    """What became of the rows of a file so far."""

    documents_new: int = 0
    documents_known: int = 0
    receipts_new: int = 0
    receipts_known: int = 0
    settled: int = 0
    # Open here and not in a list of everything that is open: paid, as that list says.
    gone: int = 0
    parties: int = 0
    duplicate_lines: int = 0
    conflict_lines: int = 0
    set_aside: list[pl.DataFrame] = field(default_factory=list)
    # Kind, key and position of every document the file named.
    named: list[pl.DataFrame] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """Where rows come from, and when."""

    creditor: Creditor
    source: str
    # The business day of the import; payments may not be dated after `latest`.
    today: date
    latest: date
    at: datetime
    by: str
    # The file lists everything that is open.
    is_complete: bool = False

    @property
    def why(self) -> str:
        """For the ledger: which file said so."""
        return f"import of {self.source}"


def complaints(
    rows: pl.DataFrame, column: str, code: str, reason: str, remedy: str
) -> pl.DataFrame:
    """Rows as SET_ASIDE: the same mistake in the same column of each."""
    return SET_ASIDE.check(
        rows.select(
            "line",
            pl.lit(column).alias("field"),
            pl.col(column).cast(pl.String).alias("value"),
            pl.lit(code).alias("code"),
            pl.lit(reason).alias("reason"),
            pl.lit(remedy).alias("remedy"),
            pl.lit(None, pl.String).alias("group"),
            pl.lit(None, pl.String).alias("raw"),
        )
    )


def lines_of(rows: pl.DataFrame) -> int:
    """How many records of the file the rows stand for."""
    if "records" in rows.columns:
        return int(rows["records"].sum())
    return rows.height
