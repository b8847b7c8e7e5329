"""What interest is computed from and what comes out, for many open items at once.

Interest days run from the claim's `start_date` up to and including the day asked for. A payment
effective on a day still bears interest on that day: its balance begins on the day after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from recoup.kernel.frames import Frame
from recoup.law.interest import InterestRule

CLAIMS = Frame(
    "claims",
    {
        "item_id": pl.Int64,
        "account_id": pl.Int64,
        "debtor_id": pl.Int64,
        "currency": pl.Int16,
        "due_date": pl.Date,
        # The first day that may bear interest: after the due date, or after the demand.
        "start_date": pl.Date,
        # The row of RULES it is computed by.
        "rule": pl.Int32,
    },
)

# What is open of an item from a day on, until the item's next row.
BALANCES = Frame("balances", {"item_id": pl.Int64, "from_date": pl.Date, "balance_minor": pl.Int64})

# Days on which an item bears nothing, both inclusive; spans may overlap.
FROZEN = Frame("frozen", {"item_id": pl.Int64, "first_date": pl.Date, "last_date": pl.Date})

# Items that are parts of one debt, because it moved between accounts; others have no row.
LINES = Frame("lines", {"item_id": pl.Int64, "root_id": pl.Int64})

# The numbers are those of `recoup.law.interest`; a rule is named by its row.
RULES = Frame(
    "rules",
    {
        "rule": pl.Int32,
        "mode": pl.Int8,
        "compounding": pl.Int8,
        "day_count": pl.Int8,
        "rounding": pl.Int8,
        # Interest stops at the principal; only ever with simple interest.
        "in_duplum": pl.Boolean,
        # The last day for which the newest rate may be used; null for ever.
        "known_until": pl.Date,
    },
)
RATES = Frame("rates", {"rule": pl.Int32, "since": pl.Date, "annual_rate_ppm": pl.Int64})

INTEREST = Frame(
    "interest",
    {
        "item_id": pl.Int64,
        "interest_minor": pl.Int64,
        # The first and last day that bear interest, and how many do; null and 0 when none does.
        "first_date": pl.Date,
        "last_date": pl.Date,
        "days": pl.Int32,
        # What each further day adds as things stand; 0 when paid or frozen.
        "per_day_minor": pl.Int64,
        # Some was not counted, because interest had come to the principal.
        "is_limited": pl.Boolean,
        # The first day whose rate nobody knows; interest is computed without it.
        "rate_missing_from": pl.Date,
    },
)

# Days in a row with one balance and one rate.
SEGMENTS = Frame(
    "segments",
    {
        "item_id": pl.Int64,
        "first_date": pl.Date,
        "last_date": pl.Date,
        "days": pl.Int32,
        "balance_minor": pl.Int64,
        # Interest that has joined the balance; above zero only where the law compounds.
        "joined_minor": pl.Int64,
        "annual_rate_ppm": pl.Int64,
        # Where this rate begins: the day names its source.
        "rate_since": pl.Date,
        "interest_minor": pl.Int64,
        # The same in millionths of a minor unit, so that a sum can be checked by hand.
        "interest_micro": pl.Int64,
    },
)


@dataclass(frozen=True)
class Late:
    """Everything interest is computed from."""

    claims: pl.DataFrame
    balances: pl.DataFrame
    frozen: pl.DataFrame
    rules: pl.DataFrame
    rates: pl.DataFrame
    lines: pl.DataFrame = field(default_factory=LINES.empty)

    def checked(self) -> Late:
        """The same, columns checked; Fault when a frame is not as agreed."""
        return replace(
            self,
            claims=CLAIMS.check(self.claims),
            balances=BALANCES.check(self.balances),
            frozen=FROZEN.check(self.frozen),
            rules=RULES.check(self.rules),
            rates=RATES.check(self.rates),
            lines=LINES.check(self.lines),
        )


def of_rules(rules: Sequence[InterestRule]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rules of the law as RULES and RATES, each named by its place in the list."""
    heads = [
        {
            "rule": number,
            "mode": int(rule.counting.mode),
            "compounding": int(rule.counting.compounding),
            "day_count": int(rule.counting.day_count),
            "rounding": int(rule.counting.rounding),
            "in_duplum": rule.counting.in_duplum,
            "known_until": rule.known_until,
        }
        for number, rule in enumerate(rules)
    ]
    steps = [
        {"rule": number, "since": rate.since, "annual_rate_ppm": rate.annual_rate_ppm}
        for number, rule in enumerate(rules)
        for rate in rule.rates
    ]
    return RULES.of(heads), RATES.of(steps)
