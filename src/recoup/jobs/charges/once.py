"""What is charged once: the fixed sum for an invoice, and fees for reminders."""

from __future__ import annotations

from datetime import date

import polars as pl

from recoup.books.load_charges import Debts
from recoup.jobs.charges.ground import Ground
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.policy.lawful import kinds_of
from recoup.policy.parts import minor_of

# Why what the policy gives for the first time late is not charged.
COURTESY = "the first time late is waived"


def stem(column: str) -> pl.Expr:
    """The part of a charge's key that names it whatever the day: `interest/17`."""
    return pl.col(column).str.extract(r"^([a-z]+/[^/]+)").alias(column)


def courtesy(debts: Debts, ground: Ground) -> pl.Expr:
    """Whether an item is the first of its account that was ever late, where that is waived.

    Once given it stays with that debt wherever it moves, and no other of the account has it.
    """
    if ground.charges.courtesy_waiver == "none":
        return pl.lit(value=False)
    given = debts.charged.filter(
        (pl.col("state") == "waived") & (pl.col("closed_why") == COURTESY)
    ).select("account_id", "item_id")
    given = debts.parts.led(given).with_columns(debts.parts.root())
    rest = debts.first_late.join(given, on="account_id", how="anti")
    both = pl.concat([given, rest])["item_id"]
    return debts.parts.root().is_in(both.implode())


