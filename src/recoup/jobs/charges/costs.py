"""Collection costs by the tariff of the law, after the notice that it wants for some debtors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from recoup.books.load_charges import Debts
from recoup.jobs.charges.ground import Ground
from recoup.jobs.charges.once import courtesy, is_credited, none, owed_on, shaped, thawed
from recoup.kernel.frames import Frame, translated
from recoup.kernel.money import MAX_MINOR
from recoup.kernel.parties import LegalKind
from recoup.law.debt import day_words
from recoup.law.lookup import Found
from recoup.policy.lawful import kinds_of

WAITING = Frame(
    "waiting for a notice",
    {
        "account_id": pl.Int64,
        "item_id": pl.Int64,
        "number": pl.String,
        # The first day on which costs may be charged; null while no notice counts.
        "from_date": pl.Date,
        "received_date": pl.Date,
        "notice_days": pl.Int64,
        "legal_kind": pl.Int8,
    },
)


@dataclass(frozen=True)
class Costs:
    """Costs as figures, and the debts on which none are charged before a notice has run out."""

    rows: pl.DataFrame
    waiting: pl.DataFrame


def costs(
    items: pl.DataFrame, debts: Debts, ground: Ground, compensated: pl.DataFrame, as_of: date
) -> Costs:
    """The tariff on all that an account has let become late for long, taken on the sum.

    Less the fixed sums of the same items, where the law sets them against it. Where it wants a
    notice first: only on what is still open when its days are over, and no more than it names.
    """
    section = ground.charges.costs
    if section is None:
        return Costs(shaped(none(), "costs"), WAITING.empty())
    kinds = kinds_of(ground.charges, section)
    by_policy = pl.col("due_date") + pl.duration(days=section.days_past_due)
    ours = items.filter(pl.col("legal_kind").is_in([int(kind) for kind in kinds])).filter(
        by_policy <= as_of
    )
    noticed = _noticed(ours, debts, _notice_days(ground, kinds, as_of)).with_columns(
        day=pl.max_horizontal(by_policy, "from_date")
    )
    has_run_out = (pl.col("from_date") <= as_of).fill_null(value=False)
    is_ready = pl.col("notice_days").is_null() | has_run_out
    return Costs(
        _charged(noticed.filter(is_ready), debts, ground, compensated, as_of),
        _waiting(noticed.filter(~is_ready), debts, ground, as_of),
    )


def notice_of(ground: Ground, kind: LegalKind, as_of: date) -> Found | None:
    """What the law says of the days of a notice; None where it wants none."""
    found = ground.law.find("costs.notice_days", on=as_of, kind=kind)
    return found if found is not None and found.entry.value else None


def _notice_days(ground: Ground, kinds: list[LegalKind], as_of: date) -> dict[int, int]:
    found = {int(kind): notice_of(ground, kind, as_of) for kind in kinds}
    return {kind: int(str(each.entry.value)) for kind, each in found.items() if each}


def _noticed(items: pl.DataFrame, debts: Debts, days: dict[int, int]) -> pl.DataFrame:
    """Each item with the notice that opens the way first: null where it needs none or has none."""
    known = {int(kind): days.get(int(kind)) for kind in LegalKind}
    wanted = items.with_columns(notice_days=translated("legal_kind", known, pl.Int64))
    asked = wanted.filter(pl.col("notice_days").is_not_null()).select(
        "item_id", "account_id", "currency_code", "issue_date", "due_date", "notice_days"
    )
    is_whole = pl.col("item_id").is_null()
    of_items = debts.notices.filter(~is_whole).drop("account_id")
    of_accounts = debts.notices.filter(is_whole).drop("item_id")
    named = ["item_id", "notice_id", "received_date", "names_minor"]
    # It speaks of what was late when it went; what came later it does not name.
    in_time = pl.col("sent_date") > pl.max_horizontal("due_date", "issue_date")
    found = pl.concat(
        asked.join(notices, on=[key, "currency_code"])
        .filter(in_time)
        .select(
            *named,
            # The days begin the day after it was received, as `law.costs.open_from` has it.
            from_date=pl.col("received_date") + pl.duration(days=pl.col("notice_days") + 1),
        )
        for key, notices in (("item_id", of_items), ("account_id", of_accounts))
    )
    first = found.sort("from_date", "notice_id").unique("item_id", keep="first")
    return wanted.join(first, on="item_id", how="left", maintain_order="left")


def _charged(
    ready: pl.DataFrame, debts: Debts, ground: Ground, compensated: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    owed = owed_on(debts.balances, ready).filter(pl.col("debt_minor") > 0)
    rows = thawed(owed, debts).with_columns(is_courtesy=courtesy(debts, ground))
    of_accounts = _of_accounts(rows.filter(~pl.col("is_courtesy")), compensated)
    asked = of_accounts.select(
        "legal_kind", "currency_code", "debt_minor", "fixed_minor", "named_minor"
    )
    sums = [
        min(
            ground.by_scale(
                "costs.tariff", legal_kind=kind, currency=currency, debt_minor=debt, on=as_of
            )
            - (sums_minor if is_credited(ground, kind, as_of) else 0),
            named,
        )
        for kind, currency, debt, sums_minor, named in asked.rows()
    ]
    found = of_accounts.with_columns(
        pl.concat_str(pl.lit("costs/"), "own_account_id", pl.lit("-"), "currency_code").alias(
            "key"
        ),
        pl.Series("total_minor", sums, dtype=pl.Int64),
    )
    return shaped(found.filter(pl.col("total_minor") > 0).select(none().columns), "costs")


def _of_accounts(ready: pl.DataFrame, compensated: pl.DataFrame) -> pl.DataFrame:
    """One row for each account and currency: the debts, their fixed sums, what notices name."""
    fixed = compensated.select("item_id", fixed_minor="total_minor")
    # What a notice names for many debts counts once.
    is_first = pl.col("notice_id").is_first_distinct()
    named = (
        pl.when(pl.col("notice_days").is_null())
        .then(MAX_MINOR)
        .when(is_first)
        .then("names_minor")
        .otherwise(0)
    )
    return (
        ready.join(fixed, on="item_id", how="left", maintain_order="left")
        .sort("due_date", "item_id")
        .with_columns(named_minor=named)
        .group_by("own_account_id", "currency_code", maintain_order=True)
        .agg(
            pl.col(
                "account_id", "debtor_id", "item_id", "number", "due_date", "legal_kind"
            ).first(),
            pl.col("is_courtesy").first(),
            pl.col("day").max().alias("first_date"),
            pl.col("debt_minor", "fixed_minor", "named_minor").sum(),
        )
    )


def _waiting(rows: pl.DataFrame, debts: Debts, ground: Ground, as_of: date) -> pl.DataFrame:
    """What is open today and would be charged, were it not for the notice."""
    open_now = owed_on(debts.balances, rows.with_columns(day=pl.lit(as_of)))
    told = open_now.filter((pl.col("debt_minor") > 0) & ~courtesy(debts, ground))
    return WAITING.check(told.sort("account_id", "from_date", "item_id"))


def sentences(waiting: pl.DataFrame, ground: Ground, as_of: date) -> list[str]:
    """Why no costs are charged yet, for each debt, with the first day and the paragraph."""
    said = []
    for row in waiting.iter_rows(named=True):
        found = notice_of(ground, LegalKind(row["legal_kind"]), as_of)
        cite = f" ({found.cite})" if found else ""
        days = row["notice_days"]
        if row["from_date"] is None:
            why = f"only {days} days after a notice that names them; none is on record that counts"
        else:
            had = day_words(row["received_date"])
            why = f"from {day_words(row['from_date'])}, {days} days after the notice of {had}"
        said.append(f"Collection costs on {row['number']} may be charged {why}{cite}.")
    return said
