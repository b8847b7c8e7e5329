"""How each account stands in each currency: what is owed by age, and who treats it.

One row per debtor, account and currency: the unit that is spoken to in one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

from recoup.engine import aging, candidates
from recoup.engine.aging import AGING, STANDARD
from recoup.engine.bundle import Bundle
from recoup.kernel.errors import Refusal
from recoup.kernel.money import currency_code, exponent
from recoup.policy.rulebook import Rulebook
from recoup.policy.words import AMOUNT_SCALE

KEY = ["debtor_id", "account_id", "currency"]
ITEM_ORDER = [*KEY, "due_date", "item_id"]


@dataclass(frozen=True)
class Standing:
    """The items in order, each with the number of its row among the accounts."""

    # ITEMS in ITEM_ORDER, with `group`: the row number in `accounts`.
    items: pl.DataFrame
    # AGING and `ladder`, sorted by KEY; accounts with nothing but credits are not here.
    accounts: pl.DataFrame
    # AGING of accounts that have credits and no item.
    credit_only: pl.DataFrame


def stand(bundle: Bundle, rulebook: Rulebook) -> Standing:
    """Group the items of a bundle and say for each group what is owed, and its ladder."""
    items = grouped(bundle.items)
    owed = _owed(items, bundle)
    placed = _placed(owed, bundle, rulebook)
    finished = _finished(items, placed, rulebook)
    return Standing(items=items, accounts=finished, credit_only=_credit_only(bundle, owed))


def grouped(items: pl.DataFrame) -> pl.DataFrame:
    """The items in ITEM_ORDER, with the number of their group: account and currency."""
    ordered = items if _is_in_order(items) else items.sort(ITEM_ORDER)
    is_first = pl.any_horizontal(
        (pl.col(key) != pl.col(key).shift(1)).fill_null(value=True) for key in KEY
    )
    return ordered.with_columns(
        group=(is_first.cast(pl.UInt32).cum_sum() - 1).cast(pl.UInt32).set_sorted()
    )


def _is_in_order(items: pl.DataFrame) -> bool:
    """Compare each row with the one before it; loaders hand over items in order."""
    follows = pl.lit(value=True)
    for name in reversed(ITEM_ORDER):
        before = pl.col(name).shift(1)
        follows = (pl.col(name) > before) | ((pl.col(name) == before) & follows)
    return bool(items.select(follows.all(ignore_nulls=True)).item())


def _owed(items: pl.DataFrame, bundle: Bundle) -> pl.DataFrame:
    """What is open by age, what is held, and what is late, before credits and after.

    Holds are few, so their sums are made from the few rows that have one.
    """
    as_of = bundle.facts.as_of
    lengths = items["group"].rle().struct.field("len")
    starts = lengths.cum_sum() - lengths
    keys = items.select(pl.col(KEY).gather(starts))
    held = _held(items, as_of)
    credits = _credits(keys, bundle)
    late = pl.sum_horizontal(STANDARD.columns[1:])
    return (
        keys.with_columns(
            _buckets(items, as_of).get_columns(),
            items=lengths.cast(pl.Int32),
            days_past_due=_oldest_days(items, keys.height, as_of),
            held_minor=spread(held["group"], held["held_minor"], keys.height),
            late_held_minor=spread(held["group"], held["late_held_minor"], keys.height),
            credit_minor=spread(credits["group"], credits["credit_minor"], keys.height),
        )
        .with_columns(late_minor=late - pl.col("late_held_minor"))
        .with_columns(
            balance_minor=pl.sum_horizontal(STANDARD.columns) - pl.col("credit_minor"),
            overdue_minor=(pl.col("late_minor") - pl.col("credit_minor")).clip(lower_bound=0),
        )
    )


def spread(groups: pl.Series, values: pl.Series, height: int) -> pl.Series:
    """The values at the rows of their groups, zero at all others; far cheaper than a join."""
    return pl.zeros(height, values.dtype, eager=True).scatter(groups, values)


def _credits(keys: pl.DataFrame, bundle: Bundle) -> pl.DataFrame:
    """Per group with credits: their sum."""
    return (
        keys.lazy()
        .with_row_index("group")
        .join(bundle.credits.lazy(), on=KEY)
        .group_by("group")
        .agg(pl.col("credit_minor").sum())
        .collect()
    )


def _buckets(items: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Per group: what is open in each bucket of age."""
    days = pl.col("days")
    above = [days > bound for bound in (0, *STANDARD.last_days)]
    inside = [~above[0], *(low & ~high for low, high in pairwise(above)), above[-1]]
    return (
        items.lazy()
        .select("group", "open_minor", days=aging.days_past_due(as_of))
        .select(
            "group",
            *(
                pl.when(is_inside).then(pl.col("open_minor")).otherwise(0).alias(name)
                for name, is_inside in zip(STANDARD.columns, inside, strict=True)
            ),
        )
        .group_by("group", maintain_order=True)
        .agg(pl.col(STANDARD.columns).sum())
        .drop("group")
        .collect()
    )


