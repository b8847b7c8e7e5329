"""How fast the complete rulebook decides, beside the floor, in the same run.

    python -m bench.evaluate --sizes 100k,1M,10M --json

Each measure runs in a process of its own, so that its peak memory is its own: the portfolio
is read from Parquet, decided a few times, and the best time counts. Peak memory includes the
portfolio itself. At the smallest size the row-wise reference of the tests must agree.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import floor, world
from recoup.engine.actions import ACTIONS, LINES
from recoup.engine.aging import AGING
from recoup.engine.bundle import Bundle
from recoup.engine.evaluate import Decisions, evaluate
from recoup.policy.document import standard
from recoup.policy.rulebook import Rulebook, rulebook_for
from tests.engine import reference

REPEATS = 3
REFERENCE_ITEMS_MAX = 100_000
SIZES = "100k,1M,10M"


def rulebook() -> Rulebook:
    known = world.facts()
    document = standard()
    return rulebook_for(
        document.policy, version=document.version, as_of=known.as_of, country=known.country
    )


def run(sizes: list[int]) -> list[dict[str, object]]:
    """One row per size: what `evaluate` takes, and how that compares."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            world.write(Path(folder), size)
            ours = _in_child("evaluate", folder)
            least = _in_child("floor", folder)
            row: dict[str, object] = {
                "what": "evaluate",
                "items": ours["items"],
                "debtors": ours["debtors"],
                "seconds": round(ours["seconds"], 3),
                "items_per_second": round(ours["items"] / ours["seconds"]),
                "peak_mb": round(ours["peak_mb"]),
                "portfolio_mb": round(ours["loaded_mb"]),
                "floor_seconds": round(least["seconds"], 3),
                "ratio_to_floor": round(ours["seconds"] / least["seconds"], 2),
            }
            if size <= REFERENCE_ITEMS_MAX:
                row |= _agreement(Path(folder))
            rows.append(row)
    return rows


def _agreement(folder: Path) -> dict[str, object]:
    """Whether the reference, row by row, gives the same decisions, and how long it takes."""
    bundle = world.read(folder)
    started = time.perf_counter()
    rows = reference.decide(
        bundle.facts,
        bundle.items.iter_rows(named=True),
        bundle.accounts.iter_rows(named=True),
        bundle.credits.iter_rows(named=True),
        standard().policy,
    )
    seconds = time.perf_counter() - started
    ours = evaluate(bundle, rulebook())
    alike = (
        ACTIONS.of(rows.actions).equals(ours.actions)
        and LINES.of(rows.lines).equals(ours.lines)
        and AGING.of(rows.aging).equals(ours.aging)
    )
    return {"equals_reference": alike, "reference_seconds": round(seconds, 2)}


def _in_child(what: str, folder: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.evaluate", "--measure", what, folder],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def _measure(what: str, folder: Path) -> dict[str, float]:
    """In a child: the best time of a few runs, and the peak memory of this process."""
    bundle = world.read(folder)
    loaded = _peak_mb()
    rules = rulebook()
    once: Callable[[Bundle], Decisions | object] = (
        (lambda given: evaluate(given, rules)) if what == "evaluate" else floor.decide
    )
    best = float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        once(bundle)
        best = min(best, time.perf_counter() - started)
    return {
        "seconds": best,
        "items": bundle.items.height,
        "debtors": bundle.items["debtor_id"].n_unique(),
        "loaded_mb": loaded,
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size(text: str) -> int:
    units = {"k": 1_000, "M": 1_000_000}
    return int(text[:-1]) * units[text[-1]] if text[-1] in units else int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(_measure(given.measure[0], Path(given.measure[1]))))
        return
    rows = run([_size(text) for text in given.sizes.split(",")])
    if given.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print("  ".join(f"{name}={value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
