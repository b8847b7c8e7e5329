"""The door of the timeline: every kind of event and its one sentence."""

from __future__ import annotations

import json
from datetime import date, datetime

import polars as pl
from django.db import connection

from recoup.books import bulk, standing
from recoup.books.models import Account, AccountEvent, TimelineEvent
from recoup.books.query import any_of, frame, many
from recoup.kernel.dates import utc
from recoup.kernel.errors import Fault

# Kinds are for ever; facts hold codes, ids and numbers, never names or addresses.
SENTENCES = {
    "account_opened": "Account opened from {source}.",
    "contact_changed": "Contact details changed ({kind}).",
    "hold_set": "Dunning stopped: {reason}, from {first_date}.",
    "hold_ended": "Dunning resumed: {reason} ended on {last_date}.",
    "debt_event_noted": "{event}.",
    "debt_event_taken_back": "Taken back: {event}, said of {event_date}.",
    "message_planned": "Step {step} prepared for {cycle_date}.",
    "message_approved": "Step {step} approved.",
    "message_held": "Step {step} held back by a person.",
    "message_resumed": "Step {step} released by a person.",
    "message_withheld": "Step {step} withheld: {reason}.",
    "message_accepted": "Step {step} handed over; the mail server accepted it.",
    "message_refused": "Step {step} refused by the mail server: {reply}.",
    "message_in_doubt": "Step {step} may or may not have been taken; it is not sent again.",
    "doubt_resolved": "Doubt about step {step} resolved: {outcome}.",
    "money_asked": "{what} asked for; it waits for a second person: {why}.",
    "money_asked_here": "{what} asked for on account {other} waits for a second person: {why}.",
    "money_approved": "{what} approved and posted: {why}.",
    "money_declined": "{what} declined: {why}.",
    "terms_agreed": "Terms agreed from {first_date}: {terms}.",
    "terms_ended": "Terms agreed with the account ended on {first_date}.",
    "terms_link_made": "A link to the terms was made; it opens until {last_date}.",
    "terms_link_revoked": "A link to the terms was taken back.",
    "terms_accepted": "Terms {version} accepted {way}.",
    "charge_proposed": "Charge proposed: {charge}, {number}.",
    "charge_posted": "Charged: {charge}, {number}.",
    "charge_waived": "Charge waived: {charge}, {number}: {why}.",
    "charge_corrected": "Charge taken back: {charge}, {number}: {why}.",
    "charge_refused": "Not charged: {why}",
    "posted_by_hand": "{what} posted by a person: {why}.",
    "moved_away": "{what}, {amount}, moved to account {other}: {why}.",
    "moved_here": "{what}, {amount}, moved here from account {other}: {why}.",
    "move_undone": "{what}, {amount}, moved back {way} account {other}: {why}.",
    "merged_away": "This account was merged into account {other}: {why}.",
    "merged_here": "Account {other} was merged into this one: {why}.",
    "taken_apart": "Taken apart again from account {other}: {why}.",
    "split_off": "Split off as account {other}: {why}.",
    "split_from": "Split off from account {other}: {why}.",
}


def sentence(kind: str, facts: dict[str, object]) -> str:
    """The event in words."""
    return SENTENCES[kind].format(**facts)


def record(
    *,
    account: Account,
    kind: str,
    business_date: date,
    at: datetime,
    by: str,
    facts: dict[str, object],
) -> TimelineEvent:
    """Add an event to an account's timeline, in the transaction of what it tells of."""
    if not connection.in_atomic_block:
        raise Fault("the timeline is written in the transaction of the event")
    SENTENCES[kind].format(**facts)
    return TimelineEvent.objects.create(
        creditor_id=account.creditor_id,
        account=account,
        kind=kind,
        business_date=business_date,
        recorded_at=at,
        by=by,
        facts=facts,
    )


def record_many(events: pl.DataFrame, *, at: datetime, by: str) -> None:
    """Add many events: creditor_id, account_id, kind, business_date, facts (a struct)."""
    bulk.insert(
        TimelineEvent,
        events.select(
            "creditor_id",
            "account_id",
            "kind",
            "business_date",
            pl.lit(utc(at)).alias("recorded_at"),
            pl.lit(by).alias("by"),
            pl.col("facts")
            .map_elements(lambda facts: json.dumps(facts, default=str), return_dtype=pl.String)
            .alias("facts"),
        ).with_columns(bulk.next_ids(TimelineEvent, events.height)),
    )


# Both tables by their partial indexes: only what is still open or unapplied is read.
_BALANCES = """
SELECT account_id, currency, CAST(SUM(minor) AS BIGINT) FROM (
    SELECT account_id, currency, open_minor AS minor FROM books_openitem
    WHERE creditor_id = %s AND open_minor <> 0 AND {accounts}
    UNION ALL
    SELECT account_id, currency, -unapplied_minor FROM books_receipt
    WHERE creditor_id = %s AND unapplied_minor <> 0 AND {accounts}
) AS owed GROUP BY account_id, currency
"""
BALANCES = {"account_id": pl.Int64, "currency": pl.String, "balance_after_minor": pl.Int64}


def record_balances(
    *, creditor_id: int, touched: pl.DataFrame, kind: str, today: date, at: datetime
) -> None:
    """Note what each touched (account_id, currency) owes now; call it while they are locked."""
    pairs = touched.select("account_id", "currency").unique(maintain_order=True)
    ids = many(pairs["account_id"].unique().to_list())
    sql = _BALANCES.format(accounts=any_of("account_id"))
    owed = frame(sql, [creditor_id, ids, creditor_id, ids], BALANCES)
    noted = pairs.join(owed, on=["account_id", "currency"], how="left").with_columns(
        pl.col("balance_after_minor").fill_null(0),
        pl.lit(creditor_id).alias("creditor_id"),
        pl.lit(kind).alias("kind"),
        pl.lit(utc(at)).alias("recorded_at"),
    )
    bulk.insert(AccountEvent, noted.with_columns(bulk.next_events(noted.height)))
    accounts = pairs["account_id"].unique().to_list()
    standing.refresh(creditor_id=creditor_id, account_ids=accounts, today=today)


def record_balances_of(
    *, creditor_id: int, account_id: int, currency: str, kind: str, today: date, at: datetime
) -> None:
    """The same for one account and currency."""
    touched = pl.DataFrame({"account_id": [account_id], "currency": [currency]})
    record_balances(creditor_id=creditor_id, touched=touched, kind=kind, today=today, at=at)
