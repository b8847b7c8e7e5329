"""100,000 receipts against a million open items: seconds and memory, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

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
    """The figures, measured in a process that has only read the frames."""
    with tempfile.TemporaryDirectory() as folder:
        write(given(ITEMS, RECEIPTS), Path(folder))
        done = subprocess.run(
            [sys.executable, "-m", "bench.matching_scale", folder],
            check=True,
            capture_output=True,
            text=True,
        )
    figures: dict[str, float | int] = json.loads(done.stdout)
    return figures


def write(made: Given, folder: Path) -> None:
    made.receipts.write_parquet(folder / "receipts.parquet")
    made.items.write_parquet(folder / "items.parquet")
    made.payers.write_parquet(folder / "payers.parquet")
    made.advice.write_parquet(folder / "advice.parquet")


def measure(folder: Path) -> dict[str, float | int]:
    """Seconds on the wall and of the processors, beside the memory before and at most."""
    names = ("receipts", "items", "payers", "advice")
    made = Given(*(pl.read_parquet(folder / f"{name}.parquet") for name in names))
    before = _peak_mb()
    started, worked = time.perf_counter(), time.process_time()
    answer = propose(made, MatchPolicy())
    posted = answer.verdicts.filter(pl.col("verdict") == "post").height
    return {
        "items": made.items.height,
        "receipts": made.receipts.height,
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),
        "load": round(os.getloadavg()[0], 1),
        "posted": round(posted / made.receipts.height, 4),
        "loaded_mb": before,
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> int:
    """From /proc, because what getrusage says begins with the peak of the process that forked."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(Path(sys.argv[1]))))
    else:
        print(scale())
