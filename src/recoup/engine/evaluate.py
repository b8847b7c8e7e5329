"""The decision: a bundle and a rulebook in, the day's actions out.

Item by item: is a step due? Account by account and currency by currency: what is owed, what
would be said, may it be said? Debtors are decided independently, so any split of a bundle
gives the same decisions, and a large one is decided in slices to keep memory small.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import polars as pl

from recoup.engine import actions as acting
from recoup.engine import standing
from recoup.engine.actions import ACTIONS, LINES
from recoup.engine.aging import AGING
from recoup.engine.bundle import Bundle
from recoup.engine.tallies import TALLIES, tally
from recoup.kernel.errors import Fault, Refusal
from recoup.kernel.money import MAX_MINOR
from recoup.policy.rulebook import Rulebook

# Rows decided at once. With amounts of at most MAX_MINOR, every sum over them fits Int64.
SLICE_ITEMS = 500_000
SLICES_AT_ONCE = 4
_ITEMS_MAX = 9_000_000


@dataclass(frozen=True)
class Decisions:
    """What was decided for a bundle; every frame is sorted by debtor."""

    # What would be said: one row per debtor, account and currency, with the gate's answer.
    actions: pl.DataFrame
    # The open items each action names.
    lines: pl.DataFrame
    # What is owed, by age: one row per debtor, account and currency.
    aging: pl.DataFrame
    # Sums by currency.
    tallies: pl.DataFrame


def evaluate(bundle: Bundle, rulebook: Rulebook) -> Decisions:
    """Decide a bundle for the rulebook's day.

    Nothing that happened on that day itself is looked at, so deciding twice gives the same.
    """
    if bundle.facts.as_of != rulebook.as_of:
        raise Fault(f"a bundle of {bundle.facts.as_of} met a rulebook of {rulebook.as_of}")
    checked = bundle.checked()
    _check_amounts(checked)
    parts = _decide_all(list(_slices(checked)), rulebook)
    aging = pl.concat([part.aging for part in parts])
    actions = pl.concat([part.actions for part in parts])
    return Decisions(
        actions=actions,
        lines=pl.concat([part.lines for part in parts]),
        aging=aging,
        tallies=tally(aging, actions),
    )


def _decide_all(slices: list[Bundle], rulebook: Rulebook) -> list[Decisions]:
    """Slices side by side: Polars leaves cores idle in short steps, and lets go of the lock."""
    if len(slices) == 1:
        return [_decide(slices[0], rulebook)]
    with ThreadPoolExecutor(max_workers=min(SLICES_AT_ONCE, pl.thread_pool_size())) as pool:
        return list(pool.map(lambda part: _decide(part, rulebook), slices))


def _decide(bundle: Bundle, rulebook: Rulebook) -> Decisions:
    stands = standing.stand(bundle, rulebook)
    lines = acting.lines_of(stands, bundle, rulebook)
    actions = acting.actions_of(lines, stands, bundle, rulebook)
    return Decisions(
        actions=ACTIONS.check(actions),
        lines=LINES.check(lines),
        aging=AGING.check(_with_credit_only(stands)),
        tallies=TALLIES.empty(),
    )


def _with_credit_only(stands: standing.Standing) -> pl.DataFrame:
    owed = stands.accounts.select(list(AGING.columns))
    if stands.credit_only.is_empty():
        return owed
    return pl.concat([owed, stands.credit_only]).sort(standing.KEY)


def _slices(bundle: Bundle) -> Iterator[Bundle]:
    """The bundle in pieces of whole debtors, in order of debtor."""
    items, accounts, credits = (
        frame if frame["debtor_id"].is_sorted() else frame.sort("debtor_id")
        for frame in (bundle.items, bundle.accounts, bundle.credits)
    )
    start = 0
    low: int | None = None
    while True:
        stop = start + SLICE_ITEMS
        last = stop >= items.height
        high = None if last else int(items["debtor_id"][stop])
        yield replace(
            bundle,
            items=_between(items, low, high),
            accounts=_between(accounts, low, high),
            credits=_between(credits, low, high),
        )
        if last:
            return
        low = high
        start = stop


def _between(frame: pl.DataFrame, low: int | None, high: int | None) -> pl.DataFrame:
    """The rows of debtors from `low` up to and without `high`; frames are sorted by debtor."""
    debtors = frame["debtor_id"]
    first = 0 if low is None else int(debtors.search_sorted(low, side="left"))
    end = frame.height if high is None else int(debtors.search_sorted(high, side="left"))
    return frame.slice(first, end - first)


def _check_amounts(bundle: Bundle) -> None:
    """Polars wraps silently: amounts within the limit, and few enough, cannot."""
    for frame, column in (
        (bundle.items, "open_minor"),
        (bundle.items, "held_minor"),
        (bundle.credits, "credit_minor"),
    ):
        low, high = frame.select(low=pl.col(column).min(), high=pl.col(column).max()).row(0)
        if high is not None and not 0 <= low <= high <= MAX_MINOR:
            raise Refusal(
                "amount-too-large",
                f"The bundle has a {column} of {low if low < 0 else high}; amounts are from 0 to"
                f" {MAX_MINOR} minor units. Correct the row and load the bundle again.",
            )
