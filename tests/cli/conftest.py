"""A command line in process: its own data folder and mailbox, on the fixed day of all tests."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner

from recoup.cli import main
from tests.cli.letters import Mailbox


@pytest.fixture
def mailbox(tmp_path, settings):
    """What debtors would have received."""
    settings.MAIL_URL = f"mailbox://{tmp_path / 'mailbox'}"
    return Mailbox(tmp_path / "mailbox")


@pytest.fixture
def recoup(tmp_path, settings, today, mailbox, monkeypatch):
    """Runs `recoup …` and gives click's result; data are this test's own."""
    settings.DATA = tmp_path
    monkeypatch.setenv("RECOUP_TODAY", today.isoformat())
    monkeypatch.setenv("COLUMNS", "120")
    for name in [name for name in os.environ if name == "RECOUP_PASSWORD"]:
        monkeypatch.delenv(name)

    def run(*words, **more):
        return CliRunner().invoke(main, [str(word) for word in words], **more)

    return run


@pytest.fixture
def answer(recoup):
    """Runs `recoup … --json` and gives what a program reads."""

    def run(*words, code=0):
        result = recoup(*words, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    return run


@pytest.fixture
def file(tmp_path):
    """Writes a file of these lines; where it is."""

    def write(name, *lines):
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write
