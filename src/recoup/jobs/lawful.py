"""Next lawful steps of an account's debts, and the watch over time running out on any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import polars as pl

from recoup.books import debts, parts
from recoup.books.models import Account, Creditor, OpenItem
from recoup.books.parts import Stay
from recoup.jobs.charges.ground import seller_of
from recoup.kernel.dates import add_months
from recoup.kernel.parties import LegalKind
from recoup.law.debt import Debt, Event
from recoup.law.laws import Laws, Seller, laws_of
from recoup.law.limitation import WARN_MONTHS, Limitation, Standing, earliest
from recoup.law.model import Place
from recoup.law.read import documents
from recoup.law.step import Step
from recoup.law.steps import steps

# No more months ahead than this are watched.
MONTHS_MAX = 36


@dataclass(frozen=True)
class LawfulDebt:
    """One open item: when time runs out on it, and every step."""

    item: OpenItem
    debt: Debt
    limitation: Limitation
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Lawful:
    """An account's debts under the laws that meet in them; no laws where none is known."""

    account: Account
    as_of: date
    laws: Laws | None
    debts: tuple[LawfulDebt, ...]


def lawful(account: Account, *, as_of: date) -> Lawful:
    """Which steps are open for each debt of an account on a day."""
    debtor, creditor = account.debtor, account.creditor
    laws = laws_of(
        LegalKind(debtor.legal_kind),
        debtor=Place(country=debtor.country, region=debtor.region),
        seller=seller_of(creditor),
    )
    if laws is None:
        return Lawful(account, as_of, None, ())
    found = tuple(
        LawfulDebt(
            each.item,
            each.debt,
            earliest(laws.of_time, each.debt),
            steps(laws, each.debt, on=as_of),
        )
        for each in debts.debts_of(account)
    )
    return Lawful(account, as_of, laws, found)


WATCHED = {
    **debts.OLD_ITEMS,
    "last_date": pl.Date,
    "standing": pl.String,
    "is_verified": pl.Boolean,
    "sentence": pl.String,
}


def limitation_watch(creditor: Creditor, *, as_of: date, months: int | None = None) -> pl.DataFrame:
    """Open items on which time has run out, or runs out within some months; the first first.

    By default as many months as each law document warns ahead. Every law, kind of debtor and due
    date is asked once, however many items share them.
    """
    ahead = _longest_warning() if months is None else months
    old = debts.old_items(creditor, due_by=add_months(as_of, ahead - _shortest_months()))
    if old.is_empty():
        return pl.DataFrame(schema=WATCHED)
    noted = debts.noted_events(creditor)
    stays = parts.stays(creditor.pk) if noted else {}
    accounts = {each.account_id for each in noted}
    is_told = pl.col("account_id").is_in(list(accounts)) | pl.col("item_id").is_in(list(stays))
    touched = old.filter(is_told)
    plain = old.join(touched.select("item_id"), on="item_id", how="anti")
    by_item = {
        item: tuple(
            debts.happened(
                noted, stays.get(item, [Stay(item, account)]), issued=issued, currency=currency
            )
        )
        for item, account, issued, currency in touched.select(
            "item_id", "account_id", "issue_date", "currency"
        ).rows()
    }
    seller = seller_of(creditor)
    found = pl.concat(
        [
            _answered(plain, seller, as_of, months),
            _with_events(touched, by_item, seller, as_of, months),
        ]
    )
    return found.filter(
        pl.col("standing").is_in([Standing.SOON.value, Standing.RUN_OUT.value])
    ).sort("last_date", "account_id", "item_id")


_ASKED = ["legal_kind", "country", "region", "due_date"]
_ANSWER = {name: WATCHED[name] for name in ("last_date", "standing", "is_verified", "sentence")}


def _answered(plain: pl.DataFrame, seller: Seller, as_of: date, months: int | None) -> pl.DataFrame:
    """Items of which nothing was recorded: each distinct question once."""
    asked = plain.select(_ASKED).unique(maintain_order=True)
    answers = [
        _answer(
            _untouched(row[0], Place(country=row[1], region=row[2]), seller, row[3]), as_of, months
        )
        for row in asked.iter_rows()
    ]
    table = pl.DataFrame(answers, schema=_ANSWER, orient="row")
    return plain.join(asked.hstack(table), on=_ASKED, how="left").select(list(WATCHED))


def _answer(
    found: Limitation | None, as_of: date, months: int | None
) -> tuple[date | None, str, bool, str]:
    if found is None:
        return None, Standing.UNKNOWN.value, False, ""
    standing = found.standing(as_of, months=months)
    return found.last_date, standing.value, found.is_verified, found.sentence


@lru_cache(maxsize=65_536)
def _untouched(kind: int, debtor: Place, seller: Seller, due_date: date) -> Limitation | None:
    return _limitation(kind, debtor, seller, due_date, ())


def _limitation(
    kind: int,
    debtor: Place,
    seller: Seller,
    due_date: date,
    events: tuple[Event, ...],
) -> Limitation | None:
    legal_kind = LegalKind(kind)
    laws = laws_of(legal_kind, debtor=debtor, seller=seller)
    if laws is None:
        return None
    owed = Debt(kind=legal_kind, amount_minor=0, currency="", due_date=due_date, events=events)
    return earliest(laws.of_time, owed)


def _with_events(
    touched: pl.DataFrame,
    by_item: Mapping[int, tuple[Event, ...]],
    seller: Seller,
    as_of: date,
    months: int | None,
) -> pl.DataFrame:
    """Items that moved, or of accounts of which something was recorded, one by one; few."""
    if touched.is_empty():
        return pl.DataFrame(schema=WATCHED)
    answers = []
    for row in touched.iter_rows(named=True):
        debtor = Place(country=row["country"], region=row["region"])
        events = by_item[row["item_id"]]
        found = _limitation(row["legal_kind"], debtor, seller, row["due_date"], events)
        answers.append(_answer(found, as_of, months))
    table = pl.DataFrame(answers, schema=_ANSWER, orient="row")
    return touched.hstack(table).select(list(WATCHED))


@cache
def _longest_warning() -> int:
    """The most months ahead at which any law document warns by itself."""
    warned = [
        int(str(entry.value))
        for document in documents().values()
        for entry in document.values.get("limitation.warn_months", [])
    ]
    return max([WARN_MONTHS, *warned])


def _shortest_months() -> int:
    """The shortest period of any law: nothing that was due later can run out sooner."""
    years = [
        int(str(entry.value))
        for document in documents().values()
        for topic in ("limitation.years", "limitation.judgment_years")
        for entry in document.values.get(topic, [])
    ]
    return 12 * min(years, default=1)
