"""What every reader agrees on: the frames it fills, its verdict on the file, its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import polars as pl

from recoup.formats.amounts import NumberFormat
from recoup.formats.cells import Row
from recoup.formats.columnmap import ColumnMap
from recoup.formats.days import DateFormat
from recoup.formats.sheets import Sheet
from recoup.kernel.errors import Fault
from recoup.kernel.frames import Frame

BATCH_ROWS = 10_000


class Kind(StrEnum):
    """What a file can bring."""

    CUSTOMERS = "customers"
    DOCUMENTS = "documents"
    PAYMENTS = "payments"


PARTIES = Frame(
    "parties",
    {
        "line": pl.Int64,
        # Natural: the account number, or the name where there is none.
        "source_ref": pl.String,
        "account_number": pl.String,
        "account_name": pl.String,
        "contact_name": pl.String,
        "email": pl.String,
        "phone": pl.String,
        "address": pl.String,  # lines, separated by line feeds
        "city": pl.String,
        "region": pl.String,
        "postal_code": pl.String,
        "country": pl.String,  # as the source writes it
        "language": pl.String,
        "legal_kind": pl.String,
        "tier": pl.String,
        "tax_number": pl.String,
        "currency": pl.String,
        "terms": pl.String,
        "terms_days": pl.Int32,
        "credit_limit_minor": pl.Int64,
        "hold": pl.String,
        # Comma-separated remarks, nothing repaired: email-syntax, phone-syntax, card-masked.
        "flags": pl.String,
    },
)

DOCUMENTS = Frame(
    "documents",
    {
        # First and last line of the file that the document came from.
        "line": pl.Int64,
        "last_line": pl.Int64,
        # Natural and the same at every import: kind/number[/position], or, without a number,
        # kind/content digest/occurrence in the file.
        "source_ref": pl.String,
        # The same without the position: all installments of a document share it. A number alone
        # is no key where two customers may have the same (Sage 50, some column maps).
        "document_ref": pl.String,
        "account_number": pl.String,  # null where the source has names only
        "account_name": pl.String,
        "email": pl.String,
        # invoice, credit_note, charge, overpayment, prepayment: the last two are credit too.
        "kind": pl.String,
        "number": pl.String,  # null where the source has none
        # Installment, from 1; each is a row of its own and the amounts are that installment's.
        "position": pl.Int16,
        "issue_date": pl.Date,
        "due_date": pl.Date,  # null where the terms must say
        "terms": pl.String,
        "currency": pl.String,
        # Never negative: the kind says which way. Null open_minor: the source does not say,
        # receipts do. Flag total-is-open: the source states what is open and not the total.
        "total_minor": pl.Int64,
        "paid_minor": pl.Int64,
        "open_minor": pl.Int64,
        "paid_date": pl.Date,
        "disputed": pl.Boolean,
        "hold": pl.String,
        "reference": pl.String,
        "note": pl.String,
        # email-syntax, card-masked, total-is-open, negative-invoice, amounts-differ.
        "flags": pl.String,
    },
)

RECEIPTS = Frame(
    "receipts",
    {
        "line": pl.Int64,
        "source_ref": pl.String,
        "account_number": pl.String,
        "account_name": pl.String,
        "document_number": pl.String,  # null: on account
        "date": pl.Date,
        "currency": pl.String,
        "amount_minor": pl.Int64,  # above zero; the kind says which way
        "unapplied_minor": pl.Int64,  # as stated; null: the source does not say
        "kind": pl.String,  # payment, or refund (money that went back)
        "reference": pl.String,
        "note": pl.String,
        "flags": pl.String,
    },
)

SET_ASIDE = Frame(
    "set_aside",
    {
        # One row per mistake; a line with two mistakes appears twice.
        "line": pl.Int64,
        "field": pl.String,
        "value": pl.String,
        "code": pl.String,
        "reason": pl.String,
        "remedy": pl.String,
        "group": pl.String,  # the heading of a report that the line stood under
        "raw": pl.String,  # the cells of the line as one JSON list of texts, cards masked
    },
)


@dataclass(frozen=True)
class Batch:
    """A part of a file, every row in one of the four frames."""

    parties: pl.DataFrame
    documents: pl.DataFrame
    receipts: pl.DataFrame
    set_aside: pl.DataFrame


@dataclass(frozen=True)
class Declared:
    """What a person or a saved mapping says about a file; each answer settles one question."""

    format: str | None = None
    column_map: ColumnMap | None = None
    numbers: NumberFormat | None = None
    dates: DateFormat | None = None
    currency: str | None = None  # of rows that name none
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None  # name of the sheet of a workbook
    as_of: date | None = None  # the day the file was made, when it does not say


@dataclass(frozen=True)
class Question:
    """What the file leaves open: answered by a person through `Declared`, never by a guess."""

    about: str  # the attribute of Declared that answers it
    column: str
    sentence: str
    candidates: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """What was produced in one currency and kind, counted by us."""

    kind: str
    currency: str
    count: int
    total_minor: int
    open_minor: int


@dataclass(frozen=True)
class StatedTotal:
    """A total that the file itself states, beside the same sum over the rows we produced."""

    line: int
    label: str
    currency: str
    stated_minor: int
    computed_minor: int

    @property
    def agrees(self) -> bool:
        """True when both are equal to the minor unit."""
        return self.stated_minor == self.computed_minor


@dataclass(frozen=True)
class Control:
    """The account of a file that was read to its end: every record is in exactly one place."""

    records: int
    used: int
    set_aside: int  # records, not mistakes
    ignored: Mapping[str, int]  # header, title, blank, group, subtotal, total, footer, draft …
    sums: tuple[Sum, ...]
    totals: tuple[StatedTotal, ...]
    # What files of this layout end with and this one does not: the file may be cut short.
    missing: tuple[str, ...]
    as_of: date | None

    @property
    def is_complete(self) -> bool:
        """True unless the layout promises an end mark that the file lacks."""
        return not self.missing

    @property
    def agrees(self) -> bool:
        """True when every total the file states equals ours."""
        return all(total.agrees for total in self.totals)

    @property
    def balances(self) -> bool:
        """True when records read = used + set aside + ignored; anything else is our fault."""
        return self.records == self.used + self.set_aside + sum(self.ignored.values())


@dataclass(frozen=True)
class Basis:
    """How the file was understood, for the preview and the record of the import."""

    format: str
    encoding: str
    delimiter: str  # empty for a workbook
    sheet: str
    dates: DateFormat
    numbers: NumberFormat
    currency: str | None
    header: tuple[str, ...]


@dataclass
class Reading:
    """The batches of one file, once, and after the last one its control."""

    basis: Basis
    batches: Iterator[Batch]
    finish: Callable[[], Control]
    _is_read: bool = field(default=False, init=False)

    def __iter__(self) -> Iterator[Batch]:
        yield from self.batches
        self._is_read = True

    @property
    def control(self) -> Control:
        """The account of the whole file; Fault while batches are still unread."""
        if not self._is_read:
            raise Fault("the control of a reading is asked for before its last batch")
        return self.finish()


Opened = Reading | list[Question]


@dataclass(frozen=True)
class Format:
    """One layout. `recognises` says 0 to 100 how sure it is from the first rows of a file."""

    code: str
    title: str
    kinds: frozenset[Kind]
    recognises: Callable[[Iterable[Row]], int]
    read: Callable[[Sheet, Declared], Opened]
    # Rows add up to documents, so a row alone is never a whole one.
    adds_up_rows: bool = False
    # One sentence for the import screen: what such a file can and cannot bring.
    note: str = ""


@dataclass(frozen=True)
class Candidate:
    """A layout that a file may have."""

    code: str
    title: str
    confidence: int
