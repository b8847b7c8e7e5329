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
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if has_room else None))