def shaped(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Rows with `total_minor`, `key` and `first_date`, as figures."""
    return rows.with_columns(
        pl.lit(kind).alias("kind"),
        pl.col("first_date").alias("last_date"),
        pl.lit(0, pl.Int64).alias("per_day_minor"),
        pl.lit(None, pl.Date).alias("rate_missing_from"),
        pl.lit(value=True).alias("is_closed"),
        pl.lit(-1, pl.Int32).alias("rule"),
    )


def none() -> pl.DataFrame:
    """No rows, as `shaped` takes them."""
    return pl.DataFrame(
        schema={
            "account_id": pl.Int64,
            "debtor_id": pl.Int64,
            "item_id": pl.Int64,
            "number": pl.String,
            "currency_code": pl.String,
            "due_date": pl.Date,
            "key": pl.String,
            "first_date": pl.Date,
            "total_minor": pl.Int64,
            "is_courtesy": pl.Boolean,
        }
    )


def owed_on(balances: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """What was open of items at the end of a `day`: that day's payment is not yet counted off."""
    found = days.sort("day").join_asof(
        balances.sort("from_date"),
        left_on="day",
        right_on="from_date",
        by="item_id",
        check_sortedness=False,
    )
    return found.with_columns(debt_minor=pl.col("balance_minor").fill_null(0))


def thawed(rows: pl.DataFrame, debts: Debts) -> pl.DataFrame:
    """Without what would fall on a frozen day."""
    on_day = rows.select("item_id", "day").join(debts.frozen, on="item_id")
    inside = pl.col("day").is_between("first_date", "last_date")
    return rows.join(on_day.filter(inside).select("item_id").unique(), on="item_id", how="anti")


def compensation(items: pl.DataFrame, debts: Debts, ground: Ground, as_of: date) -> pl.DataFrame:
    """The fixed sum of each invoice that is late beyond its grace, by the debt at default.

    Of a debt that moved, on the part that was open when the grace was over, and never again.
    """
    section = ground.charges.compensation
    if section is None:
        return shaped(none(), "compensation")
    kinds = [int(kind) for kind in kinds_of(ground.charges, section)]
    grace = pl.duration(days=section.grace_days + 1)
    late = items.filter(pl.col("legal_kind").is_in(kinds)).with_columns(
        debts.parts.root().alias("root_id"), day=pl.col("due_date") + grace
    )
    still = owed_on(debts.balances, late.filter(pl.col("day") <= as_of))
    bearing = still.filter(pl.col("debt_minor") > 0).sort("item_id")
    ready = thawed(bearing.unique("root_id", keep="first", maintain_order=True), debts)
    at_default = owed_on(
        _whole(debts),
        ready.select(item_id="root_id", day=pl.col("due_date") + pl.duration(days=1)),
    )
    ready = ready.drop("debt_minor").join(
        at_default.select("debt_minor", root_id="item_id"), on="root_id"
    )
    sums = [
        ground.by_scale(
            "compensation.fixed", legal_kind=kind, currency=currency, debt_minor=debt, on=due
        )
        for kind, currency, debt, due in ready.select(
            "legal_kind", "currency_code", "debt_minor", "due_date"
        ).rows()
    ]
    rows = ready.with_columns(
        pl.concat_str(pl.lit("compensation/"), "root_id").alias("key"),
        pl.Series("total_minor", sums, dtype=pl.Int64),
        first_date=pl.col("day"),
        is_courtesy=courtesy(debts, ground),
    )
    return shaped(rows.filter(pl.col("total_minor") > 0).select(none().columns), "compensation")


def _whole(debts: Debts) -> pl.DataFrame:
    """The balances of debts with all their parts, named by the first."""
    root = debts.parts.root()
    before = pl.col("balance_minor").shift(1).over("item_id").fill_null(0)
    changes = debts.balances.sort("item_id", "from_date").with_columns(
        change_minor=pl.col("balance_minor") - before
    )
    return (
        changes.group_by(root, "from_date")
        .agg(pl.col("change_minor").sum())
        .sort("item_id", "from_date")
        .select(
            "item_id", "from_date", balance_minor=pl.col("change_minor").cum_sum().over("item_id")
        )
    )


def is_credited(ground: Ground, legal_kind: int, on: date) -> bool:
    """Whether the fixed sum is set against other costs of recovery: not owed on top of it."""
    found = ground.law.find("compensation.credited", on=on, kind=LegalKind(legal_kind))
    return found is not None and found.entry.value is True


def fees(debts: Debts, ground: Ground, compensated: pl.DataFrame) -> pl.DataFrame:
    """The fee of each delivered reminder that the policy prices, at most what the law allows.

    None where the fixed sum of an item in the message covers it by law.
    """
    section = ground.charges.fees
    if section is None or debts.reminded.is_empty():
        return shaped(none(), "fee")
    kinds = [int(kind) for kind in kinds_of(ground.charges, section)]
    priced = {fee.step: fee.amounts for fee in section.steps}
    named = debts.reminded.sort("cycle_date", "intent_id").with_columns(
        is_first=debts.parts.root().is_first_distinct()
    )
    messages = named.group_by("intent_id", maintain_order=True).agg(
        pl.col("account_id", "debtor_id", "currency_code", "legal_kind").first(),
        pl.col("step_code", "cycle_date").first(),
        pl.col("item_id").is_in(_charged_for(compensated)).any().alias("is_covered"),
        pl.col("item_id").min(),
        pl.col("is_first").all(),
    )
    ours = messages.filter(
        pl.col("legal_kind").is_in(kinds)
        & pl.col("step_code").is_in(list(priced))
        & (pl.col("cycle_date") >= ground.since)
    )
    sums = [
        _fee(ground, priced[row["step_code"]].get(row["currency_code"]), row)
        for row in ours.iter_rows(named=True)
    ]
    items = debts.items.select("item_id", "number", "due_date")
    rows = (
        ours.with_columns(pl.Series("total_minor", sums, dtype=pl.Int64))
        .join(items, on="item_id", how="inner")
        .with_columns(
            pl.concat_str(pl.lit("fee/"), "intent_id").alias("key"),
            first_date=pl.col("cycle_date"),
            is_courtesy=courtesy(debts, ground),
        )
    )
    return shaped(rows.filter(pl.col("total_minor") > 0).select(none().columns), "fee")


def _fee(ground: Ground, asked: object, row: dict[str, object]) -> int:
    """What the policy asks, what the law allows, and nothing for a first reminder it frees."""
    if asked is None:
        return 0
    on, kind = row["cycle_date"], LegalKind(int(str(row["legal_kind"])))
    currency = str(row["currency_code"])
    assert isinstance(on, date)
    if row["is_covered"] and is_credited(ground, kind, on):
        return 0
    try:
        most, its_currency = ground.law.amount_minor("fee.reminder_max", on=on, kind=kind)
    except Refusal:
        return 0
    free = ground.law.find("fee.first_free", on=on, kind=kind)
    if its_currency != currency or (free is not None and free.entry.value and row["is_first"]):
        return 0
    return min(minor_of(asked, currency), most)  # type: ignore[arg-type]


def _charged_for(compensated: pl.DataFrame) -> pl.Series:
    """The items whose fixed sum is not waived for the first time."""
    return compensated.filter(~pl.col("is_courtesy"))["item_id"].implode()
