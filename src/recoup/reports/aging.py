"""Aged receivables: what each account owes by how late it is, on any day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import polars as pl

from recoup.engine.aging import STANDARD, Buckets
from recoup.kernel.frames import translated
from recoup.kernel.money import currency_code
from recoup.reports.base import Column, Kind, Report, Table

REPORT = Report(code="aging", title="Aged receivables")


def headings(buckets: Buckets) -> tuple[str, ...]:
    """The buckets as people call them: Not due, 1–30 …, Over 90."""
    last = (0, *buckets.last_days)
    closed = [f"{low + 1}–{high}" for low, high in pairwise(last)]
    return ("Not due", *closed, f"Over {last[-1]}")


def aging(owed: pl.DataFrame, names: pl.DataFrame, *, as_of: date) -> Table:
    """The table of an engine.aging frame; `names` has account_id, number and name.

    Buckets and credits of a row add up to its balance; totals are per currency, never across.
    """
    amounts = [*STANDARD.columns, "credit_minor", "balance_minor", "overdue_minor", "held_minor"]
    codes = {number: currency_code(number) for number in owed["currency"].unique()}
    named = owed.join(names, on="account_id", how="left").with_columns(
        translated("currency", codes, pl.String),
        # Credits are shown as what they do to the balance.
        credit_minor=-pl.col("credit_minor"),
    )
    rows = named.sort("currency", "overdue_minor", "name", descending=[False, True, False])
    totals = named.group_by("currency").agg(pl.col(amounts).sum()).sort("currency")
    return Table(
        title=REPORT.title,
        as_of=as_of,
        columns=(
            Column("number", "Account"),
            Column("name", "Name"),
            Column("currency", "Currency"),
            *(
                Column(name, title, Kind.AMOUNT)
                for name, title in zip(STANDARD.columns, headings(STANDARD), strict=True)
            ),
            Column("credit_minor", "Credits", Kind.AMOUNT),
            Column("balance_minor", "Balance", Kind.AMOUNT),
            Column("overdue_minor", "Overdue", Kind.AMOUNT),
            Column("held_minor", "Held", Kind.AMOUNT),
            Column("days_past_due", "Oldest, days", Kind.COUNT),
        ),
        rows=rows.select(
            "account_id", "number", "name", "currency", *amounts, "days_past_due"
        ).to_dicts(),
        totals=totals.with_columns(name=pl.lit("Total")).to_dicts(),
    )
