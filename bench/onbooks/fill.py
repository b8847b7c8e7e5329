"""Books of a given size, the same every time, made through the doors.

    python -m bench.onbooks.fill 100000

Five open items an account; 90 % due from 120 days ago to in 30 days, 10 % up to 1,100 days
late; some credit notes, some accounts without an address. Every earlier day has been run: each
item has had the steps that its age asks for, so the day measured is an ordinary one.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
from django.core.management import call_command
from django.db import transaction

from recoup.books import bulk, query, standing
from recoup.books.models import ContactPoint, Intent, IntentItem, OpenItem, Run
from recoup.books.post import post_documents
from recoup.books.register import NewCreditor, enroll, enroll_creditor

CODE = "bench"
AS_OF = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
# Before any item fell due, so that nothing counts as old debt.
IMPORTED = date(2023, 1, 2)
ITEMS_PER_ACCOUNT = 5
CHUNK_ACCOUNTS = 20_000
PLACES = ("DE", "FR", "ES", "GB")
# A day after due on which a step of the standard policy comes up, and its code.
LADDER = (
    (1, -3, "upcoming"),
    (2, 0, "due-today"),
    (3, 3, "first-reminder"),
    (4, 10, "second-reminder"),
    (5, 20, "final-notice"),
)


def items_of(accounts: pl.DataFrame) -> pl.DataFrame:
    """The open items of some accounts: row, account_id, debtor_id, late, minor."""
    row = pl.col("row")
    return (
        accounts.select(
            pl.all().repeat_by(ITEMS_PER_ACCOUNT).explode(),
        )
        .with_columns(row=pl.col("first_row") + pl.int_range(pl.len()) % ITEMS_PER_ACCOUNT)
        .with_columns(
            late=pl.when(row.hash(1) % 10 == 0)
            .then(row.hash(2) % 1100)
            .otherwise((row.hash(3) % 151).cast(pl.Int64) - 30)
            .cast(pl.Int64),
            minor=100 + ((row.hash(4) % 1000) * (row.hash(5) % 1000)).cast(pl.Int64),
            is_credit=row.hash(6) % 33 == 0,
        )
    )


def parties(start: int, count: int) -> pl.DataFrame:
    """Accounts as a file would name them; one in twelve has no address."""
    number = pl.col("n").cast(pl.String)
    place = pl.lit(pl.Series(PLACES)).gather(pl.col("n") % len(PLACES))
    return pl.DataFrame({"n": range(start, start + count)}).select(
        number=pl.lit("C") + number,
        name=pl.lit("Customer & Söhne ") + number,
        email=pl.when(pl.col("n") % 12 == 0)
        .then(pl.lit(""))
        .otherwise(pl.lit("ap") + number + pl.lit("@debtor.example")),
        phone=pl.lit(""),
        person=pl.lit("Ada Quill"),
        postal_address=pl.lit(""),
        country=place,
        language=place.replace("GB", "en").str.to_lowercase(),
        legal_kind=(pl.col("n") % 5).cast(pl.Int8),
        tier=pl.lit("B"),
        terms=pl.lit("Net 30"),
    )


def documents(items: pl.DataFrame) -> pl.DataFrame:
    """The invoices and credit notes of some items."""
    due = pl.lit(AS_OF) - pl.duration(days="late")
    key = pl.concat_str(
        pl.when("is_credit").then(pl.lit("CN")).otherwise(pl.lit("INV")),
        pl.col("row").cast(pl.String),
    )
    return items.select(
        line=pl.col("row"),
        account_id=pl.col("account_id"),
        kind=pl.when("is_credit").then(pl.lit("credit_note")).otherwise(pl.lit("invoice")),
        key=key,
        number=key,
        reference=pl.lit(""),
        issue_date=due - pl.duration(days=30),
        currency=pl.lit("EUR"),
        total_minor="minor",
        position=pl.lit(1, pl.Int16),
        due_date=due,
        amount_minor="minor",
    )


def fill(items: int) -> None:
    """Make the books through the doors, then what was said on earlier days."""
    new = NewCreditor(CODE, "Northwind Joinery", "DE", "EUR", "en", "Europe/Berlin")
    creditor = enroll_creditor(new, at=AT)
    creditor.sender_email = "billing@northwind.example"
    creditor.first_run_approved_at = AT
    creditor.save()
    told = {"today": IMPORTED, "at": AT, "by": "bench"}
    total = items // ITEMS_PER_ACCOUNT
    for start in range(0, total, CHUNK_ACCOUNTS):
        count = min(CHUNK_ACCOUNTS, total - start)
        opened = enroll(creditor=creditor, parties=parties(start, count), source="bench", **told)
        numbered = opened.sort("account_id").with_columns(
            first_row=pl.int_range(pl.len()) * ITEMS_PER_ACCOUNT + start * ITEMS_PER_ACCOUNT
        )
        rows = items_of(numbered)
        post_documents(creditor=creditor, documents=documents(rows), why="bench", **told)
        _say(creditor.pk, rows.filter(~pl.col("is_credit")))
        print(f"{start + count:,} of {total:,} accounts", file=sys.stderr)
    yesterday = AS_OF - timedelta(days=1)
    standing.refresh(creditor_id=creditor.pk, account_ids=None, today=yesterday)


def _say(creditor_id: int, items: pl.DataFrame) -> None:
    """The messages of earlier days: every step that an item's age asked for by yesterday."""
    with transaction.atomic():
        ids = query.frame(
            f"SELECT o.id, d.number FROM {OpenItem._meta.db_table} o"
            " JOIN books_document d ON d.id = o.document_id"
            f" WHERE {query.any_of('o.account_id')}",
            [query.many(items["account_id"].unique().to_list())],
            {"open_item_id": pl.Int64, "number": pl.String},
        )
        reached = ids.join(
            items.with_columns(number=pl.lit("INV") + pl.col("row").cast(pl.String)), on="number"
        )
        addresses = query.frame(
            f"SELECT id, account_id FROM {ContactPoint._meta.db_table}"
            f" WHERE {query.any_of('account_id')}",
            [query.many(items["account_id"].unique().to_list())],
            {"contact_point_id": pl.Int64, "account_id": pl.Int64},
        )
        named = _named_steps(reached).join(addresses, on="account_id")
        intents = _intents(creditor_id, named).with_columns(
            pl.lit(_earlier_run(creditor_id)).alias("run_id")
        )
        made = intents.with_columns(bulk.next_ids(Intent, intents.height))
        bulk.insert(Intent, made)
        rows = named.join(
            made.select(pl.col("id").alias("intent_id"), "account_id", "cycle_date"),
            on=["account_id", "cycle_date"],
        ).select(
            "intent_id",
            "open_item_id",
            pl.lit(creditor_id).alias("creditor_id"),
            pl.lit(1).alias("role"),
            "step_no",
            pl.col("minor").alias("open_minor"),
        )
        bulk.insert(IntentItem, rows.with_columns(bulk.next_ids(IntentItem, rows.height)))


