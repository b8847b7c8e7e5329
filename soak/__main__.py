"""`python -m soak`: both databases, every mutant, a table, build/soak.json; fails on a finding."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit, urlunsplit

import psycopg

from soak import order, report
from tools import ensure_postgresql

# How often the mail server misbehaves, per transaction.
FAULTS = {
    "greylist": 0.05,
    "refuse_connect": 0.01,
    "greet_421": 0.01,
    "mail_451": 0.01,
    "rcpt_450": 0.01,
    "rcpt_550": 0.01,
    "data_451": 0.005,
    "drop_in_data": 0.01,
    "dot_451": 0.005,
    "dot_552": 0.005,
    "drop_before_dot_reply": 0.02,
    "store_then_reset": 0.02,
    "store_then_hang": 0.002,
    "hang": 0.002,
    "garbled_reply": 0.003,
    "slow": 0.01,
}
HANG_SECONDS = 2
# A run that hangs is ended: the soak stops by itself.
LIMIT_SECONDS = {"soak.arena": 330, "soak.races": 1_800}
DEBTORS = {"sqlite": 6_000, "postgresql": 2_400}
MUTANT_RUN = ("--debtors", "160", "--seconds", "14")
MUTANTS: dict[str, tuple[str, ...]] = {
    "no late gate": ("--kills", "8", "--payments", "15"),
    "no lock": ("--calm", "--payments", "6", "--near", "2"),
    "send, then mark": ("--kills", "40", "--payments", "0"),
    "no fence": ("--kills", "30", "--payments", "0", "--frozen-every", "1"),
    "no unique key": ("--kills", "2", "--payments", "0", "--debtors", "30"),
    "no fsync": ("--kills", "2", "--payments", "0", "--debtors", "30"),
}
ON_BOTH = ("no lock", "no unique key", "no fsync")


def soak(
    database: str, *arguments: str, faults: bool = True, arena: str = "soak.arena"
) -> dict[str, object]:
    """Run one arena with a mail server of its own; its result."""
    folder = Path(tempfile.mkdtemp(prefix="recoup-soak-"))
    try:
        with _sink(folder, faults=faults) as port, _address(database) as url:
            told = environment(folder, port, url)
            said = _run_arena(arena, ["--folder", str(folder), *arguments], told)
        result: dict[str, object] = json.loads(said.splitlines()[-1])
        return {"database": database.partition(":")[0], **result}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_arena(module: str, arguments: list[str], told: dict[str, str]) -> str:
    """What an arena prints; when it ends, or takes too long, nothing it started lives on."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=told,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as arena:
        try:
            said, complained = arena.communicate(timeout=LIMIT_SECONDS[module])
        except subprocess.TimeoutExpired as late:
            raise SystemExit(f"a run took more than {LIMIT_SECONDS[module]} seconds") from late
        finally:
            with suppress(ProcessLookupError):
                os.killpg(arena.pid, signal.SIGKILL)
    if arena.returncode:
        raise SystemExit(f"{said}\n{complained}")
    return said


def environment(folder: Path, port: int, url: str) -> dict[str, str]:
    """What the product reads: its own folder, the sink, nobody but example.com."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RECOUP_")}
    return clean | {
        "DJANGO_SETTINGS_MODULE": "recoup.settings",
        "DATABASE_URL": url,
        "RECOUP_DATA": str(folder),
        "RECOUP_ENVIRONMENT": "test",
        "RECOUP_ALLOW_LIST": "example.com",
        "RECOUP_MAIL": f"smtp://127.0.0.1:{port}?timeout=3&reply_timeout=1",
        "PYTHONWARNINGS": "ignore",
    }


def order_of_commits(mutant: str) -> dict[str, object]:
    """No DATA before the release is on the disk, by the kernel's own account."""
    folder = Path(tempfile.mkdtemp(prefix="recoup-soak-"))
    try:
        with _sink(folder, faults=False) as port:
            return order.observe(folder, mutant, environment(folder, port, ""))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _sink(folder: Path, *, faults: bool) -> Iterator[int]:
    chances = FAULTS if faults else {}
    command = [sys.executable, "-m", "soak.sink", "--log", str(folder / "truth.jsonl")]
    command += ["--hang", str(HANG_SECONDS)]
    command += [part for name, p in chances.items() for part in ("--fault", f"{name}={p}")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


@contextmanager
def _address(database: str) -> Iterator[str]:
    """A fresh database on a PostgreSQL server, dropped afterwards; nothing for SQLite."""
    if database == "sqlite":
        yield ""
        return
    name = f"recoup_soak_{secrets.token_hex(4)}"
    # Every server has this one; the one named may not be there yet.
    always_there = urlunsplit(urlsplit(database)._replace(path="/postgres"))
    with psycopg.connect(always_there, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(database)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def everything(
    only: str | None, address: str, kills: int, seed: int, races: int
) -> dict[str, object]:
    """Every run that is wanted, and whether all of them ended as they must."""
    runs, caught, raced = [], [], []
    databases = {"sqlite": "sqlite", "postgresql": address}
    for name, database in databases.items():
        if only in (None, name):
            print(f"{name}: killing {kills} workers …", flush=True)
            # SQLite on a quiet disk is done with fewer before enough workers have died.
            debtors = str(DEBTORS[name])
            told = ("--kills", str(kills), "--seed", str(seed), "--debtors", debtors)
            runs.append(soak(database, *told))
            print(report.run_line(runs[-1]), flush=True)
    for name, database in databases.items():
        if only in (None, name, "races") and races:
            print(f"{name}: {races} races for the same money …", flush=True)
            raced.append(soak(database, "--races", str(races), faults=False, arena="soak.races"))
            print(report.race_line(raced[-1]), flush=True)
    for mutant, arguments in MUTANTS.items() if only in (None, "mutants") else ():
        for database in databases.values() if mutant in ON_BOTH else ("sqlite",):
            caught.append(soak(database, "--mutant", mutant, *MUTANT_RUN, *arguments, faults=False))
            print(report.mutant_line(caught[-1]), flush=True)
    if only in (None, "mutants"):
        for mutant in ("", "no fsync"):
            caught.append(order_of_commits(mutant))
            print(report.mutant_line(caught[-1]), flush=True)
    return report.summary(runs, caught, raced)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=("sqlite", "postgresql", "races", "mutants"))
    options.add_argument("--kills", type=int, default=210)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--races", type=int, default=2_000)
    given = options.parse_args()
    started = monotonic()
    with ExitStack() as stack:
        address = os.environ.get("RECOUP_SOAK_DATABASE_URL")
        if address is None and given.only != "sqlite":
            address = stack.enter_context(ensure_postgresql.cluster(durable=True))
        found = everything(given.only, address or "", given.kills, given.seed, given.races)
    found["seconds"] = round(monotonic() - started)
    print(report.table(found))
    Path("build").mkdir(exist_ok=True)
    Path("build/soak.json").write_text(json.dumps(found, indent=1))
    return 0 if found["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
