"""The facts of this moment about messages, each read in one statement.

The same columns that the engine computes for all accounts when deciding, here for the few that
are about to leave, so that one gate can be asked twice. Under the account's lock they are final.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from recoup.books.maybe_paid import BEST_OF_ACCOUNT
from recoup.books.query import Value, any_of, is_postgresql, many, rows
from recoup.books.scope import MaybePaid
from recoup.engine.bundle import Address, Hold
from recoup.policy.cash import NEVER_PPM


@dataclass(frozen=True)
class Now:
    """What is true of an intent's account on a day, at this moment."""

    # What the message was planned as; this never changes.
    procedure: str
    step_no: int
    currency: str
    net_minor: int
    # What is true now.
    asked_minor: int
    credit_minor: int
    # The amounts of every item, and the payment mentioned, are still those of the message.
    is_as_written: bool
    hold_bits: int
    address: Address
    recipient: str
    contacts_last_7_days: int
    contacts_last_30_days: int
    last_contact_date: date | None
    has_unfinished_message: bool
    is_frozen: bool
    bank_data_until: date | None
    has_bank_gap: bool
    # An item that the message names is past its due date on the day.
    is_late: bool
    # Where the debtor is, for the calendar and the clock.
    country: str
    region: str
    time_zone: str
    # What the debtor is in law: some are protected more.
    legal_kind: int


# An account has one creditor, whom SQLite's planner would rather search by: not named here.
# Without money dated after the day the caches are right; with it the transfers are added up.
_OPEN_NOW = "o.open_minor"
_OPEN_THEN = """(
    SELECT CAST(COALESCE(SUM(CASE WHEN t.debit = 1 THEN t.amount_minor
        WHEN t.credit = 1 THEN -t.amount_minor ELSE 0 END), 0) AS BIGINT)
    FROM books_transfer t WHERE t.open_item_id = o.id AND t.effective_date <= me.as_of
)"""
_CREDIT_NOW = """
    COALESCE((SELECT SUM(unapplied_minor) FROM books_receipt r
        WHERE r.account_id = me.account_id AND r.currency = me.currency
            AND r.unapplied_minor <> 0), 0)
    - COALESCE((SELECT SUM(open_minor) FROM books_openitem o
        WHERE o.account_id = me.account_id AND o.currency = me.currency
            AND o.open_minor < 0), 0)
"""
_CREDIT_THEN = """
    COALESCE((SELECT SUM(CASE
        WHEN t.receipt_id IS NOT NULL AND t.credit = 4 THEN t.amount_minor
        WHEN t.receipt_id IS NOT NULL AND t.debit = 4 THEN -t.amount_minor
        WHEN d.kind = 'credit_note' AND t.credit = 1 THEN t.amount_minor
        WHEN d.kind = 'credit_note' AND t.debit = 1 THEN -t.amount_minor
        ELSE 0 END)
    FROM books_transfer t
    LEFT JOIN books_openitem o ON o.id = t.open_item_id
    LEFT JOIN books_document d ON d.id = o.document_id
    WHERE t.account_id = me.account_id AND t.currency = me.currency
        AND t.effective_date <= me.as_of), 0)
"""

# The part of an item that a hold keeps out; a hold on all of it is more than any amount.
_HELD = """COALESCE((
    SELECT MAX(COALESCE(h.held_minor, 1000000000000000000)) FROM books_hold h
    WHERE h.account_id = me.account_id AND h.open_item_id = o.id
        AND h.first_date <= me.as_of AND (h.last_date IS NULL OR h.last_date >= me.as_of)
), 0)"""

# The debtor, and whoever turned out to be the same.
_PERSON = """(SELECT me.debtor_id UNION ALL
        SELECT l.debtor_id FROM books_account l WHERE l.merged_into_id = me.account_id)"""

