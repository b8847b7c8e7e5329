"""The saved description of a file whose layout is not known: which column is which field."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.record import FIELDS
from recoup.formats.settle import DOCUMENT_KINDS, RECEIPT_KINDS


class Brings(StrEnum):
    """What one row of a mapped file is."""

    INVOICES = "invoices"
    CUSTOMERS = "customers"
    PAYMENTS = "payments"


NEEDED = {
    Brings.INVOICES: ("issue_date",),
    Brings.CUSTOMERS: (),
    Brings.PAYMENTS: ("date", "amount"),
}
ACCOUNT = ("account_number", "account_name")
AMOUNTS = ("total", "open")


class ColumnMap(BaseModel):
    """Columns to fields, and how numbers, dates and money are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    brings: Brings
    # Field of ours to header of theirs, exactly as written in the file.
    columns: dict[str, str] = Field(min_length=1)
    # None: found from the column, and asked when the column does not prove it.
    numbers: NumberFormat | None = None
    dates: DateFormat | None = None
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    # Two customers may have the same invoice number.
    is_number_per_account: bool = False
    # Theirs to ours: {"Rechnung": "invoice", "Gutschrift": "credit_note"}.
    kinds: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_enough(self) -> Self:
        unknown = sorted(set(self.columns) - FIELDS)
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no such field")
        strange = sorted(set(self.kinds.values()) - DOCUMENT_KINDS - RECEIPT_KINDS)
        if strange:
            raise ValueError(f"{', '.join(strange)}: no such kind")
        lacking = [name for name in NEEDED[self.brings] if name not in self.columns]
        if lacking:
            raise ValueError(f"{self.brings.value} need a column for {', '.join(lacking)}")
        if not any(name in self.columns for name in ACCOUNT):
            raise ValueError("a column for account_number or account_name is needed")
        if self.brings is Brings.INVOICES and not any(name in self.columns for name in AMOUNTS):
            raise ValueError("invoices need a column for total or open")
        return self
