"""The project itself: what is locked, what can be made, and pages that lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import recoup

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements" / "lock.txt").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")]
WANTED = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["postgres"],
    *PROJECT["dependency-groups"]["dev"],
]


@pytest.mark.parametrize("requirement", WANTED)
def test_what_the_project_needs_is_locked(requirement):
    name = re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0])
    assert re.search(rf"^{re.escape(name)}==", LOCK, re.MULTILINE)


def test_everything_locked_is_pinned_by_hash():
    locked = re.split(r"\n(?=\S)", LOCK.strip())
    assert [each for each in locked if "--hash=sha256:" not in each] == []


def test_the_lock_names_no_host():
    assert "://" not in LOCK


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "soak", "conformance"])
def test_everything_promised_can_be_made(target):
    told = subprocess.run(
        ["make", "--dry-run", "--always-make", target], cwd=ROOT, capture_output=True, check=False
    )
    assert told.returncode == 0


def test_what_a_change_must_pass_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_links_only_to_what_exists(page):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_package_and_the_project_name_the_same_version():
    assert recoup.__version__ == PROJECT["project"]["version"]
