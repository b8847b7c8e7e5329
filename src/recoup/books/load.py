"""The only reader for the engine: the books of a creditor on a day, as one bundle.

Balances are as of the day: the sum of the transfers effective by then. When nothing is
dated later, the cached figures are that sum already and the transfers are not read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from recoup.books import query
from recoup.books.models import Creditor
from recoup.books.query import Schema, Value, any_of, many, rows
from recoup.engine.bundle import ACCOUNTS, CREDITS, ITEMS, Address, Bundle, Facts, Hold
from recoup.kernel.dates import public_holidays
from recoup.kernel.frames import translated
from recoup.kernel.money import currency_number

# How far back a message can still matter for the next one, in days; policies cannot ask for more.
SPACING_MAX = 90

# Above this a bank line that is not applied yet may well be an account's payment.
MAYBE_PAID_PPM = 200_000

Ask = Callable[[str, Sequence[Value], Schema], pl.DataFrame]


@dataclass(frozen=True)
class _Scope:
    """Whose rows: all debtors of the creditor, or some."""

    creditor: Creditor
    as_of: date
    debtor_ids: list[int] | None
    ask: Ask

    def some(self, column: str) -> str:
        """SQL that keeps to the debtors asked for."""
        return "" if self.debtor_ids is None else f"AND {any_of(column)}"

    def parameters(self, *values: Value) -> list[Value]:
        """The values, and the debtors asked for."""
        return [*values, *([] if self.debtor_ids is None else [many(self.debtor_ids)])]


def bundle(creditor: Creditor, *, as_of: date) -> Bundle:
    """Everything the engine needs to decide for all debtors of a creditor."""
    return _bundle(_Scope(creditor, as_of, None, query.bulk_frame))


def bundle_of(creditor: Creditor, *, as_of: date, debtor_ids: list[int]) -> Bundle:
    """The same for some debtors."""
    return _bundle(_Scope(creditor, as_of, debtor_ids, query.frame))


def _bundle(scope: _Scope) -> Bundle:
    opened = _open(scope)
    items = _items(scope, opened)
    credits = _credits(scope, opened)
    accounts = _accounts(scope, items, credits)
    return Bundle(
        facts=Facts(
            creditor_id=scope.creditor.pk,
            as_of=scope.as_of,
            country=scope.creditor.country,
            region=scope.creditor.region,
            bank_data_until=scope.creditor.bank_data_until,
            is_frozen=scope.creditor.frozen_since is not None,
        ),
        items=items,
        accounts=accounts,
        credits=credits,
    ).checked()


def _is_latest(scope: _Scope) -> bool:
    """Whether nothing in the ledger is dated after the day, so that the caches are its sums."""
    found = rows(
        "SELECT MAX(effective_date) FROM books_transfer WHERE creditor_id = %s",
        [scope.creditor.pk],
    )
    latest = found[0][0]
    return latest is None or str(latest) <= scope.as_of.isoformat()


_OPEN_NOW = """
SELECT a.debtor_id, i.account_id, i.id, i.currency, i.issue_date, i.due_date, i.open_minor,
    i.imported_date
FROM books_openitem i JOIN books_account a ON a.id = i.account_id
WHERE i.creditor_id = %s AND i.open_minor <> 0 {some}
"""
_OPEN_THEN = """
SELECT a.debtor_id, i.account_id, i.id, i.currency, i.issue_date, i.due_date,
    t.open_minor, i.imported_date
