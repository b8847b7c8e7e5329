"""What one receipt may pay: every reading of its text and amount, the most telling first.

This is the small hard rest, one receipt at a time; what references settle exactly never gets here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rapidfuzz.distance import OSA

from recoup.engine.matching import tokens, words
from recoup.engine.matching.combine import COUNTED, SEARCHED, Fits, fits
from recoup.engine.matching.frames import MatchPolicy, Tolerance
from recoup.engine.matching.payers import ALIKE
from recoup.engine.matching.settle import (
    IN_TIME,
    NONE,
    Item,
    Payment,
    Settled,
    beyond,
    discount_on,
    settle,
    spread,
    with_shares,
)

ACCOUNTS = 5
# Items of one account in one pool: the oldest, beside those named and those of the same amount.
POOLED = 40
_NAMED_DIGITS = 5
_CUT_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to apply a receipt: its kind, how surely the text names it, how many others fit."""

    kind: str
    evidence: int
    settled: Settled
    combinations: int = 0
    size: int = 0  # how many items there were to choose from

    @property
    def items(self) -> tuple[int, ...]:
        """The items it pays, in order: two suggestions with the same are one."""
        return tuple(sorted(line.item.item_id for line in self.settled.lines))


@dataclass(frozen=True)
class Case:
    """A receipt with the accounts that may have paid it and their open items in its currency."""

    payment: Payment
    pool: Sequence[Item]
    who: Mapping[int, int]
    tolerance: Tolerance
    policy: MatchPolicy

    def settle(self, items: Sequence[Item]) -> Settled | None:
        """`settle` under the policy of the case."""
        return settle(items, self.payment, self.tolerance, self.policy.discount_grace_days)


def suggestions(case: Case) -> list[Suggestion]:
    """The distinct suggestions for a receipt, the most telling first, as many as are shown."""
    case = replace(case, pool=_read(case))
    chosen: dict[tuple[int, ...], Suggestion] = {}
    for way in (_by_reference, _by_slip, _by_amount, _beyond):
        for suggestion in way(case):
            chosen.setdefault(suggestion.items, suggestion)
        # A reference that settles it leaves nothing to guess from the amount.
        is_said = any(each.kind == "reference" for each in chosen.values())
        if is_said or len(chosen) >= case.policy.ranks:
            break
    return list(chosen.values())[: case.policy.ranks]


def _read(case: Case) -> list[Item]:
    """The pool, oldest first, with short forms read where the payer is known."""
    spoken = case.payment.text.split(" ")
    numbers = words.digit_words(case.payment.text)
    read = partial(_strength, set(spoken) | set(numbers), numbers, case.payment.run)
    pool = sorted(case.pool, key=lambda item: (item.due_date, item.item_id))
    return [
        replace(item, strength=strength)
        if item.account_id in case.who
        and item.strength < tokens.IN_ACCOUNT
        and (strength := read(item))
        else item
        for item in pool
    ]


def _strength(spoken: set[str], numbers: list[str], run: str, item: Item) -> int:
    """How surely a text means an item of an account that is known to have paid."""
    number = item.digits
    if len(number) >= _NAMED_DIGITS and number in run:
        return tokens.IN_ACCOUNT
    if len(item.tail) >= 2 and (item.tail in spoken or item.tail in numbers):
        return tokens.IN_ACCOUNT
    if len(number) <= _CUT_DIGITS:
        return 0
    for word in numbers:
        is_end = len(word) >= _CUT_DIGITS and number.endswith(word)
        if is_end or (len(word) >= _NAMED_DIGITS and number.startswith(word)):
            return tokens.IN_ACCOUNT
        if abs(len(word) - len(number)) <= 1 and OSA.distance(word, number, score_cutoff=1) <= 1:
            return tokens.MISTYPED
    return 0


def _by_reference(case: Case) -> Iterator[Suggestion]:
    """What the text names: all of it, some of it, or with credit notes and others beside it."""
    for least in (tokens.WHOLE, tokens.DIGITS, tokens.IN_ACCOUNT):
        named = [item for item in case.pool if item.strength >= least]
        if not named:
            continue
        settled = case.settle(named)
        if settled:
            yield Suggestion("reference", least, settled)
        elif len(named) > 1:
            yield from _fitting(case, "some", least, named, [])
    named = [item for item in case.pool if item.strength >= tokens.IN_ACCOUNT]
    if not named:
        return
    least = min(item.strength for item in named)
    owners = {item.account_id for item in named} | set(case.who)
    others = [item for item in case.pool if item not in named and item.account_id in owners]
    notes = [item for item in others if item.open_minor < 0]
    yield from _fitting(case, "netted", least, notes, named)
    if sum(item.open_minor for item in named) < case.payment.amount_minor:
        yield from _fitting(case, "mixed", least, others, named)
    if len(named) > 1:
        yield from _alone(case, "some", least, named)


