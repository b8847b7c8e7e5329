"""The day's charges into the books: what history made wrong is taken back, what is new is charged.

Run it as often as you like: what is charged is what is owed by law and policy less what was
charged already, under keys that exist once. A crash leaves a part, and the next run the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.db.models import Max

from recoup.books import charge as door
from recoup.books.models import Account, Charge, Creditor, Run
from recoup.engine.charges.interest import interest
from recoup.jobs.charges.figures import Figures, figures, late_of
from recoup.jobs.charges.once import COURTESY, stem
from recoup.jobs.charges.write import Told, taken_back, written
from recoup.kernel.frames import translated
from recoup.kernel.parties import LegalKind
from recoup.law import read
from recoup.law.interest import percent
from recoup.policy.charging import ChargeMode, Charges
from recoup.policy.parts import amount_minor

_ONE_DAY = timedelta(days=1)
# What of the law each kind of charge rests on; interest names its own.
TOPICS = {
    "compensation": ("compensation.fixed",),
    "fee": ("fee.reminder_max",),
    "costs": ("costs.tariff", "costs.notice_days"),
}


@dataclass(frozen=True)
class Charged:
    """What a night did: charges taken into the books, and taken back."""

    new: int = 0
    taken_back: int = 0
    # Items whose rate nobody knows for a part of their days.
    rate_missing: int = 0
    # Accounts that were passed over, because the books refused; the others went on.
    refused: int = 0


def charge(creditor: Creditor, *, as_of: date, at: datetime, by: str) -> Charged:
    """Charge what being late has cost up to a day; a day before the last charge changes nothing."""
    found = figures(creditor, as_of=as_of)
    if found is None or _is_rehearsal(creditor, as_of):
        return Charged()
    told = Told(creditor, as_of, at, by)
    back = taken_back(overcharged(found), told)
    if back.done:
        found = figures(creditor, as_of=as_of)
        assert found is not None
    fresh = due(found, as_of=as_of).filter(~pl.col("account_id").is_in(list(back.refused)))
    new = written(fresh, told)
    refused = back.refused | new.refused
    for account in Account.objects.filter(pk__in=refused).order_by("pk"):
        door.tell_refused(account=account, why=refused[account.pk], today=as_of, at=at, by=by)
    missing = found.rows.filter(pl.col("rate_missing_from").is_not_null()).height
    return Charged(new.done, back.done, rate_missing=missing, refused=len(refused))


def _is_rehearsal(creditor: Creditor, as_of: date) -> bool:
    """A day before what was charged or decided: its figures would look like too much was."""
    if Run.objects.filter(creditor=creditor, as_of__gt=as_of).exists():
        return True
    last = Charge.objects.filter(creditor=creditor).aggregate(last=Max("last_date"))["last"]
    return last is not None and as_of < last


def overcharged(found: Figures) -> list[int]:
    """The latest charges of whatever was charged beyond what is owed, until it no longer is.

    What the policy no longer names at all was charged while it did, and stands. What was charged
    to an account that no longer answers for the item, because a correction was taken back, goes.
    """
    rows, named = found.rows, list(sections(found.ground.charges))
    living = found.debts.charged.filter(
        (pl.col("state") != "corrected") & pl.col("kind").is_in(named)
    )
    totals = rows.select("key", "total_minor")
    beyond = (
        living.with_columns(stem("key"))
        .join(totals, on="key", how="left")
        .with_columns(
            excess=pl.col("amount_minor").sum().over("key") - pl.col("total_minor").fill_null(0)
        )
        .filter((pl.col("excess") > 0) & (pl.col("state") != "waived"))
        .sort("key", "last_date", "charge_id", descending=[False, True, True])
        .with_columns(before=pl.col("amount_minor").cum_sum().over("key") - pl.col("amount_minor"))
    )
    latest = beyond.filter(pl.col("before") < pl.col("excess"))["charge_id"].to_list()
    return sorted({*latest, *_elsewhere(found, living)})


def _elsewhere(found: Figures, living: pl.DataFrame) -> list[int]:
    """Charges on an account that does not answer for what they are charged on."""
    answering = found.items.select("item_id", answers_id="account_id")
    named = found.debts.parts.led(living).join(answering, on="item_id")
    is_wrong = (pl.col("account_id") != pl.col("answers_id")) & (pl.col("state") != "waived")
    return named.filter(is_wrong)["charge_id"].to_list()


def sections(charges: Charges) -> dict[str, ChargeMode]:
    """The kinds of charge that a policy names, each with its mode."""
    named = {
        "interest": charges.interest,
        "compensation": charges.compensation,
        "fee": charges.fees,
        "costs": charges.costs,
    }
    return {kind: section.mode for kind, section in named.items() if section is not None}


def due(found: Figures, *, as_of: date) -> pl.DataFrame:
    """What is to be charged now: rows of `books.charge.CHARGES`."""
    charges = found.ground.charges
    modes = {kind: mode for kind, mode in sections(charges).items() if mode != "announce"}
    rows = _targets(found, as_of=as_of).filter(pl.col("kind").is_in(list(modes)))
    fresh = rows.join(_counted(found.debts.charged), on="key", how="left").with_columns(
        pl.col("counted_minor", "times").fill_null(0)
    )
    least = {
        code: amount_minor(charges.interest.minimum_amounts, code) if charges.interest else 0
        for code in rows["currency_code"].unique()
    }
    wanted = fresh.with_columns(
        amount_minor=pl.col("target_minor") - pl.col("counted_minor"),
        least_minor=pl.when(pl.col("kind") == "interest")
        .then(translated("currency_code", least, pl.Int64))
        .otherwise(0),
    ).filter((pl.col("amount_minor") > 0) & (pl.col("amount_minor") >= pl.col("least_minor")))
    return door.CHARGES.check(_named(wanted, found, modes, as_of))


def _targets(found: Figures, *, as_of: date) -> pl.DataFrame:
    """What may be in the books by now: interest that goes on, up to the end of a period."""
    section = found.ground.charges.interest
    upto = period_end(as_of, every=section.every if section else "month")
    late = late_of(found.items, found.debts, found.rulings)
    by_then = interest(late, as_of=upto).select("item_id", by_then_minor="interest_minor")
    goes_on = (pl.col("kind") == "interest") & ~pl.col("is_closed")
    return found.rows.join(by_then, on="item_id", how="left").with_columns(
        target_minor=pl.when(goes_on)
        .then(pl.col("by_then_minor").fill_null(0))
        .otherwise("total_minor"),
        last_date=pl.when(goes_on)
        .then(pl.min_horizontal("last_date", pl.lit(upto)))
        .otherwise("last_date"),
    )


def period_end(as_of: date, *, every: str) -> date:
    """The last day of the month or quarter before a day."""
    last = as_of.replace(day=1) - _ONE_DAY
    while every == "quarter" and last.month % 3:
        last = last.replace(day=1) - _ONE_DAY
    return last


def _counted(charged: pl.DataFrame) -> pl.DataFrame:
    """What was charged of each before, how often, and up to which day."""
    stands = pl.col("state") != "corrected"
    return (
        charged.with_columns(stem("key"))
        .group_by("key")
        .agg(
            pl.col("amount_minor").filter(stands).sum().alias("counted_minor"),
            pl.len().cast(pl.Int64).alias("times"),
            pl.col("last_date").filter(stands).max().alias("charged_until"),
        )
    )


def _named(
    wanted: pl.DataFrame, found: Figures, modes: Mapping[str, str], as_of: date
) -> pl.DataFrame:
    charges = found.ground.charges
    letters = {"interest": "I", "compensation": "C", "fee": "F", "costs": "K"}
    nth = (pl.col("times") + 1).cast(pl.String)
    after = pl.col("charged_until") + pl.duration(days=1)
    mode = translated("kind", modes, pl.String)
    posted = mode.replace_strict(door.STATE_OF_MODE, return_dtype=pl.String)
    proposed = pl.lit("proposed") if charges.approval == "propose" else posted
    waived = pl.col("is_courtesy")
    # A fee is named by its message too: one item may have several.
    part = (
        pl.when(pl.col("kind") == "fee")
        .then(pl.col("key").str.slice(4) + "-")
        .otherwise(pl.lit(""))
    )
    named = wanted.with_columns(
        number=pl.concat_str(
            pl.col("number").str.slice(0, 60),
            pl.lit("-"),
            translated("kind", letters, pl.String),
            part,
        )
    )
    return _numbered(named, found.debts.charged).with_columns(
        pl.col("item_id").alias("open_item_id"),
        pl.concat_str("key", pl.lit("/"), nth).alias("key"),
        first_date=pl.min_horizontal(pl.max_horizontal("first_date", after), "last_date"),
        currency=pl.col("currency_code"),
        state=pl.when(waived).then(pl.lit("waived")).otherwise(proposed),
        mode=mode,
        due_date=pl.lit(as_of + timedelta(days=charges.days_to_pay)),
        law=pl.lit(found.ground.law.code),
        law_version=pl.lit(read.version()),
        basis=_basis(wanted, found),
        closed_why=pl.when(waived).then(pl.lit(COURTESY)).otherwise(pl.lit("")),
    )


def _numbered(named: pl.DataFrame, charged: pl.DataFrame) -> pl.DataFrame:
    """Each number with the next count: parts of one debt and installments share the stem."""
    stems = charged.group_by(pl.col("number").str.replace(r"\d+$", "")).len("used")
    nth = pl.col("used").fill_null(0) + pl.int_range(1, pl.len() + 1).over("number")
    joined = named.join(stems, on="number", how="left", maintain_order="left")
    return joined.with_columns(number=pl.concat_str("number", nth.cast(pl.String)))


def _basis(wanted: pl.DataFrame, found: Figures) -> pl.Series:
    """How each was worked out, for whoever asks later."""
    kinds = kinds_of_items(found)
    rows = wanted.select(
        "kind", "rule", "due_date", "item_id", "total_minor", "counted_minor"
    ).rows()
    return pl.Series(
        "basis",
        [
            json.dumps(
                {
                    "cites": cites(found, kind, rule, on, kinds[item]),
                    "total_minor": total,
                    "charged_before_minor": before,
                }
            )
            for kind, rule, on, item, total, before in rows
        ],
        dtype=pl.String,
    )


def kinds_of_items(found: Figures) -> dict[int, LegalKind]:
    """Of each late item, what its debtor is."""
    items = found.items.select("item_id", "legal_kind").rows()
    return {item: LegalKind(kind) for item, kind in items}


def cites(found: Figures, kind: str, rule: int, on: date, debtor: LegalKind) -> list[str]:
    """The paragraphs a charge to such a debtor rests on, and the rates it used, in words."""
    if rule >= 0:
        ours = found.rulings.rules[rule]
        rates = [
            f"{percent(each.annual_rate_ppm)} % a year since {each.since}: {each.of}"
            for each in ours.rates[-12:]
        ]
        return [*(each.cite for each in ours.cites), *rates]
    named = (found.ground.law.find(topic, on=on, kind=debtor) for topic in TOPICS[kind])
    return list(dict.fromkeys(each.cite for each in named if each))
