"""Bank statements: every file of the manifest, its statements, entries, sums and balances."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from conformance.base import Answer, KnownSet, deviates, same
from conformance.sets.bank_deviations import DECLARED, DEVIATIONS
from recoup.formats.statements.base import Declared, Reading
from recoup.formats.statements.opening import read_statement
from recoup.kernel.errors import Refusal
from recoup.kernel.money import exponent

FOLDER = "data/bank"
CHECK_CHARACTERS = 200
_BALANCE = re.compile(r"(-?[\d.]+)\+\((-?[\d.]+)\)=(OK|MISMATCH vs) (-?[\d.]+)")
_SUM = re.compile(r"sum=(-?[\d.]+)")
_LEDGER = re.compile(r"ledger=(-?[\d.,]+)")


def check(corpus: Path) -> Iterator[Answer]:
    """Four answers per file at most: statements, entries, figures, verdict."""
    folder = corpus / FOLDER
    with (folder / "MANIFEST.csv").open(newline="", encoding="utf-8") as manifest:
        for row in csv.DictReader(manifest):
            ours = found(folder / row["file"], DECLARED.get(row["file"]))
            for aspect, known in stated(row).items():
                yield _answer(row["file"], aspect, ours[aspect], known)


def _answer(file: str, aspect: str, ours: object, known: object) -> Answer:
    name = f"{file}: {aspect}"
    if isinstance(ours, list) and isinstance(known, list) and aspect == "figures":
        ours = ours[: len(known)]
    deviation = DEVIATIONS.get((file, aspect))
    if deviation is None:
        return same(name, ours, known)
    held, because = deviation
    return deviates(name, ours, held, because=because)


def stated(row: dict[str, str]) -> dict[str, object]:
    """What the manifest says of a file; a verdict where it says enough for one."""
    said: dict[str, object] = {"entries": int(row["entries"])}
    if row["statements"]:
        said["statements"] = int(row["statements"])
    balances = _BALANCE.findall(row["check"])
    if len(row["check"]) >= CHECK_CHARACTERS:
        balances = balances[:-1]  # the manifest breaks off inside the last
    if balances:
        said["figures"] = [(Decimal(o), Decimal(s), Decimal(c)) for o, s, _, c in balances]
        is_right = all(verdict == "OK" for _, _, verdict, _ in balances)
        said["verdict"] = "posted" if is_right else "held"
    elif total := _SUM.match(row["check"]):
        said["figures"] = Decimal(total[1])
        if ledger := _LEDGER.search(row["check"]):
            said["ledger"] = Decimal(ledger[1].replace(",", "."))
    elif row["format"] == "BAI2" and row["statements"] != "0":
        said["control"] = []
    return said


def found(path: Path, declared: Declared | None) -> dict[str, object]:
    """What our reader says of it; a refusal is nothing read."""
    try:
        with path.open("rb") as stream:
            opened = read_statement(path.name, stream, declared=declared or Declared())
    except Refusal as refusal:
        nothing = dict.fromkeys(("figures", "ledger", "control"), refusal.code)
        return {**nothing, "statements": 0, "entries": 0, "verdict": "refused"}
    if not isinstance(opened, Reading):
        asked = [each.about for each in opened]
        return dict.fromkeys(
            ("statements", "entries", "figures", "verdict", "ledger", "control"), asked
        )
    return {
        "statements": opened.statements.height,
        "entries": opened.lines.height,
        "figures": _figures(opened),
        "verdict": opened.verdict,
        "ledger": _ledger(opened),
        "control": sorted(set(opened.held["code"])),
    }


def _figures(opened: Reading) -> object:
    """Opening, sum and closing of each statement; the sum alone where no balance is stated."""
    rows = opened.statements.rows(named=True)
    if all(row["opening_minor"] is None for row in rows):
        return sum((_plain(row["sum_minor"], row["currency"]) for row in rows), Decimal())
    return [
        tuple(
            _plain(row[name], row["currency"])
            for name in ("opening_minor", "sum_minor", "closing_minor")
        )
        for row in rows
    ]


def _ledger(opened: Reading) -> Decimal | None:
    if opened.statements.is_empty():
        return None
    row = opened.statements.row(0, named=True)
    return _plain(row["closing_minor"], row["currency"])


def _plain(minor: int | None, currency: str | None) -> Decimal:
    """The amount as a number that compares with what a file writes; NaN never does."""
    if minor is None:
        return Decimal("Infinity")
    return Decimal(minor).scaleb(-exponent(currency or "EUR"))


SET = KnownSet(
    code="bank",
    title="Bank statements: camt, MT940, BAI2, OFX and tables of the manifest",
    needs=FOLDER,
    check=check,
)
