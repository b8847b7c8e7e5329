"""The door of cash application: receipts and credit notes onto open items, and back off them."""

from __future__ import annotations

import json
from datetime import date, datetime

import polars as pl
from django.db import transaction

from recoup.books import bulk, record
from recoup.books.lock import hold
from recoup.books.models import (
    CashApplication,
    Creditor,
    Entry,
    LedgerAccount,
    OpenItem,
    Receipt,
    Transfer,
)
from recoup.books.post import check_amounts
from recoup.books.query import Value, any_of, execute, frame, is_postgresql, many
from recoup.kernel.dates import utc
from recoup.kernel.errors import Fault, Refusal
from recoup.kernel.frames import Frame

# Exactly one of receipt_id and credit_item_id; the key makes applying it twice impossible.
APPLICATIONS = Frame(
    "applications",
    {
        "account_id": pl.Int64,
        "receipt_id": pl.Int64,
        "credit_item_id": pl.Int64,
        "open_item_id": pl.Int64,
        "currency": pl.String,
        "amount_minor": pl.Int64,
        "applied_date": pl.Date,
        "key": pl.String,
    },
)

# What these did to the caches is undone in `books.correct`, which knows their signs.
OWN_WAY_BACK = frozenset(
    {"refund", "discount", "bank_charges", "write_off", "credit_used", "contra", "move"}
)


def apply_cash(
    *, creditor: Creditor, applications: pl.DataFrame, today: date, at: datetime, by: str, why: str
) -> int:
    """Apply money to open items, all or nothing; how many were new.

    Dated the day both sides exist: never before the item was issued or the money came. Raises
    Refusal `over-applied` when an item or its source has less left than asked for, and
    `currency-mixed` when the currencies differ.
    """
    wanted = APPLICATIONS.check(applications).unique("key", keep="first", maintain_order=True)
    check_amounts(wanted, "amount_minor", least=1)
    with transaction.atomic():
        hold(wanted["account_id"].to_list())
        unknown = wanted.join(_known_keys(creditor, wanted), on="key", how="anti")
        if unknown.is_empty():
            return 0
        fresh = _check(creditor, unknown)
        _write(creditor, fresh, at=at, by=by, why=why)
        _move_caches(fresh, sign=-1)
        record.record_balances(
            creditor_id=creditor.pk, touched=fresh, kind="cash_applied", today=today, at=at
        )
    return fresh.height


def _known_keys(creditor: Creditor, wanted: pl.DataFrame) -> pl.DataFrame:
    sql = f"SELECT key FROM books_entry WHERE creditor_id = %s AND {any_of('key')}"
    return frame(sql, [creditor.pk, many(wanted["key"].to_list())], {"key": pl.String})


_LEFT = {
    "id": pl.Int64,
    "account_id": pl.Int64,
    "currency": pl.String,
    "left_minor": pl.Int64,
    "since": pl.Date,
}
_ITEMS_LEFT = "SELECT id, account_id, currency, open_minor, issue_date FROM books_openitem"
_RECEIPTS_LEFT = (
    "SELECT id, account_id, currency, unapplied_minor, received_date FROM books_receipt"
)


def _check(creditor: Creditor, fresh: pl.DataFrame) -> pl.DataFrame:
    """The same, dated when both sides exist; each belongs to the account and has enough left."""
    sides = (
        ("receipt_id", _RECEIPTS_LEFT, 1),
        ("credit_item_id", _ITEMS_LEFT, -1),
        ("open_item_id", _ITEMS_LEFT, 1),
    )
    for column, select, sign in sides:
        asked = fresh.filter(pl.col(column).is_not_null())
        ids = many(asked[column].unique().to_list())
        left = frame(
            f"{select} WHERE creditor_id = %s AND {any_of('id')}", [creditor.pk, ids], _LEFT
        )
        joined = asked.join(left, left_on=column, right_on="id", how="left", suffix="_held")
        if joined.filter(pl.col("left_minor").is_null()).height:
            raise Refusal(
                "unknown-item",
                "An application names an item or receipt that this creditor does not have. "
                "Import it first.",
            )
        if joined.filter(pl.col("account_id") != pl.col("account_id_held")).height:
            raise Refusal(
                "other-account",
                "An application joins two accounts. Apply money within the account it came for.",
            )
        if joined.filter(pl.col("currency") != pl.col("currency_held")).height:
            raise Refusal(
                "currency-mixed",
                "An application joins two currencies. Apply money in its own currency.",
            )
        sums = joined.group_by(column).agg(
            pl.col("amount_minor").sum(), (pl.col("left_minor") * sign).first()
        )
        over = sums.filter(pl.col("amount_minor") > pl.col("left_minor"))
        if over.height:
            asked_minor, left_minor = over.select("amount_minor", "left_minor").row(0)
            raise Refusal(
                "over-applied",
                f"{asked_minor} minor units were to be applied where {left_minor} are left. "
                "Apply at most what is left; the rest stays a credit of the account.",
            )
        since = dict(left.select("id", "since").iter_rows())
        first = pl.col(column).replace_strict(since, default=None, return_dtype=pl.Date)
        fresh = fresh.with_columns(pl.max_horizontal("applied_date", first).alias("applied_date"))
    return fresh


