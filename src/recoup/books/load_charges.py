"""The reader for charges: what was late, its balance over time, its frozen days, what was charged.

Only invoices: a charge never breeds a charge. An item that was paid before charges were part of
the policy is left in peace. What moved is read with everything it came from; whatever is of an
account that was merged is read as of the one that goes on; a move that was taken back never was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from recoup.books import parts, query
from recoup.books.models import Creditor
from recoup.books.parts import Parts
from recoup.books.query import Schema, Value, any_of, many
from recoup.engine.bundle import Hold
from recoup.engine.charges.frames import BALANCES, FROZEN
from recoup.kernel.frames import Frame

_A_DAY = pl.duration(days=1)

ITEMS = Frame(
    "late items",
    {
        "item_id": pl.Int64,
        # Who answers for it, and where it stands in the books.
        "account_id": pl.Int64,
        "own_account_id": pl.Int64,
        "debtor_id": pl.Int64,
        "currency_code": pl.String,
        "legal_kind": pl.Int8,
        "country": pl.String,
        "region": pl.String,
        "number": pl.String,
        "issue_date": pl.Date,
        "due_date": pl.Date,
    },
)
CHARGED = Frame(
    "charged",
    {
        "charge_id": pl.Int64,
        # Who answers for it.
        "account_id": pl.Int64,
        "item_id": pl.Int64,
        "kind": pl.String,
        "key": pl.String,
        "number": pl.String,
        "last_date": pl.Date,
        "currency_code": pl.String,
        "amount_minor": pl.Int64,
        "state": pl.String,
        "closed_why": pl.String,
    },
)
REMINDED = Frame(
    "reminded",
    {
        "intent_id": pl.Int64,
        "account_id": pl.Int64,
        "debtor_id": pl.Int64,
        "currency_code": pl.String,
        "legal_kind": pl.Int8,
        "step_code": pl.String,
        "cycle_date": pl.Date,
        "item_id": pl.Int64,
    },
)

NOTICES = Frame(
    "notices of costs",
    {
        "notice_id": pl.Int64,
        "account_id": pl.Int64,
        # Null: everything the account owed on the day it went.
        "item_id": pl.Int64,
        "sent_date": pl.Date,
        "received_date": pl.Date,
        "names_minor": pl.Int64,
        "currency_code": pl.String,
    },
)


@dataclass(frozen=True)
class Debts:
    """What charges are worked out from."""

    items: pl.DataFrame
    balances: pl.DataFrame
    frozen: pl.DataFrame
    charged: pl.DataFrame
    # Messages that were delivered after the due date, and the items they asked for.
    reminded: pl.DataFrame
    # The day each item was first asked for, also under the name it had before it moved.
    demanded: pl.DataFrame
    # The first item of each account that was ever late; of what moved, where it came from.
    first_late: pl.DataFrame
    # Notices of collection costs on record that say when they were received and what they name.
    notices: pl.DataFrame
    parts: Parts


@dataclass(frozen=True)
class Wanted:
    """Whose debts, by when, and which holds freeze interest."""

    creditor: Creditor
    as_of: date
    # Since when charges are part of the policy.
    since: date
    freezing: Sequence[Hold]
    # All accounts when None.
    account_ids: list[int] | None = None

    def some(self, column: str) -> str:
        """SQL that keeps to the accounts asked for."""
        return "" if self.account_ids is None else f"AND {any_of(column)}"

    def ask(self, sql: str, values: Sequence[Value], schema: Schema) -> pl.DataFrame:
        """The answer; a column at a time when it may be large."""
        ours: list[Value] = [] if self.account_ids is None else [many(self.account_ids)]
        if self.account_ids is None:
            return query.bulk_frame(sql, [*values, *ours], schema)
        return query.frame(sql, [*values, *ours], schema)


def debts(wanted: Wanted) -> Debts:
    """Everything charges are worked out from, of all accounts or of some."""
    if wanted.account_ids is not None:
        wanted = replace(wanted, account_ids=parts.tied(wanted.creditor.pk, wanted.account_ids))
    moved = parts.parts_of(wanted.creditor.pk)
    items = _items(wanted, moved)
    reminded = moved.led(_reminded(wanted))
    return Debts(
        items=items,
        balances=_balances(wanted, items, moved),
        frozen=_frozen(wanted, items, moved),
        charged=_charged(wanted),
        reminded=reminded,
        demanded=_demanded(reminded, moved),
        first_late=_first_late(wanted, moved),
        notices=_notices(wanted, moved),
        parts=moved,
    )


_ITEMS = """
SELECT i.id, s.id, i.account_id, s.debtor_id, i.currency, d.legal_kind, d.country, d.region,
    t.number, i.issue_date, i.due_date
