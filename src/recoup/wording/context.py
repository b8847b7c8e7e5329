"""What a message is made from: frozen facts about one debtor, in minor units and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recoup.kernel.errors import Fault
from recoup.kernel.money import check_minor, exponent


@dataclass(frozen=True)
class Creditor:
    """Who is owed and writes; `language` is spoken where the debtor's is not."""

    name: str
    country: str
    language: str
    email: str = ""
    phone: str = ""
    address_lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Debtor:
    """Who is written to; `contact_name` is the person, when we know one."""

    name: str
    country: str
    contact_name: str = ""
    account_number: str = ""


@dataclass(frozen=True)
class Early:
    """What settles an item when it arrives by a day: the amount less its discount."""

    pay_minor: int
    until: date


@dataclass(frozen=True)
class Line:
    """One open item of the message; `open_minor` is what is asked, without any held part."""

    number: str
    issue_date: date | None
    due_date: date
    amount_minor: int
    open_minor: int
    early: Early | None = None


@dataclass(frozen=True)
class BankDetails:
    """Where to pay; leave empty what the country does not use."""

    holder: str
    iban: str = ""
    bic: str = ""
    bank_name: str = ""
    account_number: str = ""
    routing_code: str = ""


@dataclass(frozen=True)
class MaybePaid:
    """A payment that arrived, is not assigned yet, and may be the debtor's."""

    day: date
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class LateCost:
    """What being late has cost by the end of a day: told, and not part of what is asked."""

    day: date
    interest_minor: int
    # What each further day adds.
    per_day_minor: int
    # The fixed compensation of the law.
    fixed_minor: int


@dataclass(frozen=True)
class MessageContext:
    """Everything one consolidated message may say about an account in one currency.

    The amounts must add up: the lines to `total_minor`, less `credit_minor`, to `net_minor`.
    """

    creditor: Creditor
    debtor: Debtor
    lines: tuple[Line, ...]
    currency: str
    total_minor: int
    credit_minor: int
    net_minor: int
    as_of: date
    payments_until: date
    sender_name: str
    reference: str = ""
    bank: BankDetails | None = None
    answer_by: date | None = None
    maybe_paid: MaybePaid | None = None
    late_cost: LateCost | None = None

    def __post_init__(self) -> None:
        """Refuse to exist with amounts that do not add up, or with nothing to ask for."""
        exponent(self.currency)
        for amount in (self.total_minor, self.credit_minor, self.net_minor):
            check_minor(amount)
        if not self.lines:
            raise Fault("a message names at least one open item")
        if any(line.open_minor <= 0 for line in self.lines):
            raise Fault("a message names only items with something open")
        if sum(line.open_minor for line in self.lines) != self.total_minor:
            raise Fault("the lines of a message do not add up to its total")
        if self.credit_minor < 0 or self.total_minor - self.credit_minor != self.net_minor:
            raise Fault("total less credit is not the net amount of the message")
        if self.net_minor <= 0:
            raise Fault("a message asks for more than nothing")

    def days_late(self, line: Line) -> int:
        """Whole days since the line's due date; zero while it is not past due."""
        return max((self.as_of - line.due_date).days, 0)