def _write(creditor: Creditor, fresh: pl.DataFrame, *, at: datetime, by: str, why: str) -> None:
    mine = pl.lit(creditor.pk).alias("creditor_id")
    made = fresh.with_columns(bulk.next_ids(Entry, fresh.height).alias("entry_id"))
    bulk.insert(
        Entry,
        made.select(
            pl.col("entry_id").alias("id"),
            mine,
            pl.lit("cash_application").alias("kind"),
            "key",
            pl.col("applied_date").alias("effective_date"),
            pl.lit(utc(at)).alias("recorded_at"),
            pl.lit(by).alias("by"),
            pl.lit(why[:300]).alias("why"),
        ),
    )
    bulk.insert(
        CashApplication,
        made.select(
            bulk.next_ids(CashApplication, made.height),
            mine,
            "account_id",
            "entry_id",
            "receipt_id",
            "credit_item_id",
            "open_item_id",
            "currency",
            "amount_minor",
            "applied_date",
        ),
    )
    moved = _transfers(made)
    bulk.insert(Transfer, moved.with_columns(mine, bulk.next_ids(Transfer, moved.height)))


def _transfers(made: pl.DataFrame) -> pl.DataFrame:
    """A receipt moves straight to the item; a credit note by way of the set-off account."""
    common = ["entry_id", "account_id", "applied_date", "currency", "amount_minor"]
    receivable, set_off = int(LedgerAccount.RECEIVABLE), int(LedgerAccount.SET_OFF)
    unapplied = int(LedgerAccount.UNAPPLIED)

    def leg(part: pl.DataFrame, debit: int, credit: int, item: str) -> pl.DataFrame:
        return part.select(
            *common,
            pl.lit(debit).alias("debit"),
            pl.lit(credit).alias("credit"),
            pl.col(item).alias("open_item_id"),
            "receipt_id",
        )

    cash = made.filter(pl.col("receipt_id").is_not_null())
    credit = made.filter(pl.col("credit_item_id").is_not_null())
    return pl.concat(
        [
            leg(cash, unapplied, receivable, "open_item_id"),
            leg(credit, receivable, set_off, "credit_item_id"),
            leg(credit, set_off, receivable, "open_item_id"),
        ]
    ).rename({"applied_date": "effective_date"})


def _move_caches(applied: pl.DataFrame, *, sign: int) -> None:
    """Bring `open_minor` and `unapplied_minor` in step; sign -1 applies, +1 takes back."""
    targets = (
        ("books_openitem", "open_minor", "open_item_id", sign),
        ("books_openitem", "open_minor", "credit_item_id", -sign),
        ("books_receipt", "unapplied_minor", "receipt_id", sign),
    )
    for table, column, key, direction in targets:
        sums = (
            applied.filter(pl.col(key).is_not_null())
            .group_by(key)
            .agg((pl.col("amount_minor") * direction).sum())
        )
        if sums.height:
            move_cache(table, column, sums.rename({key: "id"}))


def move_cache(table: str, column: str, change: pl.DataFrame) -> None:
    """Add to a cached amount: `id` and `amount_minor` of each row; the transfer says why."""
    ids, deltas = change["id"].to_list(), change["amount_minor"].to_list()
    if is_postgresql():
        source = "unnest(%s::bigint[], %s::bigint[]) AS v(id, delta)"
        parameters: list[Value] = [ids, deltas]
    else:
        source = (
            "(SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS delta "
            "FROM json_each(%s)) AS v"
        )
        parameters = [json.dumps(list(zip(ids, deltas, strict=True)))]
    touched = execute(
        f"UPDATE {table} SET {column} = {table}.{column} + v.delta "
        f"FROM {source} WHERE {table}.id = v.id",
        parameters,
    )
    if touched != len(ids):
        raise Fault(f"{table}: {touched} rows changed, not {len(ids)}")


