"""Whether some items are what a payment pays, and what each of them gets: no text, only amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from recoup.engine.allocation import turn
from recoup.engine.matching.frames import Tolerance
from recoup.kernel.money import divide_half_up
from recoup.policy.cash import Allocation

NONE = "none"
SHORT = "short"
OVER = "over"
CHARGES = "charges"
IN_TIME = "discount-in-time"
LATE = "discount-late"
ROUNDING = "rounding"
PART = "part"  # short beyond tolerance; answered as `short`
SURPLUS = "surplus"  # over beyond tolerance; answered as `over`

_PPM = 1_000_000
# What banks keep is a round sum; another small shortfall is just short.
_ROUND_FEE = 50


@dataclass(frozen=True, slots=True)
class Item:
    """An open item as the search sees it; `strength` says how surely the text names it."""

    item_id: int
    account_id: int
    open_minor: int
    issue_date: date
    due_date: date
    discount_ppm: int
    discount_days: int
    digits: str = ""
    tail: str = ""
    strength: int = 0
    kind: str = ""
    later_ppm: int = 0
    later_days: int = 0
    paid_minor: int = 0


@dataclass(frozen=True, slots=True)
class Payment:
    """A receipt as the search sees it."""

    receipt_id: int
    amount_minor: int
    received_date: date
    charges_minor: int = 0
    text: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one item gets."""

    item: Item
    applied_minor: int
    discount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What each item gets, and what is left over with its name."""

    lines: tuple[Line, ...]
    residual_minor: int
    residual_kind: str


def discount_minor(item: Item) -> int:
    """The largest early-payment discount of an item; credit notes have none."""
    return _discount(item, item.discount_ppm)


def discount_on(item: Item, received_date: date, grace_days: int) -> int:
    """The discount that may still be taken on that day; zero when all are over."""
    for ppm, days in ((item.discount_ppm, item.discount_days), (item.later_ppm, item.later_days)):
        if ppm and received_date <= item.issue_date + timedelta(days=days + grace_days):
            return _discount(item, ppm)
    return 0


def _discount(item: Item, ppm: int) -> int:
    """Of the whole that was paid in time, what came before too; never more than is open."""
    if item.open_minor <= 0 or ppm <= 0:
        return 0
    return min(divide_half_up((item.open_minor + item.paid_minor) * ppm, _PPM), item.open_minor)


def settle(
    items: Sequence[Item], payment: Payment, tolerance: Tolerance, grace_days: int
) -> Settled | None:
    """The items paid by the payment, exactly or within tolerance; None when it does not fit."""
    total = sum(item.open_minor for item in items)
    residual = total - payment.amount_minor
    if total <= 0:
        return None
    if residual == 0:
        return Settled(spread(items, payment.amount_minor, {}), 0, NONE)
    rounding = tolerance.rounding_minor
    # Most are far off: no discount halves an amount, no tolerance doubles it.
    if residual * 2 > total or -residual > max(tolerance.over_minor, rounding):
        return None
    discounts = {item.item_id: discount_minor(item) for item in items}
    in_time = {item.item_id: discount_on(item, payment.received_date, grace_days) for item in items}
    for taken, kind in ((in_time, IN_TIME), (discounts, LATE)):
        if sum(taken.values()) and abs(residual - sum(taken.values())) <= rounding:
            return Settled(spread(items, payment.amount_minor, taken), residual, kind)
    within = _within(residual, total, payment.charges_minor, tolerance)
    return Settled(spread(items, payment.amount_minor, {}), residual, within) if within else None


def _within(residual: int, total: int, charges: int, tolerance: Tolerance) -> str | None:
    """The name of a small difference, None when it is not small."""
    if abs(residual) <= tolerance.rounding_minor:
        return ROUNDING
    if charges and residual == charges:
        return CHARGES
    if residual < 0:
        return OVER if -residual <= tolerance.over_minor else None
    if residual * 4 > total:
        return None
    if residual <= tolerance.short_minor:
        return SHORT
    return CHARGES if residual <= tolerance.charges_minor and residual % _ROUND_FEE == 0 else None


def beyond(items: Sequence[Item], payment: Payment, rule: Allocation = "oldest_first") -> Settled:
    """The items paid as far as the money goes, as the rule orders them; the rest stays."""
    residual = sum(item.open_minor for item in items) - payment.amount_minor
    kind = PART if residual > 0 else SURPLUS if residual < 0 else NONE
    return Settled(spread(items, payment.amount_minor, {}, rule), residual, kind)


def with_shares(settled: Settled, payment: Payment, grace_days: int) -> Settled:
    """What a part that came in time earns of the discount, where the policy lets it."""
    lines = tuple(_with_share(line, payment, grace_days) for line in settled.lines)
    return replace(settled, lines=lines)


def _with_share(line: Line, payment: Payment, grace_days: int) -> Line:
    """98 paid in time of what may be paid less 2 % settle 100."""
    whole, left = line.item.open_minor, line.item.open_minor - line.applied_minor
    discount = discount_on(line.item, payment.received_date, grace_days)
    if not discount or left <= 0:
        return line
    earned = divide_half_up(line.applied_minor * discount, whole - discount)
    return replace(line, discount_minor=min(earned, left))


def spread(
    items: Sequence[Item],
    amount_minor: int,
    taken: dict[int, int],
    rule: Allocation = "oldest_first",
) -> tuple[Line, ...]:
    """Credit notes in full, then the rest as the rule says: never more than is open or came in."""
    # The order of `engine.allocation.order`, for a handful of items at a time.
    ordered = sorted(items, key=lambda item: (turn(item.kind, rule), item.due_date, item.item_id))
    notes = [Line(item, item.open_minor) for item in ordered if item.open_minor < 0]
    left = amount_minor - sum(line.applied_minor for line in notes)
    lines = []
    for item in (item for item in ordered if item.open_minor > 0):
        discount = taken.get(item.item_id, 0)
        applied = min(left, item.open_minor - discount)
        if applied > 0:
            lines.append(Line(item, applied, discount))
            left -= applied
    return (*notes, *lines)