# Messages of the same day do not count as too recent: one debtor may owe in two currencies.
_SELECT = """
WITH me AS (
    SELECT i.*, {as_of} AS as_of, {week} AS week, {month} AS month
    FROM books_intent i WHERE {mine}
), each_item AS MATERIALIZED (
    SELECT me.id, n.open_minor AS said, {owed} AS owed, {held} AS held,
        CASE WHEN o.due_date < me.as_of THEN 1 ELSE 0 END AS late
    FROM me JOIN books_intentitem n ON n.intent_id = me.id
    JOIN books_openitem o ON o.id = n.open_item_id
), freed AS (
    SELECT id, said, late, CASE WHEN owed <= 0 THEN owed
        WHEN held >= owed THEN 0 ELSE owed - held END AS free
    FROM each_item
), items AS (
    SELECT id, COUNT(*) AS named, SUM(CASE WHEN free > 0 THEN free ELSE 0 END) AS total,
        SUM(CASE WHEN free <> said THEN 1 ELSE 0 END) AS changed, MAX(late) AS late
    FROM freed GROUP BY id
)
SELECT me.id, me.procedure, me.step_no, me.currency, me.net_minor, me.credit_minor,
    items.named, items.total, items.changed, {credit},
    COALESCE((SELECT SUM(DISTINCT 1 << h.reason) FROM books_hold h
        WHERE h.account_id = me.account_id AND h.open_item_id IS NULL
            AND h.first_date <= me.as_of AND (h.last_date IS NULL OR h.last_date >= me.as_of)), 0)
    | CASE WHEN EXISTS (SELECT 1 FROM books_proposal q
            JOIN books_statementline l ON l.id = q.line_id
            WHERE q.account_id = me.account_id AND l.state = 'open' AND l.booked_date <= me.as_of
                AND q.confidence_ppm >= {likely}) THEN {in_progress} ELSE 0 END,
    EXISTS (SELECT 1 FROM books_contactpoint p WHERE p.account_id = me.account_id
        AND p.kind = 'email' AND p.until IS NULL AND p.state = 'opted_out'),
    p.state, p.consent, CASE WHEN p.until IS NULL THEN 1 ELSE 0 END, p.value,
    (SELECT COUNT(*) FROM books_intent o WHERE o.debtor_id IN {person} AND o.id <> me.id
        AND o.cycle_date > me.week AND o.cycle_date <= me.as_of
        AND o.state IN ('accepted', 'in_doubt')),
    (SELECT COUNT(*) FROM books_intent o WHERE o.debtor_id IN {person} AND o.id <> me.id
        AND o.cycle_date > me.month AND o.cycle_date <= me.as_of
        AND o.state IN ('accepted', 'in_doubt')),
    (SELECT MAX(o.cycle_date) FROM books_intent o WHERE o.debtor_id IN {person}
        AND o.cycle_date < me.as_of AND o.state IN ('accepted', 'in_doubt')),
    EXISTS (SELECT 1 FROM books_intent o WHERE o.debtor_id = me.debtor_id
        AND o.account_id = me.account_id AND o.id <> me.id AND o.cycle_date > me.month
        AND o.cycle_date < me.as_of AND o.state = 'held'),
    c.frozen_since, c.bank_data_until,
    EXISTS (SELECT 1 FROM books_bankaccount b WHERE b.creditor_id = c.id AND b.gap <> ''),
    COALESCE(items.late, 1),
    CASE WHEN COALESCE(me.maybe_line_id, 0) = COALESCE({mentioned}, 0) THEN 1 ELSE 0 END,
    CASE WHEN d.country = '' THEN c.country ELSE d.country END,
    CASE WHEN d.country = '' THEN c.region ELSE d.region END,
    CASE WHEN d.time_zone = '' THEN c.time_zone ELSE d.time_zone END,
    d.legal_kind,
    EXISTS (SELECT 1 FROM books_transfer t
        WHERE t.account_id = me.account_id AND t.effective_date > me.as_of)
FROM me
JOIN books_creditor c ON c.id = me.creditor_id
JOIN books_debtor d ON d.id = me.debtor_id
JOIN books_contactpoint p ON p.id = me.contact_point_id
LEFT JOIN items ON items.id = me.id
"""


def read(intent_ids: list[int], *, as_of: date, maybe: MaybePaid) -> dict[int, Now]:
    """Everything the gate asks about each intent; final while its account is locked."""
    found = _read(intent_ids, as_of, maybe, owed=_OPEN_NOW, credit=_CREDIT_NOW)
    later = [_int(row[0]) for row in found if row[-1]]
    known = {_int(row[0]): _now(row) for row in found}
    if later:
        again = _read(later, as_of, maybe, owed=_OPEN_THEN, credit=_CREDIT_THEN)
        known |= {_int(row[0]): _now(row) for row in again}
    return known


def _read(
    intent_ids: list[int], as_of: date, maybe: MaybePaid, *, owed: str, credit: str
) -> list[tuple[object, ...]]:
    day = "CAST(%s AS date)" if is_postgresql() else "%s"
    from_ppm = maybe.mentioned_from_ppm
    # Where nothing is mentioned, nothing is looked for.
    best = "NULL" if from_ppm == NEVER_PPM else BEST_OF_ACCOUNT.format(from_ppm=from_ppm)
    sql = _SELECT.format(
        as_of=day,
        week=day,
        month=day,
        mine=any_of("i.id"),
        owed=owed,
        held=_HELD,
        credit=credit,
        person=_PERSON,
        likely=maybe.held_from_ppm,
        mentioned=best,
        in_progress=1 << Hold.PAYMENT_IN_PROGRESS,
    )
    days = [as_of, as_of - timedelta(days=7), as_of - timedelta(days=30)]
    asked: list[Value] = [*days, many(intent_ids)]
    return rows(sql, asked)


def _now(row: tuple[object, ...]) -> Now:
    (_, procedure, step, currency, net, said_credit, named, total, changed, credit, *rest) = row
    (bits, opted_out, state, consent, is_current, value, *rest) = rest
    (week, month, last, unfinished, frozen, until, gap, late, *rest) = rest
    (is_mention_right, country, region, zone, kind, _) = rest
    owed, credited = _int(total or 0), _int(credit)
    return Now(
        procedure=str(procedure),
        step_no=_int(step),
        currency=str(currency),
        net_minor=_int(net),
        asked_minor=max(owed - credited, 0),
        credit_minor=credited,
        is_as_written=_int(named or 0) > 0
        and not changed
        and bool(is_mention_right)
        and min(credited, owed) == _int(said_credit),
        hold_bits=_int(bits or 0),
        address=_address(bool(opted_out), str(state), str(consent), bool(is_current)),
        recipient=str(value),
        contacts_last_7_days=_int(week),
        contacts_last_30_days=_int(month),
        last_contact_date=_date(last),
        has_unfinished_message=bool(unfinished),
        is_frozen=frozen is not None,
        bank_data_until=_date(until),
        has_bank_gap=bool(gap),
        is_late=bool(late),
        country=str(country),
        region=str(region),
        time_zone=str(zone),
        legal_kind=_int(kind),
    )


def _address(opted_out: bool, state: str, consent: str, is_current: bool) -> Address:
    """Whether the very address of the message may still be used."""
    if opted_out:
        return Address.OPTED_OUT
    if not is_current:
        return Address.MISSING
    if state == "usable":
        return Address.USABLE if consent != "none" else Address.NO_CONSENT
    return Address.BOUNCED if state == "bounced" else Address.MISSING


def _int(value: object) -> int:
    return int(str(value))


def _date(value: object) -> date | None:
    """A date as either database gives it."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])
