"""The door of proposals and of what people taught us about payers."""

from __future__ import annotations

import json

import polars as pl
from django.db import transaction
from django.db.models import F

from recoup.books import bulk
from recoup.books.models import Account, Alias, Proposal, StatementLine
from recoup.books.query import any_of, execute, many


def keep_proposals(*, creditor_id: int, line_ids: list[int], proposals: pl.DataFrame) -> int:
    """Replace what is proposed for these lines; how many stand now.

    Columns: line_id, account_id, rank, kind, confidence_ppm, combinations, residual_minor,
    residual_kind, reason_bits, items (a list of [item, applied, discount]).
    """
    with transaction.atomic():
        execute(f"DELETE FROM books_proposal WHERE {any_of('line_id')}", [many(line_ids)])
        texts = [json.dumps(items) for items in proposals["items"].to_list()]
        return bulk.insert(
            Proposal,
            proposals.drop("items").with_columns(
                bulk.next_ids(Proposal, proposals.height),
                pl.lit(creditor_id).alias("creditor_id"),
                pl.Series("items", texts, dtype=pl.String),
            ),
        )


def forget_proposals(*, line: StatementLine) -> None:
    """Nothing is proposed any more for a line that a person settled."""
    Proposal.objects.filter(line=line).delete()


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
