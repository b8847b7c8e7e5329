"""Completeness: what was decided was said, and nothing else was; asked without the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from recoup.books.invariants import Invariant, Row, Scope
from recoup.books.invariants.said import owed_as_known_to, said_by, said_on_the_day_of
from recoup.books.models import Intent, Run
from recoup.jobs.schedule import artefact_folder
from recoup.kernel.money import currency_code

# Decisions of this many days are looked at again.
LOOK_BACK = timedelta(days=7)
CASE = ["account_id", "currency"]


@dataclass(frozen=True)
class _Kept:
    """A run with its decision as kept beside the books, and the messages of its day."""

    run: Run
    cleared: pl.DataFrame
    balances: pl.DataFrame
    said: pl.DataFrame  # of this run
    said_that_day: pl.DataFrame  # of any run of the day


def _kept(scope: Scope) -> Iterator[_Kept]:
    recent = Run.objects.filter(as_of__lte=scope.as_of, as_of__gt=scope.as_of - LOOK_BACK).order_by(
        "pk"
    )
    if scope.creditor_id is not None:
        recent = recent.filter(creditor_id=scope.creditor_id)
    for run in recent:
        folder = artefact_folder(run)
        if not (folder / "lines.parquet").exists():
            continue
        actions = pl.read_parquet(folder / "actions.parquet")
        yield _Kept(
            run=run,
            cleared=_lettered(actions.filter(pl.col("blocked_bits") == 0)),
            balances=_lettered(pl.read_parquet(folder / "aging.parquet")),
            said=said_by(run),
            said_that_day=said_on_the_day_of(run),
        )


def _lettered(decided: pl.DataFrame) -> pl.DataFrame:
    """The decided rows with their currencies as letters."""
    # One code at least, because replacing by no codes at all leaves the column as numbers.
    codes = {number: currency_code(number) for number in (0, *decided["currency"].unique())}
    letters = pl.col("currency").replace_strict(codes, return_dtype=pl.String)
    return decided.with_columns(letters)


def _unsaid(scope: Scope) -> list[Row]:
    """Cleared by the last decision of its day, and no message of the day."""
    latest = {(kept.run.creditor_id, kept.run.as_of): kept for kept in _kept(scope)}
    return [
        {
            "creditor_id": kept.run.creditor_id,
            "id": row["account_id"],
            "run_id": kept.run.pk,
            "currency": row["currency"],
        }
        for kept in latest.values()
        for row in kept.cleared.join(kept.said_that_day, on=CASE, how="anti").iter_rows(named=True)
    ]


def _invented(scope: Scope) -> list[Row]:
    """Made with a run whose decision did not clear it, or of a run whose decision is gone."""
    found: list[Row] = []
    for kept in _kept(scope):
        first = kept.said.filter("is_first")
        for row in first.join(kept.cleared, on=CASE, how="anti").iter_rows(named=True):
            found.append(
                {
                    "creditor_id": kept.run.creditor_id,
                    "id": row["id"],
                    "run_id": kept.run.pk,
                    "account_id": row["account_id"],
                }
            )
    return found


def _undecided(scope: Scope) -> list[Row]:
    """Messages of a recent run of which no decision is kept."""
    recent = Intent.objects.filter(
        cycle_date__lte=scope.as_of, cycle_date__gt=scope.as_of - LOOK_BACK
    )
    if scope.creditor_id is not None:
        recent = recent.filter(creditor_id=scope.creditor_id)
    runs = Run.objects.filter(pk__in=recent.values("run_id").distinct())
    return [
        {"creditor_id": run.creditor_id, "id": run.pk, "as_of": run.as_of}
        for run in runs.order_by("pk")
        if not (artefact_folder(run) / "lines.parquet").exists()
    ]


def _misread(scope: Scope) -> list[Row]:
    """Accounts whose balance in the last decision is not the ledger's, as known at that hour."""
    latest = {kept.run.creditor_id: kept for kept in _kept(scope)}
    found: list[Row] = []
    for kept in latest.values():
        run = kept.run
        decided = kept.balances.select(*CASE, "balance_minor")
        both = owed_as_known_to(run).join(decided, on=CASE, how="full", coalesce=True)
        differs = pl.col("owed_minor").fill_null(0) != pl.col("balance_minor").fill_null(0)
        for row in both.filter(differs).iter_rows(named=True):
            found.append(
                {"creditor_id": run.creditor_id, "id": row["account_id"], "run_id": run.pk}
                | {name: row[name] for name in ("currency", "owed_minor", "balance_minor")}
            )
    return found


COMPLETENESS = (
    # What was not said harms no debtor: it is told, and the next night says it.
    Invariant("C11", "What was cleared is said", "a reminder lost", find=_unsaid, freezes=False),
    Invariant("C11", "What is said was cleared", "a reminder invented", find=_invented),
    Invariant("C11", "Every decision is kept", "messages without a reason", find=_undecided),
    Invariant(
        "C11",
        "The decision saw what was owed",
        "deciding on other figures than the ledger's",
        find=_misread,
        freezes=False,
    ),
)
