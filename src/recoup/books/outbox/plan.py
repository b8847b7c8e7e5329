"""Planning: from what was decided to what is said once, however often it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import transaction

from recoup.books import bulk, query, record
from recoup.books.models import Intent, IntentItem, Run
from recoup.books.query import Value, any_of, execute, many
from recoup.kernel.dates import utc
from recoup.kernel.frames import Frame

PLANNED = Frame(
    "planned",
    {
        "account_id": pl.Int64,
        "debtor_id": pl.Int64,
        "contact_point_id": pl.Int64,
        "currency": pl.String,
        "channel": pl.String,
        "procedure": pl.String,
        "step_no": pl.Int16,
        "step_code": pl.String,
        "template": pl.String,
        "net_minor": pl.Int64,
        "credit_minor": pl.Int64,
        "item_count": pl.Int32,
        "oldest_days_past_due": pl.Int32,
        "priority": pl.Int64,
        "not_before": pl.Datetime,  # naive UTC
        # The bank line that may be their payment and that the message mentions; null for none.
        "maybe_line_id": pl.Int64,
    },
)
PLANNED_ITEMS = Frame(
    "planned_items",
    {
        "account_id": pl.Int64,
        "currency": pl.String,
        "open_item_id": pl.Int64,
        "role": pl.Int16,
        "step_no": pl.Int16,
        "open_minor": pl.Int64,
    },
)
CASE = ["account_id", "currency", "channel"]
_FIGURES = ["step_no", "net_minor", "credit_minor", "item_count", "maybe_line_id"]


@dataclass(frozen=True)
class Planned:
    """What became of the actions of a run."""

    new: int
    known: int
    superseded: int


def plan(
    *,
    run: Run,
    actions: pl.DataFrame,
    items: pl.DataFrame,
    scope: list[int] | None,
    at: datetime,
    by: str,
) -> Planned:
    """Make one intent of each action; an equal one of the day adds nothing.

    Unsent intents of earlier days, and those of today whose figures have changed or that are
    no longer due, are withdrawn. `scope` names the accounts that were decided; None is all.
    """
    # Null equals nothing, not even another null: no line is zero while they are compared.
    wanted = PLANNED.check(actions).with_columns(pl.col("maybe_line_id").fill_null(0))
    named = PLANNED_ITEMS.check(items)
    # No savepoint of its own: on SQLite, rows cost more the more a savepoint has to remember.
    with transaction.atomic(savepoint=False):
        superseded = _withdraw_earlier(run, scope, at)
        held = _of_today(run, scope)
        superseded += _withdraw_changed(wanted, held, at)
        fresh = _fresh(wanted, held)
        _write(run, fresh, named, at=at, by=by)
    return Planned(new=fresh.height, known=wanted.height - fresh.height, superseded=superseded)


_TODAY = {
    "intent_id": pl.Int64,
    "account_id": pl.Int64,
    "currency": pl.String,
    "channel": pl.String,
    "revision": pl.Int16,
    "step_no": pl.Int16,
    "net_minor": pl.Int64,
    "credit_minor": pl.Int64,
    "item_count": pl.Int32,
    "maybe_line_id": pl.Int64,
    "state": pl.String,
    "reason": pl.String,
}


def _of_today(run: Run, scope: list[int] | None) -> pl.DataFrame:
    """The intents of the run's day, withdrawn ones too."""
    some, more = _some(scope)
    sql = (
        "SELECT id, account_id, currency, channel, revision, step_no, net_minor, credit_minor, "
        "item_count, COALESCE(maybe_line_id, 0), state, reason FROM books_intent "
        f"WHERE creditor_id = %s AND cycle_date = %s {some}"
    )
    return query.frame(sql, [run.creditor_id, run.as_of, *more], _TODAY)


def _some(scope: list[int] | None) -> tuple[str, list[Value]]:
    return ("", []) if scope is None else (f"AND {any_of('account_id')}", [many(scope)])


def _withdraw_earlier(run: Run, scope: list[int] | None, at: datetime) -> int:
    """What waited since an earlier day is said with today's figures, or not at all."""
    some, more = _some(scope)
    return execute(
        "UPDATE books_intent SET state = 'cancelled', reason = 'superseded', settled_at = %s "
        "WHERE creditor_id = %s AND cycle_date < %s AND state IN ('waiting', 'pending') " + some,
        [at, run.creditor_id, run.as_of, *more],
    )


def _withdraw_changed(wanted: pl.DataFrame, held: pl.DataFrame, at: datetime) -> int:
    """Unsent intents of today that today's decision no longer makes, or makes differently."""
    unsent = held.filter(pl.col("state").is_in(["waiting", "pending"]))
    stale = unsent.join(wanted, on=[*CASE, *_FIGURES], how="anti")["intent_id"].to_list()
    if not stale:
        return 0
    return execute(
        "UPDATE books_intent SET state = 'cancelled', reason = 'superseded', settled_at = %s "
        f"WHERE {any_of('id')} AND state IN ('waiting', 'pending')",
        [at, many(stale)],
    )


def _fresh(wanted: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The actions that today has no answer for yet, with the number of their revision."""
    # A living intent answers; so does one withheld today with the very same figures.
    spoken = held.filter(~pl.col("state").is_in(["waiting", "pending", "cancelled"]))
    person = held.filter((pl.col("state") == "cancelled") & pl.col("reason").str.starts_with("by:"))
    same = held.filter((pl.col("state") != "cancelled") | (pl.col("reason") != "superseded"))
    revisions = held.group_by(CASE).agg((pl.col("revision").max() + 1).alias("revision"))
    return (
        wanted.join(pl.concat([spoken, person]), on=CASE, how="anti")
        .join(same, on=[*CASE, *_FIGURES], how="anti")
        .join(revisions, on=CASE, how="left", maintain_order="left")
        .with_columns(pl.col("revision").fill_null(1).cast(pl.Int16))
    )


def _write(run: Run, fresh: pl.DataFrame, items: pl.DataFrame, *, at: datetime, by: str) -> None:
    if fresh.is_empty():
        return
    mine = pl.lit(run.creditor_id).alias("creditor_id")
    made = fresh.with_columns(bulk.next_ids(Intent, fresh.height))
    state = "waiting" if run.state == "awaiting_approval" else "pending"
    bulk.insert(
        Intent,
        made.with_columns(
            mine,
            pl.lit(run.pk).alias("run_id"),
            pl.lit(run.as_of).alias("cycle_date"),
            pl.lit(state).alias("state"),
            pl.lit("").alias("reason"),
            pl.lit(utc(at)).alias("created_at"),
            pl.col("maybe_line_id").replace(0, None),
        ),
    )
    named = items.join(
        made.select(pl.col("id").alias("intent_id"), "account_id", "currency"),
        on=["account_id", "currency"],
    ).select("intent_id", "open_item_id", "role", "step_no", "open_minor")
    bulk.insert(IntentItem, named.with_columns(mine, bulk.next_ids(IntentItem, named.height)))
    record.record_many(
        made.select(
            mine,
            "account_id",
            pl.lit("message_planned").alias("kind"),
            pl.lit(run.as_of).alias("business_date"),
            pl.struct(
                pl.col("step_code").alias("step"),
                pl.lit(str(run.as_of)).alias("cycle_date"),
                pl.col("id").alias("intent"),
            ).alias("facts"),
        ),
        at=at,
        by=by,
    )
