"""What a run decided and did not send: read from the decisions kept beside the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from recoup.books.models import Account, Creditor, Run
from recoup.engine.gate import BY_CODE, RULES, sentences
from recoup.jobs.schedule import artefact_folder
from recoup.kernel.money import currency_code

FINISHED = "ladder-finished"
NO_ADDRESS = ("no-address", "address-bounced", "opted-out", "no-consent")
COVERED = ("covered-by-credit",)


@dataclass(frozen=True)
class NotSaid:
    """A message that was not written, and every reason for it."""

    account: Account
    currency: str
    asked_minor: int
    days_past_due: int
    reasons: tuple[str, ...]


def run_of(creditor: Creditor, as_of: date) -> Run | None:
    """The latest run of the day; None when the day has not been decided."""
    return Run.objects.filter(creditor=creditor, as_of=as_of).order_by("-pk").first()


def blocked(run: Run | None) -> pl.DataFrame:
    """The actions that the gate held back; nothing when the run's decisions are not kept."""
    frame = _kept(run, "actions")
    return frame.filter(pl.col("blocked_bits") != 0) if frame is not None else pl.DataFrame()


def finished(run: Run | None) -> pl.DataFrame:
    """The accounts with something late and no step left to say."""
    frame = _kept(run, "aging")
    return frame.filter(pl.col("finished_minor") > 0) if frame is not None else pl.DataFrame()


def _kept(run: Run | None, name: str) -> pl.DataFrame | None:
    path = Path(artefact_folder(run), f"{name}.parquet") if run else None
    return pl.read_parquet(path) if path and path.exists() else None


def bits_of(codes: Sequence[str]) -> int:
    """The bits of these rules together."""
    return sum(1 << BY_CODE[code].bit for code in codes)


def with_any(actions: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """The actions that any of these rules held back."""
    if actions.is_empty():
        return actions
    return actions.filter((pl.col("blocked_bits") & bits_of(codes)) != 0)


def tally(actions: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Each rule that held something back: its code, its sentence, how many messages."""
    if actions.is_empty():
        return []
    counts = actions.select(
        ((pl.col("blocked_bits") & (1 << rule.bit)) != 0).sum().alias(rule.code) for rule in RULES
    ).row(0, named=True)
    named = [(rule.code, rule.sentence, int(counts[rule.code])) for rule in RULES]
    return sorted((each for each in named if each[2]), key=lambda each: -each[2])


def page_of(actions: pl.DataFrame, creditor: Creditor, *, start: int, rows: int) -> list[NotSaid]:
    """Some of the actions as rows for people, the largest amount first."""
    if actions.is_empty():
        return []
    is_finished = "finished_minor" in actions.columns
    asked = "finished_minor" if is_finished else "asked_minor"
    wanted = actions.sort(asked, "account_id", descending=[True, False]).slice(start, rows)
    accounts = Account.objects.filter(creditor=creditor).in_bulk(wanted["account_id"].to_list())
    return [
        NotSaid(
            account=accounts[row["account_id"]],
            currency=currency_code(row["currency"]),
            asked_minor=row[asked],
            days_past_due=row["days_past_due"],
            reasons=("Every step of the ladder has been said.",)
            if is_finished
            else tuple(sentences(row["blocked_bits"])),
        )
        for row in wanted.iter_rows(named=True)
        if row["account_id"] in accounts
    ]
