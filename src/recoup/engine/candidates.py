"""Which step is due for which open item: the ladder, as expressions over columns.

Courtesy steps lapse once a later step comes up. Reminders follow one another strictly, keep
their spacing after a late one, and are caught up after missed days: no date is ever compared
for equality. Everything here takes rows with the columns of ITEMS.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from operator import or_

import polars as pl

from recoup.policy.rulebook import NO_STEP, SUMMARY, Ladder, Rulebook, Rung

_due = pl.col("due_date")
_step = pl.col("last_step")
_named = pl.col("last_step_date")


def step_due(ladder: Ladder, rulebook: Rulebook) -> pl.Expr:
    """The number of the step due for an item today; SUMMARY, or NO_STEP when none is."""
    summary = summary_due(rulebook)
    steps = [(rung.number, rung_due(ladder, rung, rulebook)) for rung in ladder.rungs]
    # At most one step is due for an item, so a sum of numbers picks it.
    picked = pl.sum_horizontal(
        due.cast(pl.Int16) * (number - NO_STEP) for number, due in steps
    ).cast(pl.Int16)
    if summary is None:
        return picked + pl.lit(NO_STEP, pl.Int16)
    return (
        pl.when(summary)
        .then(pl.lit(SUMMARY, pl.Int16))
        .otherwise(picked + pl.lit(NO_STEP, pl.Int16))
    )


def summary_due(rulebook: Rulebook) -> pl.Expr | None:
    """Late when first imported and never named: the courtesy summary comes before any step."""
    if rulebook.policy.first_import is None:
        return None
    return pl.col("is_backlog") & _named.is_null() & (_due < rulebook.as_of)


def rung_due(ladder: Ladder, rung: Rung, rulebook: Rulebook) -> pl.Expr:
    """The item is at this step, the step has come up, and the last message has been let rest."""
    place = _is_next_courtesy if rung.step.is_courtesy else _is_next_reminder
    return place(ladder, rung) & has_come_up(rung) & has_rested(rung, rulebook)


def _is_next_courtesy(ladder: Ladder, rung: Rung) -> pl.Expr:
    # What was late when it came to us is past every courtesy but the summary.
    place = (_step < rung.number) & ~pl.col("is_backlog")
    later = [
        other.latest_anchor for other in ladder.rungs[rung.number :] if not other.follows_previous
    ]
    if later:
        place = place & _due.gt(max(later))
    return place if rung.condition is None else place & rung.condition


def _is_next_reminder(ladder: Ladder, rung: Rung) -> pl.Expr:
    earlier = [other for other in ladder.reminders if other.number < rung.number]
    if all(other.condition is None for other in earlier):
        # Nobody jumps: exactly the step before was said last (or none, before the first).
        below = rung.number - 1
        place = _step <= below if not earlier else _step == below
    else:
        waiting = [
            (_step < other.number)
            & (pl.lit(value=True) if other.condition is None else other.condition)
            for other in earlier
        ]
        place = (_step < rung.number) & ~reduce(or_, waiting)
    return place if rung.condition is None else place & rung.condition


def has_come_up(rung: Rung) -> pl.Expr:
    """The step's trigger has been reached; every later day as well."""
    anchor = pl.coalesce(_named, _due) if rung.follows_previous else _due
    return anchor <= pl.lit(rung.latest_anchor)


def has_rested(rung: Rung, rulebook: Rulebook) -> pl.Expr:
    """The item's last message is as long ago as the step, or the first summary, demands."""
    rested = rulebook.as_of - timedelta(days=rung.days_between) >= _named
    first_import = rulebook.policy.first_import
    if first_import is not None and not rung.step.is_courtesy:
        waited = rulebook.as_of - timedelta(days=first_import.wait_days)
        rested = rested & ((_step != SUMMARY) | (_named <= waited))
    return _named.is_null() | rested


def is_finished(ladder: Ladder) -> pl.Expr:
    """The last step has been said: what comes next, a person decides."""
    return _step >= len(ladder.rungs)


def is_late(as_of: date) -> pl.Expr:
    """The due date has passed; the due date itself is not late."""
    return _due < as_of
