"""Known answers of law: interest, fees, tariffs, due dates, limitation, rules on asking."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import conformance.vectors
from conformance.base import Answer, KnownSet
from conformance.vectors.base import Vector, answer

FILE = "law/vectors.json"


def check(corpus: Path) -> Iterator[Answer]:
    """Every vector, in the order of the file."""
    for module in pkgutil.iter_modules(conformance.vectors.__path__):
        import_module(f"conformance.vectors.{module.name}")
    for row in json.loads((corpus / FILE).read_text()):
        yield answer(Vector(row["id"], row["jurisdiction"], row["inputs"], row["expected"]))


SET = KnownSet("law-vectors", "Known answers of law", FILE, check)
