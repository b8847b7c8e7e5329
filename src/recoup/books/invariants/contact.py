"""Invariants of contact: nobody is written to twice, after paying, or under a hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from recoup.books.invariants.base import Invariant, Row, Scope
from recoup.books.models import Attempt
from recoup.books.query import Value, rows
from recoup.kernel.dates import local_day

# The bytes have left, or may have.
LEFT = "('in_flight', 'accepted', 'in_doubt')"
OVER = "('accepted', 'refused', 'cancelled', 'deferred', 'released')"

# A message that may go waits at most this long, and one on its way this long.
WAIT_MAX = timedelta(days=4)
HANDS_MAX = timedelta(hours=1)

_SAID_ONCE = """
SELECT i.creditor_id, i.id, i.account_id, i.cycle_date, i.revision
FROM books_intent i
JOIN (
    SELECT account_id, currency, channel, cycle_date FROM books_intent
    WHERE state <> 'cancelled'
    GROUP BY account_id, currency, channel, cycle_date HAVING COUNT(*) > 1
    UNION
    SELECT account_id, currency, channel, cycle_date FROM books_intent
    GROUP BY account_id, currency, channel, cycle_date, revision HAVING COUNT(*) > 1
) d ON d.account_id = i.account_id AND d.currency = i.currency
    AND d.channel = i.channel AND d.cycle_date = i.cycle_date
"""

_STEPPED_ONCE = """
SELECT n.creditor_id, n.open_item_id AS id, n.step_no, COUNT(*) AS times
FROM books_intentitem n JOIN books_intent i ON i.id = n.intent_id
WHERE n.role = 1 AND n.step_no > 0 AND i.state IN ('accepted', 'in_doubt')
GROUP BY n.creditor_id, n.open_item_id, i.procedure, n.step_no HAVING COUNT(*) > 1
"""

_ONE_COPY = f"""
SELECT creditor_id, intent_id AS id, COUNT(*) AS copies
FROM books_attempt WHERE state IN {LEFT}
GROUP BY creditor_id, intent_id HAVING COUNT(*) > 1
"""

_GATED = f"""
SELECT creditor_id, id, intent_id, state, gate_seq, gate_open_minor
FROM books_attempt
WHERE state IN {LEFT} AND (gate_seq IS NULL OR gate_open_minor IS NULL OR gate_open_minor <= 0)
"""

# The last thing that touched the account and currency before the message left said "settled".
_AFTER_PAYMENT = """
SELECT a.creditor_id, a.id, a.intent_id, e.evseq, a.gate_seq, e.balance_after_minor
FROM books_attempt a
JOIN books_intent i ON i.id = a.intent_id
JOIN books_accountevent e ON e.evseq = (
    SELECT MAX(b.evseq) FROM books_accountevent b
    WHERE b.account_id = i.account_id AND b.currency = i.currency AND b.evseq < a.gate_seq
)
WHERE a.gate_seq IS NOT NULL AND e.balance_after_minor <= 0
"""

# Holds known before the gate and not ended before it; days are compared in Python, where the
# creditor's clock is known. A hold on part of an item allows naming the rest of it.
_HELD = """
SELECT DISTINCT a.creditor_id, a.id, h.id, h.first_date, h.last_date, h.ended_evseq,
    a.in_flight_at, c.time_zone
FROM books_attempt a
JOIN books_intent i ON i.id = a.intent_id
JOIN books_creditor c ON c.id = a.creditor_id
JOIN books_hold h ON h.account_id = i.account_id
LEFT JOIN books_intentitem n ON n.intent_id = i.id AND n.open_item_id = h.open_item_id
LEFT JOIN books_openitem o ON o.id = h.open_item_id
WHERE a.gate_seq IS NOT NULL AND h.evseq < a.gate_seq
    AND (h.ended_evseq IS NULL OR h.ended_evseq > a.gate_seq)
    AND (h.open_item_id IS NULL
        OR n.open_minor + COALESCE(h.held_minor, o.amount_minor) > o.amount_minor)
"""

_RIGHT_PERSON = """
SELECT i.creditor_id, i.id, i.account_id, i.debtor_id, i.contact_point_id
FROM books_intent i
JOIN books_account a ON a.id = i.account_id
JOIN books_contactpoint p ON p.id = i.contact_point_id
WHERE a.debtor_id <> i.debtor_id OR p.account_id <> i.account_id
UNION ALL
SELECT i.creditor_id, i.id, i.account_id, i.debtor_id, n.open_item_id
FROM books_intentitem n
JOIN books_intent i ON i.id = n.intent_id
JOIN books_openitem o ON o.id = n.open_item_id
WHERE o.account_id <> i.account_id OR o.currency <> i.currency
"""

_SAME_BYTES = """
SELECT a.creditor_id, a.id, a.intent_id, a.message_id
FROM books_attempt a LEFT JOIN books_message m ON m.id = a.message_id
WHERE a.gate_seq IS NOT NULL
    AND (m.id IS NULL OR m.sha256 <> a.body_hash OR m.intent_id <> a.intent_id)
