"""The command itself: help, exit codes, sentences instead of tracebacks, and its page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from recoup.cli import main, nightly
from recoup.cli.exits import Exit
from recoup.cli.group import COMMANDS
from recoup.kernel.errors import Fault

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()


def commands(group=main, words=()):
    """Every command that does something, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*words, name))
        else:
            yield (*words, name), found


EVERY = dict(commands())


def test_help_names_every_command_and_loads_none():
    code = (
        "import sys; from recoup.cli import main; main(['--help'], standalone_mode=False); "
        "print(sorted({'django', 'polars', 'rich', 'granian'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", told.stdout, re.MULTILINE)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_says_what_it_does(words):
    assert EVERY[words].help.strip().splitlines()[0].endswith((".", ":", ","))
    assert EVERY[words].get_short_help_str()


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_and_each_of_its_options_stands_on_the_page(words):
    called = f"recoup {' '.join(words)}"
    assert f"### `{called}" in PAGE, "not on the page"
    section = PAGE.split(f"### `{called}", 1)[1].split("\n### ", 1)[0]
    options = [
        name
        for parameter in EVERY[words].params
        for name in parameter.opts
        if name.startswith("--") and name != "--help"
    ]
    assert [name for name in options if f"`{name}" not in section] == []


@pytest.mark.parametrize("end", list(Exit))
def test_every_exit_code_stands_on_the_page(end):
    assert re.search(rf"^\| {end.value} \|", PAGE, re.MULTILINE)


def test_a_command_that_does_not_exist_is_a_usage_error(recoup):
    assert recoup("remind").exit_code == Exit.USAGE


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "03/04/2026"])
def test_a_day_has_one_form(recoup, day):
    refused = recoup("decide", "--as-of", day)
    assert refused.exit_code == Exit.USAGE
    assert "2026-03-31" in refused.stderr


def test_without_a_creditor_the_next_command_is_named(db, recoup):
    refused = recoup("nightly")
    assert refused.exit_code == Exit.REFUSED
    assert refused.stderr == "There is no creditor yet. Run `recoup init`.\n"
    assert refused.stdout == ""


def test_a_refusal_for_a_program_is_json(db, recoup):
    refused = recoup("nightly", "--json")
    assert refused.exit_code == Exit.REFUSED
    assert json.loads(refused.stdout)["error"]["code"] == "creditor-missing"


def test_a_creditor_that_does_not_exist_is_refused_with_those_that_do(creditor, recoup):
    refused = recoup("decide", "--creditor", "nobody")
    assert refused.exit_code == Exit.REFUSED
    assert "lindenhof" in refused.stderr


def test_a_mistake_of_ours_is_one_sentence_and_an_entry_in_the_log(
    creditor, recoup, monkeypatch, tmp_path
):
    def broken(*_, **__):
        raise Fault("the sums do not agree")

    monkeypatch.setattr(nightly.nights, "nightly", broken)
    monkeypatch.setenv("RECOUP_DATA", str(tmp_path))
    failed = recoup("nightly")
    assert failed.exit_code == Exit.FAULT
    assert "the sums do not agree" in failed.stderr
    assert "Traceback" not in failed.output
    assert "Traceback" in (tmp_path / "faults.log").read_text()


def test_in_a_folder_without_books_nothing_but_init_works(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "recoup.cli", "nightly"],
        capture_output=True,
        text=True,
        env={"RECOUP_DATA": str(tmp_path / "nothing"), "PATH": ""},
        check=False,
    )
    assert told.returncode == Exit.REFUSED
    assert "Run `recoup init`" in told.stderr
