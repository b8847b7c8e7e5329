"""The door of holds: set, end, and never forget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.db import transaction

from recoup.books import bulk, record, standing
from recoup.books.lock import hold
from recoup.books.models import Account, Creditor, HoldRecord, OpenItem
from recoup.books.query import any_of, frame, many
from recoup.engine.bundle import Hold
from recoup.kernel.dates import utc
from recoup.kernel.errors import Refusal
from recoup.kernel.frames import Frame

HOLDS = Frame(
    "holds",
    {
        "account_id": pl.Int64,
        "open_item_id": pl.Int64,  # null: the whole account
        "held_minor": pl.Int64,  # null: all of the item
        "reason": pl.Int16,
        "first_date": pl.Date,
        "last_date": pl.Date,  # null: until it is ended
        "note": pl.String,
        "key": pl.String,
    },
)


@dataclass(frozen=True)
class NewHold:
    """A hold as a person asks for it; both days inclusive, an open end is none."""

    reason: Hold
    first_date: date
    last_date: date | None = None
    open_item: OpenItem | None = None
    held_minor: int | None = None
    note: str = ""


def set_hold(*, account: Account, new: NewHold, today: date, at: datetime, by: str) -> HoldRecord:
    """Stop dunning of an account, an item or part of one.

    Repeating the same hold while it stands adds nothing; once it was ended it is a new one.
    Raises Refusal `hold-order`, `hold-part` or `other-account` when it cannot be meant.
    """
    item = new.open_item
    said = f"{account.pk}/{item.pk if item else ''}/{new.held_minor or ''}/{new.reason.name}"
    key = f"{said}/{new.first_date}/{new.last_date or ''}"
    with transaction.atomic():
        hold([account.pk])
        same = HoldRecord.objects.filter(creditor_id=account.creditor_id, key__startswith=f"{key}/")
        standing_already = same.filter(ended_at__isnull=True).first()
        if standing_already is not None:
            return standing_already
        key = f"{key}/{same.count() + 1}"
        row = {
            "account_id": account.pk,
            "open_item_id": item.pk if item else None,
            "held_minor": new.held_minor,
            "reason": int(new.reason),
            "first_date": new.first_date,
            "last_date": new.last_date,
            "note": new.note,
            "key": key,
        }
        set_holds(
            creditor=Creditor.objects.get(pk=account.creditor_id),
            holds=HOLDS.of([row]),
            today=today,
            at=at,
            by=by,
        )
        return HoldRecord.objects.get(creditor_id=account.creditor_id, key=key)


def set_holds(
    *, creditor: Creditor, holds: pl.DataFrame, today: date, at: datetime, by: str
) -> int:
    """Set many holds; one known by its key adds nothing. How many were new."""
    wanted = HOLDS.check(holds).unique("key", keep="first", maintain_order=True)
    sql = f"SELECT key FROM books_hold WHERE creditor_id = %s AND {any_of('key')}"
    with transaction.atomic():
        hold(wanted["account_id"].to_list())
        known = frame(sql, [creditor.pk, many(wanted["key"].to_list())], {"key": pl.String})
        fresh = wanted.join(known, on="key", how="anti")
        if fresh.is_empty():
            return 0
        _check(creditor, fresh)
        bulk.insert(
            HoldRecord,
            fresh.with_columns(
                bulk.next_ids(HoldRecord, fresh.height),
                bulk.next_events(fresh.height),
                pl.lit(creditor.pk).alias("creditor_id"),
                pl.lit(by).alias("by"),
                pl.lit("").alias("ended_by"),
                pl.lit(utc(at)).alias("recorded_at"),
            ),
        )
        names = {kind.value: kind.name for kind in Hold}
        record.record_many(
            fresh.select(
                pl.lit(creditor.pk).alias("creditor_id"),
                "account_id",
                pl.lit("hold_set").alias("kind"),
                pl.col("first_date").alias("business_date"),
                pl.struct(
                    pl.col("reason").replace_strict(names, return_dtype=pl.String),
                    pl.col("first_date").cast(pl.String),
                    "open_item_id",
                ).alias("facts"),
            ),
            at=at,
            by=by,
        )
        accounts = fresh["account_id"].unique().to_list()
        standing.refresh(creditor_id=creditor.pk, account_ids=accounts, today=today)
    return fresh.height


def _check(creditor: Creditor, fresh: pl.DataFrame) -> None:
    if fresh.filter(pl.col("last_date") < pl.col("first_date")).height:
        raise Refusal("hold-order", "A hold cannot end before its first day. Swap the two dates.")
    sql = (
        "SELECT id, account_id, amount_minor FROM books_openitem "
        f"WHERE creditor_id = %s AND {any_of('id')}"
    )
    named = fresh.filter(pl.col("open_item_id").is_not_null())
    ids = many(named["open_item_id"].unique().to_list())
    schema = {"open_item_id": pl.Int64, "its_account_id": pl.Int64, "amount_minor": pl.Int64}
    items = named.join(frame(sql, [creditor.pk, ids], schema), on="open_item_id", how="left")
    is_its_own = (pl.col("its_account_id") == pl.col("account_id")).fill_null(value=False)
    if items.filter(~is_its_own).height:
        raise Refusal(
            "other-account",
            "A hold names an item that is not of its account. Hold the item in its own account.",
        )
    too_much = (pl.col("held_minor") < 1) | (pl.col("held_minor") > pl.col("amount_minor"))
    partial = fresh.filter(pl.col("open_item_id").is_null() & pl.col("held_minor").is_not_null())
    if items.filter(too_much).height or partial.height:
        raise Refusal(
            "hold-part",
            "The part held must be above zero and at most the item. Hold all of it by naming none.",
        )


def end_hold(*, held: HoldRecord, today: date, at: datetime, by: str) -> None:
    """End a hold: today is the first day without it. Ending one that is over changes nothing."""
    with transaction.atomic():
        hold([held.account_id])
        last = today - timedelta(days=1)
        in_force = HoldRecord.objects.filter(pk=held.pk, ended_at__isnull=True).exclude(
            last_date__lt=today
        )
        if not in_force.exists():
            return
        in_force.update(
            last_date=last,
            ended_by=by,
            ended_at=at,
            ended_evseq=bulk.next_event(),
        )
        record.record(
            account=held.account,
            kind="hold_ended",
            business_date=today,
            at=at,
            by=by,
            facts={"reason": Hold(held.reason).name, "last_date": str(last)},
        )
        standing.refresh(creditor_id=held.creditor_id, account_ids=[held.account_id], today=today)
