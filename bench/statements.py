"""How fast a long camt.053 is read, in a process of its own: seconds and peak memory.

python -m bench.statements --lines 50000
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from recoup.formats.statements.opening import read_statement
from tests.statements.made import camt_chunks

LINES = 50_000


def measure(path: Path) -> dict[str, object]:
    """Read one file; peak memory is of this process, imports included."""
    before, started = time.perf_counter(), time.process_time()
    with path.open("rb") as stream:
        reading = read_statement(path.name, stream)
    if isinstance(reading, list) or reading.verdict != "posted":
        raise SystemExit("the statement was not read")
    return {
        "what": "read camt.053",
        "lines": reading.lines.height,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "seconds": round(time.perf_counter() - before, 2),
        "cpu_seconds": round(time.process_time() - started, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def run(lines: int) -> dict[str, object]:
    """Write a statement of so many lines and read it in a child."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement.xml"
        with path.open("wb") as stream:
            stream.writelines(camt_chunks(lines))
        child = subprocess.run(
            [sys.executable, "-m", "bench.statements", "--file", str(path)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    found: dict[str, object] = json.loads(child.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    print(json.dumps(measure(given.file) if given.file else run(given.lines)))


if __name__ == "__main__":
    main()
