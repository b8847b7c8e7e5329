"""The ledger once more, in plain Python and without transfers: what the books must agree with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

WHOLE = 10**12


@dataclass(frozen=True)
class Thing:
    """An item (credit notes are negative) or a receipt: what it is worth, whose, and since when."""

    name: str
    account: str
    currency: str
    amount: int
    since: date
    due: date | None = None


@dataclass(frozen=True)
class Held:
    """A hold on an item: from one day to another, all of it when no part is named."""

    item: str
    part: int | None
    first: date
    last: date | None


@dataclass
class Oracle:
    """Movements of items and receipts by day; everything else is summed from them."""

    things: dict[str, Thing] = field(default_factory=dict)
    movements: list[tuple[date, str, int]] = field(default_factory=list)
    holds: list[Held] = field(default_factory=list)

    def add(self, thing: Thing) -> None:
        """Something new: all of it is open from its day."""
        self.things[thing.name] = thing
        self.movements.append((thing.since, thing.name, thing.amount))

    def apply(self, source: str, item: str, amount: int, on: date) -> date:
        """Money or a credit onto an item; the day it counts from."""
        day = max(on, self.things[source].since, self.things[item].since)
        is_credit = self.things[source].amount < 0
        self.movements.append((day, source, amount if is_credit else -amount))
        self.movements.append((day, item, -amount))
        return day

    def left(self, name: str, as_of: date = date.max) -> int:
        """What is open of a thing, at the end of a day."""
        return sum(delta for day, thing, delta in self.movements if thing == name and day <= as_of)

    def is_receipt(self, name: str) -> bool:
        """Whether the thing is money rather than a document."""
        return self.things[name].due is None

    def open_items(self, as_of: date) -> dict[str, int]:
        """Open invoices by name."""
        found = {name: self.left(name, as_of) for name in self.things if not self.is_receipt(name)}
        return {name: left for name, left in found.items() if left > 0}

    def credits(self, as_of: date) -> dict[tuple[str, str], int]:
        """Unapplied money and open credit notes, by account and currency."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for name, thing in self.things.items():
            left = self.left(name, as_of)
            if self.is_receipt(name) or left < 0:
                sums[thing.account, thing.currency] += abs(left)
        return {key: left for key, left in sums.items() if left}

    def held(self, name: str, today: date) -> int:
        """The part of an item that holds in force keep back."""
        parts = [
            WHOLE if each.part is None else each.part
            for each in self.holds
            if each.item == name
            and each.first <= today
            and (each.last is None or today <= each.last)
        ]
        return min(max(parts, default=0), self.left(name))

    def standings(self, today: date) -> dict[tuple[str, str], dict[str, object]]:
        """What a list shows of each account and currency with anything open."""
        credits = self.credits(date.max)
        found = {key: self._standing(key, credits.get(key, 0), today) for key in self._keys()}
        return {
            key: each for key, each in found.items() if each["item_count"] or each["credit_minor"]
        }

    def _keys(self) -> set[tuple[str, str]]:
        return {(thing.account, thing.currency) for thing in self.things.values()}

    def _standing(self, key: tuple[str, str], credit: int, today: date) -> dict[str, object]:
        rows = [
            (today - (thing.due or today), left, self.held(name, today))
            for name, left in self.open_items(date.max).items()
            if (thing := self.things[name]) and (thing.account, thing.currency) == key
        ]
        late = [(days, left, held) for days, left, held in rows if days > timedelta(0)]

        def between(low: int, high: int) -> int:
            return sum(left for days, left, _ in rows if low <= days.days <= high)

        unheld = [days for days, left, held in late if left > held]
        return {
            "balance_minor": sum(left for _, left, _ in rows) - credit,
            "overdue_minor": max(0, sum(left - held for _, left, held in late) - credit),
            "not_due_minor": between(-9999, 0),
            "days_1_30_minor": between(1, 30),
            "days_31_60_minor": between(31, 60),
            "days_61_90_minor": between(61, 90),
            "over_90_minor": between(91, 99999),
            "held_minor": sum(held for _, _, held in rows),
            "credit_minor": credit,
            "oldest_due_date": today - max(unheld) if unheld else None,
            "item_count": len(rows),
        }
