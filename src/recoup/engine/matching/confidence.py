"""What confidence means: how often a proposal's like was right, measured, kept as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

PPM = 1_000_000
# A bucket leans on its coarser parent as if it had seen this many of the parent's.
_LEAN = 3
# What was seen less often than this is for a person, whatever its like were.
SEEN = 60
UNSEEN_PPM = 950_000
_FIELDS = 6


@dataclass(frozen=True)
class Table:
    """By bucket, how often it was seen and its confidence."""

    seen: Mapping[str, int]
    ppm: Mapping[str, int]

    def confidence_ppm(self, bucket: str) -> int:
        """The confidence of a bucket, or of the nearest coarser one that is known, then capped."""
        for name in (bucket, *coarser(bucket)):
            if name in self.ppm:
                is_known = name == bucket and self.seen[name] >= SEEN
                return self.ppm[name] if is_known else min(self.ppm[name], UNSEEN_PPM)
        return 0


def coarser(name: str) -> list[str]:
    """The parents of a bucket, the nearest first: fields are given up from the right."""
    fields = name.split("/")
    return [
        "/".join(fields[:kept] + ["*"] * (_FIELDS - kept)) for kept in range(_FIELDS - 1, -1, -1)
    ]


def fit(outcomes: Iterable[tuple[str, bool]]) -> Table:
    """The table of what was seen: each bucket's share of right ones, leaning on its parent."""
    seen: dict[str, int] = {}
    right: dict[str, int] = {}
    for name, was_right in outcomes:
        for each in (name, *coarser(name)):
            seen[each] = seen.get(each, 0) + 1
            right[each] = right.get(each, 0) + was_right
    ppm: dict[str, int] = {}
    for name in sorted(seen, key=lambda each: _FIELDS - each.split("/").count("*")):
        parent = coarser(name)
        above = next((ppm[each] for each in parent if each in ppm and each != name), PPM // 2)
        ppm[name] = (right[name] * PPM + _LEAN * above) // (seen[name] + _LEAN)
    return Table(seen, ppm)


@cache
def shipped() -> Table:
    """The table that ships: `confidence.json` says how it was made."""
    text = resources.files("recoup.engine.matching").joinpath("confidence.json").read_text("utf-8")
    rows = json.loads(text)["buckets"]
    return Table({name: row[0] for name, row in rows.items()}, {n: r[1] for n, r in rows.items()})