"""

_ALLOWED_EDGES = f"""
SELECT creditor_id, attempt_id AS id, from_state, to_state, evidence
FROM books_attemptevent
WHERE from_state IN {OVER} OR (from_state = 'in_doubt' AND TRIM(evidence) = '')
UNION ALL
SELECT creditor_id, attempt_id, before_state, from_state, 'a step is missing'
FROM (
    SELECT creditor_id, attempt_id, from_state,
        COALESCE(LAG(to_state) OVER (PARTITION BY attempt_id ORDER BY id), '') AS before_state
    FROM books_attemptevent
) AS log WHERE before_state <> from_state
UNION ALL
SELECT a.creditor_id, a.id, COALESCE(e.to_state, ''), a.state, 'state and log differ'
FROM books_attempt a
LEFT JOIN (
    SELECT attempt_id, MAX(id) AS id FROM books_attemptevent GROUP BY attempt_id
) AS last ON last.attempt_id = a.id
LEFT JOIN books_attemptevent e ON e.id = last.id
WHERE e.to_state IS NULL OR e.to_state <> a.state
"""

_STUCK = """
SELECT i.creditor_id, i.id, 'waiting to be sent' AS what FROM books_intent i
JOIN books_creditor c ON c.id = i.creditor_id
WHERE i.state = 'pending' AND i.not_before < %s AND c.frozen_since IS NULL
UNION ALL
SELECT creditor_id, intent_id, 'in the hands of a worker' FROM books_attempt
WHERE state IN ('claimed', 'in_flight') AND claimed_at < %s
UNION ALL
SELECT i.creditor_id, i.id, 'leased by nobody' FROM books_intent i
WHERE i.state = 'leased' AND NOT EXISTS (
    SELECT 1 FROM books_attempt a
    WHERE a.intent_id = i.id AND a.state IN ('claimed', 'in_flight')
)
"""


def _under_a_hold(scope: Scope) -> list[Row]:
    found: dict[object, Row] = {}
    for creditor_id, attempt_id, hold_id, first, last, ended, left_at, zone in rows(_HELD):
        if scope.creditor_id not in (None, creditor_id):
            continue
        day = local_day(_instant(left_at, attempt_id), str(zone))
        # A hold that was ended afterwards stood until then, whatever its last day says now.
        stood = ended is not None or last is None or _day(last) >= day
        if _day(first) <= day and stood:
            row = {"creditor_id": creditor_id, "id": attempt_id, "hold_id": hold_id}
            found[attempt_id] = row
    return list(found.values())


def _instant(held: object, attempt_id: object) -> datetime:
    """The instant at which an attempt left; SQLite's bare text is asked for by way of Django."""
    if isinstance(held, datetime):
        return held
    left_at = Attempt.objects.get(pk=int(str(attempt_id))).in_flight_at
    assert left_at is not None, f"attempt {attempt_id} passed the gate at no time"
    return left_at


def _day(held: object) -> date:
    return held if isinstance(held, date) else date.fromisoformat(str(held))


def _stuck(scope: Scope) -> list[Row]:
    # A rehearsed day lies in the past: its messages have waited since then, not until today.
    end_of_day = datetime.combine(scope.as_of, time.max, tzinfo=UTC)
    limits: list[Value] = [min(scope.at, end_of_day) - WAIT_MAX, scope.at - HANDS_MAX]
    return [
        {"creditor_id": creditor_id, "id": intent_id, "what": what}
        for creditor_id, intent_id, what in rows(_STUCK, limits)
        if scope.creditor_id in (None, creditor_id)
    ]


CONTACT = (
    Invariant("C1", "One message a day and case", "writing twice on one day", _SAID_ONCE),
    Invariant("C1", "Each step is said once of an item", "the same step again", _STEPPED_ONCE),
    Invariant("C2", "Never two copies of one message", "a second copy", _ONE_COPY),
    Invariant("C3", "Nothing leaves without the gate", "a message nobody cleared", _GATED),
    Invariant("C4", "Nobody is written to after paying", "reminding who has paid", _AFTER_PAYMENT),
    Invariant(
        "C5", "Nobody is written to under a hold", "reminding in a dispute", find=_under_a_hold
    ),
    Invariant(
        "C6", "A message is for its own debtor", "telling others what one owes", _RIGHT_PERSON
    ),
    # Stopping all sending would keep what is stuck stuck.
    Invariant("C12", "No message is stuck", "a reminder silently lost", find=_stuck, freezes=False),
    Invariant("C13", "What is over stays over", "a doubt wiped out", _ALLOWED_EDGES),
    Invariant("C14", "What left is what is kept", "an archive that differs", _SAME_BYTES),
)
