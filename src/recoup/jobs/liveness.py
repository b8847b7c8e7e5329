"""Workers that are alive: proven by a lock that dies with the process, never by elapsed time.

On PostgreSQL an advisory lock of the worker's own connection, which therefore must be a session
of its own (no transaction pooling); on SQLite a locked file, and all workers on one host.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from recoup.books.models import Attempt
from recoup.books.query import is_postgresql, rows
from recoup.kernel.ids import fingerprint

_HALF = 32


@contextmanager
def worker() -> Iterator[str]:
    """A name for this process, held alive until it ends, however it ends."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
    if is_postgresql():
        # Bound to this connection: the database drops it when the process is gone.
        connection.ensure_connection()
        rows("SELECT pg_advisory_lock(%s)", [_number(name)])
        try:
            yield name
        finally:
            if connection.is_usable():
                rows("SELECT pg_advisory_unlock(%s)", [_number(name)])
        return
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as held:
        # Bound to the open file: the kernel drops it when the process is gone.
        fcntl.flock(held, fcntl.LOCK_EX)
        try:
            yield name
        finally:
            path.unlink(missing_ok=True)


def is_alive(name: str) -> bool:
    """Whether somebody holds the lock of that name; asking takes no lock of its own."""
    if is_postgresql():
        high, low = divmod(_number(name), 1 << _HALF)
        held = rows(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
            "AND classid = %s AND objid = %s AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())",
            [high, low],
        )
        return bool(held)
    try:
        with _path(name).open("r+") as held_file:
            fcntl.flock(held_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        # Removed on a clean end only, and then nothing was in its hands; or another host's.
        return False
    return False


def dead_workers() -> list[str]:
    """The workers that still have messages in hand and are not alive any more."""
    holding = Attempt.objects.filter(state__in=["claimed", "in_flight"])
    names = holding.values_list("worker", flat=True).distinct().order_by("worker")
    return [name for name in names if not is_alive(name)]


def forget(name: str) -> None:
    """Remove what a dead worker left behind, once nothing is in its hands."""
    if not is_postgresql():
        _path(name).unlink(missing_ok=True)


def _number(name: str) -> int:
    """A lock number below 2**63 for a name."""
    return int(fingerprint(name.encode())[:15], 16)


def _path(name: str) -> Path:
    return Path(settings.DATA) / "workers" / f"{name}.lock"