def _earlier_run(creditor_id: int) -> int:
    run, _ = Run.objects.get_or_create(
        creditor_id=creditor_id,
        as_of=AS_OF - timedelta(days=1),
        defaults={"state": "released", "messages": 10_000_000, "started_at": AT},
    )
    return run.pk


def _named_steps(items: pl.DataFrame) -> pl.DataFrame:
    """The last step that each item had by yesterday, with its day; weekdays only."""
    by_yesterday = pl.col("late") - 1
    step = pl.sum_horizontal((by_yesterday >= after).cast(pl.Int16) for _, after, _ in LADDER)
    days = {number: after for number, after, _ in LADDER}
    day = pl.lit(AS_OF) - pl.duration(days=pl.col("late") - pl.col("after"))
    return (
        items.with_columns(step_no=step.cast(pl.Int16))
        .filter(pl.col("step_no") > 0)
        .with_columns(after=pl.col("step_no").replace_strict(days, return_dtype=pl.Int64))
        .with_columns(cycle_date=day)
        .with_columns(
            cycle_date=pl.min_horizontal(
                pl.lit(AS_OF - timedelta(days=1)),
                pl.col("cycle_date").dt.add_business_days(0, roll="forward"),
            )
        )
    )


def _intents(creditor_id: int, named: pl.DataFrame) -> pl.DataFrame:
    codes = {number: code for number, _, code in LADDER}
    stamp = pl.lit(AT.replace(tzinfo=None))
    return (
        named.group_by("account_id", "debtor_id", "contact_point_id", "cycle_date")
        .agg(
            pl.col("step_no").max(),
            pl.col("minor").sum().alias("net_minor"),
            pl.len().cast(pl.Int32).alias("item_count"),
            pl.col("late").max().cast(pl.Int32).alias("oldest_days_past_due"),
        )
        .sort("account_id", "cycle_date")
        .with_columns(
            creditor_id=pl.lit(creditor_id),
            currency=pl.lit("EUR"),
            channel=pl.lit("email"),
            revision=pl.lit(1),
            procedure=pl.lit("standard"),
            step_code=pl.col("step_no").replace_strict(codes, return_dtype=pl.String),
            template=pl.lit("reminder_1"),
            credit_minor=pl.lit(0),
            priority=pl.lit(0),
            state=pl.lit("accepted"),
            reason=pl.lit(""),
            not_before=stamp,
            created_at=stamp,
            decided_at=stamp,
            settled_at=stamp,
        )
    )


def main() -> None:
    """Make books of so many items where the environment says."""
    Path(os.environ["RECOUP_DATA"]).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, skip_checks=True)
    if int(sys.argv[1]):
        fill(int(sys.argv[1]))


if __name__ == "__main__":
    main()
