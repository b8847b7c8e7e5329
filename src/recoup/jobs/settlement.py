"""What one payment settles, as rows for the doors, and what of it needs a second person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from recoup.books import second
from recoup.books.limits import limit_minor
from recoup.books.models import OpenItem, StatementLine
from recoup.kernel.errors import Refusal
from recoup.policy.cash import Cash


@dataclass(frozen=True)
class Part:
    """What of a payment goes to one item; credit notes count below zero."""

    item_id: int
    applied_minor: int
    discount_minor: int = 0


@dataclass(frozen=True)
class Settlement:
    """How one statement line is settled: whose it is and what it pays."""

    line_id: int
    account_id: int
    parts: tuple[Part, ...] = ()
    # What is short and given up, and as what (a kind of `books.adjust`); else nothing.
    given_up_minor: int = 0
    given_up_as: str = ""


@dataclass(frozen=True)
class Act:
    """Who does something, when, and why."""

    today: date
    at: datetime
    by: str
    why: str = ""


def is_alone_enough(settlement: Settlement, line: StatementLine, cash: Cash) -> bool:
    """What is given up with a payment needs no second person."""
    kind = settlement.given_up_as
    return not kind or settlement.given_up_minor <= limit_minor(cash, kind, line.currency)


def without_rest(settlement: Settlement) -> Settlement:
    """The same, with nothing given up."""
    return replace(settlement, given_up_minor=0, given_up_as="")


def ask_for_the_rest(settlement: Settlement, act: Act) -> None:
    """The payment is posted; what was to be given up with it waits for a second person."""
    paid = [part.item_id for part in settlement.parts if part.applied_minor > 0]
    if paid:
        second.ask_to_give_up(
            item=OpenItem.objects.get(pk=paid[-1]),
            kind=settlement.given_up_as,
            amount_minor=settlement.given_up_minor,
            today=act.today,
            at=act.at,
            by=act.by,
            why=act.why or "Given up with a payment",
        )


def applications_of(
    settlement: Settlement, line: StatementLine, receipt: int
) -> list[dict[str, object]]:
    """Credit notes are used first, then the money; each piece of each item one application."""
    sources = [
        (None, part.item_id, -part.applied_minor)
        for part in settlement.parts
        if part.applied_minor < 0
    ]
    queue = [*sources, (receipt, None, line.amount_minor)]
    rows: list[dict[str, object]] = []
    wanted: dict[int, int] = {}
    for part in settlement.parts:
        wanted[part.item_id] = wanted.get(part.item_id, 0) + max(part.applied_minor, 0)
    for item, left in wanted.items():
        while left > 0 and queue:
            source, credit_item, spare = queue.pop(0)
            amount = min(left, spare)
            left -= amount
            if spare > amount:
                queue.insert(0, (source, credit_item, spare - amount))
            rows.append(
                {
                    "account_id": settlement.account_id,
                    "receipt_id": source,
                    "credit_item_id": credit_item,
                    "open_item_id": item,
                    "currency": line.currency,
                    "amount_minor": amount,
                    "applied_date": line.booked_date,
                    "key": f"cash/{receipt}/{credit_item or 0}/{item}",
                }
            )
        if left > 0:
            raise Refusal(
                "over-applied",
                "More was to be paid than the payment and its credit notes come to. "
                "Apply at most that.",
            )
    return rows


def adjustments_of(
    settlement: Settlement, line: StatementLine, receipt: int
) -> list[dict[str, object]]:
    """What is given up with a payment: discounts, and the rest of the last item."""
    given = [
        (part.item_id, "discount", part.discount_minor)
        for part in settlement.parts
        if part.discount_minor
    ]
    paid = [part.item_id for part in settlement.parts if part.applied_minor > 0]
    if settlement.given_up_minor and paid:
        given.append((paid[-1], settlement.given_up_as, settlement.given_up_minor))
    return [
        {
            "account_id": settlement.account_id,
            "open_item_id": item,
            "currency": line.currency,
            "amount_minor": amount,
            "kind": kind,
            "effective_date": line.booked_date,
            "key": f"receipt/{receipt}/{kind}/{item}",
        }
        for item, kind, amount in given
    ]
