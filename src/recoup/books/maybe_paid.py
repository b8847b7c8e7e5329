"""Money in the bank that is not applied and may be an account's: which payment, how sure."""

from __future__ import annotations

from datetime import date

import polars as pl

from recoup.books import query
from recoup.books.query import any_of, many
from recoup.policy.cash import NEVER_PPM

# The likeliest line for the account of `me`, one in its currency first. SQLite cannot order a
# subquery by what stands outside of it, so order and line are one number: doubt, then id.
_IDS = 10**12
BEST_OF_ACCOUNT = f"""(
    SELECT MIN((CASE WHEN l.currency = me.currency THEN 0 ELSE {NEVER_PPM} END
        + {NEVER_PPM} - q.confidence_ppm) * {_IDS} + l.id) %% {_IDS}
    FROM books_proposal q JOIN books_statementline l ON l.id = q.line_id
    WHERE q.account_id = me.account_id AND l.state = 'open' AND l.booked_date <= me.as_of
        AND q.confidence_ppm >= {{from_ppm}}
)"""

_LIKELY = """
SELECT q.account_id, q.line_id, l.currency, l.amount_minor, l.booked_date, MAX(q.confidence_ppm)
FROM books_proposal q JOIN books_statementline l ON l.id = q.line_id
WHERE q.creditor_id = %s AND l.state = 'open' AND l.booked_date <= %s AND q.confidence_ppm >= %s
    AND {mine}
GROUP BY q.account_id, q.line_id, l.currency, l.amount_minor, l.booked_date
"""
LIKELY = {
    "account_id": pl.Int64,
    "line_id": pl.Int64,
    "line_currency": pl.String,
    "amount_minor": pl.Int64,
    "booked_date": pl.Date,
    "confidence_ppm": pl.Int64,
}


def likely(creditor_id: int, *, account_ids: list[int], as_of: date, from_ppm: int) -> pl.DataFrame:
    """The lines to be applied that may be these accounts' payments, one row per pair."""
    sql = _LIKELY.format(mine=any_of("q.account_id"))
    return query.frame(sql, [creditor_id, as_of, from_ppm, many(account_ids)], LIKELY)


def best(pairs: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """For each (account_id, currency) its likeliest line as `maybe_line_id`; null without one."""
    ranked = (
        pairs.select("account_id", "currency")
        .join(found, on="account_id")
        .sort(
            pl.col("currency") != pl.col("line_currency"),
            -pl.col("confidence_ppm"),
            "line_id",
        )
        .unique(["account_id", "currency"], keep="first", maintain_order=True)
        .select("account_id", "currency", maybe_line_id="line_id")
    )
    return pairs.join(ranked, on=["account_id", "currency"], how="left", maintain_order="left")
