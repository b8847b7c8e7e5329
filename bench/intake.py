"""A CSV file of invoices into the books."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bench.portfolio_db import HOME, database, measure, provide


def run(sizes: list[int], servers: list[str]) -> list[dict[str, object]]:
    """One row per size and database."""
    rows: list[dict[str, object]] = []
    for size in sizes:
        path = _file(size)
        for server in servers:
            found = measure("intake", provide(0, server), path)
            rows.append(
                {
                    "bench": "intake",
                    "database": database(server),
                    "rows": found["rows"],
                    "seconds": round(found["seconds"], 2),
                    "cpu": round(found["cpu"], 2),
                    "rows_a_second": round(found["rows"] / found["seconds"]),
                    "again": round(found["again"], 2),
                    "floor": round(found["floor"], 2),
                    "ratio": round(found["seconds"] / found["floor"], 1),
                    "peak_mb": found["peak_mb"],
                    "grown_mb": found["grown_mb"],
                }
            )
    return rows


def _file(rows: int) -> Path:
    """Invoices of a fifth as many accounts, in Recoup's own layout."""
    number = pl.col("n").cast(pl.String)
    account = (pl.col("n") // 5).cast(pl.String)
    issued = pl.lit("2026-07-01").str.to_date() + pl.duration(days=pl.col("n") % 120)
    path = HOME / f"invoices-{rows}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame({"n": range(rows)}).select(
        account_number=pl.lit("C") + account,
        account_name=pl.lit("Customer ") + account,
        email=pl.lit("ap") + account + pl.lit("@debtor.example"),
        number=pl.lit("INV") + number,
        issue_date=issued,
        due_date=issued + pl.duration(days=30),
        currency=pl.lit("EUR"),
        total=(pl.col("n") * 7919 % 900_000 + 100) / 100,
    ).write_csv(path, float_precision=2)
    return path
