"""What every reader of remittance advice agrees on: its rows, its heading, what may be declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.kernel.frames import Frame

# More than any payer lists; what has more is a ledger.
ROWS_MAX = 5_000

ROWS = Frame(
    "advice rows",
    {
        "line": pl.Int64,
        "document": pl.String,
        # Other words of the line that may be the number; the books know which.
        "others": pl.String,
        "amount_minor": pl.Int64,  # what is paid of it; credit notes below zero
        "discount_minor": pl.Int64,  # never below zero
        "deduction_minor": pl.Int64,  # likewise
        "reason": pl.String,  # of the deduction, in the payer's words
    },
)


@dataclass(frozen=True)
class Heading:
    """What the advice says of the payment as a whole; empty where it says nothing."""

    payer_name: str = ""
    payer_number: str = ""
    payer_email: str = ""
    reference: str = ""
    paid_date: date | None = None
    currency: str = ""
    total_minor: int | None = None

    def completed(self, other: Heading) -> Heading:
        """The same, and what only the other one says."""
        lacking = {
            name: value
            for name, value in other.__dict__.items()
            if getattr(self, name) in ("", None)
        }
        return replace(self, **lacking)


@dataclass(frozen=True)
class Declared:
    """What a person says about an advice; each answer settles one question."""

    currency: str | None = None
    numbers: NumberFormat | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    # Field of ours to header of theirs.
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AdviceReading:
    """One advice: its heading, its rows, and the rows that could not be read, each with why."""

    origin: str  # table, pdf, email or text
    heading: Heading
    rows: pl.DataFrame
    set_aside: pl.DataFrame
    lines: int  # of the file that hold anything
    ignored: int  # of them: titles, headers, totals, other words

    @property
    def sum_minor(self) -> int:
        """What its rows come to."""
        return int(self.rows["amount_minor"].sum())

    @property
    def is_whole(self) -> bool:
        """Every row was read and they come to the total, if one is stated."""
        has_rows = self.rows.height > 0 and self.set_aside.is_empty()
        return has_rows and self.heading.total_minor in (None, self.sum_minor)


Opened = AdviceReading | list[Question]
