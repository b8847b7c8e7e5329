"""A portfolio of any size, the same every time: arithmetic on row numbers, in chunks.

After PERF C1: 90 % of items due from 120 days ago to in 30 days, 10 % up to 1,100 days late;
five items a debtor on average; some on hold, some credited, some reminded before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from recoup.engine.bundle import ACCOUNTS, CREDITS, ITEMS, Bundle, Facts
from recoup.engine.standing import ITEM_ORDER
from recoup.kernel.money import currency_number

AS_OF = date(2026, 11, 20)
EPOCH_DAY = AS_OF.toordinal() - date(1970, 1, 1).toordinal()
# Items of six debtors in a row: thirty in all, so five on average.
SIZES = (1, 2, 3, 5, 9, 10)
ROUND = sum(SIZES)
CHUNK_ROUNDS = 20_000
CURRENCIES = [currency_number(code) for code in ("EUR", "EUR", "EUR", "USD", "GBP", "JPY")]


def facts() -> Facts:
    return Facts(1, AS_OF, "DE", "", AS_OF, is_frozen=False)


def write(folder: Path, items: int) -> Path:
    """Keep a portfolio of about so many items as one shard; peak memory is one chunk."""
    for number, bundle in enumerate(chunks(items)):
        bundle.write(folder / f"part-{number:03d}")
    return folder


def read(folder: Path) -> Bundle:
    """The portfolio kept by `write`, in one bundle."""
    parts = [Bundle.read(part) for part in sorted(folder.glob("part-*"))]
    return Bundle(
        parts[0].facts,
        pl.concat([part.items for part in parts], rechunk=True),
        pl.concat([part.accounts for part in parts], rechunk=True),
        pl.concat([part.credits for part in parts], rechunk=True),
    )


def chunks(items: int) -> Iterator[Bundle]:
    """The portfolio in bundles of whole debtors, in order."""
    rounds = max(1, items // ROUND)
    for start in range(0, rounds, CHUNK_ROUNDS):
        yield _chunk(start, min(CHUNK_ROUNDS, rounds - start))


def _dice(seed: int, *columns: pl.Expr) -> pl.Expr:
    """A well-mixed number from 0 to 2^31, from row numbers and a seed; no chance in it."""
    mixed = pl.lit(seed * 0x9E3779B97F4A7C15 % 2**63, pl.UInt64)
    for column in columns:
        mixed = (mixed ^ column.cast(pl.UInt64)) * pl.lit(0xBF58476D1CE4E5B9, pl.UInt64)
        mixed = mixed ^ (mixed // 2**29)
        mixed = mixed * pl.lit(0x94D049BB133111EB, pl.UInt64)
        mixed = mixed ^ (mixed // 2**32)
    return (mixed % 2**31).cast(pl.Int64)


def _chunk(start: int, rounds: int) -> Bundle:
    debtors = pl.DataFrame(
        {
            "debtor_id": range(start * len(SIZES) + 1, (start + rounds) * len(SIZES) + 1),
            "size": list(SIZES) * rounds,
        },
        schema={"debtor_id": pl.Int64, "size": pl.Int64},
    )
    items = _items(debtors)
    return Bundle(facts(), items, _accounts(items), _credits(items)).checked()


def _items(debtors: pl.DataFrame) -> pl.DataFrame:
    row, debtor = pl.col("item_id"), pl.col("debtor_id")
    account = pl.col("account_id")
    late = (
        pl.when(_dice(1, row) % 10 == 0)
        .then(_dice(2, row) % 1100)
        .otherwise(_dice(3, row) % 151 - 30)
    )
    step = pl.when(pl.col("late") > 3).then(_dice(4, row) % 6).otherwise(0)
    minor = 100 + (_dice(5, row) % 1000) * (_dice(6, row) % 1000)
    return (
        debtors.select(
            debtor.repeat_by("size").explode(),
        )
        .with_columns(
            item_id=pl.int_range(pl.len()) + (debtor.min() - 1) // len(SIZES) * ROUND + 1,
        )
        .with_columns(
            account_id=debtor * 2 + ((_dice(7, debtor) % 10 == 0) & (_dice(8, row) % 2 == 0)),
            late=late,
        )
        .with_columns(
            currency=pl.lit(pl.Series(CURRENCIES, dtype=pl.Int16)).gather(
                _dice(9, account) % len(CURRENCIES)
            ),
            due_date=(EPOCH_DAY - pl.col("late")).cast(pl.Int32).cast(pl.Date),
            issue_date=(EPOCH_DAY - pl.col("late") - 30).cast(pl.Int32).cast(pl.Date),
            open_minor=minor,
            held_minor=pl.when(_dice(10, row) % 33 == 0).then(minor).otherwise(0),
            hold_bits=(_dice(10, row) % 33 == 0).cast(pl.Int32) * 2,
            last_step=step.cast(pl.Int16),
            last_step_date=pl.when(step > 0)
            .then((EPOCH_DAY - 1 - _dice(11, row) % 30).cast(pl.Int32))
            .cast(pl.Date),
            is_backlog=(_dice(12, row) % 50 == 0) & (pl.col("late") > 0),
        )
        .select(list(ITEMS.columns))
        .sort(ITEM_ORDER)
    )


def _accounts(items: pl.DataFrame) -> pl.DataFrame:
    account = pl.col("account_id")

    def one_in(seed: int, count: int) -> pl.Expr:
        return _dice(seed, account) % count == 0

    words = pl.Series(["DE", "FR", "ES", "GB"])
    return (
        items.select("debtor_id", "account_id")
        .unique(maintain_order=True)
        .with_columns(
            legal_kind=(_dice(21, account) % 5).cast(pl.Int8),
            country=pl.lit(words).gather(_dice(22, account) % 4),
            region=pl.lit(""),
            language=pl.lit("en"),
            tier=pl.lit(pl.Series(["A", "B", "C"])).gather(_dice(23, account) % 3),
            hold_bits=pl.when(one_in(24, 20)).then(1).otherwise(0).cast(pl.Int32),
            address=pl.when(one_in(25, 12)).then(_dice(26, account) % 4).otherwise(1).cast(pl.Int8),
            contacts_last_7_days=(_dice(27, account) % 4 // 2).cast(pl.Int16),
            contacts_last_30_days=(_dice(28, account) % 7).cast(pl.Int16),
            last_contact_date=pl.when(_dice(29, account) % 3 > 0)
            .then((EPOCH_DAY - 1 - _dice(30, account) % 40).cast(pl.Int32))
            .cast(pl.Date),
            has_unfinished_message=one_in(31, 100),
            is_public_holiday=one_in(32, 50),
            first_invoice_date=pl.lit(date(2024, 1, 1)),
        )
        .select(list(ACCOUNTS.columns))
    )


def _credits(items: pl.DataFrame) -> pl.DataFrame:
    account = pl.col("account_id")
    return (
        items.select("debtor_id", "account_id", "currency")
        .unique(maintain_order=True)
        .filter(_dice(41, account) % 7 == 0)
        .with_columns(credit_minor=1 + _dice(42, account) % 1_000_000)
        .select(list(CREDITS.columns))
    )
