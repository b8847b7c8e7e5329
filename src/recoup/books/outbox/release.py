"""Release: the point of no return.

It runs after the mail server has accepted the recipient and before the first byte of the
message. It holds the account's lock, asks the gate with the facts of that moment, and commits,
durably, that the message is in flight. From there on only a definite answer counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from recoup.books import bulk
from recoup.books.lock import hold
from recoup.books.models import Message
from recoup.books.outbox import points
from recoup.books.outbox.attempt import Case, case_of, end, instant, log, move_intent, tell
from recoup.books.query import execute
from recoup.kernel.errors import Fault


@dataclass(frozen=True)
class Verdict:
    """What the gate said of one message, with the facts it was asked on."""

    blocked: tuple[str, ...]  # the codes of the rules that forbid; empty lets it go
    open_minor: int
    facts: dict[str, object] = field(default_factory=dict)
    # When time alone may lift it: the earliest instant to ask again.
    ask_again_at: datetime | None = None


Gate = Callable[[Case], Verdict]

# The fence: whoever had the message before holds another token, or an attempt that has ended.
_RELEASE = """
UPDATE books_attempt SET state = 'in_flight', message_id = %s, body_hash = %s, gate_seq = %s,
    gate_open_minor = %s, gate_facts = %s, in_flight_at = %s
WHERE id = %s AND token = %s AND state = 'claimed'
    AND EXISTS (
        SELECT 1 FROM books_intent i JOIN books_run r ON r.id = i.run_id
        WHERE i.id = intent_id AND i.state = 'leased' AND r.state <> 'stopped'
    )
"""
# Begins like every decision of a person: the same day does not prepare it again.
STOPPED = "by:stop: the run was stopped"


def release(*, attempt_id: int, token: str, message: Message, gate: Gate, at: datetime) -> bool:
    """Let one message go, if the gate still clears it and the lease is still ours.

    Call it inside one transaction of its own; it counts only once that has committed.
    """
    case = case_of(attempt_id)
    hold([case.account_id])
    verdict = gate(case)
    points.reach("gate asked")
    if verdict.blocked:
        _withhold(case, token, verdict, at)
        return False
    if verdict.open_minor <= 0:
        raise Fault(f"intent {case.intent_id} was cleared with nothing open")
    taken = execute(
        _RELEASE,
        [
            message.pk,
            message.sha256,
            bulk.next_event(),
            verdict.open_minor,
            json.dumps(verdict.facts),
            instant(at),
            attempt_id,
            token,
        ],
    )
    if taken:
        log(case, "in_flight", evidence="cleared by the gate", at=at, by=case.worker)
    else:
        _withhold(case, token, Verdict((STOPPED,), verdict.open_minor), at)
    points.reach("released, not committed")
    return bool(taken)


def _withhold(case: Case, token: str, verdict: Verdict, at: datetime) -> None:
    """Cancel the try; the message too, unless time alone may lift what forbids it."""
    reason = ", ".join(verdict.blocked)
    case = case_of(case.attempt_id)
    if case.state != "claimed" or case.token != token:
        return
    by = case.worker
    if verdict.ask_again_at is not None:
        end(case, state="released", evidence=reason, at=at, by=by)
        move_intent(case, state="pending", reason=reason, not_before=verdict.ask_again_at)
        return
    withhold(case, reason=reason, at=at)


def withhold(case: Case, *, reason: str, at: datetime, told: str = "") -> None:
    """Cancel a message that has not left, for a reason that a person can read."""
    end(case, state="cancelled", evidence=told or reason, at=at, by=case.worker)
    move_intent(case, state="cancelled", reason=reason, settled_at=at)
    tell(case, "message_withheld", at=at, by=case.worker, reason=reason)
