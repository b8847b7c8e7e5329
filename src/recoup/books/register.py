"""The door of creditors, debtors, accounts and contact points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import connection, transaction

from recoup.books import bulk, record
from recoup.books.lock import hold
from recoup.books.models import Account, ContactPoint, Creditor, Debtor
from recoup.books.query import any_of, frame, is_postgresql, many, rows
from recoup.kernel.dates import utc
from recoup.kernel.errors import Refusal
from recoup.kernel.folding import folded
from recoup.kernel.frames import Frame
from recoup.kernel.money import exponent

# One row per account named in a file; empty text means the file does not say.
PARTIES = Frame(
    "parties",
    {
        "number": pl.String,
        "name": pl.String,
        "email": pl.String,
        "phone": pl.String,
        "person": pl.String,
        "postal_address": pl.String,
        "country": pl.String,
        "language": pl.String,
        "legal_kind": pl.Int8,
        "tier": pl.String,
        "terms": pl.String,
    },
)
_FOUND = {"number": pl.String, "account_id": pl.Int64, "debtor_id": pl.Int64}


@dataclass(frozen=True)
class NewCreditor:
    """What must be known of a business before anything else."""

    code: str
    name: str
    country: str
    currency: str
    language: str = "en"
    time_zone: str = "UTC"


def enroll_creditor(new: NewCreditor, *, at: datetime) -> Creditor:
    """The creditor of this code, made when there is none; safe to repeat."""
    exponent(new.currency)
    creditor, _ = Creditor.objects.get_or_create(
        code=new.code,
        defaults={
            "name": new.name,
            "country": new.country,
            "currency": new.currency,
            "language": new.language,
            "time_zone": new.time_zone,
            "created_at": at,
        },
    )
    return creditor


def freeze(*, creditor: Creditor, reason: str, at: datetime) -> bool:
    """Stop all sending of a creditor; the first reason stays. False when it was stopped already."""
    fresh = Creditor.objects.filter(pk=creditor.pk, frozen_since__isnull=True)
    return bool(fresh.update(frozen_since=at, frozen_reason=reason[:300]))


def unfreeze(*, creditor: Creditor) -> bool:
    """Let sending go on, as a person decided; whether it was stopped."""
    stopped = Creditor.objects.filter(pk=creditor.pk, frozen_since__isnull=False)
    return bool(stopped.update(frozen_since=None, frozen_reason=""))


def search_text(number: str, name: str) -> str:
    """Number and name folded for search: lower case, without accents."""
    return folded(f"{number} {name}")[:700]


def enroll(
    *, creditor: Creditor, parties: pl.DataFrame, source: str, today: date, at: datetime, by: str
) -> pl.DataFrame:
    """Open the accounts that do not exist yet; the number and ids of all of them.

    What a file says of an account that exists is added where we knew nothing, and never
    overwrites: a new e-mail address becomes one more contact point.
    """
    PARTIES.check(parties)
    wanted = parties.unique("number", keep="first", maintain_order=True)
    with transaction.atomic():
        _one_at_a_time(creditor)
        known = _known(creditor, wanted["number"])
        fresh = wanted.join(known, on="number", how="anti")
        opened = _open(creditor, fresh, source=source, today=today, at=at, by=by)
        everyone = pl.concat([known, opened])
        _fill_gaps(wanted.join(known, on="number"))
        _add_contacts(creditor, wanted.join(everyone, on="number"), source=source, at=at)
    return everyone


def _one_at_a_time(creditor: Creditor) -> None:
    """Two imports that open the same account wait for each other instead of colliding."""
    if is_postgresql():
        rows("SELECT id FROM books_creditor WHERE id = %s FOR NO KEY UPDATE", [creditor.pk])


def _known(creditor: Creditor, numbers: pl.Series) -> pl.DataFrame:
    """The accounts of these numbers; for a closed one the account it was merged into."""
    sql = (
        "SELECT a.number, COALESCE(s.id, a.id), COALESCE(s.debtor_id, a.debtor_id) "
        "FROM books_account a LEFT JOIN books_account s ON s.id = a.merged_into_id "
        f"WHERE a.creditor_id = %s AND {any_of('a.number')}"
    )
    return frame(sql, [creditor.pk, many(numbers.to_list())], _FOUND)


def _open(
    creditor: Creditor, fresh: pl.DataFrame, *, source: str, today: date, at: datetime, by: str
) -> pl.DataFrame:
    count = fresh.height
    if not count:
        return pl.DataFrame(schema=_FOUND)
    stamp = pl.lit(utc(at)).alias("created_at")
    made = fresh.with_columns(
        bulk.next_ids(Debtor, count).alias("debtor_id"),
        bulk.next_ids(Account, count).alias("account_id"),
    )
    bulk.insert(
        Debtor,
        made.select(
            pl.col("debtor_id").alias("id"),
            "name",
            "legal_kind",
            "country",
            pl.lit("").alias("region"),
            "language",
            pl.lit("").alias("time_zone"),
            stamp,
        ),
    )
    folded = [search_text(number, name) for number, name in made.select("number", "name").rows()]
    bulk.insert(
        Account,
        made.select(
            pl.col("account_id").alias("id"),
            pl.lit(creditor.pk).alias("creditor_id"),
            "debtor_id",
            "number",
            "name",
            pl.Series("search_text", folded),
            "tier",
            "terms",
            "postal_address",
            stamp,
        ),
    )
    record.record_many(
        made.select(
            pl.lit(creditor.pk).alias("creditor_id"),
            "account_id",
            pl.lit("account_opened").alias("kind"),
            pl.lit(today).alias("business_date"),
            pl.struct(pl.lit(source).alias("source")).alias("facts"),
        ),
        at=at,
        by=by,
    )
    return made.select("number", "account_id", "debtor_id")


# What is filled where we knew nothing: table, its key here, column, and what nothing looks like.
_GAPS: tuple[tuple[str, str, str, str | int], ...] = (
    ("books_debtor", "debtor_id", "country", ""),
    ("books_debtor", "debtor_id", "language", ""),
    ("books_debtor", "debtor_id", "legal_kind", 0),
    ("books_account", "account_id", "tier", ""),
    ("books_account", "account_id", "terms", ""),
    ("books_account", "account_id", "postal_address", ""),
)


def _fill_gaps(known: pl.DataFrame) -> None:
    """Country, language, kind and address of accounts of which we knew none."""
    with connection.cursor() as cursor:
        for table, key, column, nothing in _GAPS:
            said = known.filter(pl.col(column) != nothing)
            cursor.executemany(
                f"UPDATE {table} SET {column} = %s WHERE id = %s AND {column} = %s",
                [(value, row, nothing) for value, row in said.select(column, key).rows()],
            )


def _add_contacts(creditor: Creditor, everyone: pl.DataFrame, *, source: str, at: datetime) -> None:
    said = pl.concat(
        everyone.filter(pl.col(kind) != "").select(
            "account_id",
            "person",
            pl.lit(kind).alias("kind"),
            pl.col(kind).alias("value"),
        )
        for kind in ("email", "phone")
    )
    schema = {"account_id": pl.Int64, "kind": pl.String, "value": pl.String}
    sql = (
        "SELECT account_id, kind, value FROM books_contactpoint "
        f"WHERE until IS NULL AND {any_of('account_id')}"
    )
    known = frame(sql, [many(said["account_id"].unique().to_list())], schema)
    fresh = said.unique(["account_id", "kind", "value"], maintain_order=True).join(
        known, on=["account_id", "kind", "value"], how="anti"
    )
    bulk.insert(
        ContactPoint,
        fresh.with_columns(
            bulk.next_ids(ContactPoint, fresh.height),
            pl.lit(creditor.pk).alias("creditor_id"),
            pl.lit("billing").alias("role"),
            pl.lit("usable").alias("state"),
            pl.lit("contract").alias("consent"),
            pl.lit(source[:200]).alias("consent_source"),
            pl.lit(utc(at)).alias("since"),
        ),
    )


def change_contact(
    *, contact_point: ContactPoint, state: str, today: date, at: datetime, by: str
) -> None:
    """Note that an address bounced, was opted out of, or works again."""
    if state not in dict(ContactPoint.STATES):
        raise Refusal("contact-state", f"{state!r} is no state of a contact point.")
    with transaction.atomic():
        hold([contact_point.account_id])
        ContactPoint.objects.filter(pk=contact_point.pk).update(state=state)
        record.record(
            account=contact_point.account,
            kind="contact_changed",
            business_date=today,
            at=at,
            by=by,
            facts={"kind": contact_point.kind, "state": state, "contact_point": contact_point.pk},
        )


def add_contact(
    *, account: Account, kind: str, value: str, person: str, today: date, at: datetime, by: str
) -> ContactPoint:
    """Add an address or number to an account; the one that exists when it is known already."""
    with transaction.atomic():
        point, is_new = ContactPoint.objects.get_or_create(
            account=account,
            kind=kind,
            value=value,
            until=None,
            defaults={
                "creditor_id": account.creditor_id,
                "person": person,
                "consent_source": by[:200],
                "since": at,
            },
        )
        if is_new:
            record.record(
                account=account,
                kind="contact_changed",
                business_date=today,
                at=at,
                by=by,
                facts={"kind": kind, "state": "added", "contact_point": point.pk},
            )
        return point
