"""What every reader of statements agrees on: frames, verdict, what may be declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.days import DateFormat
from recoup.kernel.frames import Frame

if TYPE_CHECKING:
    from recoup.formats.statements.bankmap import BankMap
    from recoup.formats.statements.source import Source

POSTED, HELD_VERDICT = "posted", "held"

STATEMENTS = Frame(
    "statements",
    {
        "statement": pl.Int32,  # number in the file, from 1
        "place": pl.String,
        "kind": pl.String,  # final, interim, notice, list, payout
        "account_iban": pl.String,
        "account_other": pl.String,
        "account_bic": pl.String,
        "account_name": pl.String,
        "currency": pl.String,
        "statement_id": pl.String,
        "sequence": pl.Int64,
        "page": pl.Int64,
        "is_last_page": pl.Boolean,
        "from_date": pl.Date,
        "to_date": pl.Date,
        "created_date": pl.Date,
        # Null where the file states none; the code says which balance it is.
        "opening_minor": pl.Int64,
        "opening_code": pl.String,
        "opening_date": pl.Date,
        "closing_minor": pl.Int64,
        "closing_code": pl.String,
        "closing_date": pl.Date,
        "available_minor": pl.Int64,
        # As the file states them.
        "stated_count": pl.Int64,
        "stated_credit_count": pl.Int64,
        "stated_debit_count": pl.Int64,
        "stated_credit_minor": pl.Int64,
        "stated_debit_minor": pl.Int64,
        "stated_net_minor": pl.Int64,
        # As counted by us: all lines, the booked ones, and their sum.
        "lines": pl.Int64,
        "booked_lines": pl.Int64,
        "sum_minor": pl.Int64,
        # The same for every copy of a statement that the bank numbers; null where it does not.
        "identity": pl.String,
        "is_checked": pl.Boolean,  # opening + lines = closing was proved, not only not disproved
        "verdict": pl.String,  # posted or held
        "codes": pl.String,  # why held, comma-separated
        "flags": pl.String,
    },
)

_BOOKING = {
    "place": pl.String,
    "booked_date": pl.Date,
    "value_date": pl.Date,
    "amount_minor": pl.Int64,  # above zero is money in
    "currency": pl.String,
    "is_booked": pl.Boolean,
    "bank_reference": pl.String,
    "is_reference_unique": pl.Boolean,
    "end_to_end_id": pl.String,
    "mandate_id": pl.String,
    "creditor_id": pl.String,
    "counterparty_name": pl.String,
    "counterparty_account": pl.String,
    "counterparty_bic": pl.String,
    "remittance": pl.String,
    "structured_reference": pl.String,  # several: one a row of the text
    "code_raw": pl.String,
    "code_domain": pl.String,
    "is_reversal": pl.Boolean,
    "is_return": pl.Boolean,
    "reason": pl.String,
    "original_minor": pl.Int64,
    "original_currency": pl.String,
    "rate": pl.String,
    "charges_minor": pl.Int64,
    "gross_minor": pl.Int64,
    "fee_minor": pl.Int64,
    "net_minor": pl.Int64,
    "payout_id": pl.String,
    "flags": pl.String,
    "key": pl.String,
}

LINES = Frame(
    "statement_lines",
    {
        "statement": pl.Int32,
        "line": pl.Int64,  # position in the statement, from 1
        **_BOOKING,
        "batch_count": pl.Int64,  # as stated
        "details": pl.Int64,  # rows of DETAILS
        "details_sum_minor": pl.Int64,  # null where a detail is in another currency
        "running_minor": pl.Int64,  # the balance that a table shows beside the line
    },
)

# What stands inside a line that is a batch: never added to anything, the line is the money.
DETAILS = Frame(
    "statement_details",
    {"statement": pl.Int32, "line": pl.Int64, "detail": pl.Int64, **_BOOKING},
)

HELD = Frame(
    "held",
    {
        "statement": pl.Int32,  # null: the file as a whole
        "place": pl.String,  # line, byte or path
        "code": pl.String,
        "field": pl.String,
        "value": pl.String,
        "reason": pl.String,
        "remedy": pl.String,
    },
)


@dataclass(frozen=True)
class Declared:
    """What a person or a saved bank account says about a file; each settles one question."""

    format: str | None = None
    bank_map: BankMap | None = None
    numbers: NumberFormat | None = None
    dates: DateFormat | None = None
    currency: str | None = None
    account: str | None = None  # of tables that do not name theirs
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Reading:
    """A file that was read to its end."""

    format: str
    encoding: str
    statements: pl.DataFrame
    lines: pl.DataFrame
    details: pl.DataFrame
    held: pl.DataFrame

    @property
    def verdict(self) -> str:
        """`posted` when every statement may be, `held` otherwise: a file is never half posted."""
        verdicts = self.statements["verdict"]
        is_whole = self.statements.height > 0 and self.held.is_empty()
        return POSTED if is_whole and (verdicts == POSTED).all() else HELD_VERDICT


Opened = Reading | list[Question]


@dataclass(frozen=True)
class StatementFormat:
    """One format of statements. `recognises` says 0 to 100 how sure it is from the beginning."""

    code: str
    title: str
    recognises: Callable[[Source], int]
    read: Callable[[Source, Declared], Opened]
    # One sentence for the import screen: what such a file can and cannot prove.
    note: str = ""
