"""A browser for tests: Chromium found, installed, or fetched by Playwright.

RECOUP_TEST_BROWSER names the program of a Chromium that is there already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.packages import can_install, install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE_FOUND = (
    "Chromium is needed and was neither found nor installable: install it, or set "
    "RECOUP_TEST_BROWSER to the path of its program."
)


def program() -> str:
    """The path of Chromium; installs it when that is possible."""
    given = os.environ.get("RECOUP_TEST_BROWSER")
    if given:
        if not os.access(given, os.X_OK):
            raise SystemExit(f"RECOUP_TEST_BROWSER names {given}, which is no program.")
        return given
    found = _on_this_machine() or _of_playwright()
    if not found and can_install() and install("chromium"):
        found = _on_this_machine()
    if not found:
        fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
        print("Fetching Chromium with Playwright ...", file=sys.stderr)
        subprocess.run(fetch, check=False, capture_output=True)
        found = _of_playwright()
    if not found:
        raise SystemExit(NONE_FOUND)
    return found


def _on_this_machine() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _of_playwright() -> str | None:
    """The browser that Playwright keeps for itself, when it has fetched one."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    print(f"Browser: {program()}", file=sys.stderr)
