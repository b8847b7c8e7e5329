"""Leasing: messages into the hands of one worker, and back when the worker is gone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from recoup.books.models import Attempt, AttemptEvent, Intent
from recoup.books.outbox.release import end_attempt, in_doubt
from recoup.books.query import any_of, is_postgresql, many, rows


@dataclass(frozen=True)
class Leased:
    """One message in a worker's hands; the token fences off whoever had it before."""

    intent_id: int
    attempt_id: int
    token: str


# One message per debtor at a time: two workers must not both see "one more is allowed".
_READY = """
SELECT i.id, i.debtor_id FROM books_intent i
WHERE i.state = 'pending' AND i.not_before <= %s AND {mine}
    AND NOT EXISTS (
        SELECT 1 FROM books_intent o WHERE o.debtor_id = i.debtor_id AND o.state = 'leased'
    )
ORDER BY i.not_before, i.id LIMIT %s {skip}
"""


def lease(
    *, worker: str, creditor_ids: list[int], limit: int, now: datetime, at: datetime
) -> list[Leased]:
    """Take up to `limit` messages that may go at `now`; durable before anything leaves."""
    skip = "FOR UPDATE OF i SKIP LOCKED" if is_postgresql() else ""
    sql = _READY.format(mine=any_of("i.creditor_id"), skip=skip)
    with transaction.atomic():
        found = rows(sql, [now, many(creditor_ids), limit])
        by_debtor: dict[int, int] = {}
        for intent_id, debtor_id in found:
            by_debtor.setdefault(int(str(debtor_id)), int(str(intent_id)))
        chosen = list(by_debtor.values())
        Intent.objects.filter(pk__in=chosen, state="pending").update(state="leased")
        return _claim(chosen, worker=worker, at=at)


def _claim(intent_ids: Iterable[int], *, worker: str, at: datetime) -> list[Leased]:
    intents = Intent.objects.filter(pk__in=intent_ids).prefetch_related("attempts")
    claims = [
        Attempt(
            creditor_id=intent.creditor_id,
            intent=intent,
            debtor_id=intent.debtor_id,
            number=len(intent.attempts.all()) + 1,
            token=secrets.token_hex(16),
            worker=worker,
            state="claimed",
            claimed_at=at,
        )
        for intent in intents.order_by("not_before", "pk")
    ]
    made = Attempt.objects.bulk_create(claims)
    AttemptEvent.objects.bulk_create(
        AttemptEvent(
            creditor_id=each.creditor_id, attempt=each, to_state="claimed", at=at, by=worker
        )
        for each in made
    )
    return [Leased(each.intent_id, each.pk, each.token) for each in made]


def give_back(*, leased: Leased, not_before: datetime, evidence: str, at: datetime) -> None:
    """Return a message that never left: nothing was handed over, so it is simply to be sent."""
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().get(pk=leased.attempt_id)
        if attempt.token == leased.token and attempt.state == "claimed":
            end_attempt(attempt, state="released", evidence=evidence, at=at, by=attempt.worker)
            Intent.objects.filter(pk=leased.intent_id, state="leased").update(
                state="pending", not_before=not_before
            )


def recover(*, dead: Iterable[str], at: datetime, by: str) -> tuple[int, int]:
    """Take over from workers known to be dead: (given back, in doubt).

    What was only claimed had not left and is to be sent; what was in flight is in doubt.
    """
    given_back = doubtful = 0
    stuck = Attempt.objects.filter(worker__in=list(dead), state__in=["claimed", "in_flight"])
    for pk in list(stuck.values_list("pk", flat=True)):
        with transaction.atomic():
            attempt = Attempt.objects.select_for_update().get(pk=pk)
            if attempt.state == "claimed":
                end_attempt(attempt, state="released", evidence="worker gone", at=at, by=by)
                Intent.objects.filter(pk=attempt.intent_id, state="leased").update(state="pending")
                given_back += 1
            elif attempt.state == "in_flight":
                in_doubt(attempt, evidence="worker gone after release", at=at, by=by)
                doubtful += 1
    return given_back, doubtful
