"""What people decide about messages: approve, hold, release, dismiss, resolve a doubt."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from recoup.books import record
from recoup.books.lock import hold
from recoup.books.models import Account, Attempt, Creditor, Intent, Run
from recoup.books.outbox.attempt import end, move_intent
from recoup.books.outbox.settle import locked_case
from recoup.kernel.errors import Refusal


def approve_run(*, run: Run, at: datetime, by: str) -> int:
    """Let everything of a run that waits go out; how many messages. Twice changes nothing."""
    with transaction.atomic():
        Run.objects.filter(pk=run.pk, state="awaiting_approval").update(
            state="released", approved_by=by, approved_at=at
        )
        Creditor.objects.filter(pk=run.creditor_id, first_run_approved_at=None).update(
            first_run_approved_at=at
        )
        return Intent.objects.filter(run_id=run.pk, state="waiting").update(
            state="pending", decided_at=at
        )


def stop_run(*, run: Run, reason: str, at: datetime, by: str) -> int:
    """Withdraw everything of a run that has not left; how many messages.

    What a worker has in hand already meets the stop at its release.
    """
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(state="stopped", approved_by=by, approved_at=at)
        return Intent.objects.filter(
            run_id=run.pk, state__in=["waiting", "pending", "held"]
        ).update(state="cancelled", reason=_person(by, reason), settled_at=at)


def approve_intent(*, intent: Intent, at: datetime, by: str) -> None:
    """Let one waiting message go out before its run is approved."""
    _decide(intent, before=("waiting",), after="pending", kind="message_approved", at=at, by=by)


def hold_intent(*, intent: Intent, reason: str, at: datetime, by: str) -> None:
    """Keep one message back until a person lets it go; nothing new is said meanwhile."""
    _decide(
        intent,
        before=("waiting", "pending"),
        after="held",
        kind="message_held",
        at=at,
        by=by,
        reason=reason,
    )


def resume_intent(*, intent: Intent, at: datetime, by: str) -> None:
    """Let a held message go; the gate is asked again before it leaves."""
    _decide(intent, before=("held",), after="pending", kind="message_resumed", at=at, by=by)


def dismiss_intent(*, intent: Intent, reason: str, at: datetime, by: str) -> None:
    """Drop one message for today; tomorrow's decision starts afresh."""
    _decide(
        intent,
        before=("waiting", "pending", "held"),
        after="cancelled",
        kind="message_withheld",
        at=at,
        by=by,
        reason=_person(by, reason),
    )


def withdraw_all(*, account: Account, reason: str, at: datetime, by: str) -> int:
    """Withdraw everything that waits for an account; how many messages.

    What a worker has in hand already meets the gate at its release.
    """
    with transaction.atomic():
        hold([account.pk])
        states = ("waiting", "pending", "held")
        waiting = list(Intent.objects.filter(account=account, state__in=states).order_by("pk"))
        for each in waiting:
            _decide(
                each,
                before=states,
                after="cancelled",
                kind="message_withheld",
                at=at,
                by=by,
                reason=reason,
            )
    return len(waiting)


def _person(by: str, reason: str) -> str:
    """The mark by which the next run of the day knows that a person decided."""
    return f"by:{by}: {reason}"[:200]


def _decide(
    intent: Intent,
    *,
    before: tuple[str, ...],
    after: str,
    kind: str,
    at: datetime,
    by: str,
    reason: str = "",
) -> None:
    with transaction.atomic():
        hold([intent.account_id])
        changed = Intent.objects.filter(pk=intent.pk, state__in=before).update(
            state=after,
            reason=reason,
            decided_at=at,
            settled_at=at if after == "cancelled" else None,
        )
        if not changed:
            now = Intent.objects.get(pk=intent.pk).get_state_display()
            raise Refusal("message-moved-on", f"This message is {now} by now. Reload the page.")
        record.record(
            account=intent.account,
            kind=kind,
            business_date=intent.cycle_date,
            at=at,
            by=by,
            facts={"step": intent.step_code, "intent": intent.pk, "reason": reason},
        )


def resolve_doubt(*, intent: Intent, outcome: str, evidence: str, at: datetime, by: str) -> None:
    """End a doubt with evidence: `accepted`, or `not_accepted`, which sends it once more.

    A doubt without evidence stays one.
    """
    if outcome not in ("accepted", "not_accepted"):
        raise Refusal("doubt-outcome", "Say whether the message was accepted or not accepted.")
    if not evidence.strip():
        raise Refusal("doubt-evidence", "Say how you know: a log line, a call, an answer.")
    with transaction.atomic():
        hold([intent.account_id])
        attempt = Attempt.objects.filter(intent=intent, state="in_doubt").first()
        case = locked_case(attempt.pk) if attempt else None
        if case is None or case.state != "in_doubt":
            raise Refusal("no-doubt", "This message is not in doubt any more. Reload the page.")
        was_taken = outcome == "accepted"
        end(case, state="accepted" if was_taken else "refused", evidence=evidence, at=at, by=by)
        move_intent(
            case,
            state="accepted" if was_taken else "pending",
            reason="",
            settled_at=at if was_taken else None,
        )
        record.record(
            account=intent.account,
            kind="doubt_resolved",
            business_date=intent.cycle_date,
            at=at,
            by=by,
            facts={"step": intent.step_code, "intent": intent.pk, "outcome": outcome},
        )


def supersede(*, intent: Intent) -> bool:
    """Mark a withheld message as decided afresh; whether it was not so marked already."""
    changed = (
        Intent.objects.filter(pk=intent.pk, state="cancelled")
        .exclude(reason="superseded")
        .update(reason="superseded")
    )
    return bool(changed)
