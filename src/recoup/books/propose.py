"""The door of proposals and of what people taught us about payers."""

from __future__ import annotations

import json
from collections.abc import Collection

import polars as pl
from django.db import transaction
from django.db.models import F

from recoup.books import bank, bulk
from recoup.books.models import Account, Alias, Proposal, StatementLine
from recoup.books.query import any_of, execute, executemany, frame, many


def keep_proposals(*, creditor_id: int, line_ids: list[int], proposals: pl.DataFrame) -> int:
    """Replace what is proposed for these lines; how many stand now.

    Columns: line_id, account_id, rank, kind, confidence_ppm, combinations, residual_minor,
    residual_kind, reason_bits, items (a list of [item, applied, discount]).
    """
    with transaction.atomic():
        bank.hold_lines(line_ids)
        execute(f"DELETE FROM books_proposal WHERE {any_of('line_id')}", [many(line_ids)])
        texts = [json.dumps(items) for items in proposals["items"].to_list()]
        kept = bulk.insert(
            Proposal,
            proposals.drop("items").with_columns(
                bulk.next_ids(Proposal, proposals.height),
                pl.lit(creditor_id).alias("creditor_id"),
                pl.Series("items", texts, dtype=pl.String),
            ),
        )
        bank.note_sureness(line_ids=line_ids)
    return kept


def forget_proposals(*, line: StatementLine) -> None:
    """Nothing is proposed any more for a line that a person settled."""
    forget_many(line_ids=[line.pk])


def forget_many(*, line_ids: list[int]) -> None:
    """Nothing is proposed any more for lines that a person settled together."""
    with transaction.atomic():
        bank.hold_lines(line_ids)
        execute(f"DELETE FROM books_proposal WHERE {any_of('line_id')}", [many(line_ids)])
        bank.note_sureness(line_ids=line_ids)


def learn(*, account: Account, line: StatementLine) -> None:
    """Remember how this account pays: bank account, name as the bank has it, mandate."""
    said = {
        "iban": line.counterparty_account,
        "name": line.counterparty_name,
        "mandate": line.mandate_id,
    }
    for kind, value in said.items():
        if not value:
            continue
        alias, is_new = Alias.objects.get_or_create(
            creditor_id=line.creditor_id, account=account, kind=kind, value=value
        )
        if not is_new:
            Alias.objects.filter(pk=alias.pk).update(count=F("count") + 1)


def unlearn(*, account: Account, line: StatementLine) -> None:
    """An undone payment teaches the opposite: once less for each way it was known by."""
    said = [line.counterparty_account, line.counterparty_name, line.mandate_id]
    known = Alias.objects.filter(account=account, value__in=[each for each in said if each])
    known.filter(count=1).delete()
    known.filter(count__gt=1).update(count=F("count") - 1)


# How a statement line names who paid, by the kind of alias.
_NAMED_BY = {
    "iban": "counterparty_account",
    "name": "counterparty_name",
    "mandate": "mandate_id",
}
_SAID = """
SELECT l.id, r.account_id, l.counterparty_account, l.counterparty_name, l.mandate_id
FROM books_statementline l JOIN books_receipt r ON r.id = l.receipt_id WHERE {lines}
"""


def taught_by(*, line_ids: list[int]) -> pl.DataFrame:
    """How the payers of settled lines were named: line_id, account_id, kind, value."""
    names = dict.fromkeys(_NAMED_BY.values(), pl.String)
    schema = {"line_id": pl.Int64, "account_id": pl.Int64, **names}
    rows = frame(_SAID.format(lines=any_of("l.id")), [many(line_ids)], schema)
    long = rows.rename({column: kind for kind, column in _NAMED_BY.items()}).unpivot(
        index=["line_id", "account_id"], variable_name="kind"
    )
    return long.filter(pl.col("value") != "")


def learn_many(*, creditor_id: int, line_ids: list[int]) -> None:
    """Remember how the accounts of these settled lines pay, as `learn` does of one."""
    executemany(
        "INSERT INTO books_alias (creditor_id, account_id, kind, value, count)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (account_id, kind, value)"
        " DO UPDATE SET count = books_alias.count + excluded.count",
        [(creditor_id, *row) for row in _counted(taught_by(line_ids=line_ids)).rows()],
    )


def unlearn_many(*, taught: pl.DataFrame, line_ids: Collection[int]) -> None:
    """The opposite: once less for each way that these of the lines were known by."""
    counted = _counted(taught.filter(pl.col("line_id").is_in(list(line_ids))))
    executemany(
        "UPDATE books_alias SET count = count - %s"
        " WHERE account_id = %s AND kind = %s AND value = %s",
        [(count, *named) for *named, count in counted.rows()],
    )
    accounts = many(counted["account_id"].unique().to_list())
    execute(f"DELETE FROM books_alias WHERE count < 1 AND {any_of('account_id')}", [accounts])


def _counted(taught: pl.DataFrame) -> pl.DataFrame:
    named = ["account_id", "kind", "value"]
    return taught.group_by(named).len("count").sort(named)