def unapply(*, application: CashApplication, today: date, at: datetime, by: str, why: str) -> Entry:
    """Take one application back: a reversal dated today; the item is open again.

    Raises Refusal `already-reversed` when that was done before.
    """
    with transaction.atomic():
        hold([application.account_id])
        held = CashApplication.objects.select_for_update().get(pk=application.pk)
        if held.reversed_entry_id is not None:
            raise Refusal(
                "already-reversed",
                "This application was taken back already. Apply the money anew instead.",
            )
        entry = opposite(entry=held.entry, today=today, at=at, by=by, why=why)
        CashApplication.objects.filter(pk=held.pk).update(reversed_entry=entry)
        taken = APPLICATIONS.of(
            [
                {
                    "account_id": held.account_id,
                    "receipt_id": held.receipt_id,
                    "credit_item_id": held.credit_item_id,
                    "open_item_id": held.open_item_id,
                    "currency": held.currency,
                    "amount_minor": held.amount_minor,
                    "applied_date": today,
                    "key": entry.key,
                }
            ]
        )
        _move_caches(taken, sign=1)
        record.record_balances(
            creditor_id=held.creditor_id, touched=taken, kind="cash_unapplied", today=today, at=at
        )
        return entry


def reverse(*, entry: Entry, today: date, at: datetime, by: str, why: str) -> Entry:
    """Undo an entry by its opposite, effective today; an entry reverses once.

    A document or receipt of which something is applied is refused (`still-applied`): take the
    applications back first. The reversal of an application is `unapply`.
    """
    with transaction.atomic():
        moved = list(entry.transfers.order_by("pk"))
        hold(each.account_id for each in moved)
        if entry.reverses_id is not None or Entry.objects.filter(reverses=entry).exists():
            raise Refusal(
                "already-reversed",
                "This entry is a reversal or was reversed already. Post the document anew instead.",
            )
        if entry.kind in OWN_WAY_BACK:
            raise Refusal(
                "reversed-elsewhere",
                "A refund, a move or what was given up is taken back by its own correction.",
            )
        application = entry.applications.first()
        if application is not None:
            return unapply(application=application, today=today, at=at, by=by, why=why)
        for each in moved:
            _take_back(each)
        reversal = opposite(entry=entry, today=today, at=at, by=by, why=why)
        touched = pl.DataFrame(
            [(each.account_id, each.currency) for each in moved],
            schema={"account_id": pl.Int64, "currency": pl.String},
            orient="row",
        )
        if moved:
            record.record_balances(
                creditor_id=entry.creditor_id, touched=touched, kind="reversed", today=today, at=at
            )
        return reversal


def _take_back(moved: Transfer) -> None:
    """Leave nothing open of the item or receipt of a transfer, when all of it still is."""
    sign = 1 if moved.debit == LedgerAccount.RECEIVABLE else -1
    if moved.open_item_id is not None:
        whole = OpenItem.objects.filter(
            pk=moved.open_item_id, open_minor=sign * moved.amount_minor
        ).update(open_minor=0)
    elif moved.receipt_id is not None:
        whole = Receipt.objects.filter(
            pk=moved.receipt_id, unapplied_minor=moved.amount_minor
        ).update(unapplied_minor=0)
    else:
        raise Fault(f"transfer {moved.pk} touches neither an item nor a receipt")
    if not whole:
        raise Refusal(
            "still-applied",
            "Money is applied to or from this entry. Take the applications back first.",
        )


def opposite(*, entry: Entry, today: date, at: datetime, by: str, why: str) -> Entry:
    """Every transfer of an entry the other way round, once; the caller moves the caches."""
    reversal = Entry.objects.create(
        creditor_id=entry.creditor_id,
        kind=f"{entry.kind}_reversed",
        key=f"reversal/{entry.pk}",
        effective_date=max(today, entry.effective_date),
        recorded_at=at,
        by=by,
        why=why[:300],
        reverses=entry,
    )
    Transfer.objects.bulk_create(
        Transfer(
            creditor_id=each.creditor_id,
            entry=reversal,
            account_id=each.account_id,
            effective_date=reversal.effective_date,
            debit=each.credit,
            credit=each.debit,
            currency=each.currency,
            amount_minor=each.amount_minor,
            open_item_id=each.open_item_id,
            receipt_id=each.receipt_id,
        )
        for each in entry.transfers.all()
    )
    return reversal
