"""A policy made ready for one day: dates become bounds, words numbers, conditions expressions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from recoup.policy.bounds import Bounds, bounds
from recoup.policy.cash import NEVER_PPM
from recoup.policy.conditions import compile_condition
from recoup.policy.model import Policy, Step
from recoup.policy.parts import amount_minor
from recoup.policy.triggers import Calendar, TriggerKind, comes_up_on, latest_anchor
from recoup.policy.words import ACCOUNT_WORDS, ITEM_WORDS

# The step number of the first-import courtesy; the procedure's own steps count from 1.
SUMMARY = 0
# No step is due.
NO_STEP = -1


@dataclass(frozen=True)
class Rung:
    """One step of a procedure on one day."""

    number: int
    step: Step
    # The latest due date (or last message, for `days_after_previous`) for which it has come up.
    latest_anchor: date
    days_between: int
    condition: pl.Expr | None

    @property
    def follows_previous(self) -> bool:
        """It counts from the last message that named the item, not from the due date."""
        return self.step.trigger.kind == TriggerKind.DAYS_AFTER_PREVIOUS


@dataclass(frozen=True)
class Ladder:
    """A procedure on one day."""

    name: str
    rungs: tuple[Rung, ...]

    @property
    def courtesies(self) -> tuple[Rung, ...]:
        """The steps before anything is late; the document's check puts them first."""
        return tuple(rung for rung in self.rungs if rung.step.is_courtesy)

    @property
    def reminders(self) -> tuple[Rung, ...]:
        """The steps on what is late, strictly one after the other."""
        return tuple(rung for rung in self.rungs if not rung.step.is_courtesy)


@dataclass(frozen=True)
class SegmentRule:
    """A segment on one day: its condition and the number of its ladder."""

    name: str
    condition: pl.Expr | None
    ladder: int


@dataclass(frozen=True)
class Rulebook:
    """Everything the engine asks a policy, for one day and place."""

    policy: Policy
    version: str
    as_of: date
    calendar: Calendar
    ladders: tuple[Ladder, ...]
    segments: tuple[SegmentRule, ...]

    def bounds(self, country: str, region: str, legal_kind: int | None, *, on: date) -> Bounds:
        """When and how often a debtor may be written to on a day, by policy and law together.

        A debtor without a country is taken to be where the creditor is.
        """
        if not country:
            country, region = self.calendar.country, self.calendar.region
        return bounds(
            self.policy.contact, country=country, region=region, legal_kind=legal_kind, on=on
        )

    @property
    def has_conditions(self) -> bool:
        """What applies to an account or an item depends on more than its ladder."""
        steps = [rung.condition for ladder in self.ladders for rung in ladder.rungs]
        every = [*steps, *(segment.condition for segment in self.segments)]
        return any(condition is not None for condition in every)

    def days_between(self, ladder: int, step: int) -> int:
        """The days a message of this step keeps from the one before it."""
        if step == SUMMARY:
            return self.policy.contact.days_between
        return self.ladders[ladder].rungs[step - 1].days_between

    def minimum_minor(self, ladder: int, step: int, currency: str) -> int:
        """The least a message of this step may ask for: the step's own minimum, or the policy's."""
        if step != SUMMARY:
            own = self.ladders[ladder].rungs[step - 1].step.minimum_amounts
            if own:
                return amount_minor(own, currency)
        return amount_minor(self.policy.minimum_amounts, currency)

    def is_bank_data_stale(self, bank_data_until: date | None, *, has_gap: bool = False) -> bool:
        """Bank data are kept here, and older than the policy allows or with a statement missing.

        A policy that sets no limit of age does not tie its messages to bank data at all.
        """
        days_max = self.policy.bank_data_days_max
        if days_max is None:
            return False
        if has_gap:
            return True
        return bank_data_until is not None and (self.as_of - bank_data_until).days > days_max

    @property
    def held_from_ppm(self) -> int:
        """How sure it must be that money in the bank is theirs, to write nothing meanwhile."""
        cash = self.policy.cash
        return cash.maybe_paid_ppm if cash.maybe_paid == "hold" else NEVER_PPM

    @property
    def mentioned_from_ppm(self) -> int:
        """How sure it must be that money in the bank is theirs, to mention it in the message."""
        cash = self.policy.cash
        return cash.maybe_paid_ppm if cash.maybe_paid == "mention" else NEVER_PPM

    def comes_up_on(self, rung: Rung, *, due_date: date, last_date: date | None) -> date:
        """The day a step comes up for one item, spacing not counted."""
        trigger = rung.step.trigger
        anchor = (last_date or due_date) if rung.follows_previous else due_date
        return comes_up_on(trigger.kind, trigger.days, anchor, self.calendar)

    def template(self, ladder: int, step: int) -> str:
        """The name of the words a step says."""
        if step != SUMMARY:
            return self.ladders[ladder].rungs[step - 1].step.template
        assert self.policy.first_import is not None
        return self.policy.first_import.template

    def channel(self, ladder: int, step: int) -> str:
        """The channel a step speaks through."""
        if step != SUMMARY:
            return self.ladders[ladder].rungs[step - 1].step.channel
        assert self.policy.first_import is not None
        return self.policy.first_import.channel

    def step_name(self, ladder: int, step: int) -> str:
        """The step as people call it."""
        if step == SUMMARY:
            return "Summary of what was already overdue"
        return self.ladders[ladder].rungs[step - 1].step.name


def rulebook_for(
    policy: Policy, *, version: str, as_of: date, country: str, region: str = ""
) -> Rulebook:
    """The policy for one day; working days are those of the creditor's place."""
    calendar = Calendar(country, region)
    numbers = {procedure.name: n for n, procedure in enumerate(policy.procedures)}
    return Rulebook(
        policy=policy,
        version=version,
        as_of=as_of,
        calendar=calendar,
        ladders=tuple(
            Ladder(
                procedure.name,
                tuple(
                    _rung(number, step, policy, as_of, calendar)
                    for number, step in enumerate(procedure.steps, start=1)
                ),
            )
            for procedure in policy.procedures
        ),
        segments=tuple(
            SegmentRule(
                segment.name,
                compile_condition(segment.when, ACCOUNT_WORDS) if segment.when else None,
                numbers[segment.procedure],
            )
            for segment in policy.segments
        ),
    )


def _rung(number: int, step: Step, policy: Policy, as_of: date, calendar: Calendar) -> Rung:
    days_between = step.days_between
    if days_between is None:
        days_between = policy.contact.days_between
    return Rung(
        number=number,
        step=step,
        latest_anchor=latest_anchor(step.trigger.kind, step.trigger.days, as_of, calendar),
        days_between=days_between,
        condition=compile_condition(step.when, ITEM_WORDS) if step.when else None,
    )


def days_before(as_of: date, days: int) -> date:
    """The day so many days before: whoever was last written to then has rested enough."""
    return as_of - timedelta(days=days)
