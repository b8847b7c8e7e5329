"""Payments that wait for a person, on books that are there: `count` lines with suggestions.

Half name their invoice and pay it to the cent, a quarter pay it short, the others name nobody.
Everything goes through the doors of the bank and of suggestions; what a suggestion says is made
up here, because thinking over so many payments is measured elsewhere.
"""

from __future__ import annotations

import hashlib

import polars as pl
from django.db import transaction

from bench.onbooks.fill import AS_OF, AT
from recoup.books import bank, propose, query
from recoup.books.models import BankAccount, Creditor, SourceFile
from recoup.engine.matching.frames import Reason

BANKS = 3
STATEMENT_LINES = 5_000
_ITEMS = """
SELECT i.id, i.account_id, i.open_minor, d.number, a.name FROM books_openitem i
JOIN books_document d ON d.id = i.document_id JOIN books_account a ON a.id = i.account_id
WHERE i.creditor_id = %s AND i.open_minor > 0 ORDER BY i.id LIMIT %s
"""
_ITEM = {
    "item_id": pl.Int64,
    "account_id": pl.Int64,
    "open_minor": pl.Int64,
    "number": pl.String,
    "name": pl.String,
}
_PARTS = pl.List(pl.List(pl.Int64))


def wait(creditor: Creditor, count: int) -> None:
    """Bring so many payments, each with what it may pay."""
    found = query.bulk_frame(_ITEMS, [creditor.pk, count], _ITEM)
    # More payments than items: some are for the same one, as in life.
    items = pl.concat([found] * -(-count // found.height)).head(count).with_row_index("n")
    with transaction.atomic():
        for start in range(0, count, STATEMENT_LINES):
            _post(creditor, items.slice(start, STATEMENT_LINES))
    _suggest(creditor, items)


def _post(creditor: Creditor, items: pl.DataFrame) -> None:
    first = int(items["n"][0])
    code = f"bench-{first // STATEMENT_LINES % BANKS}"
    account = bank.open_bank_account(creditor=creditor, key=code, name=code, currency="EUR")
    file = SourceFile.objects.create(
        creditor=creditor,
        name=f"{first}.sta",
        sha256=hashlib.sha256(str(first).encode()).hexdigest(),
        size_bytes=1,
        state="done",
        received_at=AT,
        by="bench",
    )
    rows = _lines(items)
    total = int(rows["amount_minor"].sum())
    statement = bank.unsaved_statement(
        account=account,
        source_file=file,
        key=str(first),
        facts={
            "currency": "EUR",
            "sum_minor": total,
            "lines": rows.height,
            "is_checked": False,
            "from_date": rows["booked_date"].min(),
            "to_date": AS_OF,
        },
    )
    bank.post_statement(statement=statement, lines=rows)


def _lines(items: pl.DataFrame) -> pl.DataFrame:
    n, number = pl.col("n"), pl.col("n").cast(pl.String)
    silent = {
        name: pl.lit(None, kind) for name, kind in bank.LINES.columns.items() if name != "position"
    }
    known = {
        "key": number,
        "booked_date": pl.lit(AS_OF) - pl.duration(days=n % 60),
        "amount_minor": pl.col("open_minor") - pl.when(n % 4 == 2).then(1).otherwise(0),
        "currency": pl.lit("EUR"),
        "counterparty_name": pl.col("name"),
        "counterparty_account": pl.lit("DE") + number,
        "remittance": pl.when(n % 4 == 3)
        .then(pl.lit("thank you, ") + number)
        .otherwise(pl.lit("Invoice ") + pl.col("number")),
        "is_return": pl.lit(value=False),
    }
    rows = items.filter(pl.col("open_minor") > 1).select(
        n.cast(pl.Int64).alias("position"),
        *(value.alias(name) for name, value in (silent | known).items()),
    )
    return bank.LINES.check(rows.select(list(bank.LINES.columns)))


def _suggest(creditor: Creditor, items: pl.DataFrame) -> None:
    sql = "SELECT id, key, amount_minor FROM books_statementline WHERE creditor_id = %s"
    schema = {"line_id": pl.Int64, "key": pl.String, "amount_minor": pl.Int64}
    kept = query.bulk_frame(sql, [creditor.pk], schema).with_columns(
        n=pl.col("key").cast(pl.UInt32)
    )
    lines = kept.join(items, on="n")
    bits = 1 << Reason.NUMBER_NAMED | 1 << Reason.AMOUNT_EXACT
    best = lines.filter(pl.col("n") % 4 != 3).select(
        "line_id",
        "account_id",
        rank=pl.lit(1),
        kind=pl.lit("named"),
        confidence_ppm=pl.lit(1_000_000) - (pl.col("n").hash(1) % 90_000).cast(pl.Int64),
        combinations=pl.lit(0),
        residual_minor=pl.lit(0),
        residual_kind=pl.lit(""),
        reason_bits=pl.lit(bits),
        wanted=pl.concat_list("item_id", "amount_minor", pl.lit(0, pl.Int64)),
    )
    whole = [[each] for each in best["wanted"].to_list()]
    best = best.drop("wanted").with_columns(items=pl.Series(whole, dtype=_PARTS))
    propose.keep_proposals(
        creditor_id=creditor.pk, line_ids=lines["line_id"].to_list(), proposals=best
    )


def bank_accounts(creditor: Creditor) -> list[int]:
    """The bank accounts that the payments came to."""
    return list(BankAccount.objects.filter(creditor=creditor).values_list("pk", flat=True))
