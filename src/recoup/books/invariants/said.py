"""What the books say of a run, for comparison with its decision: messages and balances."""

from __future__ import annotations

import polars as pl

from recoup.books.models import LedgerAccount, Run
from recoup.books.query import frame

# A message made with the run itself, not after somebody changed a figure, is a first one.
SAID = {"id": pl.Int64, "account_id": pl.Int64, "currency": pl.String, "is_first": pl.Boolean}
OWED = {"account_id": pl.Int64, "currency": pl.String, "owed_minor": pl.Int64}

_SAID = """
SELECT id, account_id, currency,
    CASE WHEN revision = 1 AND created_at = %s THEN 1 ELSE 0 END
FROM books_intent WHERE {where}
"""

_DEBTS = f"{int(LedgerAccount.RECEIVABLE)}, {int(LedgerAccount.UNAPPLIED)}"
_OWED = f"""
SELECT t.account_id, t.currency, CAST(SUM(
    CASE WHEN t.debit IN ({_DEBTS}) THEN t.amount_minor ELSE 0 END
    - CASE WHEN t.credit IN ({_DEBTS}) THEN t.amount_minor ELSE 0 END) AS BIGINT)
FROM books_transfer t JOIN books_entry e ON e.id = t.entry_id
WHERE t.creditor_id = %s AND t.effective_date <= %s AND e.recorded_at <= %s
GROUP BY t.account_id, t.currency
"""


def said_by(run: Run) -> pl.DataFrame:
    """The messages of a run."""
    return frame(_SAID.format(where="run_id = %s"), [run.started_at, run.pk], SAID)


def said_on_the_day_of(run: Run) -> pl.DataFrame:
    """The messages of the run's day, whichever run made them."""
    where = "creditor_id = %s AND cycle_date = %s"
    return frame(_SAID.format(where=where), [run.started_at, run.creditor_id, run.as_of], SAID)


def owed_as_known_to(run: Run) -> pl.DataFrame:
    """Balances as of the run's day, from the transfers that were recorded when it started."""
    return frame(_OWED, [run.creditor_id, run.as_of, run.started_at], OWED)