FROM books_openitem i
JOIN books_document t ON t.id = i.document_id
JOIN books_account a ON a.id = i.account_id
JOIN books_account s ON s.id = COALESCE(a.merged_into_id, a.id)
JOIN books_debtor d ON d.id = s.debtor_id
WHERE i.creditor_id = %s AND i.amount_minor > 0 AND t.kind = 'invoice' AND i.due_date < %s
    {late}
"""
_IN_QUESTION = """AND (i.open_minor <> 0
        OR EXISTS (SELECT 1 FROM books_charge c WHERE c.open_item_id = i.id)
        OR EXISTS (SELECT 1 FROM books_transfer x WHERE x.open_item_id = i.id AND x.credit = 1
            AND x.effective_date >= %s))
    {some}"""


def _items(wanted: Wanted, moved: Parts) -> pl.DataFrame:
    """What is in question, and of a debt that moved each of its parts."""
    sql = _ITEMS.format(late=_IN_QUESTION.format(some=wanted.some("i.account_id")))
    values: list[Value] = [wanted.creditor.pk, wanted.as_of, wanted.since]
    found = wanted.ask(sql, values, ITEMS.columns)
    mine = moved.led(found.select("item_id")).select(moved.root()).unique()
    lines = moved.lines.filter(pl.col("root_id").is_in(mine["item_id"].implode()))
    missing = lines.join(found, on="item_id", how="anti")["item_id"].to_list()
    if missing:
        sql = _ITEMS.format(late=f"AND {any_of('i.id')}")
        more = query.frame(sql, [*values[:2], many(missing)], ITEMS.columns)
        found = pl.concat([found, more])
    standing = ~pl.col("item_id").is_in(moved.stands["item_id"].implode())
    return found.filter(standing).sort("item_id")


# A payment effective on a day still bears interest on it, so a balance begins the day after.
_MOVED = """
SELECT x.open_item_id, x.effective_date, CAST(SUM(
    CASE WHEN x.debit = 1 THEN x.amount_minor WHEN x.credit = 1 THEN -x.amount_minor ELSE 0 END
) AS BIGINT)
FROM books_transfer x
WHERE x.creditor_id = %s AND x.effective_date <= %s AND x.open_item_id IS NOT NULL {some}
GROUP BY x.open_item_id, x.effective_date
"""
_MOVE = {"item_id": pl.Int64, "effective_date": pl.Date, "moved_minor": pl.Int64}


def _balances(wanted: Wanted, items: pl.DataFrame, moved: Parts) -> pl.DataFrame:
    sql = _MOVED.format(some=wanted.some("x.account_id"))
    changed = wanted.ask(sql, [wanted.creditor.pk, wanted.as_of], _MOVE)
    return BALANCES.check(
        moved.led(changed)
        .join(items, on="item_id", how="semi")
        .group_by("item_id", "effective_date")
        .agg(pl.col("moved_minor").sum())
        .sort("item_id", "effective_date")
        .with_columns(
            from_date=pl.col("effective_date") + pl.duration(days=1),
            balance_minor=pl.col("moved_minor").cum_sum().over("item_id"),
        )
    )


_HELD = """
SELECT COALESCE(a.merged_into_id, a.id), h.open_item_id, h.first_date, h.last_date
FROM books_hold h JOIN books_account a ON a.id = h.account_id
WHERE h.creditor_id = %s AND h.reason IN ({reasons}) AND h.first_date <= %s {some}
"""
_HOLD = {
    "account_id": pl.Int64,
    "held_item_id": pl.Int64,
    "first_date": pl.Date,
    "last_date": pl.Date,
}


def _frozen(wanted: Wanted, items: pl.DataFrame, moved: Parts) -> pl.DataFrame:
    """The frozen days of each item; one that is held in part is frozen whole."""
    reasons = ", ".join(str(int(each)) for each in wanted.freezing)
    sql = _HELD.format(reasons=reasons, some=wanted.some("h.account_id"))
    held = wanted.ask(sql, [wanted.creditor.pk, wanted.as_of], _HOLD)
    spans = held.with_columns(pl.col("last_date").fill_null(pl.lit(wanted.as_of) + _A_DAY)).filter(
        pl.col("first_date") <= pl.col("last_date")
    )
    whole = pl.col("held_item_id").is_null()
    of_accounts = items.select("item_id", "account_id").join(spans.filter(whole), on="account_id")
    of_items = moved.led(spans.filter(~whole).rename({"held_item_id": "item_id"}))
    names = list(FROZEN.columns)
    return FROZEN.check(pl.concat([of_accounts.select(names), of_items.select(names)]))


_CHARGED = """
SELECT c.id, COALESCE(a.merged_into_id, a.id), c.open_item_id, c.kind, c.key, c.number,
    c.last_date, c.currency, c.amount_minor, c.state, c.closed_why
