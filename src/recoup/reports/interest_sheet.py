"""An interest sheet: every stretch of days with its balance, rate, source and amount.

In the form in which a debtor or a court can check it by hand, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from recoup.kernel.money import divide_half_up, exponent
from recoup.law.interest import Compounding, Counting, DayCount, Mode, Rounding, percent
from recoup.reports.interest_words import words
from recoup.reports.statement import Party, Ways

DAYS_OF_YEAR_PPM = 365 * 1_000_000
MICRO = 1_000_000
# Where only the total is rounded, lines show so much finer amounts.
FINER = 10_000


@dataclass(frozen=True)
class Stretch:
    """Days in a row with one balance and one rate, both days inclusive."""

    first: date
    last: date
    days: int
    # With the interest that has joined it, where the law compounds.
    balance_minor: int
    annual_rate_ppm: int
    rate_since: date
    # As rounded, and exactly in millionths of a minor unit.
    interest_minor: int
    interest_micro: int

    @property
    def daily_minor(self) -> int:
        """What a day of it comes to, rounded half up."""
        return divide_half_up(self.balance_minor * self.annual_rate_ppm, DAYS_OF_YEAR_PPM)


@dataclass(frozen=True)
class Debt:
    """What interest is counted on."""

    document: str
    currency: str
    issue_date: date | None
    due_date: date
    amount_minor: int
    open_minor: int
    # Money that was counted: day and amount.
    payments: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True)
class Elsewhere:
    """What another account answers for of a debt that moved."""

    open_minor: int = 0
    interest_minor: int = 0


@dataclass(frozen=True)
class Rate:
    """A rate used, since when, and what it is made of."""

    since: date
    annual_rate_ppm: int
    of: str


@dataclass(frozen=True)
class Extra:
    """A sum beside interest: the fixed sum or the collection costs, with its paragraph."""

    word: str
    amount_minor: int
    cite: str


@dataclass(frozen=True)
class Basis:
    """The law and the way of counting."""

    law: str
    basis: str  # statutory | contractual
    counting: Counting
    rates: tuple[Rate, ...]
    cites: tuple[str, ...]
    # Who signed the law document; empty: nobody.
    signed_by: str = ""


@dataclass(frozen=True)
class InterestSheet:
    """Everything an interest sheet says."""

    creditor: Party
    debtor: Party
    number: str
    debt: Debt
    basis: Basis
    as_of: date
    stretches: tuple[Stretch, ...]
    total_minor: int
    per_day_minor: int
    rate_missing_from: date | None
    # Some was not counted, because interest had come to the principal.
    is_limited: bool
    extras: tuple[Extra, ...]
    ways: Ways
    paper: str = "a4"
    # Days on which it moved between accounts, and how much of it.
    moves: tuple[tuple[date, int], ...] = ()
    elsewhere: Elsewhere = Elsewhere()
    # What was given up of interest and the other sums.
    waived_minor: int = 0

    @property
    def said(self) -> Mapping[str, str]:
        """The words of its language."""
        return words(self.ways.language)

    @property
    def claim_minor(self) -> int:
        """Principal still open, interest and the other sums, of the account it is written to."""
        whole = self.debt.open_minor + self.total_minor + sum(x.amount_minor for x in self.extras)
        elsewhere = self.elsewhere.open_minor + self.elsewhere.interest_minor
        return whole - elsewhere - self.waived_minor

    @property
    def is_daily(self) -> bool:
        """The amount of a day is what is rounded."""
        return self.basis.counting.rounding in (Rounding.DAILY, Rounding.DAILY_DOWN)


def basis_words(sheet: InterestSheet) -> str:
    """What the interest rests on: statutory or agreed, and which law."""
    return sheet.said[sheet.basis.basis].format(law=sheet.basis.law)


def counting_words(sheet: InterestSheet) -> list[str]:
    """How it is counted, sentence by sentence."""
    said, counting = sheet.said, sheet.basis.counting
    formula = "formula" if counting.day_count is DayCount.ACTUAL_365 else "formula_years"
    rounding = {Rounding.TOTAL: "round_total", Rounding.SEGMENT: "round_segment"}
    sentences = [said["days_rule"], said[formula]]
    if sheet.basis.basis == "statutory":
        sentences.append(said["floating" if counting.mode is Mode.FLOATING else "fixed"])
    if counting.compounding is not Compounding.NONE:
        sentences.append(said[counting.compounding.name.lower()])
    if counting.in_duplum:
        sentences.append(said["in_duplum"])
    sentences.append(said[rounding.get(counting.rounding, "round_daily")])
    return sentences


def exact_words(sheet: InterestSheet, stretch: Stretch) -> str:
    """The interest of a stretch: rounded where lines are, else with four more digits."""
    currency = sheet.debt.currency
    if sheet.basis.counting.rounding is not Rounding.TOTAL or not exponent(currency):
        return sheet.ways.number(stretch.interest_minor, currency)
    whole, rest = divmod(divide_half_up(stretch.interest_micro, MICRO // FINER), FINER)
    return f"{sheet.ways.number(whole, currency)}{rest:04d}"


def move_words(sheet: InterestSheet) -> list[str]:
    """When it moved between accounts, and that no day counts twice."""
    said, currency = sheet.said, sheet.debt.currency
    return [
        said["moved"].format(day=sheet.ways.day(day), amount=sheet.ways.money(minor, currency))
        for day, minor in sheet.moves
    ]


def other_rows(sheet: InterestSheet) -> list[tuple[str, int]]:
    """What another account answers for and what was waived, below zero."""
    said, other = sheet.said, sheet.elsewhere
    rows = (
        (said["open_elsewhere"], -other.open_minor),
        (said["interest_elsewhere"], -other.interest_minor),
        (said["waived"], -sheet.waived_minor),
    )
    return [row for row in rows if row[1]]


def closing_words(sheet: InterestSheet) -> str:
    """Whether the law cut it short, and what each further day adds, or that none does."""
    stopped = f"{sheet.said['limited']} " if sheet.is_limited else ""
    return f"{stopped}{_next_words(sheet)}"


def _next_words(sheet: InterestSheet) -> str:
    said, currency = sheet.said, sheet.debt.currency
    if sheet.rate_missing_from is not None:
        return said["missing"].format(day=sheet.ways.day(sheet.rate_missing_from))
    if not sheet.per_day_minor:
        return said["no_more"]
    following = sheet.ways.day(sheet.as_of + timedelta(days=1))
    return said["per_day"].format(
        day=following, amount=sheet.ways.money(sheet.per_day_minor, currency)
    )


def rate_words(sheet: InterestSheet, rate_ppm: int) -> str:
    """A yearly rate as the reader writes it: `10.27 %`, `10,27 %`."""
    return localized(sheet, f"{percent(rate_ppm)}\N{NO-BREAK SPACE}%")


def localized(sheet: InterestSheet, text: str) -> str:
    """A text whose numbers have the reader's decimal sign."""
    sign = sheet.ways.number(1, "EUR")[1]
    return re.sub(r"(?<=\d)\.(?=\d)", sign, text)


def signature_words(sheet: InterestSheet) -> str:
    """Whether a lawyer signed the law document."""
    if sheet.basis.signed_by:
        return sheet.said["signed"].format(name=sheet.basis.signed_by)
    return sheet.said["unsigned"]
