"""Loading accounts: everything the gate asks about whom a message would go to."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from recoup.books import lineage, query
from recoup.books.query import any_of, many
from recoup.books.scope import SPACING_MAX, Scope, bits_of
from recoup.engine.bundle import ACCOUNTS, Address, Hold
from recoup.kernel.dates import public_holidays

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


def accounts_of(scope: Scope, items: pl.DataFrame, credits: pl.DataFrame) -> pl.DataFrame:
    """The accounts that owe or are owed, with everything the gate asks about them."""
    concerned = pl.concat([items.select("account_id"), credits.select("account_id")]).unique()
    sql = _PARTIES.format(some=scope.some("a.id"))
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


def _account_holds(scope: Scope) -> pl.DataFrame:
    schema = {"account_id": pl.Int64, "reason": pl.Int64}
    held = scope.ask(
        _ACCOUNT_HOLDS.format(some=scope.some("h.account_id")),
        scope.parameters(scope.creditor.pk, scope.as_of, scope.as_of),
        schema,
    )
    maybe_paid = scope.ask(
        _MAYBE_PAID.format(
            reason=int(Hold.PAYMENT_IN_PROGRESS),
            likely=scope.maybe.held_from_ppm,
            some=scope.some("p.account_id"),
        ),
        scope.parameters(scope.creditor.pk, scope.as_of),
        schema,
    )
    return pl.concat([held, maybe_paid]).group_by("account_id").agg(bits_of("reason"))


_ADDRESSES = """
SELECT c.account_id,
    MAX(CASE WHEN c.state = 'usable' AND c.consent <> 'none' THEN 1 ELSE 0 END),
    MAX(CASE WHEN c.state = 'opted_out' THEN 1 ELSE 0 END),
    MAX(CASE WHEN c.state = 'bounced' THEN 1 ELSE 0 END)
FROM books_contactpoint c JOIN books_account a ON a.id = c.account_id
WHERE c.creditor_id = %s AND c.kind = 'email' AND c.until IS NULL {some}
GROUP BY c.account_id
"""


def _addresses(scope: Scope) -> pl.DataFrame:
    """Whether an account can be written to; an opt-out of any address is an opt-out of e-mail."""
    found = scope.ask(
        _ADDRESSES.format(some=scope.some("c.account_id")),
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


_CONTACT = {"debtor_id": pl.Int64, "last_contact_date": pl.Date}


def _contacts(scope: Scope) -> pl.DataFrame:
    """How often a person was written to lately, also under the names they turned out to have."""
    week, month, furthest = (scope.as_of - timedelta(days=days) for days in (7, 30, SPACING_MAX))
    found = scope.ask(
        _CONTACTS.format(some=scope.some("i.debtor_id")),
        scope.of_debtors(furthest, scope.as_of),
        _CONTACT,
    )
    merged = lineage.merged_debtors(scope.creditor.pk)
    others = query.frame(
        _CONTACTS.format(some=f"AND {any_of('i.debtor_id')}"),
        [furthest, scope.as_of, many(merged["debtor_id"].to_list())],
        _CONTACT,
    )
    theirs = others.join(merged, on="debtor_id").select(
        pl.col("person_id").alias("debtor_id"), "last_contact_date"
    )
    found = pl.concat([found, theirs])
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


def _unfinished(scope: Scope) -> pl.DataFrame:
    """Messages of earlier days that a person held or a worker still has.

    Those that merely waited are superseded by today's decision, with today's figures.
    """
    found = scope.ask(
        _UNFINISHED.format(some=scope.some("i.account_id")),
        scope.parameters(scope.creditor.pk, scope.as_of),
        {"account_id": pl.Int64},
    )
    return found.with_columns(has_unfinished_message=pl.lit(value=True))


def _is_holiday(scope: Scope, parties: pl.DataFrame) -> pl.Expr:
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
