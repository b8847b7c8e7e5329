"""What being late has cost so far, for each item and kind of charge: the one source of figures.

Message, letter, statement and screen ask here; what stands in the ledger is counted against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from recoup.books import load_charges
from recoup.books.load_charges import Debts, Wanted
from recoup.books.models import Creditor
from recoup.engine.bundle import Hold
from recoup.engine.charges.frames import CLAIMS, Late
from recoup.engine.charges.interest import interest
from recoup.jobs.charges import costs, once, rulings
from recoup.jobs.charges.ground import Ground, ground_of
from recoup.jobs.charges.rulings import Rulings
from recoup.kernel.frames import Frame, translated
from recoup.kernel.money import currency_number
from recoup.policy.lawful import kinds_of

FIGURES = Frame(
    "figures",
    {
        "account_id": pl.Int64,
        "debtor_id": pl.Int64,
        # The item it is charged on; of costs, the oldest of them.
        "item_id": pl.Int64,
        "number": pl.String,
        "currency_code": pl.String,
        "kind": pl.String,  # interest, compensation, fee, costs
        # What makes it the same charge on another day.
        "key": pl.String,
        "due_date": pl.Date,
        "first_date": pl.Date,
        "last_date": pl.Date,
        # By law and policy, up to and including the day.
        "total_minor": pl.Int64,
        "per_day_minor": pl.Int64,
        # Of the total: in the ledger, waiting for a person, given up, and the rest.
        "posted_minor": pl.Int64,
        "proposed_minor": pl.Int64,
        "waived_minor": pl.Int64,
        "announced_minor": pl.Int64,
        # The first late item of its account: told and waived.
        "is_courtesy": pl.Boolean,
        "rate_missing_from": pl.Date,
        # The item is paid, so nothing more comes.
        "is_closed": pl.Boolean,
        # The rule of interest it was computed by; -1 for what is no interest.
        "rule": pl.Int32,
    },
)
# By law; and what is asked for in advance is not late, because nothing was delivered.
_FROZEN_ALWAYS = (Hold.INSOLVENCY, Hold.BREATHING_SPACE, Hold.ADVANCE)
OWN = ["account_id", "debtor_id", "item_id", "number", "currency_code", "due_date"]


@dataclass(frozen=True)
class Figures:
    """The charges of a day, with what they were worked out from."""

    ground: Ground
    rows: pl.DataFrame
    debts: Debts
    # The late items, with the epoch of the law that their due date falls into.
    items: pl.DataFrame
    rulings: Rulings
    # What no collection costs are charged on before a notice has run out.
    waiting: pl.DataFrame


def figures(
    creditor: Creditor, *, as_of: date, account_ids: list[int] | None = None
) -> Figures | None:
    """Every charge up to and including a day; None when the policy charges nothing."""
    ground = ground_of(creditor)
    if ground is None:
        return None
    freezing = [*_FROZEN_ALWAYS, *(Hold[each.upper()] for each in ground.charges.frozen_by)]
    wanted = Wanted(creditor, as_of, ground.since, freezing, account_ids)
    loaded = load_charges.debts(wanted)
    debts = replace(loaded, items=ground.ours(loaded.items))
    items = rulings.with_epoch(debts.items, ground.law)
    ruled = _rulings(items, ground)
    compensated = once.compensation(items, debts, ground, as_of)
    of_costs = costs.costs(items, debts, ground, compensated, as_of)
    found = [
        _interest(items, debts, ruled, ground, as_of),
        compensated,
        once.fees(debts, ground, compensated),
        of_costs.rows,
    ]
    rows = pl.concat(each.select(COMPUTED) for each in found)
    waiting = of_costs.waiting
    if account_ids is not None:
        rows = rows.filter(pl.col("account_id").is_in(account_ids))
        waiting = waiting.filter(pl.col("account_id").is_in(account_ids))
    return Figures(ground, _beside_the_books(rows, debts), debts, items, ruled, waiting)


COMPUTED = [
    name
    for name in FIGURES.columns
    if name not in ("posted_minor", "proposed_minor", "waived_minor", "announced_minor")
]


def _rulings(items: pl.DataFrame, ground: Ground) -> Rulings:
    section = ground.charges.interest
    if section is None:
        return Rulings((), pl.DataFrame(schema=rulings.RULINGS), {})
    kinds = kinds_of(ground.charges, section)
    return rulings.rulings(items, section=section, kinds=kinds, law=ground.law)


def late_of(items: pl.DataFrame, debts: Debts, ruled: Rulings) -> Late:
    """What the engine computes interest from."""
    ruled_items = items.join(ruled.of, on=["legal_kind", "epoch"], how="inner")
    start = pl.col("due_date") + pl.duration(days=pl.col("first_day"))
    after_demand = pl.col("demand_date") + pl.duration(days=1)
    codes = {code: currency_number(code) for code in items["currency_code"].unique()}
    claims = (
        ruled_items.join(debts.demanded, on="item_id", how="left")
        .filter(~pl.col("needs_demand") | pl.col("demand_date").is_not_null())
        .with_columns(
            translated("currency_code", codes, pl.Int16).alias("currency"),
            start_date=pl.when(pl.col("needs_demand"))
            .then(pl.max_horizontal(start, after_demand))
            .otherwise(start),
        )
    )
    rules, rates = ruled.frames()
    return Late(
        claims=CLAIMS.check(claims.sort("item_id")),
        balances=debts.balances,
        frozen=debts.frozen,
        rules=rules,
        rates=rates,
        lines=debts.parts.lines.join(items, on="item_id", how="semi"),
    ).checked()


def _interest(
    items: pl.DataFrame, debts: Debts, ruled: Rulings, ground: Ground, as_of: date
) -> pl.DataFrame:
    section = ground.charges.interest
    if section is None or not ruled.rules:
        return FIGURES.empty()
    late = late_of(items, debts, ruled)
    found = interest(late, as_of=as_of).join(
        late.claims.select("item_id", "rule"), on="item_id", how="left"
    )
    graced = (pl.col("last_date") - pl.col("due_date")).dt.total_days() > section.grace_days
    return (
        found.join(items.select(OWN), on="item_id", how="left")
        .filter((pl.col("interest_minor") > 0) & graced)
        .join(_closed(debts), on="item_id", how="left")
        .with_columns(
            pl.lit("interest").alias("kind"),
            pl.concat_str(pl.lit("interest/"), "item_id").alias("key"),
            pl.col("is_closed").fill_null(value=False),
            total_minor=pl.col("interest_minor"),
            is_courtesy=once.courtesy(debts, ground),
        )
    )


def _closed(debts: Debts) -> pl.DataFrame:
    """Whether a debt has nothing open any more, wherever its parts stand."""
    latest = debts.balances.sort("item_id", "from_date").group_by("item_id").last()
    whole = pl.col("balance_minor").sum().over(debts.parts.root())
    return latest.select("item_id", is_closed=whole <= 0)


def _beside_the_books(rows: pl.DataFrame, debts: Debts) -> pl.DataFrame:
    """The figures beside what was charged of them already."""
    minor = pl.col("amount_minor")

    def of(name: str, *states: str) -> pl.Expr:
        return minor.filter(pl.col("state").is_in(states)).sum().alias(name)

    charged = (
        debts.charged.with_columns(once.stem("key"))
        .group_by("key")
        .agg(
            of("posted_minor", "accrued", "invoiced"),
            of("proposed_minor", "proposed"),
            of("waived_minor", "waived"),
        )
    )
    counted = pl.sum_horizontal("posted_minor", "proposed_minor", "waived_minor")
    rest = (pl.col("total_minor") - counted).clip(lower_bound=0)
    courtesy = pl.col("is_courtesy")
    joined = rows.join(charged, on="key", how="left", maintain_order="left").with_columns(
        pl.col("posted_minor", "proposed_minor", "waived_minor").fill_null(0)
    )
    return FIGURES.check(
        joined.with_columns(announced_minor=rest)
        .with_columns(
            waived_minor=pl.when(courtesy)
            .then(pl.col("waived_minor") + pl.col("announced_minor"))
            .otherwise("waived_minor"),
            announced_minor=pl.when(courtesy).then(0).otherwise("announced_minor"),
            per_day_minor=pl.when(courtesy).then(0).otherwise("per_day_minor"),
        )
        .sort("account_id", "due_date", "item_id", "kind", "key")
    )
