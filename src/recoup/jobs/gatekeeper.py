"""The late gate: the engine's gate, asked again with the facts of this moment."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from recoup.books import facts
from recoup.books.facts import Now
from recoup.books.models import Intent
from recoup.books.outbox import Verdict
from recoup.engine import gate
from recoup.kernel.dates import public_holidays
from recoup.policy.rulebook import Rulebook

# How long a message rests that time alone may let go; the next day's decision replaces it.
REST = timedelta(hours=1)


def late_gate(
    intent: Intent, *, rulebook: Rulebook, now: datetime, is_allow_listed: bool
) -> Verdict:
    """Ask the gate about one message; call it while its account is locked.

    `now` is the instant by which hours are judged; the rulebook's day is the business date.
    """
    known = facts.now(intent, as_of=rulebook.as_of)
    row = _facts(intent, known, rulebook, now, is_allow_listed=is_allow_listed)
    frame = pl.DataFrame([row], schema=dict(gate.FACTS.columns))
    bits = int(gate.check(frame)["blocked_bits"][0])
    waits = gate.outcome(bits) is gate.Outcome.WAIT
    return Verdict(
        blocked=tuple(gate.codes(bits)),
        open_minor=known.asked_minor,
        facts={key: _plain(value) for key, value in asdict(known).items()},
        ask_again_at=now + REST if waits else None,
    )


def _facts(
    intent: Intent, known: Now, rulebook: Rulebook, now: datetime, *, is_allow_listed: bool
) -> dict[str, object]:
    contact = rulebook.policy.contact
    ladder = _ladder(intent, rulebook)
    since = rulebook.as_of - known.last_contact_date if known.last_contact_date else None
    local = now.astimezone(ZoneInfo(known.time_zone))
    return {
        "asked_minor": known.asked_minor,
        "due_minor": known.asked_minor,
        "credit_minor": known.credit_minor,
        "minimum_minor": None
        if ladder is None
        else rulebook.minimum_minor(ladder, intent.step_no, intent.currency),
        "message_minor": intent.net_minor if known.is_as_written else -1,
        "hold_bits": known.hold_bits,
        "address": int(known.address),
        "contacts_last_7_days": known.contacts_last_7_days,
        "contacts_per_7_days_max": contact.contacts_per_7_days_max,
        "contacts_last_30_days": known.contacts_last_30_days,
        "contacts_per_30_days_max": contact.contacts_per_30_days_max,
        "days_since_contact": gate.NEVER if since is None else since.days,
        "days_between": None if ladder is None else rulebook.days_between(ladder, intent.step_no),
        "has_unfinished_message": known.has_unfinished_message,
        "is_bank_data_stale": rulebook.is_bank_data_stale(known.bank_data_until),
        "is_frozen": known.is_frozen,
        "is_closed_day": rulebook.is_closed_weekday
        or (rulebook.skips_holidays and _is_holiday(known, rulebook.as_of)),
        "local_minute": local.hour * 60 + local.minute,
        "opens_minute": contact.window.opens_minute,
        "closes_minute": contact.window.closes_minute,
        "is_allow_listed": is_allow_listed,
    }


def _ladder(intent: Intent, rulebook: Rulebook) -> int | None:
    """The number of the intent's procedure; None (unknown, so forbidden) when it is gone."""
    for number, ladder in enumerate(rulebook.ladders):
        if ladder.name == intent.procedure and intent.step_no <= len(ladder.rungs):
            return number
    return None


def _is_holiday(known: Now, day: date) -> bool:
    return day in public_holidays(known.country, known.region, day.year)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, date) else value
