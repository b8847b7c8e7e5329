"""The words a condition may use: what each is, and the column it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from recoup.kernel.money import MAX_MINOR

# Digits after the point of the finest currency unit of ISO 4217 (CLF, UYW).
AMOUNT_SCALE = 4

# In the order of LegalKind, whose values the engine's frames hold.
LEGAL_KINDS = ("unknown", "company", "sole_trader", "consumer", "public_body")


class Kind(StrEnum):
    """What a part of a condition is."""

    AMOUNT = "an amount"
    NUMBER = "a count"
    LITERAL = "a number"
    TEXT = "text"
    TRUTH = "true or false"


@dataclass(frozen=True)
class Word:
    """A word: its kind, its column, its meaning, and how large or which it can be."""

    kind: Kind
    expression: pl.Expr
    meaning: str
    size: int = 0
    values: tuple[str, ...] = ()


def _amount(column: str, meaning: str) -> Word:
    # `amount_factor` lifts minor units of the row's currency to ten-thousandths of its unit.
    scaled = pl.col(column).cast(pl.Int128) * pl.col("amount_factor")
    return Word(Kind.AMOUNT, scaled, meaning, size=MAX_MINOR * 10**AMOUNT_SCALE * 10**7)


def _count(column: str, meaning: str) -> Word:
    return Word(Kind.NUMBER, pl.col(column).cast(pl.Int128), meaning, size=2**31)


def _text(column: str, meaning: str) -> Word:
    return Word(Kind.TEXT, pl.col(column), meaning)


_LEGAL_KIND = Word(
    Kind.TEXT,
    pl.col("legal_kind").replace_strict(
        dict(enumerate(LEGAL_KINDS)), default=None, return_dtype=pl.String
    ),
    "what the debtor is",
    values=LEGAL_KINDS,
)

# For segments: an account in one currency.
ACCOUNT_WORDS: Mapping[str, Word] = {
    "balance": _amount("balance_minor", "everything open, less credits"),
    "overdue": _amount("overdue_minor", "late and not held, less credits"),
    "credit": _amount("credit_minor", "money and credit notes not yet applied"),
    "held": _amount("held_minor", "kept out of reminders by a hold"),
    "days_past_due": _count("days_past_due", "days the oldest late item is late; 0 when none is"),
    "items": _count("items", "open items"),
    "days_as_customer": _count("days_as_customer", "days since the first invoice"),
    "tier": _text("tier", "the account's tier, as you named it"),
    "country": _text("country", "two letters, as in DE"),
    "region": _text("region", "the part of the country, as in BY"),
    "language": _text("language", "two letters, as in fr"),
    "currency": _text("currency_code", "three letters, as in EUR"),
    "legal_kind": _LEGAL_KIND,
}

# For steps: the same, and the item itself.
ITEM_WORDS: Mapping[str, Word] = {
    **ACCOUNT_WORDS,
    "days_past_due": _count("days_past_due", "days the item is late; negative before it is due"),
    "amount": _amount("open_minor", "what is open of the item"),
    "held": _amount("held_minor", "the part of the item kept out of reminders by a hold"),
}