def _fitting(
    case: Case, kind: str, evidence: int, among: Sequence[Item], beside: Sequence[Item]
) -> Iterator[Suggestion]:
    """Combinations of some items that, beside others, come to the payment exactly."""
    if not among:
        return
    amount = case.payment.amount_minor
    found = fits(
        [item.open_minor for item in among], amount - sum(item.open_minor for item in beside)
    )
    for places in found.found:
        items = [*beside, *(among[place] for place in places)]
        if sum(item.open_minor for item in items) == amount:
            settled = Settled(spread(items, amount, {}), 0, NONE)
            others = _others(found, among if beside else ())
            yield Suggestion(kind, evidence, settled, others, len(among))


def _others(found: Fits, among: Sequence[Item]) -> int:
    """How many other combinations fit; a search or a pool that was cut may have missed one."""
    return min(found.count - 1 + (found.is_cut or len(among) >= POOLED), COUNTED)


def _alone(case: Case, kind: str, evidence: int, items: Sequence[Item]) -> Iterator[Suggestion]:
    """Single items that the payment pays within tolerance."""
    each = [settled for item in items if (settled := case.settle([item]))]
    for settled in each:
        yield Suggestion(kind, evidence, settled, len(each) - 1, len(items))


def _by_slip(case: Case) -> Iterator[Suggestion]:
    """Numbers of the payer's items with one slip, alone or beside those named well."""
    meant = [item for item in case.pool if item.strength == tokens.MISTYPED]
    if meant:
        named = [item for item in case.pool if item.strength > tokens.MISTYPED]
        settled = case.settle([*named, *meant])
        if settled:
            yield Suggestion("reference", tokens.MISTYPED, settled)
        yield from _fitting(case, "some", tokens.MISTYPED, [*named, *meant], [])
        yield from _alone(case, "some", tokens.MISTYPED, meant)


def _by_amount(case: Case) -> Iterator[Suggestion]:
    """What the amount alone says, account by account, the likeliest payer first."""
    likely = [account for account, who in case.who.items() if who >= ALIKE]
    for account in sorted(likely, key=lambda each: (-case.who[each], each))[:ACCOUNTS]:
        items = [item for item in case.pool if item.account_id == account]
        yield from _sums(case, items)
    if len(likely) > 1:
        yield from _sums(case, [item for item in case.pool if item.account_id in case.who])
    if not likely:
        equal = [item for item in case.pool if item.open_minor == case.payment.amount_minor]
        yield from _alone(case, "amount", 0, equal)


def _sums(case: Case, items: Sequence[Item]) -> Iterator[Suggestion]:
    amount = case.payment.amount_minor
    exact = fits([item.open_minor for item in items], amount)
    for places in exact.found:
        chosen = [items[place] for place in places]
        kind = _kind(places, len(items))
        settled = Settled(spread(chosen, amount, {}), 0, NONE)
        yield Suggestion(kind, 0, settled, _others(exact, items), len(items))
    yield from _alone(case, "single", 0, items)
    if 1 < len(items) < POOLED:
        whole = case.settle(items)
        if whole:
            yield Suggestion("statement", 0, whole, exact.count, len(items))
    yield from _discounted(case, items)


def _kind(places: tuple[int, ...], count: int) -> str:
    """What a combination is called: one item, all of them, the oldest in a row, or just some."""
    if len(places) == 1:
        return "single"
    if len(places) == count:
        return "statement"
    return "run" if places == tuple(range(len(places))) else "subset"


def _discounted(case: Case, items: Sequence[Item]) -> Iterator[Suggestion]:
    """Several items, each less the discount that may still be taken."""
    grace = case.policy.discount_grace_days
    taken = {item.item_id: discount_on(item, case.payment.received_date, grace) for item in items}
    if len(items) < 2 or not any(taken.values()):
        return
    amount = case.payment.amount_minor
    found = fits([item.open_minor - taken.get(item.item_id, 0) for item in items], amount)
    for places in found.found:
        lines = spread([items[place] for place in places], amount, taken)
        discount = sum(line.discount_minor for line in lines)
        if discount:
            settled = Settled(lines, discount, IN_TIME)
            yield Suggestion("subset", 0, settled, _others(found, items), len(items))


def _beyond(case: Case) -> Iterator[Suggestion]:
    """What is named though the amount does not fit; else the oldest of the likeliest payer."""
    for least in (tokens.WHOLE, tokens.DIGITS, tokens.IN_ACCOUNT):
        named = [item for item in case.pool if item.strength >= least]
        if sum(item.open_minor for item in named) > 0:
            kind = "named-one" if len(named) == 1 else "named-many"
            yield Suggestion(kind, least, _part(case, beyond(named, case.payment)))
            break
    if case.who:
        best = min(case.who, key=lambda account: (-case.who[account], account))
        owed = [item for item in case.pool if item.account_id == best and item.open_minor > 0]
        if owed:
            settled = _part(case, beyond(owed, case.payment, case.policy.allocation))
            yield Suggestion("oldest", 0, settled, size=min(len(owed), SEARCHED))


def _part(case: Case, settled: Settled) -> Settled:
    if not case.policy.discounts_parts:
        return settled
    return with_shares(settled, case.payment, case.policy.discount_grace_days)
