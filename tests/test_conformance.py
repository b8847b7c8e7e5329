"""The conformance runner: what becomes of an answer, of an absent corpus, of a new set."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import plain
from conformance.base import Answer, KnownSet, Verdict, ask, deviates, not_covered, same
from conformance.scenarios.base import PLAYS, Scenario, plays
from recoup.kernel.errors import Refusal
from recoup.kernel.registry import discover

HOUSE = Path(__file__).parents[1]


def known(*answers: Answer, needs: str = ".") -> KnownSet:
    return KnownSet("a-set", "A set", needs, lambda _: iter(answers))


def test_equal_results_agree_and_others_fail_showing_both():
    assert same("total", 5, 5) == Answer("total", Verdict.AGREE)
    failed = same("total", 5, 6)
    assert failed.verdict is Verdict.FAIL
    assert "5" in failed.reason
    assert "6" in failed.reason


def test_a_long_result_is_shown_shortened():
    assert len(same("rows", list(range(10_000)), []).reason) < 400


def test_a_deviation_is_checked_and_gives_its_reason():
    assert deviates("day 0", "not due", "not due", because="it is not late") == Answer(
        "day 0", Verdict.DEVIATE, "it is not late"
    )
    assert deviates("day 0", "late", "not due", because="it is not late").verdict is Verdict.FAIL


def test_a_set_is_counted_by_verdict(tmp_path):
    outcome = ask(known(same("a", 1, 1), same("b", 1, 2), not_covered("c", "later")), tmp_path)
    assert outcome.counts == {"agree": 1, "deviate": 0, "not covered": 1, "fail": 1}
    assert not outcome.is_absent


def test_a_set_that_the_corpus_lacks_is_absent_and_not_a_failure(tmp_path):
    outcome = ask(known(same("a", 1, 2), needs="data/nowhere"), tmp_path)
    assert outcome.is_absent
    assert outcome.counts["fail"] == 0


@pytest.mark.parametrize(
    "trouble", [Refusal("file-empty", "The file is empty."), KeyError("Amount"), AssertionError()]
)
def test_trouble_within_a_set_keeps_its_earlier_answers_and_fails(tmp_path, trouble):
    def check(_):
        yield same("first", 1, 1)
        raise trouble

    outcome = ask(KnownSet("a-set", "A set", ".", check), tmp_path)
    assert [answer.verdict for answer in outcome.answers] == [Verdict.AGREE, Verdict.FAIL]


def test_every_set_is_one_file_that_is_found_by_itself():
    sets = discover("conformance.sets", "SET")
    assert {"ledger-ibm", "ledger-cassandra22", "export-layouts", "scenarios"} <= set(sets)


def scenario(**changes: object) -> Scenario:
    told = {"id": "S-1", "area": "aging", "title": "A title", "given": {}, "when": "", "then": 3}
    return Scenario(**told | {"portability": "portable"} | changes)


def test_a_scenario_is_compared_with_what_its_file_says():
    assert scenario().agrees(3).verdict is Verdict.AGREE
    assert scenario().agrees(4).verdict is Verdict.FAIL
    assert scenario(then={"rows": 3, "more": 1}).agrees(3, known=3).verdict is Verdict.AGREE
    assert scenario().agrees(3).name == "S-1 (A title)"


def test_a_scenario_is_played_by_one_function_only():
    importlib.import_module("conformance.scenarios.terms")
    with pytest.raises(AssertionError):
        plays("ODOO-01-net30")(scenario)
    assert PLAYS["ODOO-01-net30"] is not scenario


@pytest.mark.parametrize(
    ("text", "minor"),
    [("55.94", 5594), ("35.7", 3570), ("1,000.00", 100_000), ("-100.00", -10_000), ("0.0", 0)],
)
def test_amounts_are_read_in_whole_minor_units(text, minor):
    assert plain.minor(text) == minor


def run(corpus: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as make runs it."""
    environment = os.environ | {
        "RECOUP_CORPUS": str(corpus),
        "PYTHONPATH": os.pathsep.join([str(HOUSE), str(HOUSE / "src")]),
    }
    return subprocess.run(
        [sys.executable, "-m", "conformance", *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_corpus_it_says_so_and_ends_with_3(tmp_path):
    done = run(tmp_path / "nowhere", tmp_path)
    assert done.returncode == 3
    assert "There is no corpus" in done.stderr
    assert not (tmp_path / "build").exists()


def test_a_corpus_with_none_of_the_sets_checks_nothing_and_ends_with_3(tmp_path):
    done = run(tmp_path, tmp_path, "--only", "ledger-ibm")
    assert done.returncode == 3
    assert "nothing was checked" in done.stderr


ROW = {
    "id": "ODOO-01-net30", "area": "payment-terms", "title": "Net", "portability": "portable",
    "given": {"rule": "14 days"}, "when": ["2026-01-20"], "then": ["2026-02-03"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        ([ROW], 0, "1 agree"),
        ([ROW | {"then": ["2026-02-04"]}], 1, "2026-02-03"),
        ([ROW | {"id": "NEW-1"}], 0, "nobody has written it yet"),
        ([ROW | {"given": {}}], 1, "KeyError"),
    ],
)
def test_a_scenario_of_a_corpus_is_played(tmp_path, rows, code, said):
    (tmp_path / "oracles").mkdir()
    (tmp_path / "oracles" / "scenarios.json").write_text(json.dumps(rows))
    done = run(tmp_path, tmp_path, "--only", "scenarios")
    assert done.returncode == code, done.stderr
    assert said in done.stdout
    written = json.loads((tmp_path / "build" / "conformance.json").read_text())
    assert [each["code"] for each in written["sets"]] == ["scenarios"]


def test_a_small_ledger_of_part_payments_is_brought_in_twice(tmp_path):
    folder = tmp_path / "data" / "ledgers" / "cassandra22"
    folder.mkdir(parents=True)
    (folder / "trainData.csv").write_text(
        "Description,Vendor_Name,Created,Invoice_Date,Due_Date,Amount,Settled,Outstanding,"
        "Number_of_Days_until_Payment\n"
        "Ink,Fern & Co,02-01-2026 10:00,02-Jan-26,01-Feb-26,100.5,40.5,60.0,12\n"
        "Paper,Fern & Co,03-01-2026 10:00,03-Jan-26,02-Feb-26,10.0,10.0,0.0,5\n"
    )
    done = run(tmp_path, tmp_path, "--only", "ledger-cassandra22")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 agree, 0 deviate, 0 not covered, 0 fail" in done.stdout
