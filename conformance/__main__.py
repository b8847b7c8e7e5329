"""Ask every set of known answers of a corpus: `make conformance`, `RECOUP_CORPUS=DIR`.

Ends with 0 when nothing failed, 1 when an answer failed, 3 when there is no corpus.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

import django
from django.core.management import call_command

from conformance.base import KnownSet, Outcome, Verdict, ask
from recoup.kernel.registry import discover

CORPUS = "../shared"
WRITTEN = Path("build/conformance.json")
FAILED, ABSENT = 1, 3


def main(arguments: list[str] | None = None) -> int:
    """Ask, print, write; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    parser.add_argument("--only", metavar="SET", nargs="*", help="codes of the sets to ask")
    parser.add_argument("--list", action="store_true", help="say which answers agree, too")
    given = parser.parse_args(arguments)
    corpus = Path(os.environ.get("RECOUP_CORPUS") or CORPUS).resolve()
    if not corpus.is_dir():
        print(
            f"There is no corpus at {corpus}, so nothing was checked. "
            "Set RECOUP_CORPUS to a folder laid out like it.",
            file=sys.stderr,
        )
        return ABSENT
    with tempfile.TemporaryDirectory(prefix="recoup-conformance-") as data:
        open_books(Path(data))
        outcomes = [_asked(known, corpus, given.list) for known in _sets(given.only)]
    if outcomes and all(outcome.is_absent for outcome in outcomes):
        print(f"{corpus} holds none of the sets, so nothing was checked.", file=sys.stderr)
        return ABSENT
    _write(corpus, outcomes)
    failed = sum(outcome.counts[Verdict.FAIL] for outcome in outcomes)
    print(f"{failed} failed; {WRITTEN} has every answer.")
    return FAILED if failed else 0


def open_books(data: Path) -> None:
    """Empty books in a folder that is thrown away; nothing of the environment gets in."""
    for name in [name for name in os.environ if name.startswith("RECOUP_")]:
        if name != "RECOUP_CORPUS":
            del os.environ[name]
    os.environ |= {
        "DATABASE_URL": "",
        "RECOUP_DATA": str(data),
        "RECOUP_ENVIRONMENT": "rehearsal",
        "DJANGO_SETTINGS_MODULE": "recoup.settings",
    }
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)


def _sets(only: list[str] | None) -> list[KnownSet]:
    found = cast("dict[str, KnownSet]", discover("conformance.sets", "SET"))
    unknown = set(only or ()) - set(found)
    if unknown:
        raise SystemExit(f"There is no set {', '.join(unknown)}. Known: {', '.join(found)}.")
    return [known for code, known in found.items() if not only or code in only]


def _asked(known: KnownSet, corpus: Path, is_long: bool) -> Outcome:
    started = time.perf_counter()
    outcome = ask(known, corpus)
    seconds = time.perf_counter() - started
    print(f"{outcome.code}: {outcome.title} ({seconds:.0f} s)")
    if outcome.is_absent:
        print(f"  absent: the corpus has no {known.needs}")
        return outcome
    print("  " + ", ".join(f"{count} {verdict}" for verdict, count in outcome.counts.items()))
    for answer in outcome.answers:
        if is_long or answer.verdict is not Verdict.AGREE:
            print(f"  {answer.verdict:12}{answer.name}: {answer.reason}")
    return outcome


def _write(corpus: Path, outcomes: list[Outcome]) -> None:
    WRITTEN.parent.mkdir(parents=True, exist_ok=True)
    told = {"corpus": str(corpus), "sets": [outcome.told() for outcome in outcomes]}
    WRITTEN.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
