"""Workers that are alive: proven by a lock that dies with the process, never by elapsed time."""

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


def dead_workers(mine: str) -> list[str]:
    """The workers that still have messages in hand and are not alive any more."""
    holding = Attempt.objects.filter(state__in=["claimed", "in_flight"]).exclude(worker=mine)
    return [name for name in holding.values_list("worker", flat=True).distinct() if _is_dead(name)]


def _is_dead(name: str) -> bool:
    if is_postgresql():
        free = bool(rows("SELECT pg_try_advisory_lock(%s)", [_number(name)])[0][0])
        if free:
            rows("SELECT pg_advisory_unlock(%s)", [_number(name)])
        return free
    try:
        with _path(name).open("r+") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        # Removed on a clean end only, and then nothing was in its hands; or another host's.
        return True
    return True


def _number(name: str) -> int:
    """A lock number below 2**63 for a name."""
    return int(fingerprint(name.encode())[:15], 16)


def _path(name: str) -> Path:
    return Path(settings.DATA) / "workers" / f"{name}.lock"
