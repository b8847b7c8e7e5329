"""The floor and the peer of a night: read, decide, write, with nothing that is not needed.

The floor reads the same columns by the fastest bulk read we have, decides in a few lines of
Polars, and writes decisions and contacts by the fastest bulk write, in one transaction. The
peer does what a plain Django program does: an object for every item, a loop, objects back.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from types import MappingProxyType

import polars as pl
from django.db import connection, transaction

from bench.onbooks.fill import AS_OF
from recoup.books import query
from recoup.books.models import OpenItem
from recoup.books.query import is_postgresql

THRESHOLDS = (3, 10, 20)
BOUNDS = (0, 30, 60, 90)
MINIMUM_MINOR = 5_00
REST = timedelta(days=5)
_INT, _DAY, _TEXT = pl.Int64, pl.Date, pl.String
READS = MappingProxyType(
    {
        "items": (
            "SELECT id, account_id, currency, issue_date, due_date, open_minor, imported_date"
            " FROM books_openitem WHERE open_minor > 0",
            {"item": _INT, "account": _INT, "currency": _TEXT, "issued": _DAY, "due": _DAY,
             "minor": _INT, "imported": _DAY},
        ),
        "said": (
            "SELECT intent_id, open_item_id, step_no FROM books_intentitem WHERE role = 1",
            {"intent": _INT, "item": _INT, "step": pl.Int16},
        ),
        "intents": (
            "SELECT id, debtor_id, cycle_date FROM books_intent"
            " WHERE state IN ('accepted', 'in_doubt')",
            {"intent": _INT, "debtor": _INT, "day": _DAY},
        ),
        "accounts": (
            "SELECT a.id, a.debtor_id, d.country, d.language, a.tier"
            " FROM books_account a JOIN books_debtor d ON d.id = a.debtor_id",
            {"account": _INT, "debtor": _INT, "country": _TEXT, "language": _TEXT, "tier": _TEXT},
        ),
        "addresses": (
            "SELECT account_id, id FROM books_contactpoint"
            " WHERE kind = 'email' AND state = 'usable'",
            {"account": _INT, "address": _INT},
        ),
    }
)  # fmt: skip


def read() -> dict[str, pl.DataFrame]:
    """The columns that a decision needs."""
    return {name: query.bulk_frame(sql, [], schema) for name, (sql, schema) in READS.items()}


def decide(known: dict[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sums per account, and who is to be contacted."""
    said = known["said"].lazy().join(known["intents"].lazy(), on="intent")
    last = said.group_by("item").agg(pl.col("step").max(), pl.col("day").max())
    late = (pl.lit(AS_OF) - pl.col("due")).dt.total_days()
    reachable = pl.sum_horizontal((late >= bound).cast(pl.Int16) for bound in THRESHOLDS)
    level = pl.min_horizontal(reachable, pl.max_horizontal(pl.col("step") - 2, 0) + 1)
    is_new = (level > pl.col("step") - 2) & (pl.col("day").is_null() | (pl.col("day") < AS_OF))
    edges = [*BOUNDS, 10**6]
    accounts = (
        known["items"].lazy()
        .join(last, on="item", how="left")
        .with_columns(late=late, level=pl.when(is_new.fill_null(value=True)).then(level))
        .group_by("account", "currency")
        .agg(
            pl.col("minor").filter(pl.col("late") <= 0).sum().alias("not_due"),
            *(
                pl.col("minor").filter(pl.col("late").is_between(low + 1, high)).sum()
                .alias(f"to_{high}")
                for low, high in pairwise(edges)
            ),
            pl.col("minor").sum().alias("balance"),
            pl.col("minor").filter(pl.col("level") > 0).sum().alias("asked"),
            pl.col("level").max(),
            pl.col("day").max(),
        )
        .join(known["accounts"].lazy(), on="account")
        .collect(engine="streaming")
    )  # fmt: skip
    is_rested = pl.col("day").is_null() | (pl.col("day") <= AS_OF - REST)
    contacts = accounts.filter(
        (pl.col("level") > 0) & (pl.col("asked") >= MINIMUM_MINOR) & is_rested
    ).join(known["addresses"], on="account")
    columns = ["account", "not_due", "to_30", "to_60", "to_90", "to_1000000", "balance"]
    return accounts.select(columns), contacts.select("account", "address", "asked", "level")


def write(decisions: pl.DataFrame, contacts: pl.DataFrame) -> None:
    """Both into tables without an index."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, frame in (("floor_decision", decisions), ("floor_contact", contacts)):
            columns = ", ".join(f"{column} BIGINT" for column in frame.columns)
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TABLE {name} ({columns})")
            if is_postgresql():
                with cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                    copy.write(frame.write_csv(include_header=False))
            else:
                holes = ", ".join(["%s"] * frame.width)
                cursor.executemany(f"INSERT INTO {name} VALUES ({holes})", frame.rows())


def night() -> None:
    """The floor of a night without composing."""
    write(*decide(read()))


def clean() -> None:
    """Leave the books as they were."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor_decision")
        cursor.execute("DROP TABLE IF EXISTS floor_contact")


def peer() -> int:
    """A plain Django program: objects in, a loop, objects out (taken back)."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * 5)
    changed = []
    with transaction.atomic():
        for item in OpenItem.objects.filter(open_minor__gt=0).select_related("account__debtor"):
            late = (AS_OF - item.due_date).days
            sums[item.account_id][sum(late > bound for bound in BOUNDS)] += item.open_minor
            if any(late == bound for bound in THRESHOLDS):
                changed.append(item)
        for item in changed:
            item.save(update_fields=["open_minor"])
        transaction.set_rollback(True)
    return len(sums)
