"""The standings of a creditor as columns in memory, kept while they stand.

A list of 200,000 accounts is sorted, filtered and added up in a few milliseconds here; the
database would read every row again for each page. Nothing is ever stale: standings are only
deleted and inserted, never updated, so their newest id and their number name their state.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

import polars as pl
from django.db.models import Max

from recoup.books.models import Account, Transfer
from recoup.books.models.ledger import LedgerAccount
from recoup.books.query import Schema, bulk_frame, rows
from recoup.books.standing import COLUMNS

# So many creditors are kept; the one looked at longest ago is forgotten first.
KEPT_MAX = 16

ACCOUNTS: Schema = {
    "account_id": pl.Int64,
    "number": pl.String,
    "name": pl.String,
    "search_text": pl.String,
}
STANDINGS: Schema = {"id": pl.Int64, **COLUMNS}
_ACCOUNTS_SQL = (
    # A merged account is found by the one that goes on for it.
    "SELECT id, number, name, CASE WHEN merged_into_id IS NULL THEN search_text ELSE '' END "
    "FROM books_account WHERE creditor_id = %s AND id > %s"
)
_STANDINGS_SQL = (
    "SELECT id, {columns} FROM books_accountstanding WHERE creditor_id = %s AND id > %s"
)
_STATE_SQL = """
SELECT COALESCE(MAX(id), 0), COUNT(*),
    (SELECT COUNT(*) FROM books_merge WHERE creditor_id = %s),
    (SELECT COUNT(undone_at) FROM books_merge WHERE creditor_id = %s)
FROM books_accountstanding WHERE creditor_id = %s
"""


@dataclass(frozen=True)
class Board:
    """Every account and every standing of a creditor, in the state that `newest` names."""

    newest: int
    accounts: pl.DataFrame
    # With the account's number and name, to sort by.
    standings: pl.DataFrame
    # How many merges there were, and how many were taken apart: they change what finds whom.
    merges: tuple[int, int] = (0, 0)
    # What was sorted and added up of this state already, by what was asked for.
    lists: dict[Hashable, Any] = field(default_factory=dict, compare=False)


_kept: OrderedDict[int, Board] = OrderedDict()
_came_in: dict[tuple[int, date, date], tuple[int, dict[str, int]]] = {}
_lock = Lock()


def board(creditor_id: int) -> Board:
    """The creditor's board as the books stand now; only what is new is read."""
    state = rows(_STATE_SQL, [creditor_id] * 3)[0]
    newest, count, *of_merges = (int(str(each)) for each in state)
    merges = (of_merges[0], of_merges[1])
    with _lock:
        before = _kept.get(creditor_id)
    is_known = before is not None and before.merges == merges
    known = before.accounts if before and is_known else pl.DataFrame(schema=ACCOUNTS)
    accounts = _with_new_accounts(creditor_id, known)
    if before is not None and (before.newest, before.standings.height) == (newest, count):
        found = before if accounts is known else Board(newest, accounts, before.standings, merges)
    else:
        found = Board(newest, accounts, _standings(creditor_id, before, accounts, count), merges)
    with _lock:
        _kept[creditor_id] = found
        _kept.move_to_end(creditor_id)
        while len(_kept) > KEPT_MAX:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Forget every board, for when the books under us are exchanged for others."""
    with _lock:
        _kept.clear()
        _came_in.clear()


def _with_new_accounts(creditor_id: int, known: pl.DataFrame) -> pl.DataFrame:
    """The accounts known so far and those opened since; names and numbers never change."""
    last = 0 if known.is_empty() else int(str(known["account_id"].max()))
    newest = Account.objects.filter(creditor_id=creditor_id).aggregate(at=Max("pk"))["at"] or 0
    if newest == last:
        return known
    if newest < last:  # the books were put back to an earlier state
        last, known = 0, known.clear()
    fresh = bulk_frame(_ACCOUNTS_SQL, [creditor_id, last], ACCOUNTS)
    return pl.concat([known, fresh]).unique("account_id", keep="last").sort("account_id")


def _standings(
    creditor_id: int, before: Board | None, accounts: pl.DataFrame, count: int
) -> pl.DataFrame:
    """The standings, from what is new when that explains their number, else all of them."""
    if before is not None:
        fresh = _read_standings(creditor_id, before.newest, accounts)
        rest = before.standings.join(fresh, on="account_id", how="anti")
        both = pl.concat([rest, fresh])
        if both.height == count:
            return both
    return _read_standings(creditor_id, 0, accounts)


def _read_standings(creditor_id: int, after: int, accounts: pl.DataFrame) -> pl.DataFrame:
    sql = _STANDINGS_SQL.format(columns=", ".join(COLUMNS))
    found = bulk_frame(sql, [creditor_id, after], STANDINGS)
    named = accounts.drop("search_text").with_columns(name_order=pl.col("name").str.to_lowercase())
    return found.join(named, on="account_id", how="left")


def came_in(creditor_id: int, *, first: date, last: date) -> dict[str, int]:
    """What reached the bank from the first day to the last, by currency.

    Transfers are only ever added, so the newest one names the state of the sum.
    """
    transfers = Transfer.objects.filter(creditor_id=creditor_id)
    newest = transfers.order_by("-pk").values_list("pk", flat=True).first() or 0
    key = (creditor_id, first, last)
    known = _came_in.get(key)
    if known is not None and known[0] == newest:
        return known[1]
    sums: dict[str, int] = {}
    days = transfers.filter(effective_date__gte=first, effective_date__lte=last)
    moved = days.filter(debit=LedgerAccount.BANK).values_list("currency", "amount_minor")
    for currency, minor in moved:
        sums[currency] = sums.get(currency, 0) + minor
    with _lock:
        if len(_came_in) > KEPT_MAX:
            _came_in.clear()
        _came_in[key] = (newest, sums)
    return sums