FROM books_charge c JOIN books_account a ON a.id = c.account_id WHERE c.creditor_id = %s {some}
"""


def _charged(wanted: Wanted) -> pl.DataFrame:
    sql = _CHARGED.format(some=wanted.some("c.account_id"))
    return wanted.ask(sql, [wanted.creditor.pk], CHARGED.columns)


_REMINDED = """
SELECT i.id, s.id, s.debtor_id, i.currency, d.legal_kind, i.step_code, i.cycle_date,
    n.open_item_id
FROM books_intent i
JOIN books_intentitem n ON n.intent_id = i.id
JOIN books_openitem o ON o.id = n.open_item_id
JOIN books_account a ON a.id = i.account_id
JOIN books_account s ON s.id = COALESCE(a.merged_into_id, a.id)
JOIN books_debtor d ON d.id = s.debtor_id
WHERE i.creditor_id = %s AND i.state = 'accepted' AND n.role = 1 AND i.cycle_date < %s
    AND i.cycle_date > o.due_date {some}
"""


def _reminded(wanted: Wanted) -> pl.DataFrame:
    sql = _REMINDED.format(some=wanted.some("i.account_id"))
    return wanted.ask(sql, [wanted.creditor.pk, wanted.as_of], REMINDED.columns)


def _demanded(reminded: pl.DataFrame, moved: Parts) -> pl.DataFrame:
    """When each item was first asked for; what moved was asked for under its earlier name."""
    asked = reminded.select("item_id", demand_date="cycle_date")
    named = pl.concat([asked, _under_earlier_names(asked, moved, "demand_date")])
    return named.group_by("item_id").agg(pl.col("demand_date").min())


def _under_earlier_names(said: pl.DataFrame, moved: Parts, day: str) -> pl.DataFrame:
    """What was said of items before they moved, as said of what they are now."""
    before = moved.ancestors.join(said, left_on="ancestor_id", right_on="item_id")
    return before.filter(pl.col(day) <= pl.col("until")).select(said.columns)


_EVER_LATE = """
SELECT COALESCE(a.merged_into_id, a.id), i.id, i.due_date FROM books_openitem i
JOIN books_document t ON t.id = i.document_id
JOIN books_account a ON a.id = i.account_id
WHERE i.creditor_id = %s AND i.amount_minor > 0 AND t.kind = 'invoice' AND i.due_date < %s
    AND (i.open_minor > 0 OR EXISTS (SELECT 1 FROM books_transfer x WHERE x.open_item_id = i.id
        AND x.credit = 1 AND x.effective_date > i.due_date))
    {some}
"""
_LATE = {"account_id": pl.Int64, "item_id": pl.Int64, "due_date": pl.Date}


def _first_late(wanted: Wanted, moved: Parts) -> pl.DataFrame:
    sql = _EVER_LATE.format(some=wanted.some("i.account_id"))
    found = wanted.ask(sql, [wanted.creditor.pk, wanted.as_of], _LATE)
    rooted = found.with_columns(moved.root())
    first = rooted.sort("due_date", "item_id").unique("account_id", keep="first")
    return first.select("account_id", "item_id")


_NOTICES = """
SELECT e.id, COALESCE(a.merged_into_id, a.id), e.open_item_id, e.event_date, e.received_date,
    e.names_minor, e.names_currency
FROM books_debtevent e JOIN books_account a ON a.id = e.account_id
WHERE e.creditor_id = %s AND e.kind = 'costs_notice' AND e.taken_back_at IS NULL
    AND e.received_date <= %s AND e.names_minor IS NOT NULL {some}
"""


def _notices(wanted: Wanted, moved: Parts) -> pl.DataFrame:
    """A notice of one debt goes along when it moves; one of an account stays with the account."""
    sql = _NOTICES.format(some=wanted.some("e.account_id"))
    found = wanted.ask(sql, [wanted.creditor.pk, wanted.as_of], NOTICES.columns)
    named = moved.led(found)
    before = _under_earlier_names(named, moved, "sent_date")
    return pl.concat([named, before])
