"""Pages of the web app on large books."""

from __future__ import annotations

from bench.portfolio_db import database, measure, provide


def run(sizes: list[int], servers: list[str]) -> list[dict[str, object]]:
    """One row per page, size and database."""
    return [
        {
            "bench": "pages",
            "database": database(server),
            "items": size,
            "page": page,
            **{name: round(value, 1) for name, value in times.items()},
        }
        for size in sizes
        for server in servers
        for page, times in measure("pages", provide(size, server))["pages"].items()
    ]
