"""Every figure of Recoup: `make bench`, or one part with `python -m bench --only nightly`.

Each measure stands beside a floor (the least that could be done, in the same run) and, where
there is one, a peer. Prints a table per part and writes build/bench.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import charges, evaluate, intake, matching, messages, nightly, pages, table
from tools.ensure_postgresql import cluster

WRITTEN = Path("build/bench.json")
Rows = list[dict[str, object]]
Part = Callable[[list[int], list[str]], Rows]
# Sizes are those of the part when none are asked for.
PARTS: dict[str, tuple[str, str, Part]] = {
    "evaluate": ("deciding in memory", "100k,1M,10M", lambda sizes, _: evaluate.run(sizes)),
    "messages": ("messages, one core", "0", lambda *_: messages.run()),
    "intake": ("a CSV file into the books", "100k", intake.run),
    "nightly": ("database to decisions to database", "10k,100k,1M", nightly.run),
    "pages": ("pages of the web app", "1M", pages.run),
    "charges": (
        "interest on late items, twelve rates",
        "100k,1M",
        lambda sizes, _: charges.run(sizes),
    ),
    "cash": ("pages of Cash, 100,000 payments waiting", "100k", pages.run_cash),
    "matching": ("cash application", "0", lambda *_: matching.run()),
}
UNITS = {"k": 1_000, "M": 1_000_000}


def sizes_of(text: str) -> list[int]:
    """`10k,1M` as numbers."""
    return [
        int(each[:-1]) * UNITS[each[-1]] if each[-1] in UNITS else int(each)
        for each in text.split(",")
    ]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--sizes", help="of every part, as in 10k,100k")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    given = parser.parse_args()
    found: dict[str, Rows] = {}
    with ExitStack() as stack:
        servers = [] if given.database == "postgresql" else [""]
        if given.database != "sqlite" and set(given.only) & {"intake", "nightly", "pages", "cash"}:
            servers.append(stack.enter_context(cluster(durable=True)))
        for name in given.only:
            title, usual, part = PARTS[name]
            started = time.perf_counter()
            found[name] = part(sizes_of(given.sizes or usual), servers)
            taken = time.perf_counter() - started
            print(f"\n{name}: {title} ({taken:.0f} s to measure)\n{table.text(found[name])}")
            _write(found)
    print(f"\n{WRITTEN} has every figure.")


def machine() -> dict[str, object]:
    """Where and when this was measured, and how busy it was."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "commit": commit.stdout.strip(),
    }


def _write(found: dict[str, Rows]) -> None:
    """This run's parts; those measured before and not now stay."""
    WRITTEN.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(WRITTEN.read_text()) if WRITTEN.exists() else {}
    stamp = machine()
    parts = kept.get("parts", {}) | {
        name: {"machine": stamp, "rows": rows} for name, rows in found.items()
    }
    WRITTEN.write_text(json.dumps({"parts": parts}, indent=1) + "\n")


if __name__ == "__main__":
    main()