FROM (
    SELECT open_item_id, CAST(SUM(
        CASE WHEN debit = 1 THEN amount_minor WHEN credit = 1 THEN -amount_minor ELSE 0 END
    ) AS BIGINT) AS open_minor
    FROM books_transfer
    WHERE creditor_id = %s AND effective_date <= %s AND open_item_id IS NOT NULL
    GROUP BY open_item_id
) t
JOIN books_openitem i ON i.id = t.open_item_id
JOIN books_account a ON a.id = i.account_id
WHERE t.open_minor <> 0 {some}
"""
_OPEN = {
    "debtor_id": pl.Int64,
    "account_id": pl.Int64,
    "item_id": pl.Int64,
    "currency_code": pl.String,
    "issue_date": pl.Date,
    "due_date": pl.Date,
    "open_minor": pl.Int64,
    "imported_date": pl.Date,
}


def _open(scope: _Scope) -> pl.DataFrame:
    """Everything open on the day: above zero owed to us, below zero credit notes."""
    some = scope.some("a.debtor_id")
    if _is_latest(scope):
        sql = _OPEN_NOW.format(some=some)
        return scope.ask(sql, scope.parameters(scope.creditor.pk), _OPEN)
    sql = _OPEN_THEN.format(some=some)
    return scope.ask(sql, scope.parameters(scope.creditor.pk, scope.as_of), _OPEN)


def _items(scope: _Scope, opened: pl.DataFrame) -> pl.DataFrame:
    held = _item_holds(scope)
    ladder = _ladder(scope)
    found = _numbered(opened.filter(pl.col("open_minor") > 0))
    return (
        found.join(held, on="item_id", how="left", maintain_order="left")
        .join(ladder, on="item_id", how="left", maintain_order="left")
        .with_columns(
            pl.min_horizontal(pl.col("held_minor").fill_null(0), "open_minor").alias("held_minor"),
            pl.col("hold_bits").fill_null(0),
            pl.col("last_step").fill_null(0),
            (pl.col("due_date") < pl.col("imported_date")).alias("is_backlog"),
        )
        .sort("debtor_id", "account_id", "currency", "due_date", "item_id")
        .select(list(ITEMS.columns))
    )


def _numbered(found: pl.DataFrame) -> pl.DataFrame:
    """The currency as the number that hot frames hold."""
    codes = found["currency_code"].unique().to_list()
    numbers = {code: currency_number(code) for code in codes}
    return found.with_columns(translated("currency_code", numbers, pl.Int16).alias("currency"))


_ITEM_HOLDS = """
SELECT h.open_item_id, h.reason, COALESCE(h.held_minor, 1000000000000)
FROM books_hold h JOIN books_account a ON a.id = h.account_id
WHERE h.creditor_id = %s AND h.open_item_id IS NOT NULL
    AND h.first_date <= %s AND (h.last_date IS NULL OR h.last_date >= %s) {some}
"""


def _item_holds(scope: _Scope) -> pl.DataFrame:
    found = scope.ask(
        _ITEM_HOLDS.format(some=scope.some("a.debtor_id")),
        scope.parameters(scope.creditor.pk, scope.as_of, scope.as_of),
        {"item_id": pl.Int64, "reason": pl.Int64, "held_minor": pl.Int64},
    )
    # Two holds on one item overlap; the larger part is what stays out of messages.
    return found.group_by("item_id").agg(_bits("reason"), pl.col("held_minor").max())


def _bits(column: str) -> pl.Expr:
    """The set of reasons as bits; each reason counts once."""
    return pl.lit(2, pl.Int64).pow(pl.col(column).unique()).sum().cast(pl.Int32).alias("hold_bits")


# Role 1: the item took this step; the others named it for information. Gathered by Polars: the
# databases would look up every row by the item first.
_LADDER = """
SELECT n.open_item_id, n.step_no, i.cycle_date
FROM books_intentitem n JOIN books_intent i ON i.id = n.intent_id
WHERE i.creditor_id = %s AND i.state IN ('accepted', 'in_doubt') AND i.cycle_date < %s
    AND n.role = 1 {some}
