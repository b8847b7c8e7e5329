"""Release and settlement: the point of no return, and what came of it.

`release` runs after the mail server has accepted the recipient and before the first byte of
the message. It holds the account's lock, asks the gate with the facts of that moment, and
commits, durably, that the message is in flight. From there on only a definite answer counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from recoup.books import bulk, record
from recoup.books.lock import hold
from recoup.books.models import Attempt, AttemptEvent, Intent, Message
from recoup.kernel.errors import Fault


@dataclass(frozen=True)
class Verdict:
    """What the gate said of one message, with the facts it was asked on."""

    blocked: tuple[str, ...]  # the codes of the rules that forbid; empty lets it go
    open_minor: int
    facts: dict[str, object] = field(default_factory=dict)
    # When time alone may lift it: the earliest instant to ask again.
    ask_again_at: datetime | None = None


Gate = Callable[[Intent], Verdict]
KINDS = {
    "accepted": "message_accepted",
    "refused": "message_refused",
    "cancelled": "message_withheld",
}


def release(*, attempt_id: int, token: str, message: Message, gate: Gate, at: datetime) -> bool:
    """Let one message go, if the gate still clears it and the lease is still ours.

    Call it inside one transaction of its own; True only once that transaction has committed.
    """
    attempt = Attempt.objects.select_related("intent").get(pk=attempt_id)
    hold([attempt.intent.account_id])
    intent = Intent.objects.select_for_update().get(pk=attempt.intent_id)
    verdict = gate(intent)
    if verdict.blocked:
        _withhold(attempt, intent, token, verdict, at)
        return False
    if verdict.open_minor <= 0:
        raise Fault(f"intent {intent.pk} was cleared with nothing open")
    taken = Attempt.objects.filter(
        pk=attempt.pk, token=token, state="claimed", intent__state="leased"
    ).update(
        state="in_flight",
        message=message,
        body_hash=message.sha256,
        gate_seq=bulk.next_event(),
        gate_open_minor=verdict.open_minor,
        gate_facts=verdict.facts,
        in_flight_at=at,
    )
    if taken:
        _log(attempt, "in_flight", "cleared by the gate", at, attempt.worker)
    return bool(taken)


def _withhold(attempt: Attempt, intent: Intent, token: str, verdict: Verdict, at: datetime) -> None:
    """Cancel the try; the message too, unless time alone may lift what forbids it."""
    reason = ", ".join(verdict.blocked)[:200]
    if attempt.state != "claimed" or attempt.token != token:
        return
    if verdict.ask_again_at is not None:
        end_attempt(attempt, state="released", evidence=reason, at=at, by=attempt.worker)
        Intent.objects.filter(pk=intent.pk, state="leased").update(
            state="pending", not_before=verdict.ask_again_at, reason=reason
        )
        return
    end_attempt(attempt, state="cancelled", evidence=reason, at=at, by=attempt.worker)
    Intent.objects.filter(pk=intent.pk, state="leased").update(
        state="cancelled", reason=reason, settled_at=at
    )
    _tell(intent, "message_withheld", at, attempt.worker, reason=reason)


def settle(
    *,
    attempt_id: int,
    state: str,
    code: int | None,
    reply: str,
    retry_at: datetime | None,
    at: datetime,
) -> None:
    """Write down the answer to one attempt: accepted, refused, deferred, cancelled or in doubt.

    A deferral gives the message back for `retry_at`; a doubt is never sent again by itself.
    """
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().select_related("intent").get(pk=attempt_id)
        if attempt.state not in ("claimed", "in_flight"):
            return
        Attempt.objects.filter(pk=attempt.pk).update(reply_code=code, reply_text=reply[:500])
        if state == "in_doubt":
            in_doubt(attempt, evidence=reply, at=at, by=attempt.worker)
            return
        end_attempt(attempt, state=state, evidence=reply, at=at, by=attempt.worker)
        if state == "deferred":
            if retry_at is None:
                raise Fault("a deferred message needs the instant of its next try")
            Intent.objects.filter(pk=attempt.intent_id).update(
                state="pending", not_before=retry_at, reason=reply[:200]
            )
            return
        reason = "" if state == "accepted" else reply[:200]
        Intent.objects.filter(pk=attempt.intent_id).update(
            state=state, settled_at=at, reason=reason
        )
        kind = KINDS[state]
        _tell(attempt.intent, kind, at, attempt.worker, reply=reply[:200], reason=reason, code=code)


def in_doubt(attempt: Attempt, *, evidence: str, at: datetime, by: str) -> None:
    """Mark an attempt, and with it the message, as possibly taken; only evidence ends that."""
    if attempt.state != "in_flight":
        raise Fault(f"attempt {attempt.pk} is {attempt.state}: only one in flight can be in doubt")
    end_attempt(attempt, state="in_doubt", evidence=evidence, at=at, by=by)
    Intent.objects.filter(pk=attempt.intent_id).update(state="in_doubt", settled_at=at)
    _tell(attempt.intent, "message_in_doubt", at, by)


def end_attempt(attempt: Attempt, *, state: str, evidence: str, at: datetime, by: str) -> None:
    """Move an attempt to a final state and log the step."""
    changed = Attempt.objects.filter(pk=attempt.pk, state=attempt.state).update(
        state=state, finished_at=at
    )
    if not changed:
        raise Fault(f"attempt {attempt.pk} was changed by somebody else")
    _log(attempt, state, evidence, at, by)


def _log(attempt: Attempt, to_state: str, evidence: str, at: datetime, by: str) -> None:
    AttemptEvent.objects.create(
        creditor_id=attempt.creditor_id,
        attempt=attempt,
        from_state=attempt.state,
        to_state=to_state,
        at=at,
        by=by,
        evidence=evidence[:500],
    )
    attempt.state = to_state


def _tell(intent: Intent, kind: str, at: datetime, by: str, **facts: object) -> None:
    record.record(
        account=intent.account,
        kind=kind,
        business_date=intent.cycle_date,
        at=at,
        by=by,
        facts={"step": intent.step_code, "intent": intent.pk, **facts},
    )
