"""The receipts that words alone do not settle: pools are joined, then read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import polars as pl

from recoup.engine.matching.frames import Given, MatchPolicy
from recoup.engine.matching.named import LINES, SUGGESTIONS
from recoup.engine.matching.settle import Item, Payment
from recoup.engine.matching.suggest import ACCOUNTS, POOLED, Case, Suggestion, suggestions
from recoup.engine.matching.tokens import IN_ACCOUNT

# An amount that more items share than this tells nothing about an unknown payer.
AMOUNT_ITEMS = 5
# Receipts read at a time; bounds memory, whatever the accounts' sizes.
CHUNK = 10_000


def by_search(
    given: Given,
    keyed: pl.DataFrame,
    spoken: pl.DataFrame,
    hits: pl.DataFrame,
    who: pl.DataFrame,
    policy: MatchPolicy,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Suggestions and their lines for every receipt given, a few thousand at a time."""
    found = [pl.DataFrame(schema=SUGGESTIONS)]
    lines = [pl.DataFrame(schema=LINES)]
    ordered = _ranked(keyed)
    for receipts in given.receipts.iter_slices(CHUNK):
        asked = receipts.join(spoken, on="receipt_id").sort("receipt_id")
        near = who.join(asked, on="receipt_id", how="semi")
        pools = _pools(asked, ordered, hits.join(asked, on="receipt_id", how="semi"), near)
        rows, row_lines = _read(asked, pools, near, policy)
        found.append(pl.DataFrame(rows, schema=SUGGESTIONS, orient="row"))
        lines.append(pl.DataFrame(row_lines, schema=LINES, orient="row"))
    return pl.concat(found), pl.concat(lines)


def _ranked(keyed: pl.DataFrame) -> pl.DataFrame:
    """Items with their place in their account and currency, oldest first."""
    return keyed.sort("account_id", "currency", "due_date", "item_id").with_columns(
        place=pl.int_range(pl.len()).over("account_id", "currency")
    )


def _pools(
    asked: pl.DataFrame, items: pl.DataFrame, hits: pl.DataFrame, who: pl.DataFrame
) -> pl.DataFrame:
    """The items each receipt may pay, in its currency, with the strength the text gives them."""
    money = asked.select("receipt_id", "currency", "amount_minor")
    named = hits.filter(pl.col("strength") > IN_ACCOUNT).join(
        items.select("item_id", "account_id"), on="item_id"
    )
    accounts = (
        pl.concat(
            [
                who.filter(pl.int_range(pl.len()).over("receipt_id") < ACCOUNTS).select(
                    "receipt_id", "account_id"
                ),
                named.select("receipt_id", "account_id").unique(),
            ]
        )
        .unique(maintain_order=True)
        .filter(pl.int_range(pl.len()).over("receipt_id") < 2 * ACCOUNTS)
        .join(money, on="receipt_id")
    )
    homeless = money.join(accounts, on="receipt_id", how="anti")
    amounts = items.select("item_id", "currency", amount_minor="open_minor").filter(
        pl.len().over("currency", "amount_minor") <= AMOUNT_ITEMS
    )
    pairs = pl.concat(
        [
            accounts.join(items.filter(pl.col("place") < POOLED), on=["account_id", "currency"]),
            accounts.join(
                items.with_columns(amount_minor="open_minor"),
                on=["account_id", "currency", "amount_minor"],
            ),
            named.drop("account_id")
            .join(items, on="item_id")
            .join(money, on=["receipt_id", "currency"]),
            homeless.join(amounts, on=["currency", "amount_minor"]),
        ],
        how="diagonal",
    ).select("receipt_id", "item_id")
    return (
        pairs.unique()
        .join(items, on="item_id")
        .join(hits, on=["receipt_id", "item_id"], how="left")
        .sort("receipt_id", "item_id")
        .select(
            "receipt_id",
            "item_id",
            "account_id",
            "open_minor",
            "issue_date",
            "due_date",
            pl.col("discount_ppm", "discount_days").fill_null(0),
            "digits",
            "tail",
            pl.col("strength").fill_null(0),
            "kind",
            pl.col("later_ppm", "later_days", "paid_minor").fill_null(0),
        )
    )


_Row = tuple[object, ...]


def _read(
    asked: pl.DataFrame, pools: pl.DataFrame, who: pl.DataFrame, policy: MatchPolicy
) -> tuple[list[_Row], list[_Row]]:
    """The suggestions of a chunk as rows."""
    likely: dict[int, dict[int, int]] = {}
    for receipt_id, account_id, strength in who.select("receipt_id", "account_id", "who").rows():
        likely.setdefault(receipt_id, {})[account_id] = strength
    pooled = {
        receipt_id: [Item(*row[1:]) for row in rows]
        for receipt_id, rows in groupby(pools.iter_rows(), key=lambda row: int(row[0]))
    }
    found: list[_Row] = []
    lines: list[_Row] = []
    for payment, currency in _payments(asked):
        pool = pooled.get(payment.receipt_id)
        if not pool:
            continue
        near = dict(list(likely.get(payment.receipt_id, {}).items())[:ACCOUNTS])
        case = Case(payment, pool, near, policy.tolerance(currency), policy)
        for way, suggestion in enumerate(suggestions(case)):
            found.append(_row(payment.receipt_id, way, suggestion))
            lines += _line_rows(payment.receipt_id, way, currency, suggestion)
    return found, lines


def _payments(asked: pl.DataFrame) -> Iterator[tuple[Payment, int]]:
    """The receipts of a chunk as the search sees them, with their currency."""
    columns = asked.select(
        "receipt_id",
        "amount_minor",
        "received_date",
        pl.col("charges_minor").fill_null(0),
        "text",
        "run",
        "currency",
    )
    for *fields, currency in columns.iter_rows():
        yield Payment(*fields), currency


def _row(receipt_id: int, way: int, suggestion: Suggestion) -> _Row:
    settled = suggestion.settled
    return (
        receipt_id,
        way,
        suggestion.kind,
        suggestion.evidence,
        suggestion.combinations,
        suggestion.size,
        settled.residual_minor,
        settled.residual_kind,
    )


def _line_rows(receipt_id: int, way: int, currency: int, suggestion: Suggestion) -> Iterator[_Row]:
    for line in suggestion.settled.lines:
        item = line.item
        yield (
            receipt_id,
            way,
            item.item_id,
            item.account_id,
            currency,
            line.applied_minor,
            line.discount_minor,
        )
