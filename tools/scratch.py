"""Where what is thrown away is kept: in memory when the machine has room, else on the disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_BYTES = 2 * 1024**3


def folder(prefix: str) -> Path:
    """A new folder for books that need not outlive this process: their syncs cost nothing."""
    _sweep(prefix)
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    name = f"{prefix}{os.getpid()}-"
    return Path(tempfile.mkdtemp(prefix=name, dir=MEMORY if has_room else None))


def _sweep(prefix: str) -> None:
    """Give back the memory of runs that were killed."""
    for left in MEMORY.glob(f"{prefix}*-*"):
        owner = left.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(left, ignore_errors=True)