"""


def _ladder(scope: _Scope) -> pl.DataFrame:
    named = scope.ask(
        _LADDER.format(some=scope.some("i.debtor_id")),
        scope.parameters(scope.creditor.pk, scope.as_of),
        {"item_id": pl.Int64, "last_step": pl.Int16, "last_step_date": pl.Date},
    )
    return named.group_by("item_id").agg(pl.col("last_step", "last_step_date").max())


_UNAPPLIED_NOW = """
SELECT a.debtor_id, r.account_id, r.currency, CAST(SUM(r.unapplied_minor) AS BIGINT)
FROM books_receipt r JOIN books_account a ON a.id = r.account_id
WHERE r.creditor_id = %s AND r.unapplied_minor <> 0 {some}
GROUP BY a.debtor_id, r.account_id, r.currency
"""
_UNAPPLIED_THEN = """
SELECT a.debtor_id, t.account_id, t.currency, CAST(SUM(
    CASE WHEN t.credit = 4 THEN t.amount_minor WHEN t.debit = 4 THEN -t.amount_minor ELSE 0 END
) AS BIGINT)
FROM books_transfer t JOIN books_account a ON a.id = t.account_id
WHERE t.creditor_id = %s AND t.effective_date <= %s AND t.receipt_id IS NOT NULL {some}
GROUP BY a.debtor_id, t.account_id, t.currency
"""
_CREDIT = {
    "debtor_id": pl.Int64,
    "account_id": pl.Int64,
    "currency_code": pl.String,
    "credit_minor": pl.Int64,
}


def _credits(scope: _Scope, opened: pl.DataFrame) -> pl.DataFrame:
    """Unapplied receipts and open credit notes, by account and currency."""
    some = scope.some("a.debtor_id")
    if _is_latest(scope):
        sql, values = _UNAPPLIED_NOW, scope.parameters(scope.creditor.pk)
    else:
        sql, values = _UNAPPLIED_THEN, scope.parameters(scope.creditor.pk, scope.as_of)
    unapplied = scope.ask(sql.format(some=some), values, _CREDIT)
    notes = opened.filter(pl.col("open_minor") < 0).select(
        "debtor_id", "account_id", "currency_code", credit_minor=-pl.col("open_minor")
    )
    summed = (
        pl.concat([unapplied, notes])
        .group_by("debtor_id", "account_id", "currency_code")
        .agg(pl.col("credit_minor").sum())
        .filter(pl.col("credit_minor") > 0)
    )
    return (
        _numbered(summed).select(list(CREDITS.columns)).sort("debtor_id", "account_id", "currency")
    )


_PARTIES = """
SELECT a.debtor_id, a.id, d.legal_kind, d.country, d.region, d.language, a.tier,
    a.first_invoice_date
FROM books_account a JOIN books_debtor d ON d.id = a.debtor_id
WHERE a.creditor_id = %s {some}
"""
_PARTY = {
    "debtor_id": pl.Int64,
    "account_id": pl.Int64,
    "legal_kind": pl.Int8,
    "country": pl.String,
    "region": pl.String,
    "language": pl.String,
    "tier": pl.String,
    "first_invoice_date": pl.Date,
}


def _accounts(scope: _Scope, items: pl.DataFrame, credits: pl.DataFrame) -> pl.DataFrame:
    """The accounts that owe or are owed, with everything the gate asks about them."""
    concerned = pl.concat([items.select("account_id"), credits.select("account_id")]).unique()
    sql = _PARTIES.format(some=scope.some("a.debtor_id"))
    found = scope.ask(sql, scope.parameters(scope.creditor.pk), _PARTY)
    return (
        found.join(concerned, on="account_id", how="semi")
        .join(_account_holds(scope), on="account_id", how="left", maintain_order="left")
        .join(_addresses(scope), on="account_id", how="left", maintain_order="left")
        .join(_contacts(scope), on="debtor_id", how="left", maintain_order="left")
        .join(_unfinished(scope), on="account_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("hold_bits", "contacts_last_7_days", "contacts_last_30_days").fill_null(0),
            pl.col("address").fill_null(int(Address.MISSING)),
            pl.col("has_unfinished_message").fill_null(value=False),
            _is_holiday(scope, found),
        )
        .sort("debtor_id", "account_id")
        .select(list(ACCOUNTS.columns))
    )


_ACCOUNT_HOLDS = """
SELECT h.account_id, h.reason FROM books_hold h JOIN books_account a ON a.id = h.account_id
WHERE h.creditor_id = %s AND h.open_item_id IS NULL
    AND h.first_date <= %s AND (h.last_date IS NULL OR h.last_date >= %s) {some}
"""
# Money that is in the bank and may be this account's: nobody is asked for it meanwhile.
_MAYBE_PAID = """
SELECT DISTINCT p.account_id, {reason} FROM books_proposal p
JOIN books_statementline l ON l.id = p.line_id JOIN books_account a ON a.id = p.account_id
WHERE p.creditor_id = %s AND l.state = 'open' AND l.booked_date <= %s
    AND p.confidence_ppm >= {likely} {some}
