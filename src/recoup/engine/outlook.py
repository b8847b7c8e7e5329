"""What comes next: for each item, the first later day on which a step is due.

The same expressions as today's decision, asked about the few later days on which their
answer can change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from recoup.engine import gate
from recoup.engine.actions import steps_of
from recoup.engine.bundle import Bundle
from recoup.engine.limits import PLACE
from recoup.engine.standing import Standing, stand
from recoup.kernel.dates import public_holidays
from recoup.policy.rulebook import SUMMARY, Rulebook, rulebook_for

# Days asked about at most; a policy without conditions rarely needs ten.
DAYS_MAX = 120


@dataclass(frozen=True)
class Next:
    """The step an item comes to next, and the first day it may be said."""

    day: date
    step: int


def next_steps(bundle: Bundle, standing: Standing, rulebook: Rulebook) -> dict[int, Next]:
    """By item, the next step after today as things stand now; items without one are left out."""
    waiting = set(standing.items["item_id"].to_list())
    found: dict[int, Next] = {}
    for day in sorted(set(_turning_days(standing, rulebook)))[:DAYS_MAX]:
        for item_id, step in _due_on(day, bundle, standing, rulebook):
            if item_id in waiting:
                waiting.discard(item_id)
                found[item_id] = Next(first_open(day, bundle, rulebook), step)
        if not waiting:
            break
    return found


def _turning_days(standing: Standing, rulebook: Rulebook) -> Iterator[date]:
    """The later days on which an item can come to a step: a trigger, or the end of a rest."""
    as_of = rulebook.as_of
    first_import = rulebook.policy.first_import
    wait_days = first_import.wait_days if first_import else 0
    rows = standing.items.select("due_date", "last_step_date", "group").unique()
    ladders = standing.accounts["ladder"].to_list()
    for due_date, last_date, group in rows.iter_rows():
        if ladders[group] < 0:
            continue
        days = [due_date + timedelta(days=1)]
        for rung in rulebook.ladders[ladders[group]].rungs:
            days.append(rulebook.comes_up_on(rung, due_date=due_date, last_date=last_date))
            if last_date is not None:
                days.append(last_date + timedelta(days=rung.days_between))
                days.append(last_date + timedelta(days=max(wait_days, rung.days_between)))
        yield from (day for day in days if day > as_of)


def _due_on(
    day: date, bundle: Bundle, standing: Standing, rulebook: Rulebook
) -> Iterator[tuple[int, int]]:
    """Items with a step due on a later day, if nothing happens until then."""
    later = rulebook_for(
        rulebook.policy,
        version=rulebook.version,
        as_of=day,
        country=rulebook.calendar.country,
        region=rulebook.calendar.region,
    )
    then = replace(bundle, facts=replace(bundle.facts, as_of=day))
    if rulebook.has_conditions:
        standing = stand(then, later)
    steps = steps_of(standing, then, later)
    items = standing.items.select("item_id", steps.alias("step"))
    yield from items.filter(steps >= SUMMARY).iter_rows()


def first_open(day: date, bundle: Bundle, rulebook: Rulebook) -> date:
    """The day itself, or the first after it on which policy and law let this debtor be asked."""
    places = set(bundle.accounts.select(PLACE).iter_rows())
    for later in range(31):
        each = day + timedelta(days=later)
        if not any(_is_closed(each, place, rulebook) for place in places):
            return each
    return day


def _is_closed(
    day: date, place: tuple[str | None, str | None, int | None], rulebook: Rulebook
) -> bool:
    country, region, kind = place
    bounds = rulebook.bounds(country or "", region or "", kind, on=day)
    if bounds.is_closed_weekday or not bounds.skips_holidays or country is None:
        return bounds.is_closed_weekday
    return day in public_holidays(country, region or "", day.year)


def next_try(
    bits: int, facts: Mapping[str, object], bundle: Bundle, rulebook: Rulebook
) -> date | None:
    """The day on which a message of today may go out: today, a later day, or not by itself."""
    match gate.outcome(bits):
        case gate.Outcome.SEND:
            return rulebook.as_of
        case gate.Outcome.STOP:
            return None
    day = rulebook.as_of + timedelta(days=1)
    since, between = facts["days_since_contact"], facts["days_between"]
    if isinstance(since, int) and isinstance(between, int) and since < between:
        day = rulebook.as_of + timedelta(days=between - since)
    return first_open(day, bundle, rulebook)
