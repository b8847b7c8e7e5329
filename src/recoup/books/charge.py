"""The door of charges: proposed, posted, waived or corrected; a charge never breeds a charge."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from recoup.books import bulk, correct, record
from recoup.books.apply_cash import reverse
from recoup.books.follow import family, follow
from recoup.books.lock import hold
from recoup.books.models import (
    Account,
    Charge,
    Creditor,
    Document,
    Entry,
    HoldRecord,
    OpenItem,
    TimelineEvent,
)
from recoup.books.parts import onward
from recoup.books.post import DOCUMENTS, check_amounts, post_documents
from recoup.books.query import any_of, frame, many
from recoup.books.treat import HOLDS, end_hold, set_holds
from recoup.engine.bundle import Hold
from recoup.kernel.dates import utc
from recoup.kernel.errors import Refusal
from recoup.kernel.frames import Frame

# Amounts above zero. The key makes charging it twice impossible.
CHARGES = Frame(
    "charges",
    {
        "account_id": pl.Int64,
        "open_item_id": pl.Int64,  # null: the whole account
        "kind": pl.String,
        "key": pl.String,
        "number": pl.String,
        "first_date": pl.Date,
        "last_date": pl.Date,
        "currency": pl.String,
        "amount_minor": pl.Int64,
        "state": pl.String,  # proposed, waived, or the state of its mode
        "mode": pl.String,
        "due_date": pl.Date,
        "law": pl.String,
        "law_version": pl.String,
        "basis": pl.String,  # JSON
        "closed_why": pl.String,  # of what is waived from the start
    },
)
# What a charge becomes in the ledger, by its mode.
STATE_OF_MODE = {"accrue": "accrued", "invoice": "invoiced"}
POSTED = tuple(STATE_OF_MODE.values())
# The kind of event that says a night passed an account over.
REFUSED = "charge_refused"


def charge(
    *, creditor: Creditor, charges: pl.DataFrame, today: date, at: datetime, by: str, why: str
) -> int:
    """Take charges into the books, all or nothing; one known by its key adds nothing."""
    wanted = CHARGES.check(charges).unique("key", keep="first", maintain_order=True)
    check_amounts(wanted, "amount_minor", least=1)
    with transaction.atomic():
        hold(wanted["account_id"].to_list())
        sql = f"SELECT key FROM books_charge WHERE creditor_id = %s AND {any_of('key')}"
        known = frame(sql, [creditor.pk, many(wanted["key"].to_list())], {"key": pl.String})
        fresh = wanted.join(known, on="key", how="anti", maintain_order="left")
        if fresh.is_empty():
            return 0
        _insert(creditor, fresh, at=at, by=by)
        posted = fresh.filter(pl.col("state").is_in(POSTED))
        _post(creditor, posted, today=today, at=at, by=by, why=why)
        _tell(creditor, fresh, today=today, at=at, by=by)
    return fresh.height


def _insert(creditor: Creditor, fresh: pl.DataFrame, *, at: datetime, by: str) -> None:
    is_waived = pl.col("state") == "waived"
    stamp = pl.lit(utc(at))
    bulk.insert(
        Charge,
        fresh.with_columns(
            bulk.next_ids(Charge, fresh.height),
            pl.lit(creditor.pk).alias("creditor_id"),
            stamp.alias("recorded_at"),
            pl.lit(by).alias("by"),
            pl.when(is_waived).then(pl.lit(by)).otherwise(pl.lit("")).alias("closed_by"),
            pl.when(is_waived).then(stamp).alias("closed_at"),
        ),
    )


def _post(
    creditor: Creditor, posted: pl.DataFrame, *, today: date, at: datetime, by: str, why: str
) -> None:
    """Give each charge its document and open item; what is accrued is held from the start."""
    if posted.is_empty():
        return
    rows = posted.with_row_index("line", 1).select(
        pl.col("line").cast(pl.Int64),
        "account_id",
        pl.lit("charge").alias("kind"),
        "key",
        "number",
        pl.lit("").alias("reference"),
        pl.lit(today).alias("issue_date"),
        "currency",
        pl.col("amount_minor").alias("total_minor"),
        pl.lit(1, pl.Int16).alias("position"),
        "due_date",
        "amount_minor",
    )
    post_documents(
        creditor=creditor, documents=DOCUMENTS.check(rows), today=today, at=at, by=by, why=why
    )
    keys = posted["key"].to_list()
    documents = dict(
        Document.objects.filter(creditor=creditor, kind="charge", key__in=keys).values_list(
            "key", "pk"
        )
    )
    made = list(Charge.objects.filter(creditor=creditor, key__in=keys))
    for each in made:
        each.document_id = documents[each.key]
    Charge.objects.bulk_update(made, ["document"], batch_size=500)
    accrued = [each.document_id for each in made if each.state == "accrued"]
    _keep_back(creditor, accrued, today=today, at=at, by=by)


def _keep_back(
    creditor: Creditor, documents: Sequence[int | None], *, today: date, at: datetime, by: str
) -> None:
    items = OpenItem.objects.filter(document_id__in=[each for each in documents if each])
    held = [
        {
            "account_id": item.account_id,
            "open_item_id": item.pk,
            "held_minor": None,
            "reason": int(Hold.NOT_INVOICED),
            "first_date": today,
            "last_date": None,
            "note": "",
            "key": f"charge/{item.pk}",
        }
        for item in items
    ]
    if held:
        set_holds(creditor=creditor, holds=HOLDS.of(held), today=today, at=at, by=by)


def _tell(creditor: Creditor, fresh: pl.DataFrame, *, today: date, at: datetime, by: str) -> None:
    kinds = {"proposed": "charge_proposed", "waived": "charge_waived"}
    record.record_many(
        fresh.select(
            pl.lit(creditor.pk).alias("creditor_id"),
            "account_id",
            pl.col("state")
            .replace_strict(kinds, default="charge_posted", return_dtype=pl.String)
            .alias("kind"),
            pl.lit(today).alias("business_date"),
            pl.struct(
                pl.col("number"),
                pl.col("kind").alias("charge"),
                pl.col("amount_minor"),
                pl.col("currency"),
                pl.col("closed_why").alias("why"),
            ).alias("facts"),
        ),
        at=at,
        by=by,
    )


def post_proposed(
    *, creditor: Creditor, charge_ids: Sequence[int], today: date, at: datetime, by: str, why: str
) -> int:
    """Post charges that waited for a person; how many did. Again adds nothing."""
    with transaction.atomic():
        found = Charge.objects.filter(creditor=creditor, pk__in=charge_ids, state="proposed")
        hold(family(found.values_list("account_id", flat=True)))
        waiting = list(
            found.select_for_update(of=("self",)).select_related("account").order_by("pk")
        )
        if not waiting:
            return 0
        for each in waiting:
            each.state = STATE_OF_MODE[each.mode]
            # What it had to be paid by is not before today.
            each.due_date = max(each.due_date, today)
        Charge.objects.bulk_update(waiting, ["state", "due_date"], batch_size=500)
        posted = CHARGES.of([_row(each) for each in waiting])
        _post(creditor, posted, today=today, at=at, by=by, why=why)
        _tell(creditor, posted, today=today, at=at, by=by)
    return len(waiting)


def _row(each: Charge) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(each, name) for name in CHARGES.columns}
    # What waited on an account that was merged is owed by the one that goes on.
    answers = each.account.merged_into_id or each.account_id
    return row | {"basis": json.dumps(each.basis), "account_id": answers}


def invoice(
    *, creditor: Creditor, charge_ids: Sequence[int], due_date: date, today: date, at: datetime,
    by: str,
) -> int:  # fmt: skip
    """Ask for what was accrued: due on a day, and dunned like any item from then on."""
    with transaction.atomic():
        found = Charge.objects.filter(creditor=creditor, pk__in=charge_ids, state="accrued")
        hold(_touched(found))
        accrued = list(found.select_for_update().order_by("pk"))
        for each in accrued:
            items = [item.pk for item in _stands(each)]
            OpenItem.objects.filter(pk__in=items).update(due_date=due_date)
            _let_go(each, today=today, at=at, by=by)
            each.state, each.due_date = "invoiced", due_date
        Charge.objects.bulk_update(accrued, ["state", "due_date"], batch_size=500)
    return len(accrued)


def _touched(charges: Iterable[Charge]) -> list[int]:
    """Every account that a charge concerns: its own, and wherever what stands for it moved."""
    ids = {each.account_id for each in charges}
    for each in charges:
        if each.document_id is not None:
            ids |= {item.account_id for item in _stands(each)}
    return family(ids)


def _stands(each: Charge) -> list[OpenItem]:
    """The item of a charge, and every item that it moved to."""
    posted = OpenItem.objects.get(document=each.document)
    return list(OpenItem.objects.filter(pk__in=onward(posted.pk)).order_by("pk"))


def _let_go(each: Charge, *, today: date, at: datetime, by: str) -> None:
    """End the hold that kept an accrued charge back."""
    held = HoldRecord.objects.filter(
        open_item__in=_stands(each),
        reason=int(Hold.NOT_INVOICED),
        ended_at__isnull=True,
    )
    for one in held.select_related("account"):
        end_hold(held=one, today=today, at=at, by=by)


def waive(*, charge: Charge, why: str, today: date, at: datetime, by: str) -> None:
    """Give a charge up: reversed, never deleted, and not charged again.

    Money that paid it is the debtor's credit. Raises Refusal `reason-missing` without a reason;
    waiving again changes nothing.
    """
    if not why.strip():
        raise Refusal("reason-missing", f"Say why {charge.number} is waived.")
    _close(charge, "waived", why=why.strip(), today=today, at=at, by=by)


def take_back(*, charge: Charge, why: str, today: date, at: datetime, by: str) -> None:
    """Undo a charge that a change of history made wrong; what is right is charged anew."""
    _close(charge, "corrected", why=why, today=today, at=at, by=by)


def _close(charge: Charge, state: str, *, why: str, today: date, at: datetime, by: str) -> None:
    with transaction.atomic():
        touched = _touched([charge])
        hold(touched)
        held = Charge.objects.select_for_update().select_related("account").get(pk=charge.pk)
        if held.state in ("waived", "corrected"):
            return
        if held.document_id is not None:
            _let_go(held, today=today, at=at, by=by)
            _reverse(held, today=today, at=at, by=by, why=why)
            follow(touched, today=today, at=at, by=by)
        held.state, held.closed_why, held.closed_by, held.closed_at = state, why[:300], by, at
        held.save(update_fields=["state", "closed_why", "closed_by", "closed_at"])
        record.record(
            account=held.account,
            kind=f"charge_{state}",
            business_date=today,
            at=at,
            by=by,
            facts={
                "number": held.number,
                "charge": held.kind,
                "amount_minor": held.amount_minor,
                "currency": held.currency,
                "why": held.closed_why,
            },
        )


def tell_refused(*, account: Account, why: str, today: date, at: datetime, by: str) -> None:
    """Say on the timeline, once a day, why a night charged the account nothing."""
    told = TimelineEvent.objects.filter(
        creditor_id=account.creditor_id, kind=REFUSED, business_date=today, account=account
    )
    with transaction.atomic():
        hold([account.pk])
        if not told.filter(facts__why=why).exists():
            record.record(
                account=account, kind=REFUSED, business_date=today, at=at, by=by,
                facts={"why": why},
            )  # fmt: skip


def refused_on(*, creditor: Creditor, day: date) -> QuerySet[TimelineEvent]:
    """The accounts that the night of a day charged nothing, each with its reason."""
    found = TimelineEvent.objects.filter(creditor=creditor, kind=REFUSED, business_date=day)
    return found.select_related("account").order_by("pk")


def _reverse(held: Charge, *, today: date, at: datetime, by: str, why: str) -> None:
    item = OpenItem.objects.get(document=held.document)
    correct.free_item(item=item, today=today, at=at, by=by, why=why)
    entry = Entry.objects.get(creditor_id=held.creditor_id, key=f"charge/{held.key}")
    reverse(entry=entry, today=today, at=at, by=by, why=why)
