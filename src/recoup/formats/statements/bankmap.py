"""How a bank's table is read: which column is what, how signs, days and numbers are written."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat

FIELDS = frozenset(
    {"booked_date", "value_date", "amount", "debit", "credit", "mark", "currency", "balance",
     "bank_reference", "end_to_end_id", "mandate_id", "creditor_id", "counterparty_name",
     "counterparty_account", "counterparty_bic", "remittance", "structured_reference", "code",
     "original_amount", "original_currency", "rate", "charges", "gross", "fee", "net", "payout_id",
     "account", "account_name", "account_bic", "sequence", "status", "reason"}
)  # fmt: skip


class Sign(StrEnum):
    """Where a row says which way the money went."""

    SIGNED = "signed"  # one column, money out with a minus
    INVERTED = "inverted"  # one column, money out without a minus: card statements
    COLUMNS = "columns"  # one column for money out, one for money in
    MARK = "mark"  # one column of amounts, one of marks


class BankMap(BaseModel):
    """A table of bank lines as a person describes it; what is not stated is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Field of ours to header of theirs; a number (from 1) where the file has no header.
    columns: dict[str, str | int] = Field(min_length=2)
    sign: Sign = Sign.SIGNED
    # Theirs to "in" or "out": {"D": "out", "K": "in"}.
    marks: dict[str, str] = Field(default_factory=dict)
    numbers: NumberFormat | None = None
    dates: DateFormat | None = None
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    account: str | None = None
    has_header: bool = True
    # The bank promises that its reference is never used twice.
    is_reference_unique: bool = False
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    ends_with_newline: bool = True

    @model_validator(mode="after")
    def _is_enough(self) -> Self:
        unknown = sorted(set(self.columns) - FIELDS)
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no such field")
        needed = {"booked_date"} | {
            Sign.COLUMNS: {"debit", "credit"},
            Sign.MARK: {"amount", "mark"},
        }.get(self.sign, {"amount"})
        lacking = sorted(needed - set(self.columns))
        if lacking:
            raise ValueError(f"a column for {', '.join(lacking)} is needed")
        if self.sign is Sign.MARK and not set(self.marks.values()) >= {"in", "out"}:
            raise ValueError("say which marks mean in and which out")
        if set(self.marks.values()) - {"in", "out"}:
            raise ValueError("a mark means in or out")
        numbered = {isinstance(each, int) for each in self.columns.values()}
        if numbered != {not self.has_header}:
            raise ValueError("columns are named by header, or by number where there is none")
        if not self.has_header and min(map(int, self.columns.values())) < 1:
            raise ValueError("columns are numbered from 1")
        return self
