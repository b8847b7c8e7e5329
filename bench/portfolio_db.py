"""Books of a given size, made once and copied for every measurement."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import psycopg

HOME = Path("build/bench-data")
RUN = "recoup_bench_run"


def sqlite(items: int) -> dict[str, str]:
    """The environment of a fresh copy of books in SQLite."""
    kept = HOME / f"sqlite-{items}"
    if not (kept / "done").exists():
        shutil.rmtree(kept, ignore_errors=True)
        build(items, {"RECOUP_DATA": str(kept), "DATABASE_URL": ""})
        (kept / "done").touch()
    run = HOME / "run-sqlite"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    shutil.copy(kept / "recoup.sqlite3", run)
    where = {"RECOUP_DATA": str(run), "DATABASE_URL": ""}
    # What was kept may be older than the newest migration.
    build(0, where)
    return where


def postgresql(items: int, server: str) -> dict[str, str]:
    """The environment of a fresh copy of books in PostgreSQL."""
    kept, run = f"recoup_bench_{items}", RUN
    data = HOME / "run-postgresql"
    shutil.rmtree(data, ignore_errors=True)
    with closing(psycopg.connect(_named(server, "postgres"), autocommit=True)) as talk:
        if not talk.execute("SELECT 1 FROM pg_database WHERE datname = %s", [kept]).fetchone():
            talk.execute(f"DROP DATABASE IF EXISTS {run}")
            talk.execute(f"CREATE DATABASE {run}")
            build(items, {"RECOUP_DATA": str(data), "DATABASE_URL": _named(server, run)})
            talk.execute(f"ALTER DATABASE {run} RENAME TO {kept}")
        talk.execute(f"DROP DATABASE IF EXISTS {run}")
        talk.execute(f"CREATE DATABASE {run} TEMPLATE {kept}")
    where = {"RECOUP_DATA": str(data), "DATABASE_URL": _named(server, run)}
    build(0, where)
    with closing(psycopg.connect(_named(server, run), autocommit=True)) as talk:
        talk.execute("VACUUM ANALYZE")
        talk.execute("CHECKPOINT")
    return where


def _named(server: str, database: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


def build(items: int, where: dict[str, str]) -> None:
    """Make the books in a process of its own, because settings are read once."""
    subprocess.run(
        [sys.executable, "-m", "bench.onbooks.fill", str(items)], env=environment(where), check=True
    )


def environment(where: dict[str, str]) -> dict[str, str]:
    """The environment of a child that works on these books."""
    own = {"DJANGO_SETTINGS_MODULE": "recoup.settings", "RECOUP_ENVIRONMENT": "rehearsal"}
    return os.environ | own | where


def measure(module: str, where: dict[str, str], *arguments: object) -> dict[str, Any]:
    """What a module of `bench.onbooks` says of these books, measured in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.onbooks.{module}", *map(str, arguments)],
        env=environment(where),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return cast("dict[str, Any]", json.loads(done.stdout.splitlines()[-1]))


def provide(items: int, server: str) -> dict[str, str]:
    """A fresh copy: in SQLite when no server is named."""
    return postgresql(items, server) if server else sqlite(items)


def database(server: str) -> str:
    """What a table calls the database."""
    return "PostgreSQL" if server else "SQLite"
