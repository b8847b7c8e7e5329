"""What a policy says that cannot be meant: rules no single field can check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from recoup.policy.cash import Cash
from recoup.policy.conditions import ConditionRefusal, compile_condition
from recoup.policy.model import Contact, Policy, Procedure, Step
from recoup.policy.triggers import TriggerKind
from recoup.policy.words import ACCOUNT_WORDS, ITEM_WORDS, Word

Path = tuple[str | int, ...]

# The earliest and latest a trigger can come up, in days from the due date.
_SPAN: Mapping[TriggerKind, Callable[[int], tuple[int, int]]] = {
    TriggerKind.DAYS_BEFORE_DUE: lambda days: (-days, -days),
    TriggerKind.ON_DUE: lambda _: (0, 0),
    TriggerKind.DAYS_AFTER_DUE: lambda days: (days, days),
    TriggerKind.BUSINESS_DAYS_AFTER_DUE: lambda days: (days, 2 * days + 7),
    TriggerKind.END_OF_MONTH_AFTER_DUE: lambda days: (days, days + 30),
    TriggerKind.DAY_OF_MONTH_AFTER_DUE: lambda days: (1, days + 30),
}


# Below this, what posts by itself is wrong more often than people are.
_SURE_PERCENT = 99


@dataclass(frozen=True)
class Finding:
    """Something found in a policy: where, what to do, and whether it may be published."""

    path: Path
    sentence: str
    is_error: bool = True
    # Columns to the right of the value's start, for a place inside a condition.
    offset: int = 0


def lint(policy: Policy) -> list[Finding]:
    """Everything that cannot be meant, errors and warnings, in the order of the document."""
    return [
        *_contact(policy.contact),
        *_cash(policy.cash),
        *_repeated([each.name for each in policy.segments], ("segments",), "segment"),
        *_segments(policy),
        *_repeated([each.name for each in policy.procedures], ("procedures",), "procedure"),
        *(
            finding
            for number, procedure in enumerate(policy.procedures)
            for finding in _procedure(procedure, ("procedures", number))
        ),
        *_unused(policy),
        *_fees(policy),
    ]


def _contact(contact: Contact) -> Iterator[Finding]:
    window = contact.window
    if window.opens_minute >= window.closes_minute:
        yield Finding(
            ("contact", "window"),
            f"The window opens at {window.opens} and closes at {window.closes}, so nothing could"
            " ever be sent. Let it close later on the same day.",
        )
    if not contact.weekdays:
        yield Finding(("contact", "weekdays"), "No weekday is left to send on; name at least one.")
    for word, days in (("contacts_per_7_days_max", 7), ("contacts_per_30_days_max", 30)):
        if getattr(contact, word) == 0:
            yield Finding(
                ("contact", word), f"A cap of 0 in {days} days would stop every message; use 1."
            )
    if contact.contacts_per_30_days_max < contact.contacts_per_7_days_max:
        yield Finding(
            ("contact", "contacts_per_30_days_max"),
            "The cap of 30 days is below the cap of 7 days, which can then never be reached.",
            is_error=False,
        )


def _cash(cash: Cash) -> Iterator[Finding]:
    if cash.auto_post_percent < _SURE_PERCENT:
        wrong = round(100 / (100 - float(cash.auto_post_percent)))
        yield Finding(
            ("cash", "auto_post_percent"),
            f"Up to one payment in {wrong} posted by itself may be posted wrongly. Is that meant?",
            is_error=False,
        )
    if cash.maybe_paid_percent > cash.auto_post_percent:
        yield Finding(
            ("cash", "maybe_paid_percent"),
            "A payment would have to be surer to count as maybe theirs than to be posted by itself."
            " Lower it below auto_post_percent.",
        )


def _segments(policy: Policy) -> Iterator[Finding]:
    procedures = {each.name for each in policy.procedures}
    default_at: int | None = None
    seen: dict[str, int] = {}
    for number, segment in enumerate(policy.segments):
        path: Path = ("segments", number)
        if segment.procedure not in procedures:
            yield Finding(
                (*path, "procedure"),
                f"There is no procedure {segment.procedure}."
                f" Known: {', '.join(sorted(procedures))}.",
            )
        if default_at is not None:
            yield Finding(
                path,
                f"Segment {segment.name} can never be reached: {policy.segments[default_at].name}"
                " before it takes everybody. Move it up.",
            )
        elif segment.when is None:
            default_at = number
        elif segment.when in seen:
            first = policy.segments[seen[segment.when]].name
            yield Finding(
                path,
                f"Segment {segment.name} can never be reached: {first} has the same condition.",
            )
        if segment.when is not None:
            seen.setdefault(segment.when, number)
            yield from _condition(segment.when, (*path, "when"), ACCOUNT_WORDS)
    if default_at is None:
        yield Finding(
            ("segments",),
            "The last segment has a condition, so some accounts belong to none and are never"
            " written to. Add a segment without `when` at the end.",
            is_error=False,
        )


def _procedure(procedure: Procedure, path: Path) -> Iterator[Finding]:
    steps = procedure.steps
    yield from _repeated([step.code for step in steps], (*path, "steps"), "step")
    reminder_seen = always_said = False
    before: Step | None = None
    for number, step in enumerate(steps):
        at: Path = (*path, "steps", number)
        if step.is_courtesy and reminder_seen:
            yield Finding(
                (*at, "trigger"),
                f"Step {step.code} comes before or on the due date and stands after a step that"
                " comes later. Move it up.",
            )
        if not step.is_courtesy and not reminder_seen:
            reminder_seen = True
        if step.trigger.kind == TriggerKind.DAYS_AFTER_PREVIOUS and not always_said:
            yield Finding(
                (*at, "trigger"),
                f"Step {step.code} counts from a message before it, and no reminder before it is"
                " sent to everybody. Use `days_after_due`.",
            )
        always_said = always_said or (not step.is_courtesy and step.when is None)
        if before is not None and _is_backward(before, step):
            yield Finding(
                (*at, "trigger"),
                f"Step {step.code} comes up no later than {before.code} before it. Put the steps"
                " in the order of their days.",
            )
        if step.final and number != len(steps) - 1:
            yield Finding(
                (*at, "final"),
                f"Step {step.code} is final and not the last; nothing may follow.",
            )
        if step.when is not None:
            yield from _condition(step.when, (*at, "when"), ITEM_WORDS)
        before = step
    if not reminder_seen:
        yield Finding(
            (*path, "steps"),
            f"Procedure {procedure.name} says nothing once an item is late. Is that meant?",
            is_error=False,
        )


def _is_backward(before: Step, step: Step) -> bool:
    """The step never comes up after the one before it, whatever the calendar."""
    first, second = before.trigger, step.trigger
    if first.kind == second.kind and first.kind is not TriggerKind.DAYS_BEFORE_DUE:
        return first.kind is not TriggerKind.DAYS_AFTER_PREVIOUS and first.days >= second.days
    if first.kind not in _SPAN or second.kind not in _SPAN:
        return False
    return _SPAN[first.kind](first.days)[0] >= _SPAN[second.kind](second.days)[1]


def _condition(source: str, path: Path, words: Mapping[str, Word]) -> Iterator[Finding]:
    try:
        compile_condition(source, words)
    except ConditionRefusal as refusal:
        yield Finding(path, refusal.sentence, offset=refusal.column - 1)


def _repeated(names: list[str], path: Path, what: str) -> Iterator[Finding]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Finding(path, f"{count} {what}s are called {name}; give each a name of its own.")


def _unused(policy: Policy) -> Iterator[Finding]:
    used = {segment.procedure for segment in policy.segments}
    for number, procedure in enumerate(policy.procedures):
        if procedure.name not in used:
            yield Finding(
                ("procedures", number),
                f"No segment uses procedure {procedure.name}.",
                is_error=False,
            )


def _fees(policy: Policy) -> Iterator[Finding]:
    fees = policy.charges.fees if policy.charges else None
    known = {step.code for procedure in policy.procedures for step in procedure.steps}
    for number, fee in enumerate(fees.steps if fees else ()):
        if fee.step not in known:
            yield Finding(
                ("charges", "fees", "steps", number, "step"),
                f"There is no step {fee.step}. Known: {', '.join(sorted(known))}.",
            )
