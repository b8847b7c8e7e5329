"""The door of the outbox: plan what is said once, let people decide, hand it over, settle it."""

from __future__ import annotations

from recoup.books.outbox.attempt import Case
from recoup.books.outbox.compose import STORED, message_bytes, store_messages, withhold_unwritable
from recoup.books.outbox.lease import Leased, give_back, lease, recover
from recoup.books.outbox.people import (
    approve_intent,
    approve_run,
    dismiss_intent,
    hold_intent,
    resolve_doubt,
    resume_intent,
    stop_run,
    supersede,
    withdraw_all,
)
from recoup.books.outbox.plan import PLANNED, PLANNED_ITEMS, Planned, plan
from recoup.books.outbox.release import Gate, Verdict, release
from recoup.books.outbox.settle import settle

__all__ = [
    "PLANNED",
    "PLANNED_ITEMS",
    "STORED",
    "Case",
    "Gate",
    "Leased",
    "Planned",
    "Verdict",
    "approve_intent",
    "approve_run",
    "dismiss_intent",
    "give_back",
    "hold_intent",
    "lease",
    "message_bytes",
    "plan",
    "recover",
    "release",
    "resolve_doubt",
    "resume_intent",
    "settle",
    "stop_run",
    "store_messages",
    "supersede",
    "withdraw_all",
    "withhold_unwritable",
]
