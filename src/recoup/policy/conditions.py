"""Conditions: short expressions over named columns, compiled to columns of integers.

    balance >= 500 and days_past_due > 30 and tier in ("B", "C")

Our own small compiler over Python's parser: only the words listed here exist; there are no
calls, attributes, indexes or powers, so a condition can neither run anything nor run away.
Amounts are written in the currency's own units (`500`, `12.50`) and compared exactly: every
amount is scaled to ten-thousandths, the finest unit of any currency, in 128-bit integers.
A fact that is not known makes the comparison false.
"""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import polars as pl

from recoup.kernel.errors import Refusal

LENGTH_MAX = 500
NODES_MAX = 120
DEPTH_MAX = 20
LITERAL_MAX = 10**12
# Digits after the point of the finest currency unit (ISO 4217: CLF, UYW).
AMOUNT_SCALE = 4
# Beyond this a product of amounts could leave 128 bits.
SCALE_MAX = 12
FACTORS_MAX = 3


class Kind(StrEnum):
    """What a part of a condition is."""

    AMOUNT = "an amount"
    NUMBER = "a whole number"
    TEXT = "text"
    TRUTH = "true or false"


@dataclass(frozen=True)
class Column:
    """A word a condition may use: its kind, its column and what it means."""

    kind: Kind
    expression: pl.Expr
    meaning: str
    # For words with few values: a literal that is none of them is a spelling mistake.
    values: tuple[str, ...] = ()


LADDER_COLUMNS: Mapping[str, Column] = {}
ITEM_COLUMNS: Mapping[str, Column] = {}


def compile_condition(source: str, columns: Mapping[str, Column]) -> pl.Expr:
    """The condition as an expression that is never null."""
    raise NotImplementedError((ast, difflib, re, warnings, Decimal, Refusal, source, columns))
