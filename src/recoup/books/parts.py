"""Which items are parts of one debt, because it moved: what stands for what, and who answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from recoup.books.lineage import ancestors
from recoup.books.models import Move
from recoup.books.query import frame, rows

_TAKEN_BACK = """
SELECT m.to_item_id, m.from_item_id FROM books_move m
JOIN books_entry r ON r.reverses_id = m.entry_id
WHERE m.creditor_id = %s AND m.to_item_id IS NOT NULL
"""
STANDS = {"item_id": pl.Int64, "stand_id": pl.Int64}


@dataclass(frozen=True)
class Parts:
    """Every item that ever moved, with where it came from."""

    # `item_id`, `ancestor_id` and the day `until` which it was that one.
    ancestors: pl.DataFrame
    # Items whose move was taken back, beside the item they came from.
    taken_back: dict[int, int]

    def stand(self, item_id: int) -> int:
        """The item that an item is, as if no move had been taken back."""
        while item_id in self.taken_back:
            item_id = self.taken_back[item_id]
        return item_id

    @cached_property
    def stands(self) -> pl.DataFrame:
        """STANDS: items whose move was taken back, beside what stands for them."""
        pairs = [(each, self.stand(each)) for each in self.taken_back]
        return pl.DataFrame(pairs, schema=STANDS, orient="row")

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Items that are parts of one debt, `item_id`, each beside the first, `root_id`."""
        first = self.ancestors.group_by("item_id").agg(root_id=pl.col("ancestor_id").min())
        moved = first.filter(~pl.col("item_id").is_in(list(self.taken_back)))
        roots = moved.select(pl.col("root_id").alias("item_id"), "root_id").unique()
        return pl.concat([roots, moved]).sort("item_id")

    def led(self, items: pl.DataFrame, column: str = "item_id") -> pl.DataFrame:
        """Rows that name items, naming what stands for them."""
        stood = items.join(self.stands, left_on=column, right_on="item_id", how="left")
        led = stood.with_columns(pl.coalesce("stand_id", column).alias(column))
        return led.drop("stand_id")

    def root(self, column: str = "item_id") -> pl.Expr:
        """The first part of the debt that an item is a part of."""
        first, roots = self.lines["item_id"], self.lines["root_id"]
        return pl.col(column).replace(first, roots)


def parts_of(creditor_id: int) -> Parts:
    """The parts of a creditor's debts that moved."""
    taken_back = frame(_TAKEN_BACK, [creditor_id], STANDS)
    return Parts(ancestors(creditor_id), dict(taken_back.rows()))


@dataclass(frozen=True)
class Stay:
    """An item as which a debt stood on an account, and the days between which it did."""

    item_id: int
    account_id: int
    since: date = date.min
    until: date = date.max

    def has(self, day: date) -> bool:
        """Whether the debt stood there on a day; the day of a move counts for both."""
        return self.since <= day <= self.until


_MOVES = """
SELECT m.to_item_id, t.account_id, m.from_item_id, f.account_id, m.moved_date, r.effective_date
FROM books_move m
JOIN books_openitem t ON t.id = m.to_item_id JOIN books_openitem f ON f.id = m.from_item_id
LEFT JOIN books_entry r ON r.reverses_id = m.entry_id
WHERE m.creditor_id = %s
"""
_MOVED = {
    "to_id": pl.Int64,
    "to_account_id": pl.Int64,
    "from_id": pl.Int64,
    "from_account_id": pl.Int64,
    "moved": pl.Date,
    "back": pl.Date,
}


def stays(creditor_id: int) -> dict[int, list[Stay]]:
    """Of every item that ever moved: where the debt stood until now, its own place included."""
    moves = frame(_MOVES, [creditor_id], _MOVED).rows()
    came = {to: (before, moved) for to, _, before, _, moved, _ in moves}
    places = {to: account for to, account, *_ in moves}
    places |= {before: account for _, _, before, account, *_ in moves}
    found: dict[int, list[Stay]] = {}
    for item_id in places:
        mine, until, at = [], date.max, item_id
        while at in came:
            before, moved = came[at]
            mine.append(Stay(at, places[at], moved, until))
            at, until = before, moved
        found[item_id] = [*mine, Stay(at, places[at], until=until)]
    for to, account, before, _, moved, back in moves:
        if back is not None:
            found[before].append(Stay(to, account, moved, back))
    return found


def onward(item_id: int) -> list[int]:
    """An item and every item that some of it moved to, also where that was taken back."""
    tree = [item_id]
    for each in tree:
        tree += Move.objects.filter(from_item_id=each).values_list("to_item_id", flat=True)
    return tree


def onward_money(receipt_id: int) -> list[int]:
    """A receipt and every receipt that some of it moved to, also where that was taken back."""
    tree = [receipt_id]
    for each in tree:
        tree += Move.objects.filter(from_receipt_id=each).values_list("to_receipt_id", flat=True)
    return tree


_TIES = """
SELECT DISTINCT f.account_id, t.account_id FROM books_move m
JOIN books_openitem f ON f.id = m.from_item_id JOIN books_openitem t ON t.id = m.to_item_id
WHERE m.creditor_id = %s
UNION
SELECT id, merged_into_id FROM books_account WHERE creditor_id = %s AND merged_into_id IS NOT NULL
"""


def tied(creditor_id: int, account_ids: Iterable[int]) -> list[int]:
    """These accounts and all whose debts may be parts of theirs."""
    ties = rows(_TIES, [creditor_id, creditor_id])
    found = set(account_ids)
    grown = True
    while grown:
        more = {each for tie in ties if found & set(tie) for each in tie} - found
        grown = bool(more)
        found |= more  # type: ignore[arg-type]
    return sorted(found)
