"""One attempt and its message: read in one statement, moved in one, every move logged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from recoup.books import record
from recoup.books.models import Account
from recoup.books.query import Value, execute, rows
from recoup.kernel.errors import Fault

_ADDRESS = re.compile(r"\S+@\S+")


@dataclass(frozen=True)
class Case:
    """An attempt with what never changes of its message."""

    attempt_id: int
    creditor_id: int
    intent_id: int
    state: str
    token: str
    worker: str
    account_id: int
    debtor_id: int
    contact_point_id: int
    step_code: str
    cycle_date: date
    net_minor: int
    intent_state: str


_CASE = """
SELECT a.id, a.creditor_id, a.intent_id, a.state, a.token, a.worker, i.account_id, i.debtor_id,
    i.contact_point_id, i.step_code, i.cycle_date, i.net_minor, i.state
FROM books_attempt a JOIN books_intent i ON i.id = a.intent_id WHERE a.id = %s
"""


def case_of(attempt_id: int, *, lock: str = "") -> Case:
    """The attempt as it stands now; `lock` is what PostgreSQL adds to keep it so."""
    found = rows(_CASE + lock, [attempt_id])
    if not found:
        raise Fault(f"there is no attempt {attempt_id}")
    numbers, words = found[0], [str(each) for each in found[0]]
    day = numbers[10]
    return Case(
        attempt_id=int(words[0]),
        creditor_id=int(words[1]),
        intent_id=int(words[2]),
        state=words[3],
        token=words[4],
        worker=words[5],
        account_id=int(words[6]),
        debtor_id=int(words[7]),
        contact_point_id=int(words[8]),
        step_code=words[9],
        cycle_date=day if isinstance(day, date) else date.fromisoformat(words[10]),
        net_minor=int(words[11]),
        intent_state=words[12],
    )


def instant(at: datetime | None) -> Value:
    """An instant as the columns of this database hold it."""
    held: Value = connection.ops.adapt_datetimefield_value(at)
    return held


_END = """
UPDATE books_attempt SET state = %s, finished_at = %s, reply_code = COALESCE(%s, reply_code),
    reply_text = CASE WHEN %s = '' THEN reply_text ELSE %s END
WHERE id = %s AND state = %s
"""


def end(
    case: Case,
    *,
    state: str,
    evidence: str,
    at: datetime,
    by: str,
    code: int | None = None,
    reply: str = "",
) -> None:
    """Move an attempt to a state in which it rests, and log the step with its evidence."""
    reply = reply[:500]
    changed = execute(_END, [state, instant(at), code, reply, reply, case.attempt_id, case.state])
    if not changed:
        raise Fault(f"attempt {case.attempt_id} was changed by somebody else")
    log(case, state, evidence=evidence, at=at, by=by)


_LOG = """
INSERT INTO books_attemptevent (creditor_id, attempt_id, from_state, to_state, at, by, evidence)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def log(case: Case, to_state: str, *, evidence: str, at: datetime, by: str) -> None:
    """Note that an attempt went from its state to another."""
    step: list[Value] = [case.creditor_id, case.attempt_id, case.state, to_state]
    execute(_LOG, [*step, instant(at), by, evidence[:500]])


def move_intent(
    case: Case,
    *,
    state: str,
    reason: str,
    settled_at: datetime | None = None,
    not_before: datetime | None = None,
) -> int:
    """Put the message itself into a state; how many (none when it has moved on already)."""
    return execute(
        "UPDATE books_intent SET state = %s, reason = %s, settled_at = %s, "
        "not_before = COALESCE(%s, not_before) WHERE id = %s AND state IN ('leased', 'in_doubt')",
        [state, reason[:200], instant(settled_at), instant(not_before), case.intent_id],
    )


def tell(case: Case, kind: str, *, at: datetime, by: str, **facts: object) -> None:
    """Put it on the account's timeline; whatever a server said goes without its addresses."""
    said = {
        name: _ADDRESS.sub("(address)", fact) if isinstance(fact, str) else fact
        for name, fact in facts.items()
    }
    record.record(
        account=Account(pk=case.account_id, creditor_id=case.creditor_id),
        kind=kind,
        business_date=case.cycle_date,
        at=at,
        by=by,
        facts={"step": case.step_code, "intent": case.intent_id, **said},
    )
