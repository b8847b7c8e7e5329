"""Leasing: messages into the hands of one worker, and back when the worker is gone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from recoup.books.models import Attempt, AttemptEvent
from recoup.books.outbox import points
from recoup.books.outbox.attempt import end, instant, move_intent
from recoup.books.outbox.settle import in_doubt, locked_case
from recoup.books.query import Value, any_of, execute, is_postgresql, many, rows

# Two workers that reach for one debtor at once: the slower one asks again.
TRIES = 3


@dataclass(frozen=True)
class Leased:
    """One message in a worker's hands; the token fences off whoever had it before."""

    intent_id: int
    attempt_id: int
    token: str
    creditor_id: int
    debtor_id: int
    # How often the mail server has put this message off already.
    deferrals: int


# One message per debtor at a time: two workers must not both see "one more is allowed".
_READY = """
SELECT i.id, i.creditor_id, i.debtor_id,
    (SELECT COALESCE(MAX(a.number), 0) FROM books_attempt a WHERE a.intent_id = i.id),
    (SELECT COUNT(*) FROM books_attempt a WHERE a.intent_id = i.id AND a.state = 'deferred')
FROM books_intent i JOIN books_creditor c ON c.id = i.creditor_id
WHERE i.state = 'pending' AND i.not_before <= %s AND {mine} AND {day}
    AND c.frozen_since IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM books_intent o WHERE o.debtor_id = i.debtor_id AND o.state = 'leased'
    )
ORDER BY i.not_before, i.id LIMIT %s {skip}
"""


def lease(
    *,
    worker: str,
    creditor_ids: list[int],
    limit: int,
    now: datetime,
    at: datetime,
    cycle_date: date | None = None,
) -> list[Leased]:
    """Take up to `limit` messages that may go at `now`; durable before anything leaves.

    With a `cycle_date` only that day's: what another day decided is decided afresh.
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                leased = _lease(worker, creditor_ids, limit, now, at, cycle_date)
                points.reach("leased, not committed")
                return leased
        except IntegrityError:
            if not left:
                raise
    return []


def _lease(
    worker: str,
    creditor_ids: list[int],
    limit: int,
    now: datetime,
    at: datetime,
    cycle_date: date | None,
) -> list[Leased]:
    skip = "FOR UPDATE OF i SKIP LOCKED" if is_postgresql() else ""
    day, which = ("TRUE", []) if cycle_date is None else ("i.cycle_date = %s", [cycle_date])
    sql = _READY.format(mine=any_of("i.creditor_id"), day=day, skip=skip)
    asked: list[Value] = [instant(now), many(creditor_ids), *which, limit]
    first: dict[int, tuple[int, int, int, int]] = {}
    for row in rows(sql, asked):
        intent_id, creditor_id, debtor_id, number, deferrals = (int(str(each)) for each in row)
        first.setdefault(debtor_id, (intent_id, creditor_id, number, deferrals))
    taken = many([intent_id for intent_id, *_ in first.values()])
    execute(f"UPDATE books_intent SET state = 'leased' WHERE {any_of('id')}", [taken])
    claims = Attempt.objects.bulk_create(
        Attempt(
            creditor_id=creditor_id,
            intent_id=intent_id,
            debtor_id=debtor_id,
            number=number + 1,
            token=secrets.token_hex(16),
            worker=worker,
            state="claimed",
            claimed_at=at,
        )
        for debtor_id, (intent_id, creditor_id, number, _) in first.items()
    )
    AttemptEvent.objects.bulk_create(
        AttemptEvent(
            creditor_id=each.creditor_id, attempt=each, to_state="claimed", at=at, by=worker
        )
        for each in claims
    )
    return [
        Leased(
            intent_id=each.intent_id,
            attempt_id=each.pk,
            token=each.token,
            creditor_id=each.creditor_id,
            debtor_id=each.debtor_id,
            deferrals=first[each.debtor_id][3],
        )
        for each in claims
    ]


def give_back(*, leased: Leased, not_before: datetime, evidence: str, at: datetime) -> bool:
    """Return a message that never left, to be sent later; whether it was ours to return."""
    with transaction.atomic():
        case = locked_case(leased.attempt_id)
        if case.token != leased.token or case.state != "claimed":
            return False
        end(case, state="released", evidence=evidence, at=at, by=case.worker, reply=evidence)
        move_intent(case, state="pending", reason="", not_before=not_before)
        return True


def recover(*, dead: Iterable[str], at: datetime, by: str) -> tuple[int, int]:
    """Take over from workers known to be dead: (given back, in doubt).

    What was only claimed had not left and is to be sent; what was in flight is in doubt.
    """
    given_back = doubtful = 0
    stuck = Attempt.objects.filter(worker__in=list(dead), state__in=["claimed", "in_flight"])
    with transaction.atomic():
        for pk in list(stuck.order_by("pk").values_list("pk", flat=True)):
            case = locked_case(pk)
            if case.state == "claimed":
                end(case, state="released", evidence="worker gone", at=at, by=by)
                move_intent(case, state="pending", reason="")
                given_back += 1
            elif case.state == "in_flight":
                in_doubt(case, evidence="worker gone after release", at=at, by=by)
                doubtful += 1
            points.reach("recovering")
    return given_back, doubtful
