"""Which items add up to an amount, and in how many ways: meet in the middle, bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

# Two halves of 2^11 sums: about a millisecond. Beyond, only the first items are tried.
SEARCHED = 22
# Counting stops here: one more way or a hundred more is the same to a person.
COUNTED = 99
# Of more that fit, the simplest may be missed; nobody posts one of two thousand.
_LISTED = 2_000


@dataclass(frozen=True)
class Fits:
    """Combinations that fit, as places of items, the simplest first; and how many there are."""

    found: tuple[tuple[int, ...], ...]
    count: int
    is_cut: bool  # more items were there than were tried


def fits(amounts: Sequence[int], target_minor: int, *, keep: int = 5) -> Fits:
    """The combinations of amounts that come to the target exactly.

    Fewest items first, then the earliest. Amounts below zero (credit notes) are netted. Of the
    amounts not too large, the first `SEARCHED` are tried; at most `COUNTED` fits are counted.
    """
    ceiling = target_minor - sum(amount for amount in amounts if amount < 0)
    able = [place for place, amount in enumerate(amounts) if amount <= ceiling]
    tried = able[:SEARCHED]
    middle = len(tried) // 2
    left = _sums([amounts[place] for place in tried[:middle]])
    right = _sums([amounts[place] for place in tried[middle:]])
    reachable = set(right)
    lows = [(low, target_minor - total) for low, total in enumerate(left)]
    lows = [(low, rest) for low, rest in lows if rest in reachable]
    masks = list(islice(_masks(lows, right, middle), _LISTED)) if lows else []
    found = sorted(
        (tuple(tried[bit] for bit in _bits(mask)) for mask in masks),
        key=lambda places: (len(places), places),
    )
    return Fits(tuple(found[:keep]), min(len(masks), COUNTED), len(able) > SEARCHED)


def _masks(lows: list[tuple[int, int]], right: list[int], middle: int) -> Iterator[int]:
    """The subsets that fit, none of them empty."""
    by_total: dict[int, list[int]] = {rest: [] for _, rest in lows}
    for high, total in enumerate(right):
        if total in by_total:
            by_total[total].append(high)
    for low, rest in lows:
        for high in by_total[rest]:
            mask = low | high << middle
            if mask:
                yield mask


def _sums(amounts: Sequence[int]) -> list[int]:
    """The sum of every subset; the place in the list is the subset's mask."""
    sums = [0]
    for amount in amounts:
        sums += [total + amount for total in sums]
    return sums


def _bits(mask: int) -> Iterator[int]:
    return (bit for bit in range(mask.bit_length()) if mask >> bit & 1)
