"""A file of invoices taken in, and again.

python -m bench.onbooks.intake FILE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
from django.db import transaction

from bench.onbooks.fill import AS_OF, AT
from bench.onbooks.watch import cpu_seconds, peak_mb, seconds
from recoup.books import bulk
from recoup.books.models import Creditor, Document
from recoup.books.register import NewCreditor, enroll_creditor
from recoup.jobs import intake


def main() -> None:
    """Measure and say so in one line."""
    path = Path(sys.argv[1])
    creditor = enroll_creditor(NewCreditor("bench", "Northwind Joinery", "DE", "EUR"), at=AT)
    before, used = peak_mb(), cpu_seconds()
    first = seconds(lambda: _take(creditor, path))
    cpu = cpu_seconds() - used
    peak = peak_mb()
    second = seconds(lambda: _take(creditor, path))
    posted = Document.objects.count()
    print(
        json.dumps(
            {
                "rows": posted,
                "seconds": first,
                "cpu": cpu,
                "again": second,
                "floor": seconds(lambda: _floor(creditor, path)),
                "peak_mb": peak,
                "grown_mb": peak - before,
            }
        )
    )


def _take(creditor: Creditor, path: Path) -> None:
    with path.open("rb") as stream:
        received = intake.receive(creditor, name=path.name, stream=stream, at=AT, by="bench")
    done = intake.import_file(
        received,
        declared=intake.declared_from({}),
        today=AS_OF,
        latest=AS_OF,
        at=AT,
        by="bench",
    )
    assert done.is_done, done.questions


def _floor(creditor: Creditor, path: Path) -> None:
    """Read by Polars and write one row of one table an invoice, unchecked (and taken back)."""
    account = Document.objects.values_list("account_id", flat=True)[0]
    with transaction.atomic():
        rows = pl.read_csv(path, try_parse_dates=True)
        bulk.insert(
            Document,
            rows.select(
                bulk.next_ids(Document, rows.height),
                pl.lit(creditor.pk).alias("creditor_id"),
                pl.lit(account).alias("account_id"),
                pl.lit("charge").alias("kind"),
                pl.col("number").alias("key"),
                "number",
                pl.lit("").alias("reference"),
                "issue_date",
                "currency",
                (pl.col("total") * 100).round().cast(pl.Int64).alias("total_minor"),
            ),
        )
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
