"""Whose rows are read for the engine, and how far back anything can matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from recoup.books.models import Creditor
from recoup.books.query import Schema, Value, any_of, many
from recoup.policy.model import SPACING_DAYS_MAX

# How far back a message can still matter for the next one, in days.
SPACING_MAX = SPACING_DAYS_MAX

# Above this a bank line that is not applied yet may well be an account's payment.
MAYBE_PAID_PPM = 200_000

Ask = Callable[[str, Sequence[Value], Schema], pl.DataFrame]


@dataclass(frozen=True)
class Scope:
    """Whose rows: all debtors of the creditor, or some."""

    creditor: Creditor
    as_of: date
    ask: Ask
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
