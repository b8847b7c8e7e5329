"""Pages of the web app on large books."""

from __future__ import annotations

from bench.portfolio_db import database, measure, provide

# So many payments wait for a person.
WAITING = 100_000


def run_cash(sizes: list[int], servers: list[str]) -> list[dict[str, object]]:
    """The same of Cash; an act has all its answers under p50, the longest one under p95."""
    return _rows("cash", sizes, servers, "cash_pages", WAITING)


def run(sizes: list[int], servers: list[str]) -> list[dict[str, object]]:
    """One row per page, size and database."""
    return _rows("pages", sizes, servers, "pages")


def _rows(
    bench: str, sizes: list[int], servers: list[str], module: str, *arguments: object
) -> list[dict[str, object]]:
    return [
        {
            "bench": bench,
            "database": database(server),
            "items": size,
            "page": page,
            **{name: round(value, 1) for name, value in times.items()},
        }
        for size in sizes
        for server in servers
        for page, times in measure(module, provide(size, server), *arguments)["pages"].items()
    ]
