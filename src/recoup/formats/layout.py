"""What one layout is, as a constant: its header, its columns and the habits of its program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Kind
from recoup.formats.days import DateFormat
from recoup.formats.record import Record


class Lines(StrEnum):
    """How the rows of one document relate to it."""

    ONE = "one row is one document"
    REPEATED = "every row repeats the amounts of its document"
    SUMMED = "the amounts of the rows add up to the document"


class End(StrEnum):
    """What a whole file of a report ends with; without it the file may be cut short."""

    TOTAL = "the row TOTAL"
    GROUP_TOTAL = "a total after every group"
    FOOTER = "the footer with day and time"


class Groups(StrEnum):
    """What a heading row in a report names."""

    ACCOUNTS = "accounts"
    BUCKETS = "buckets"


@dataclass(frozen=True)
class Report:
    """A list made for reading: titles, headings, subtotals, totals and a footer."""

    # The field whose column the totals stand in; empty for a list without totals.
    totals_of: str = ""
    groups: Groups | None = None
    has_group_totals: bool = False
    ends: End | None = None


def keep(record: Record) -> str | None:
    """Every row counts."""
    return None


@dataclass(frozen=True)
class Layout:
    """One kind of table. A field may come from several columns: their words are joined."""

    code: str
    title: str
    kinds: frozenset[Kind]
    # Header labels that together are found in this layout only; case and a leading * aside.
    signature: tuple[str, ...]
    # Field to label; labels that a file may lack are simply absent from it.
    columns: Mapping[str, str | tuple[str, ...]]
    # Fields without which a row is set aside.
    required: tuple[str, ...] = ()
    # Facts of the program; None: the column must prove it or a person says.
    dates: DateFormat | None = None
    numbers: NumberFormat | None = None
    currency: str | None = None
    lines: Lines = Lines.ONE
    report: Report | None = None
    # Sets kind and whatever the columns do not say; answers why a row is to be ignored, or None.
    judge: Callable[[Record], str | None] = keep
    # Fields that name a document where it has no number.
    identity: tuple[str, ...] = (
        "account_number", "account_name", "issue_date", "due_date", "currency", "total",
        "reference",
    )  # fmt: skip
    # And a receipt likewise.
    receipt_identity: tuple[str, ...] = (
        "account_number", "account_name", "date", "currency", "amount", "document_number",
        "reference",
    )  # fmt: skip
    # Two customers may have the same number.
    is_number_per_account: bool = False
    note: str = ""
    # Refused politely with this sentence: the layout is known and cannot serve.
    refusal: str = ""
    # Exact labels, as in a saved column map: no folding of case or stars.
    is_exact: bool = False


def folded(label: str) -> str:
    """A header label without case, stars, asterisks of mandatory columns and outer space."""
    return " ".join(label.replace("*", " ").replace("\ufeff", " ").split()).casefold()
