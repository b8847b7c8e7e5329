"""What is waiting of remittance advice, for cash application and for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from recoup.books.models import Account, Advice, StatementLine
from recoup.books.query import any_of, frame, many

_WAITING = """
SELECT a.id, a.line_id, COALESCE(c.merged_into_id, c.id), a.currency, a.reference, r.document,
    SUM(r.amount_minor), SUM(r.discount_minor + r.deduction_minor)
FROM books_advice a JOIN books_advicerow r ON r.advice_id = a.id
LEFT JOIN books_account c ON c.id = a.account_id
WHERE a.creditor_id = %s AND a.state = 'waiting' AND a.is_whole
GROUP BY a.id, a.line_id, c.merged_into_id, c.id, a.currency, a.reference, r.document
"""
_ROW = {
    "advice_id": pl.Int64,
    "receipt_id": pl.Int64,
    "account_id": pl.Int64,
    "code": pl.String,
    "reference": pl.String,
    "document": pl.String,
    "amount_minor": pl.Int64,
    "taken_off_minor": pl.Int64,
}
# A shorter one stands in many texts by chance.
REFERENCE_LEAST = 5
_SAID_IN = ("end_to_end_id", "structured_reference", "remittance")


def waiting(creditor_id: int, lines: pl.DataFrame) -> pl.DataFrame:
    """The whole advice that waits, tied to the one payment that bears its reference."""
    said = frame(_WAITING, [creditor_id], _ROW)
    if said.is_empty():
        return said
    tied = said.join(_bearing(said, lines), on="advice_id", how="left")
    return tied.with_columns(receipt_id=pl.coalesce("receipt_id", "bearing_id")).filter(
        pl.col("receipt_id").is_not_null() | pl.col("account_id").is_not_null()
    )


def _bearing(said: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Each advice with the only payment of its sum that names its reference."""
    wanted = (
        said.filter(pl.col("reference").str.len_chars() >= REFERENCE_LEAST)
        .group_by("advice_id", "code", "reference")
        .agg(pl.col("amount_minor").sum())
        .with_columns(pl.col("reference").str.to_uppercase())
    )
    words = pl.concat(
        [
            lines.select(
                "code", "amount_minor", bearing_id="receipt_id", word=pl.col(name).str.split(" ")
            ).explode("word")
            for name in _SAID_IN
        ]
    ).with_columns(pl.col("word").str.to_uppercase().str.strip_chars(".,;:()"))
    found = wanted.join(
        words.unique(),
        left_on=["code", "amount_minor", "reference"],
        right_on=["code", "amount_minor", "word"],
    )
    alone = pl.len().over("advice_id") == 1
    apart = pl.len().over("bearing_id") == 1
    return found.filter(alone & apart).select("advice_id", "bearing_id")


def for_lines(lines: Sequence[StatementLine]) -> dict[int, Advice]:
    """The advice each payment was applied by or is tied to."""
    found = Advice.objects.filter(line__in=lines).exclude(state="dismissed")
    return {each.line_id or 0: each for each in found.prefetch_related("rows").order_by("-pk")}


def of_accounts(accounts: Iterable[int]) -> Q:
    """Advice of these accounts, or of those that were merged into them."""
    listed = list(accounts)
    return Q(account__in=listed) | Q(account__merged_into__in=listed)


def for_account(account: Account) -> QuerySet[Advice]:
    """What the account has told and has not come yet, the newest first."""
    found = Advice.objects.filter(of_accounts([account.pk]), state="waiting")
    return found.prefetch_related("rows").order_by("-pk")


def for_line(line: StatementLine) -> list[Advice]:
    """What may tell of a payment: tied to it, else of its sum or of an account suggested for it."""
    tied = Advice.objects.filter(line=line).exclude(state="dismissed")
    if tied.exists():
        return list(tied.prefetch_related("rows"))
    accounts = line.proposals.values_list("account", flat=True)
    open_ones = Advice.objects.filter(
        creditor_id=line.creditor_id, state="waiting", line=None, currency=line.currency
    ).annotate(paid=Coalesce(F("total_minor"), F("sum_minor")))
    likely = open_ones.filter(Q(paid=line.amount_minor) | of_accounts(accounts))
    return list(likely.prefetch_related("rows").select_related("account").order_by("-pk")[:5])


def lines_concerned(advice: Advice) -> list[int]:
    """The open payments that an advice may tell of."""
    paid = advice.sum_minor if advice.total_minor is None else advice.total_minor
    mine = Q(amount_minor=paid)
    if advice.account is not None:
        mine |= Q(proposals__account=advice.account.merged_into_id or advice.account.pk)
    found = StatementLine.objects.filter(
        mine, creditor_id=advice.creditor_id, state="open", currency=advice.currency
    )
    return sorted(set(found.values_list("pk", flat=True)[:2_000]))


def accounts_of_documents(creditor_id: int, numbers: Sequence[str]) -> pl.DataFrame:
    """The documents of these numbers, whatever their case: number as known, and account."""
    sql = (
        "SELECT UPPER(number), number, account_id FROM books_document "
        f"WHERE creditor_id = %s AND {any_of('UPPER(number)')}"
    )
    schema = {"said": pl.String, "number": pl.String, "account_id": pl.Int64}
    return frame(sql, [creditor_id, many([each.upper() for each in numbers])], schema)
