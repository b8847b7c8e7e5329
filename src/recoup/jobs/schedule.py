"""Scheduling: a day's decision becomes a run and its messages, waiting or to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from recoup.books import letter, maybe_paid, outbox, runs
from recoup.books.models import Creditor, Run
from recoup.engine.limits import limits_by_place, with_limits
from recoup.jobs.decide import CODE_VERSION, LAW_VERSION, Decision, Inputs
from recoup.kernel.dates import instant, utc
from recoup.kernel.frames import translated
from recoup.kernel.money import currency_code
from recoup.policy.cash import NEVER_PPM
from recoup.policy.rulebook import SUMMARY, Rulebook

# The size of earlier runs is looked at this far back.
BRAKE_DAYS = 90


@dataclass(frozen=True)
class Scheduled:
    """The run of a day, and what became of its actions."""

    run: Run
    planned: outbox.Planned
    # Cleared by the gate and yet without an address by the time of planning.
    unaddressed: int


def schedule(decision: Decision, *, at: datetime, by: str) -> Scheduled:
    """Write the run and its intents. Equal inputs are one run; twice adds nothing."""
    cleared = decision.decisions.actions.filter(pl.col("blocked_bits") == 0)
    actions, items = _planned(decision, cleared)
    creditor = Creditor.objects.get(pk=decision.creditor.pk)
    brake = brake_reason(creditor, decision.rulebook, actions.height, decision.bundle.facts.as_of)
    run = runs.open_run(
        runs.NewRun(
            creditor_id=creditor.pk,
            as_of=decision.bundle.facts.as_of,
            bundle_fingerprint=decision.inputs.fingerprint,
            policy_fingerprint=decision.rulebook.version,
            law_version=LAW_VERSION,
            code_version=CODE_VERSION,
            brake=brake,
            messages=actions.height,
            tallies=_tallies(decision),
        ),
        at=at,
    )
    keep(decision, run)
    unaddressed = cleared.height - actions.height
    with transaction.atomic():
        planned = outbox.plan(run=run, actions=actions, items=items, scope=None, at=at, by=by)
        runs.note_planned(run=run, unaddressed=unaddressed)
    return Scheduled(run, planned, unaddressed)


def standing_run(inputs: Inputs) -> Scheduled | None:
    """The run of the day when it was made from exactly this and nothing was planned since.

    Deciding again would give the same, so a second run of a day reads the books and stops here.
    """
    run = runs.last_planned(creditor_id=inputs.creditor.pk, as_of=inputs.bundle.facts.as_of)
    if run is None:
        return None
    made_from = (
        run.bundle_fingerprint,
        run.policy_fingerprint,
        run.law_version,
        run.code_version,
    )
    if made_from != (inputs.fingerprint, inputs.rulebook.version, LAW_VERSION, CODE_VERSION):
        return None
    known = outbox.Planned(new=0, known=run.messages, superseded=0)
    return Scheduled(run, known, run.unaddressed or 0)


def reschedule(decision: Decision, *, run: Run, at: datetime, by: str) -> outbox.Planned:
    """The same for one debtor whose figures changed after planning, within the run of the day."""
    cleared = decision.decisions.actions.filter(pl.col("blocked_bits") == 0)
    actions, items = _planned(decision, cleared)
    scope = decision.bundle.accounts["account_id"].to_list()
    return outbox.plan(run=run, actions=actions, items=items, scope=scope, at=at, by=by)


def brake_reason(creditor: Creditor, rulebook: Rulebook, messages: int, as_of: date) -> str:
    """Why a run of this size waits for a person; empty when it does not."""
    if messages == 0:
        return ""
    if creditor.first_run_approved_at is None:
        return "The first run of a new creditor is looked at by a person."
    brake = rulebook.policy.size_brake
    earlier = Run.objects.filter(
        creditor=creditor,
        state="released",
        as_of__lt=as_of,
        as_of__gte=as_of - timedelta(days=BRAKE_DAYS),
    ).aggregate(largest=Max("messages"))
    largest = int(earlier["largest"] or 0)
    limit = max(brake.floor, largest * brake.factor_percent // 100)
    if messages <= limit:
        return ""
    return f"{messages} messages are more than the {limit} that go out without a look."


def artefact_folder(run: Run) -> Path:
    """Where the decision of a run is kept."""
    name = f"{run.as_of}-{run.bundle_fingerprint[:12]}-{run.policy_fingerprint[:8]}"
    return Path(settings.DATA) / "runs" / str(run.creditor_id) / name


def keep(decision: Decision, run: Run) -> None:
    """Keep every decision, acted upon or not, as Parquet beside the books."""
    folder = artefact_folder(run)
    if (folder / "lines.parquet").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    found = decision.decisions
    for name, frame in (("aging", found.aging), ("actions", found.actions), ("lines", found.lines)):
        part = folder / f"{name}.parquet.part"
        frame.write_parquet(part)
        part.rename(folder / f"{name}.parquet")


def _tallies(decision: Decision) -> dict[str, dict[str, int]]:
    return {
        currency_code(row.pop("currency")): row
        for row in decision.decisions.tallies.iter_rows(named=True)
    }


def _planned(decision: Decision, cleared: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """PLANNED and PLANNED_ITEMS of the cleared actions that have an address."""
    creditor, rulebook = decision.creditor, decision.rulebook
    addressed = cleared.join(
        letter.recipients(creditor.pk, cleared["account_id"].unique().to_list()),
        on="account_id",
        maintain_order="left",
    )
    codes = {number: currency_code(number) for number in addressed["currency"].unique()}
    named = addressed.with_columns(
        translated("currency", codes, pl.String),
        *_step_words(addressed, rulebook),
    ).join(_not_before(decision), on="debtor_id", maintain_order="left")
    actions = outbox.PLANNED.check(
        _with_maybe_paid(named, decision).rename(
            {
                "step": "step_no",
                "asked_minor": "net_minor",
                "credited_minor": "credit_minor",
                "lines": "item_count",
                "days_past_due": "oldest_days_past_due",
            }
        )
    )
    lines = decision.decisions.lines.join(
        addressed.select("account_id", "currency"), on=["account_id", "currency"], how="semi"
    )
    is_late = pl.col("days_past_due") > 0
    items = lines.select(
        "account_id",
        translated("currency", codes, pl.String),
        pl.col("item_id").alias("open_item_id"),
        pl.when(pl.col("step") >= SUMMARY)
        .then(1)
        .when(is_late)
        .then(2)
        .otherwise(3)
        .cast(pl.Int16)
        .alias("role"),
        pl.col("step").clip(lower_bound=0).cast(pl.Int16).alias("step_no"),
        "open_minor",
    )
    return actions, outbox.PLANNED_ITEMS.check(items)


def _with_maybe_paid(actions: pl.DataFrame, decision: Decision) -> pl.DataFrame:
    """Add the payment that each message mentions, where the policy has it mention one."""
    from_ppm = decision.rulebook.mentioned_from_ppm
    if from_ppm == NEVER_PPM:
        return actions.with_columns(maybe_line_id=pl.lit(None, pl.Int64))
    found = maybe_paid.likely(
        decision.creditor.pk,
        account_ids=actions["account_id"].unique().to_list(),
        as_of=decision.bundle.facts.as_of,
        from_ppm=from_ppm,
    )
    return maybe_paid.best(actions, found)


def _step_words(actions: pl.DataFrame, rulebook: Rulebook) -> list[pl.Series]:
    """Procedure, step, template and channel of each action, by the numbers of its step."""
    pairs = actions.select("ladder", "step").rows()
    words = {
        (ladder, step): (
            rulebook.ladders[ladder].name,
            "summary" if step == SUMMARY else rulebook.ladders[ladder].rungs[step - 1].step.code,
            rulebook.template(ladder, step),
            rulebook.channel(ladder, step),
        )
        for ladder, step in set(pairs)
    }
    names = ("procedure", "step_code", "template", "channel")
    return [
        pl.Series(name, [words[pair][n] for pair in pairs], dtype=pl.String)
        for n, name in enumerate(names)
    ]


def _not_before(decision: Decision) -> pl.DataFrame:
    """When policy and law open the day, by each debtor's clock; naive UTC."""
    creditor, rulebook = decision.creditor, decision.rulebook
    as_of = decision.bundle.facts.as_of
    accounts = decision.bundle.accounts.unique("debtor_id")
    limits = limits_by_place(decision.bundle, rulebook)
    opening = with_limits(accounts, limits, rulebook).select("debtor_id", "opens_minute")
    placed = opening.join(letter.time_zones(creditor.pk), on="debtor_id", how="left").with_columns(
        pl.col("time_zone").fill_null(creditor.time_zone)
    )
    clocks = placed.select("time_zone", "opens_minute").unique()
    instants = clocks.with_columns(
        pl.Series(
            "not_before",
            [utc(instant(as_of, _clock(minute), zone)) for zone, minute in clocks.iter_rows()],
            dtype=pl.Datetime,
        )
    )
    return placed.join(instants, on=["time_zone", "opens_minute"], how="left").select(
        "debtor_id", "not_before"
    )


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60) if minute < 24 * 60 else time(23, 59)
