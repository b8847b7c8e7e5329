"""The interest sheet of an open item in the books: the figures that messages and charges have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from recoup.books.models import Account, Move, OpenItem
from recoup.engine.charges.frames import LINES, Late
from recoup.engine.charges.interest import interest
from recoup.engine.charges.lines import ONE, stacked
from recoup.jobs.account_statement import letterhead, lines_of, paper_of, ways_of
from recoup.jobs.charges.figures import Figures, figures, late_of
from recoup.jobs.charges.night import cites, kinds_of_items
from recoup.jobs.interest_sheet import Letterhead, laid_out
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.model import Place
from recoup.reports.interest_sheet import Debt, Elsewhere, Extra, InterestSheet
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
    """The interest on one debt up to a day, by the law and the policy in force.

    A debt that moved is shown whole, from its first day, with its moves; what another account
    answers for is taken off the sum. Raises Refusal `charges-none` where the policy charges no
    interest, `not-late` where none has arisen, or the law's own refusal for such a debtor.
    """
    item = asked.item
    found = figures(item.creditor, as_of=asked.as_of, account_ids=[item.account_id])
    if found is None or found.ground.charges.interest is None:
        raise Refusal(
            "charges-none",
            "The policy in force charges no interest. Publish one with a section `charges`, or use"
            " the calculator.",
        )
    late = late_of(found.items, found.debts, found.rulings)
    parts = _parts(late, found.debts.parts.stand(item.pk))
    if not parts:
        raise Refusal("not-late", _why_not(found, item))
    mine = pl.col("item_id").is_in(parts)
    debt = _only(late, mine)
    rule = found.rulings.rules[int(debt.claims["rule"][0])]
    sheet = laid_out(
        _as_one(debt),
        rule,
        _debt(item, parts[0], _together(debt.balances), asked.as_of),
        _letterhead(item.account, asked.language),
        as_of=asked.as_of,
        extras=_extras(found, parts),
        law=found.ground.law,
    )
    answers = item.account.merged_into_id or item.account_id
    given_up = replace(sheet, waived_minor=_waived(found, parts, answers))
    return _beside_others(given_up, debt, item, asked.as_of)


def _parts(late: Late, item_id: int) -> list[int]:
    """The items that are one debt with this one and count as one, the first posted first."""
    lines = late.claims.join(late.lines, on="item_id", how="left").with_columns(
        pl.col("root_id").fill_null(pl.col("item_id"))
    )
    own = lines.filter(pl.col("item_id") == item_id)
    return sorted(lines.join(own.select(ONE), on=ONE, how="semi")["item_id"].to_list())


def _only(late: Late, mine: pl.Expr) -> Late:
    return replace(
        late,
        claims=late.claims.filter(mine),
        balances=late.balances.filter(mine),
        frozen=late.frozen.filter(mine),
        lines=late.lines.filter(mine),
    )


def _as_one(debt: Late) -> Late:
    """The parts of a debt as one claim on the sum of what was open of them."""
    if debt.claims.height == 1:
        return replace(debt, lines=LINES.empty())
    whole = stacked(debt)
    last = pl.col("item_id") == whole.claims["item_id"].max()
    return replace(_only(whole, last), lines=LINES.empty())


def _together(balances: pl.DataFrame) -> pl.DataFrame:
    """What was open of all parts from which day on; a move between them changes nothing."""
    changed = pl.col("balance_minor").diff().over("item_id").fill_null(pl.col("balance_minor"))
    return (
        balances.sort("item_id", "from_date")
        .with_columns(changed_minor=changed)
        .group_by("from_date")
        .agg(pl.col("changed_minor").sum())
        .sort("from_date")
        .select("from_date", balance_minor=pl.col("changed_minor").cum_sum())
    )


def _beside_others(sheet: InterestSheet, debt: Late, item: OpenItem, as_of: date) -> InterestSheet:
    """The moves of the debt, and what accounts other than the item's answer for."""
    if debt.claims.height == 1:
        return sheet
    borne = interest(debt, as_of=as_of).join(debt.claims.select("item_id", "account_id"), "item_id")
    others = pl.col("account_id") != (item.account.merged_into_id or item.account_id)
    elsewhere = borne.filter(others)
    latest = debt.balances.filter(pl.col("from_date") <= as_of + timedelta(days=1))
    left = latest.sort("from_date").group_by("item_id").last().join(elsewhere, on="item_id")
    moves = Move.objects.filter(
        to_item__in=debt.claims["item_id"].to_list(), entry__reversed_by=None
    )
    return replace(
        sheet,
        moves=tuple(moves.order_by("moved_date", "pk").values_list("moved_date", "amount_minor")),
        per_day_minor=int(borne.filter(~others)["per_day_minor"].sum()),
        elsewhere=Elsewhere(
            open_minor=int(left["balance_minor"].sum()),
            interest_minor=int(elsewhere["interest_minor"].sum()),
        ),
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


def _debt(item: OpenItem, first_id: int, balances: pl.DataFrame, as_of: date) -> Debt:
    """The debt with what lowered it, each on the day it came."""
    first = item if item.pk == first_id else OpenItem.objects.get(pk=first_id)
    steps = balances.with_columns(
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
        amount_minor=first.amount_minor,
        open_minor=int(left[-1]) if left.len() else item.open_minor,
        payments=tuple(lowered.select("day", "paid").rows()),
    )


def _extras(found: Figures, parts: list[int]) -> tuple[Extra, ...]:
    mine = found.rows.filter(
        pl.col("item_id").is_in(parts) & pl.col("kind").is_in(BESIDE) & ~pl.col("is_courtesy")
    )
    kinds = kinds_of_items(found)
    return tuple(
        Extra(kind, minor, "; ".join(cites(found, kind, -1, due, kinds[item])))
        for kind, minor, due, item in mine.select(
            "kind", "total_minor", "due_date", "item_id"
        ).rows()
        if minor
    )


def _waived(found: Figures, parts: list[int], account_id: int) -> int:
    """What was given up of the sums on the sheet that the account answers for."""
    is_shown = (pl.col("kind") == "interest") | (
        pl.col("kind").is_in(BESIDE) & ~pl.col("is_courtesy")
    )
    mine = found.rows.filter(
        pl.col("item_id").is_in(parts) & (pl.col("account_id") == account_id) & is_shown
    )
    return int(mine.select(pl.min_horizontal("waived_minor", "total_minor").sum()).item())


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
