"""Portable scenarios on aging, reminders, payment terms and currencies, each played for real."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import conformance.scenarios
from conformance.base import Answer, KnownSet, Verdict
from conformance.scenarios.base import PLAYS, Scenario
from recoup.kernel.errors import Fault, Refusal

FILE = "oracles/scenarios.json"
AREAS = {
    "aging",
    "reminder-selection",
    "reminder-lifecycle",
    "idempotence",
    "payment-terms",
    "currency",
    "policy-validation",
}


def check(corpus: Path) -> Iterator[Answer]:
    """Every scenario of our areas, in the order of the file."""
    for module in pkgutil.iter_modules(conformance.scenarios.__path__):
        import_module(f"conformance.scenarios.{module.name}")
    wanted = [field.name for field in fields(Scenario)]
    for row in json.loads((corpus / FILE).read_text()):
        if row["area"] in AREAS:
            yield _played(Scenario(**{name: row[name] for name in wanted}))


def _played(scenario: Scenario) -> Answer:
    play = PLAYS.get(scenario.id)
    if play is None:
        return scenario.not_covered("nobody has written it yet")
    try:
        return play(scenario)
    except (
        Refusal,
        Fault,
        ArithmeticError,
        AssertionError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        return Answer(scenario.name, Verdict.FAIL, f"{type(error).__name__}: {error}")


SET = KnownSet("scenarios", "Portable scenarios of other programs", FILE, check)
