"""Database to decisions to database: a night without sending, at several sizes."""

from __future__ import annotations

import statistics
from typing import Any

from bench.portfolio_db import database, measure, provide

# Up to this size a night is measured on several fresh copies.
REPEATED_MAX = 100_000
REPEATS = 3
# What a night may take: so many times the floor, and this much a message.
FLOORS, SECONDS_A_MESSAGE = 4, 0.003


def run(sizes: list[int], servers: list[str]) -> list[dict[str, object]]:
    """One row per size and database."""
    return [_row(size, server) for size in sizes for server in servers]


def _row(size: int, server: str) -> dict[str, object]:
    times = REPEATS if size <= REPEATED_MAX else 1
    nights = [measure("nightly", provide(size, server)) for _ in range(times)]
    night = sorted(nights, key=lambda each: each["seconds"])[len(nights) // 2]
    least = statistics.median(each["floor"] for each in nights)
    stages: dict[str, float] = night["stages"]
    bulk = night["seconds"] - stages["compose"]
    messages = night["messages"]
    return {
        "bench": "nightly",
        "database": database(server),
        "items": night["items"],
        "seconds": round(night["seconds"], 2),
        "cpu": round(night["cpu"], 2),
        **{name: round(taken, 2) for name, taken in stages.items()},
        "floor": round(least, 2),
        "floor_cpu": round(night["floor_cpu"], 2),
        "peer": _rounded(night["peer"]),
        "ratio": round(bulk / least, 1),
        "messages": messages,
        "ms_a_message": round(1000 * stages["compose"] / messages, 2) if messages else None,
        "allowed": round(FLOORS * least + SECONDS_A_MESSAGE * messages, 2),
        "second_run": round(night["second"], 2),
        "second_share_percent": round(100 * night["second"] / night["seconds"]),
        "second_new_rows": night["new_rows"],
        "aging_report": round(night["aging"], 2),
        "peak_mb": night["peak_mb"],
    }


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 1)