def _held(items: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Per group with a hold on an item: what is held, and how much of that is late."""
    kept = pl.min_horizontal("held_minor", "open_minor")
    return (
        items.lazy()
        .filter(pl.col("held_minor") > 0)
        .group_by("group")
        .agg(
            pl.col("held_minor").sum(),
            late_held_minor=kept.filter(candidates.is_late(as_of)).sum(),
        )
        .collect()
    )


def _oldest_days(items: pl.DataFrame, groups: int, as_of: date) -> pl.Series:
    """Per group, how late the first item is that is not held entirely; 0 when it is not late."""
    # Lazily, so that no column but these is filtered.
    free = items.lazy().filter(aging.askable_minor() > 0).select("group", "due_date").collect()
    runs = free["group"].rle().struct.unnest()
    starts = runs["len"].cum_sum() - runs["len"]
    first = free.select(pl.col("due_date").gather(starts))
    days = first.select(aging.days_past_due(as_of).clip(lower_bound=0)).to_series()
    return spread(runs["value"], days, groups)


def _placed(owed: pl.DataFrame, bundle: Bundle, rulebook: Rulebook) -> pl.DataFrame:
    """Add `segment` and `ladder`: the first segment whose condition holds; -1 when none does."""
    if rulebook.segments[0].condition is None:
        return owed.with_columns(
            segment=pl.lit(0, pl.Int16), ladder=pl.lit(rulebook.segments[0].ladder, pl.Int16)
        )
    known = with_account_words(owed, bundle, rulebook)
    segment = pl.lit(-1, pl.Int16)
    ladder = pl.lit(-1, pl.Int16)
    for number, rule in reversed(list(enumerate(rulebook.segments))):
        holds = pl.lit(value=True) if rule.condition is None else rule.condition
        segment = pl.when(holds).then(pl.lit(number, pl.Int16)).otherwise(segment)
        ladder = pl.when(holds).then(pl.lit(rule.ladder, pl.Int16)).otherwise(ladder)
    placed = known.with_columns(segment=segment, ladder=ladder)
    return owed.with_columns(placed["segment"], placed["ladder"])


def with_account_words(owed: pl.DataFrame, bundle: Bundle, rulebook: Rulebook) -> pl.DataFrame:
    """The same rows with every fact a condition may name."""
    accounts = bundle.accounts.select(
        "account_id",
        "tier",
        "country",
        "region",
        "language",
        "legal_kind",
        days_as_customer=(pl.lit(rulebook.as_of) - pl.col("first_invoice_date")).dt.total_days(),
    )
    return owed.join(accounts, on="account_id", how="left", maintain_order="left").join(
        currencies(owed["currency"]), on="currency", how="left", maintain_order="left"
    )


def currencies(numbers: pl.Series) -> pl.DataFrame:
    """Code and number of digits of each currency that occurs; Refusal for one that is none."""
    rows = []
    for number in numbers.unique().sort().to_list():
        code = currency_code(number)
        try:
            digits = exponent(code)
            rows.append((number, code, digits, 10 ** (AMOUNT_SCALE - digits)))
        except Refusal as refusal:
            raise Refusal(
                "currency-unknown", f"Currency number {number}: {refusal.sentence}"
            ) from refusal
    return pl.DataFrame(
        rows,
        schema={
            "currency": pl.Int16,
            "currency_code": pl.String,
            "exponent": pl.Int16,
            "amount_factor": pl.Int64,
        },
        orient="row",
    )


def _finished(items: pl.DataFrame, placed: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Add `finished_minor`: late, not held, and past the last step of its ladder."""
    shortest = min(len(ladder.rungs) for ladder in rulebook.ladders)
    said_all = (
        items.lazy()
        .filter(
            pl.col("last_step") >= shortest,
            candidates.is_late(rulebook.as_of),
            aging.askable_minor() > 0,
        )
        .select("group", "last_step", minor=aging.askable_minor())
        .collect()
    )
    if said_all.is_empty():
        return placed.with_columns(finished_minor=pl.lit(0, pl.Int64))
    lengths = pl.Series([len(ladder.rungs) for ladder in rulebook.ladders], dtype=pl.Int16)
    ladder = placed["ladder"].gather(said_all["group"])
    length = lengths.gather(ladder.clip(lower_bound=0))
    sums = (
        said_all.with_columns(ladder=ladder, length=length)
        .filter(pl.col("ladder") >= 0, pl.col("last_step") >= pl.col("length"))
        .group_by("group")
        .agg(finished_minor=pl.col("minor").sum())
    )
    finished = spread(sums["group"], sums["finished_minor"], placed.height)
    return placed.with_columns(finished.alias("finished_minor"))


def _credit_only(bundle: Bundle, owed: pl.DataFrame) -> pl.DataFrame:
    credited = owed.filter(pl.col("credit_minor") > 0).select(KEY)
    alone = (
        bundle.credits.filter(pl.col("credit_minor") > 0)
        .group_by(KEY)
        .agg(pl.col("credit_minor").sum())
        .join(credited, on=KEY, how="anti")
    )
    zeros = {name: pl.lit(0, kind) for name, kind in AGING.columns.items() if name not in KEY}
    return alone.with_columns(
        **zeros
        | {
            "credit_minor": pl.col("credit_minor"),
            "balance_minor": -pl.col("credit_minor"),
            "segment": pl.lit(-1, pl.Int16),
        }
    ).select(list(AGING.columns))
