"""The late gate: the engine's gate, asked again with the facts of this moment.

Asking the gate costs about the same for one row as for a hundred, so a batch is asked ahead, and
under the lock only rows whose facts have changed since are asked again. The gate knows nothing
but its row: equal rows have equal answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from recoup.books import facts
from recoup.books.facts import Now
from recoup.books.outbox import Verdict
from recoup.books.scope import MaybePaid
from recoup.engine import gate
from recoup.engine.bundle import Address
from recoup.kernel.dates import public_holidays
from recoup.policy.bounds import Bounds
from recoup.policy.rulebook import Rulebook

# How long a message rests that time alone may let go; the next day's decision replaces it.
REST = timedelta(hours=1)

Row = tuple[object, ...]


@dataclass(frozen=True)
class Circumstances:
    """What the gate is asked with beside the books: the policy, the hour, the way out."""

    rulebook: Rulebook
    # The instant by which hours are judged; the rulebook's day is the business date.
    now: datetime
    reaches: Callable[[str], bool]


@dataclass
class Gatekeeper:
    """Asks the gate about single messages, and remembers its answers of one batch."""

    answers: dict[Row, int] = field(default_factory=dict)

    def foresee(self, intent_ids: list[int], circumstances: Circumstances) -> None:
        """Ask about a batch at once, without locks; only the late question counts."""
        rulebook = circumstances.rulebook
        known = facts.read(intent_ids, as_of=rulebook.as_of, maybe=MaybePaid.by(rulebook))
        rows = list({_row(now, circumstances, now.recipient) for now in known.values()})
        self.answers |= dict(zip(rows, _check(rows), strict=True))

    def ask(self, intent_id: int, recipient: str, circumstances: Circumstances) -> Verdict:
        """The gate's answer on the facts of now; call it while the account is locked.

        `recipient` is where the message is about to go.
        """
        rulebook = circumstances.rulebook
        found = facts.read([intent_id], as_of=rulebook.as_of, maybe=MaybePaid.by(rulebook))
        now = found[intent_id]
        row = _row(now, circumstances, recipient)
        if row not in self.answers:
            self.answers[row] = _check([row])[0]
        bits = self.answers[row]
        waits = gate.outcome(bits) is gate.Outcome.WAIT
        return Verdict(
            blocked=tuple(gate.codes(bits)),
            open_minor=now.asked_minor,
            facts=_kept(now),
            ask_again_at=circumstances.now + REST if waits else None,
        )


def figures_alone(reason: str) -> bool:
    """Nothing but changed figures forbade it: said anew with the right ones, it may go."""
    codes = reason.split(", ")
    stops = [
        code
        for code in codes
        if code not in gate.BY_CODE or gate.BY_CODE[code].outcome is gate.Outcome.STOP
    ]
    return stops == ["figures-changed"]


def _check(rows: list[Row]) -> list[int]:
    frame = pl.DataFrame(rows, schema=dict(gate.FACTS.columns), orient="row")
    return [int(bits) for bits in gate.check(frame)["blocked_bits"]]


def _row(now: Now, circumstances: Circumstances, recipient: str) -> Row:
    """A row of FACTS."""
    rulebook = circumstances.rulebook
    ladder = _ladder(now, rulebook)
    since = rulebook.as_of - now.last_contact_date if now.last_contact_date else None
    local = circumstances.now.astimezone(ZoneInfo(now.time_zone))
    bounds = _bounds(now, rulebook, local.date())
    is_same_address = now.recipient == recipient
    named = {
        "asked_minor": now.asked_minor,
        "due_minor": now.asked_minor,
        "credit_minor": now.credit_minor,
        "minimum_minor": None
        if ladder is None
        else rulebook.minimum_minor(ladder, now.step_no, now.currency),
        "message_minor": now.net_minor if now.is_as_written else -1,
        "hold_bits": now.hold_bits,
        "address": int(now.address if is_same_address else Address.MISSING),
        "contacts_last_7_days": now.contacts_last_7_days,
        "contacts_per_7_days_max": bounds.contacts_per_7_days_max,
        "contacts_last_30_days": now.contacts_last_30_days,
        "contacts_per_30_days_max": bounds.contacts_per_30_days_max,
        "days_since_contact": gate.NEVER if since is None else since.days,
        "days_between": None if ladder is None else rulebook.days_between(ladder, now.step_no),
        "has_unfinished_message": now.has_unfinished_message,
        "is_bank_data_stale": now.is_late
        and rulebook.is_bank_data_stale(now.bank_data_until, has_gap=now.has_bank_gap),
        "is_frozen": now.is_frozen,
        "is_closed_day": any(
            _is_closed(now, rulebook, day) for day in {rulebook.as_of, local.date()}
        ),
        "local_minute": local.hour * 60 + local.minute,
        "opens_minute": bounds.opens_minute,
        "closes_minute": bounds.closes_minute,
        "is_allow_listed": circumstances.reaches(recipient),
    }
    return tuple(named[name] for name in gate.FACTS.columns)


def _ladder(now: Now, rulebook: Rulebook) -> int | None:
    """The number of the intent's procedure; None (unknown, so forbidden) when it is gone."""
    for number, ladder in enumerate(rulebook.ladders):
        if ladder.name == now.procedure and now.step_no <= len(ladder.rungs):
            return number
    return None


def _bounds(now: Now, rulebook: Rulebook, day: date) -> Bounds:
    return rulebook.bounds(now.country, now.region, now.legal_kind, on=day)


def _is_closed(now: Now, rulebook: Rulebook, day: date) -> bool:
    """Both the business day and the debtor's own must be open; far away they differ."""
    bounds = _bounds(now, rulebook, day)
    return bounds.is_closed_weekday or (
        bounds.skips_holidays and day in public_holidays(now.country, now.region, day.year)
    )


def _kept(now: Now) -> dict[str, object]:
    """The facts as evidence: numbers, days and codes; the address stays with the message."""
    return {
        name: str(value) if isinstance(value, date) else value
        for name, value in vars(now).items()
        if name != "recipient"
    }
