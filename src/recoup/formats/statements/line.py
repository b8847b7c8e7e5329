"""What a reader collects while it reads: a statement, its lines, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a statement is worth: only a final one and a payout are the bank's last word."""

    FINAL = "final"  # camt.053, MT940, BAI2 of the previous day
    INTERIM = "interim"  # camt.052, MT942: the same money comes again in a final one
    NOTICE = "notice"  # camt.054: details of lines that stand in a statement too
    LIST = "list"  # OFX and tables: booked lines without an opening balance
    PAYOUT = "payout"  # a payment provider's gross, fee and net


@dataclass(slots=True)
class Mistake:
    """Why something is held: the place in the file, the reason, what to do."""

    code: str
    reason: str
    remedy: str
    place: str = ""
    statement: int | None = None
    field: str = ""
    value: str = ""


@dataclass(slots=True)
class Line:
    """One booking as the bank states it; a positive amount is money in."""

    place: str = ""
    booked_date: date | None = None
    value_date: date | None = None
    amount_minor: int = 0
    currency: str = ""
    is_booked: bool = True  # False: announced by the bank and not money yet
    bank_reference: str | None = None
    is_reference_unique: bool = False  # the format or the provider promises it
    end_to_end_id: str | None = None
    mandate_id: str | None = None
    creditor_id: str | None = None
    counterparty_name: str | None = None
    counterparty_account: str | None = None
    counterparty_bic: str | None = None
    remittance: str | None = None
    structured_reference: str | None = None
    code_raw: str | None = None
    code_domain: str | None = None  # ISO 20022 domain/family/subfamily
    is_reversal: bool = False
    is_return: bool = False
    reason: str | None = None
    original_minor: int | None = None
    original_currency: str | None = None
    rate: str | None = None
    charges_minor: int | None = None
    gross_minor: int | None = None
    fee_minor: int | None = None
    net_minor: int | None = None
    payout_id: str | None = None
    batch_count: int | None = None  # as stated
    details_sum_minor: int | None = None
    flags: list[str] = field(default_factory=list)
    details: list[Line] = field(default_factory=list)
    running_minor: int | None = None  # the balance that a table shows beside the line
    line: int = 0
    key: str = ""


@dataclass(slots=True)
class Statement:
    """One statement of one bank account in one currency."""

    kind: Kind
    place: str = ""
    account_iban: str | None = None
    account_other: str | None = None
    account_bic: str | None = None
    account_name: str | None = None
    currency: str | None = None
    statement_id: str | None = None
    sequence: int | None = None
    page: int | None = None
    is_last_page: bool | None = None
    from_date: date | None = None
    to_date: date | None = None
    created_date: date | None = None
    opening_minor: int | None = None
    opening_code: str | None = None  # OPBD, PRCD, ITBD, 60F, 60M, 010, row …
    opening_date: date | None = None
    closing_minor: int | None = None
    closing_code: str | None = None
    closing_date: date | None = None
    available_minor: int | None = None
    stated_count: int | None = None
    stated_credit_count: int | None = None
    stated_debit_count: int | None = None
    stated_credit_minor: int | None = None
    stated_debit_minor: int | None = None  # above zero
    stated_net_minor: int | None = None
    lines: list[Line] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    number: int = 0

    @property
    def account(self) -> str:
        """The name of the account as the keys of its lines carry it."""
        return (self.account_iban or self.account_other or "").replace(" ", "").upper()

    @property
    def identity(self) -> tuple[object, ...]:
        """What two copies of one statement share."""
        return (
            self.kind, self.account, self.currency, self.statement_id, self.sequence, self.page,
            self.from_date, self.to_date, self.opening_minor, self.closing_minor, len(self.lines),
        )  # fmt: skip

    @property
    def sum_minor(self) -> int:
        """The booked lines, added up by us."""
        return sum(each.amount_minor for each in self.lines if each.is_booked)

    def hold(
        self, code: str, reason: str, remedy: str, *, place: str = "", value: str = ""
    ) -> None:
        """Note why this statement cannot be posted as it is."""
        self.mistakes.append(Mistake(code, reason, remedy, place=place or self.place, value=value))
