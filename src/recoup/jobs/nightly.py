"""The day, in order: read this first. Every step may be run again; the second run adds nothing.

1 recover   what dead workers had in hand is given back or in doubt      `jobs.send.recover_dead`
2 verify    the invariants; a red one stops sending                      `jobs.verify.verify`
3 charge    interest and the like, where the policy has them charged     `jobs.charges.night`
4 decide    books and policy into actions, with every reason             here
5 schedule  one intent for each action that is cleared, waiting or not   here
6 compose   the exact bytes of each message                              here
7 report    the account standings that the lists show                    here
8 send      with the late gate; in production only today's messages      `jobs.send.send_due`

`recoup nightly` and the worker (`jobs.work`) run all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.conf import settings

from recoup.books import standing, statistics
from recoup.books.models import Creditor, Run
from recoup.books.outbox import Planned
from recoup.engine.evaluate import Decisions
from recoup.jobs.charges.night import Charged, charge
from recoup.jobs.compose import compose
from recoup.jobs.decide import gather, judge
from recoup.jobs.schedule import schedule, standing_run
from recoup.kernel.dates import local_day
from recoup.kernel.frames import translated
from recoup.kernel.money import currency_code

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Night:
    """What a night did for one creditor."""

    run: Run
    planned: Planned
    composed: int
    unaddressed: int
    standings_changed: int
    may_send: bool
    charged: Charged


def nightly(
    creditor: Creditor,
    *,
    as_of: date,
    at: datetime,
    by: str,
    progress: Progress = lambda *_: None,
) -> Night:
    """Decide, schedule and compose the day of one creditor; sending is the worker's."""
    statistics.refresh()
    progress("charge", 0)
    is_of_today = may_send(creditor, as_of=as_of, at=at)
    charged = charge(creditor, as_of=as_of, at=at, by=by) if is_of_today else Charged()
    progress("decide", 0)
    inputs = gather(creditor, as_of=as_of)
    scheduled = standing_run(inputs)
    changed = 0
    if scheduled is None:
        decision = judge(inputs)
        progress("schedule", decision.decisions.actions.height)
        scheduled = schedule(decision, at=at, by=by)
        progress("report", 0)
        changed = report_standings(creditor, decision.decisions, as_of=as_of)
    composed = compose(creditor, at=at, progress=lambda done: progress("compose", done))
    return Night(
        run=scheduled.run,
        planned=scheduled.planned,
        composed=composed,
        unaddressed=scheduled.unaddressed,
        standings_changed=changed,
        may_send=is_of_today,
        charged=charged,
    )


def may_send(creditor: Creditor, *, as_of: date, at: datetime) -> bool:
    """In production only today's messages leave: any other day is a rehearsal."""
    return settings.ENVIRONMENT != "production" or as_of == local_day(at, creditor.time_zone)


def report_standings(creditor: Creditor, decisions: Decisions, *, as_of: date) -> int:
    """Bring the lists in step with what was decided; how many accounts changed."""
    codes = {number: currency_code(number) for number in decisions.aging["currency"].unique()}
    wanted = decisions.aging.with_columns(
        translated("currency", codes, pl.String),
        pl.col("days_91_up_minor").alias("over_90_minor"),
        oldest_due_date=pl.when(pl.col("days_past_due") > 0).then(
            pl.lit(as_of) - pl.duration(days=pl.col("days_past_due"))
        ),
        item_count=pl.col("items"),
    ).select(pl.col(name).cast(kind) for name, kind in standing.COLUMNS.items())
    return standing.replace(creditor_id=creditor.pk, account_ids=None, wanted=wanted, today=as_of)
