"""Settlement: what came of an attempt; a doubt is never ended without evidence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from recoup.books.outbox import points
from recoup.books.outbox.attempt import Case, case_of, end, move_intent, tell
from recoup.books.outbox.release import withhold
from recoup.books.query import is_postgresql
from recoup.kernel.errors import Fault

FINAL = {"accepted": "message_accepted", "refused": "message_refused"}
LATE = "answered late: "


def locked_case(attempt_id: int) -> Case:
    """The attempt as it stands, kept so until the transaction ends."""
    return case_of(attempt_id, lock="FOR UPDATE OF a" if is_postgresql() else "")


def settle(
    *,
    attempt_id: int,
    state: str,
    code: int | None,
    reply: str,
    retry_at: datetime | None,
    at: datetime,
    reason: str = "",
) -> None:
    """Write down the answer to one attempt: accepted, refused, deferred, cancelled or in doubt.

    A deferral gives the message back for `retry_at`; without that it has been put off too often
    and counts as refused. A definite answer is evidence: it ends the doubt of its own attempt,
    and of no other.
    """
    # Within a release it stands or falls with it, so a savepoint would be for nothing.
    with transaction.atomic(savepoint=False):
        case = locked_case(attempt_id)
        evidence = reply or reason
        if case.state == "in_doubt" and state in ("accepted", "refused", "deferred"):
            evidence = f"{LATE}{evidence}"
        elif case.state not in ("claimed", "in_flight"):
            return
        points.reach("settling")
        if state == "in_doubt":
            in_doubt(case, evidence=evidence, at=at, by=case.worker, code=code)
        elif state == "cancelled":
            withhold(case, reason=reason or reply, at=at, told=reply)
        elif state == "deferred" and retry_at is not None:
            end(case, state=state, evidence=evidence, at=at, by=case.worker, code=code, reply=reply)
            move_intent(case, state="pending", reason=reply, not_before=retry_at)
        else:
            _finish(case, state, code=code, reply=reply, reason=reason, evidence=evidence, at=at)


def _finish(
    case: Case,
    state: str,
    *,
    code: int | None,
    reply: str,
    reason: str,
    evidence: str,
    at: datetime,
) -> None:
    """The end of the message: taken, or refused for a reason that is kept."""
    by = case.worker
    end(case, state=state, evidence=evidence, at=at, by=by, code=code, reply=reply)
    outcome = "accepted" if state == "accepted" else "refused"
    why = "" if outcome == "accepted" else reason or reply
    move_intent(case, state=outcome, reason=why, settled_at=at)
    said = reply or reason
    tell(case, FINAL[outcome], at=at, by=by, reply=said[:200], reason=why[:200], code=code)


def in_doubt(case: Case, *, evidence: str, at: datetime, by: str, code: int | None = None) -> None:
    """Mark an attempt, and with it the message, as possibly taken; only evidence ends that."""
    if case.state != "in_flight":
        raise Fault(
            f"attempt {case.attempt_id} is {case.state}: only one in flight can be in doubt"
        )
    end(case, state="in_doubt", evidence=evidence, at=at, by=by, code=code, reply=evidence)
    move_intent(case, state="in_doubt", reason="", settled_at=at)
    tell(case, "message_in_doubt", at=at, by=by)
