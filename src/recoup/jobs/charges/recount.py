"""Counting charges again: what stands is no more than law and policy give for its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
from django.db.models import Max, Q

from recoup.books.invariants import Invariant, Row, Scope
from recoup.books.models import Charge, Creditor, DebtEvent, HoldRecord, PolicyVersion, Transfer
from recoup.engine.charges.interest import interest
from recoup.jobs.charges.figures import Figures, figures, late_of
from recoup.jobs.charges.night import overcharged
from recoup.law import read


def _beyond(scope: Scope) -> list[Row]:
    """Charges beyond what is owed, where nothing has changed since they were made."""
    found: list[Row] = []
    mine = Charge.objects.filter(law_version=read.version()).exclude(state="corrected")
    if scope.creditor_id is not None:
        mine = mine.filter(creditor_id=scope.creditor_id)
    last = dict(mine.values_list("creditor_id").annotate(Max("last_date")).order_by())
    for creditor in Creditor.objects.filter(pk__in=last):
        found += _of_creditor(creditor, max(scope.as_of, last[creditor.pk]))
    return found


def _of_creditor(creditor: Creditor, as_of: date) -> list[Row]:
    counted = figures(creditor, as_of=as_of)
    if counted is None:
        return []
    counted = replace(counted, rows=_up_to_what_was_charged(counted, as_of))
    beyond = Charge.objects.filter(pk__in=overcharged(counted), law_version=read.version())
    return [
        {
            "creditor_id": creditor.pk,
            "id": each.pk,
            "number": each.number,
            "amount_minor": each.amount_minor,
        }
        for each in beyond.order_by("pk")
        if not _has_changed(each)
    ]


def _up_to_what_was_charged(found: Figures, as_of: date) -> pl.DataFrame:
    """The rows with the interest of each item up to the last day charged, not up to today."""
    living = found.debts.charged.filter(
        (pl.col("kind") == "interest") & (pl.col("state") != "corrected")
    )
    # Of a debt that moved, up to the last day charged of any of its parts.
    parts = found.debts.parts
    root = parts.root().alias("root_id")
    of_debts = (
        parts.led(living).group_by(root).agg(after=pl.col("last_date").max() + pl.duration(days=1))
    )
    named = found.items.select("item_id", root)
    last = named.join(of_debts, on="root_id").select("item_id", "after")
    over = last.select("item_id", from_date="after", balance_minor=pl.lit(0, pl.Int64))
    before = found.debts.balances.join(last, on="item_id", how="inner").filter(
        pl.col("from_date") < pl.col("after")
    )
    cut = pl.concat([before.select(over.columns), over]).sort("item_id", "from_date")
    late = late_of(found.items, replace(found.debts, balances=cut), found.rulings)
    by_then = interest(late, as_of=as_of).select("item_id", by_then_minor="interest_minor")
    of_interest = pl.col("kind") == "interest"
    return found.rows.join(by_then, on="item_id", how="left").with_columns(
        total_minor=pl.when(of_interest).then(pl.col("by_then_minor")).otherwise("total_minor")
    )


def _has_changed(charge: Charge) -> bool:
    """Money, a hold or a policy came after it: the next night takes back what is too much."""
    since = charge.recorded_at
    # Costs are taken on the sum of many items; everything else concerns its own.
    of_account = Transfer.objects.filter(account_id=charge.account_id, open_item__isnull=False)
    of_item = of_account.filter(open_item_id=charge.open_item_id)
    moved = (
        of_account.exclude(entry__kind__startswith="charge") if charge.kind == "costs" else of_item
    )
    held = HoldRecord.objects.filter(account_id=charge.account_id).filter(
        Q(recorded_at__gte=since) | Q(ended_at__gte=since)
    )
    published = PolicyVersion.objects.filter(
        creditor_id=charge.creditor_id, published_at__gte=since
    )
    # A notice that did not count after all opens no way to costs.
    undone = DebtEvent.objects.filter(creditor_id=charge.creditor_id, taken_back_at__gte=since)
    moved = moved.filter(entry__recorded_at__gte=since)
    if charge.kind == "costs" and undone.exists():
        return True
    return moved.exists() or held.exists() or published.exists()


RECOUNTED = (
    Invariant("M12", "No more is charged than is owed", "interest that nobody owes", find=_beyond),
)
