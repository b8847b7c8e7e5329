"""Which rule of interest holds for which debt: policy and law joined, the stricter of the two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from recoup.engine.charges.frames import of_rules
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.interest import Compounding, InterestRule, Rounding, contractual, statutory
from recoup.law.lookup import Law, ppm
from recoup.policy.charging import InterestCharge
from recoup.policy.lawful import creditor_must_be, not_stated, rate_max_ppm

RULINGS = {
    "legal_kind": pl.Int8,
    "epoch": pl.Date,
    "rule": pl.Int32,
    "first_day": pl.Int64,
    "needs_demand": pl.Boolean,
}


@dataclass(frozen=True)
class Rulings:
    """The rules in use, and which of them holds for a kind of debtor from a day on."""

    rules: tuple[InterestRule, ...]
    # RULINGS; a kind and day without a row bears no interest.
    of: pl.DataFrame
    # Why a kind of debtor bears none, in words.
    refused: dict[LegalKind, str]

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rules as the engine takes them."""
        return of_rules(self.rules)


def epochs(law: Law) -> list[date]:
    """Every day on which a value of the law may change; between two, all debts are alike."""
    days = {date.min}
    at: Law | None = law
    while at is not None:
        for entries in at.document.values.values():
            for entry in entries:
                days.update(_edges(entry.since, entry.until))
        at = at.wider
    return sorted(days)


def _edges(since: date | None, until: date | None) -> Iterator[date]:
    if since is not None:
        yield since
    if until is not None:
        yield until + timedelta(days=1)


def with_epoch(items: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The items with the `epoch` their due date falls into."""
    days = pl.DataFrame({"epoch": epochs(law)}, schema={"epoch": pl.Date})
    return items.sort("due_date").join_asof(
        days, left_on="due_date", right_on="epoch", coalesce=False
    )


def rulings(
    items: pl.DataFrame, *, section: InterestCharge, kinds: list[LegalKind], law: Law
) -> Rulings:
    """The rule of each kind of debtor and epoch of the items; unknown is never charged."""
    rules: list[InterestRule] = []
    found: list[tuple[int, date, int, int, bool]] = []
    refused: dict[LegalKind, str] = {}
    for legal_kind, epoch in items.select("legal_kind", "epoch").unique().sort("epoch").rows():
        kind = LegalKind(legal_kind)
        if kind not in kinds or kind is LegalKind.UNKNOWN:
            continue
        try:
            rule = _rule(section, law, on=epoch, kind=kind)
        except Refusal as refusal:
            refused[kind] = refusal.sentence
            continue
        if rule not in rules:
            rules.append(rule)
        number, counting = rules.index(rule), rule.counting
        found.append((legal_kind, epoch, number, counting.first_day, counting.needs_demand))
    return Rulings(tuple(rules), pl.DataFrame(found, schema=RULINGS, orient="row"), refused)


def _rule(section: InterestCharge, law: Law, *, on: date, kind: LegalKind) -> InterestRule:
    rule = _by_law_or_contract(section, law, on=on, kind=kind)
    if section.rounding == "law":
        return rule
    rounding = Rounding[section.rounding.upper()]
    return replace(rule, counting=replace(rule.counting, rounding=rounding))


def _by_law_or_contract(
    section: InterestCharge, law: Law, *, on: date, kind: LegalKind
) -> InterestRule:
    if section.annual_rate_percent is None:
        must_be = creditor_must_be(section, law, on=on, kind=kind)
        if must_be is not None:
            raise Refusal("creditor-unstated", not_stated(must_be))
        return statutory(law, on=on, kind=kind)
    most = rate_max_ppm(law, on=on, kind=kind)
    asked = ppm(section.annual_rate_percent)
    rate = asked if most is None else min(asked, most)
    rule = contractual(law, annual_rate_ppm=rate, on=on, kind=kind)
    agreed = Compounding[section.compounding.upper()]
    if (
        agreed is Compounding.NONE
        or rule.counting.in_duplum
        or not _may_compound(law, on=on, kind=kind)
    ):
        return rule
    return replace(rule, counting=replace(rule.counting, compounding=agreed))


def _may_compound(law: Law, *, on: date, kind: LegalKind) -> bool:
    found = law.find("contract.compounding", on=on, kind=kind)
    return found is not None and found.entry.value is True