"""


def _account_holds(scope: _Scope) -> pl.DataFrame:
    schema = {"account_id": pl.Int64, "reason": pl.Int64}
    some = scope.some("a.debtor_id")
    held = scope.ask(
        _ACCOUNT_HOLDS.format(some=some),
        scope.parameters(scope.creditor.pk, scope.as_of, scope.as_of),
        schema,
    )
    maybe_paid = scope.ask(
        _MAYBE_PAID.format(reason=int(Hold.PAYMENT_IN_PROGRESS), likely=MAYBE_PAID_PPM, some=some),
        scope.parameters(scope.creditor.pk, scope.as_of),
        schema,
    )
    return pl.concat([held, maybe_paid]).group_by("account_id").agg(_bits("reason"))


_ADDRESSES = """
SELECT c.account_id,
    MAX(CASE WHEN c.state = 'usable' AND c.consent <> 'none' THEN 1 ELSE 0 END),
    MAX(CASE WHEN c.state = 'opted_out' THEN 1 ELSE 0 END),
    MAX(CASE WHEN c.state = 'bounced' THEN 1 ELSE 0 END)
FROM books_contactpoint c JOIN books_account a ON a.id = c.account_id
WHERE c.creditor_id = %s AND c.kind = 'email' AND c.until IS NULL {some}
GROUP BY c.account_id
"""


def _addresses(scope: _Scope) -> pl.DataFrame:
    """Whether an account can be written to; an opt-out of any address is an opt-out of e-mail."""
    found = scope.ask(
        _ADDRESSES.format(some=scope.some("a.debtor_id")),
        scope.parameters(scope.creditor.pk),
        {"account_id": pl.Int64, "usable": pl.Int64, "opted_out": pl.Int64, "bounced": pl.Int64},
    )
    state = (
        pl.when(pl.col("opted_out") == 1)
        .then(int(Address.OPTED_OUT))
        .when(pl.col("usable") == 1)
        .then(int(Address.USABLE))
        .when(pl.col("bounced") == 1)
        .then(int(Address.BOUNCED))
        .otherwise(int(Address.NO_CONSENT))
    )
    return found.select("account_id", state.cast(pl.Int8).alias("address"))


# Across creditors on purpose: caps protect the person, whoever is writing.
_CONTACTS = """
SELECT i.debtor_id, i.cycle_date FROM books_intent i
WHERE i.state IN ('accepted', 'in_doubt') AND i.cycle_date > %s AND i.cycle_date < %s {some}
"""


def _contacts(scope: _Scope) -> pl.DataFrame:
    week, month, furthest = (scope.as_of - timedelta(days=days) for days in (7, 30, SPACING_MAX))
    found = scope.ask(
        _CONTACTS.format(some=scope.some("i.debtor_id")),
        scope.parameters(furthest, scope.as_of),
        {"debtor_id": pl.Int64, "last_contact_date": pl.Date},
    )
    day = pl.col("last_contact_date")
    return found.group_by("debtor_id").agg(
        (day > week).sum().cast(pl.Int16).alias("contacts_last_7_days"),
        (day > month).sum().cast(pl.Int16).alias("contacts_last_30_days"),
        day.max(),
    )


_UNFINISHED = """
SELECT DISTINCT i.account_id FROM books_intent i
WHERE i.creditor_id = %s AND i.state IN ('held', 'leased') AND i.cycle_date < %s {some}
"""


def _unfinished(scope: _Scope) -> pl.DataFrame:
    """Messages of earlier days that a person held or a worker still has.

    Those that merely waited are superseded by today's decision, with today's figures.
    """
    found = scope.ask(
        _UNFINISHED.format(some=scope.some("i.debtor_id")),
        scope.parameters(scope.creditor.pk, scope.as_of),
        {"account_id": pl.Int64},
    )
    return found.with_columns(has_unfinished_message=pl.lit(value=True))


def _is_holiday(scope: _Scope, parties: pl.DataFrame) -> pl.Expr:
    """Whether the day is a public holiday where the debtor is, or else where the creditor is."""
    home = (scope.creditor.country, scope.creditor.region)
    places = parties.select("country", "region").unique().rows()
    closed = [
        country + "/" + region
        for country, region in places
        if scope.as_of
        in public_holidays(*((country, region) if country else home), scope.as_of.year)
    ]
    place = pl.concat_str("country", pl.lit("/"), "region")
    return place.is_in(closed).alias("is_public_holiday")
