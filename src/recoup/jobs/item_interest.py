"""The interest sheet of an open item in the books: the figures that messages and charges have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from recoup.books.models import Account, OpenItem
from recoup.engine.charges.frames import Late
from recoup.jobs.account_statement import letterhead, lines_of, paper_of, ways_of
from recoup.jobs.charges.figures import Figures, figures, late_of
from recoup.jobs.charges.night import cites
from recoup.jobs.interest_sheet import Letterhead, laid_out
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.model import Place
from recoup.reports.interest_sheet import Debt, Extra, InterestSheet
from recoup.reports.statement import Party
from recoup.reports.statement_words import language_of

# The kinds of charge that stand beside interest on a sheet, by their word there.
BESIDE = ("compensation", "costs")


@dataclass(frozen=True)
class Item:
    """An open item, up to which day, and for whom the sheet is written."""

    item: OpenItem
    as_of: date
    language: str = ""


def item_sheet(asked: Item) -> InterestSheet:
    """The interest on one item up to a day, by the law and the policy in force.

    Raises Refusal `charges-none` where the policy charges no interest, `not-late` where none has
    arisen, or the law's own refusal for a debtor of this kind.
    """
    item = asked.item
    found = figures(item.creditor, as_of=asked.as_of, account_ids=[item.account_id])
    if found is None or found.ground.charges.interest is None:
        raise Refusal(
            "charges-none",
            "The policy in force charges no interest. Publish one with a section `charges`, or use"
            " the calculator.",
        )
    late = _only(late_of(found.items, found.debts, found.rulings), item.pk)
    if late.claims.is_empty():
        raise Refusal("not-late", _why_not(found, item))
    rule = found.rulings.rules[int(late.claims["rule"][0])]
    return laid_out(
        late,
        rule,
        _debt(item, late.balances, asked.as_of),
        _letterhead(item.account, asked.language),
        as_of=asked.as_of,
        extras=_extras(found, item),
        law=found.ground.law,
    )


def _only(late: Late, item_id: int) -> Late:
    mine = pl.col("item_id") == item_id
    return Late(
        claims=late.claims.filter(mine),
        balances=late.balances.filter(mine),
        frozen=late.frozen.filter(mine),
        rules=late.rules,
        rates=late.rates,
    )


def _why_not(found: Figures, item: OpenItem) -> str:
    debtor = item.account.debtor
    kind = LegalKind(debtor.legal_kind)
    place = Place(country=debtor.country, region=debtor.region)
    why = found.ground.unsettled(kind, place) or found.rulings.refused.get(kind)
    return why or (
        f"No interest has arisen on {item.document.number}: it is not late beyond its grace, or"
        " the policy charges none from this kind of debtor."
    )


def _debt(item: OpenItem, balances: pl.DataFrame, as_of: date) -> Debt:
    """The item with what lowered it, each on the day it came."""
    steps = balances.sort("from_date").with_columns(
        paid=pl.col("balance_minor").shift(1) - pl.col("balance_minor"),
        day=pl.col("from_date") - pl.duration(days=1),
    )
    lowered = steps.filter((pl.col("paid") != 0) & (pl.col("day") <= as_of))
    left = steps.filter(pl.col("day") <= as_of)["balance_minor"]
    return Debt(
        document=item.document.number,
        currency=item.currency,
        issue_date=item.issue_date,
        due_date=item.due_date,
        amount_minor=item.amount_minor,
        open_minor=int(left[-1]) if left.len() else item.open_minor,
        payments=tuple(lowered.select("day", "paid").rows()),
    )


def _extras(found: Figures, item: OpenItem) -> tuple[Extra, ...]:
    mine = found.rows.filter(
        (pl.col("item_id") == item.pk) & pl.col("kind").is_in(BESIDE) & ~pl.col("is_courtesy")
    )
    return tuple(
        Extra(kind, minor, "; ".join(cites(found, kind, -1, due)))
        for kind, minor, due in mine.select("kind", "total_minor", "due_date").rows()
        if minor
    )


def _letterhead(account: Account, language: str) -> Letterhead:
    creditor, debtor = account.creditor, account.debtor
    said = language_of(language or debtor.language or creditor.language)
    country = debtor.country or creditor.country
    return Letterhead(
        creditor=letterhead(creditor),
        debtor=Party(account.name, lines_of(account.postal_address)),
        number=account.number,
        ways=ways_of(said, country),
        paper=paper_of(country),
    )
