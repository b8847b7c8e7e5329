"""The order that a crash of the machine would test: on the disk first, then DATA.

`kill -9` leaves the page cache alone, so the kernel's own account is read instead: between the
recipient and the message of every transaction, SQLite must have synced its log. Without strace
the settings of the connection are looked at (see check.not_durable).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

_CALL = re.compile(r"\b(fdatasync|fsync|sendto)\(\d+(?:, \"([^\"]*))?")


def observe(folder: Path, mutant: str, environment: dict[str, str]) -> dict[str, object]:
    """Send a few messages under strace; how many left before their release was on the disk."""
    command = [sys.executable, "-m", "soak.few", mutant]
    trace = folder / "trace"
    is_traced = shutil.which("strace") is not None
    if is_traced:
        calls = "trace=fdatasync,fsync,sendto"
        command = ["strace", "-f", "-s", "16", "-e", calls, "-o", str(trace), *command]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{done.stderr}")
    early = too_early(trace.read_text()) if is_traced else done.stdout.splitlines()[-1]
    return {"database": "sqlite", "mutant": mutant, "not_durable": early, "traced": is_traced}


def too_early(trace: str) -> str:
    """Messages whose DATA was sent without a sync since their RCPT; empty when there are none."""
    is_synced, early, messages = False, 0, 0
    for name, words in _CALL.findall(trace):
        if name != "sendto":
            is_synced = True
        elif words.startswith(("rcpt", "RCPT")):
            is_synced = False
        elif words.lower().startswith("data\\r"):
            messages += 1
            early += not is_synced
    if not messages:
        return "no message was seen in the trace"
    return f"{early} of {messages} messages before the sync" if early else ""
