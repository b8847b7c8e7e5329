"""Debian packages, when we may install them: root, and apt is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def is_root() -> bool:
    """Whether this process may do anything on this machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def can_install() -> bool:
    """Whether Debian packages can be installed from here."""
    return is_root() and shutil.which("apt-get") is not None


def install(*names: str) -> bool:
    """Install Debian packages, telling so; False when apt could not."""
    print(f"Installing {' '.join(names)} with apt ...", file=sys.stderr)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *names]):
        done = subprocess.run(
            ["apt-get", "--quiet", "--quiet", *command],
            env=quiet,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            return False
    return True
