"""100,000 receipts against a million open items: seconds and memory, in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import replace

import polars as pl

from bench.matching_world import Builder
from recoup.engine.matching.frames import Given, MatchPolicy
from recoup.engine.matching.propose import propose

ITEMS = 1_000_000
RECEIPTS = 100_000


def given(items: int, receipts: int) -> Given:
    """One creditor of the benchmark's kind, with so many open items and so many receipts."""
    built = Builder(5, 1, items * 10 // 74).world().given
    chosen = built.receipts.sample(min(receipts, built.receipts.height), seed=1)
    kept = built.items.head(items)
    advice = built.advice.join(chosen, on="receipt_id", how="semi")
    return replace(built, items=kept, receipts=chosen, advice=advice)


def scale() -> dict[str, float | int]:
    """The figures, measured where nothing else has used memory yet."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.matching_scale"], check=True, capture_output=True, text=True
    )
    figures: dict[str, float | int] = json.loads(done.stdout)
    return figures


def main() -> None:
    made = given(ITEMS, RECEIPTS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    started = time.perf_counter()
    answer = propose(made, MatchPolicy())
    seconds = time.perf_counter() - started
    posted = answer.verdicts.filter(pl.col("verdict") == "post").height
    print(
        json.dumps(
            {
                "items": made.items.height,
                "receipts": made.receipts.height,
                "seconds": round(seconds, 1),
                "posted": round(posted / made.receipts.height, 4),
                "world_mb": before,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
