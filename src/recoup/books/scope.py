"""Whose rows are read for the engine, and how far back anything can matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from recoup.books.models import Creditor
from recoup.books.query import Schema, Value, any_of, many
from recoup.policy.model import SPACING_DAYS_MAX
from recoup.policy.rulebook import Rulebook

# How far back a message can still matter for the next one, in days.
SPACING_MAX = SPACING_DAYS_MAX

Ask = Callable[[str, Sequence[Value], Schema], pl.DataFrame]


@dataclass(frozen=True)
class MaybePaid:
    """How sure it must be that a payment not yet applied is an account's, to do what about it."""

    # From here on nothing is written to the account.
    held_from_ppm: int
    # From here on the message mentions the payment.
    mentioned_from_ppm: int

    @classmethod
    def by(cls, rulebook: Rulebook) -> MaybePaid:
        """As the policy of the day has it: the same figure at both askings of the gate."""
        return cls(rulebook.held_from_ppm, rulebook.mentioned_from_ppm)


@dataclass(frozen=True)
class Scope:
    """Whose rows: all debtors of the creditor, or some."""

    creditor: Creditor
    as_of: date
    ask: Ask
    maybe: MaybePaid
    debtor_ids: list[int] | None = None
    # Theirs; every index starts with the account, and most questions are about it.
    account_ids: list[int] | None = None

    def some(self, column: str) -> str:
        """SQL that keeps to the accounts, or the debtors, asked for."""
        return "" if self.debtor_ids is None else f"AND {any_of(column)}"

    def parameters(self, *values: Value) -> list[Value]:
        """The values, and the accounts asked for."""
        return [*values, *([] if self.account_ids is None else [many(self.account_ids)])]

    def of_debtors(self, *values: Value) -> list[Value]:
        """The values, and the debtors asked for."""
        return [*values, *([] if self.debtor_ids is None else [many(self.debtor_ids)])]


def bits_of(column: str) -> pl.Expr:
    """The set of reasons as bits; each reason counts once."""
    return pl.lit(2, pl.Int64).pow(pl.col(column).unique()).sum().cast(pl.Int32).alias("hold_bits")
