"""What cash application does without a person, and how often it is right, beside two baselines.

`python -m bench.matching` measures on a seed the table was not fitted on; `--fit` makes the table
of confidences anew; `--scale` times 100,000 receipts against a million open items.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from bench import table
from bench.matching_scale import scale
from bench.matching_world import World, sizes, worlds
from recoup.engine.matching import confidence
from recoup.engine.matching.frames import Answer, MatchPolicy
from recoup.engine.matching.propose import propose

TRAINING = (1, 2, 3, 4)
TEST = 77
ROUNDS = 4
# Buckets seen less often than this are not worth a row.
KEPT = 5
TABLE = Path(confidence.__file__).with_name("confidence.json")
_BANDS = (0, 100_000, 300_000, 500_000, 700_000, 900_000, 980_000, 995_000, 1_000_001)

Lines = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Outcome:
    """One receipt: what it is, and whether it was posted and rightly so."""

    kind: str
    form: str
    amount_minor: int
    is_posted: bool
    is_right: bool
    is_top_right: bool = False
    is_shown: bool = False


def truths(world: World) -> dict[int, Lines]:
    return {receipt: frozenset(lines.items()) for receipt, lines in world.truth.items()}


def proposed(answer: Answer) -> dict[tuple[int, int], Lines]:
    """By receipt and rank, the items with what they get."""
    found: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for receipt, rank, item, applied in answer.lines.select(
        "receipt_id", "rank", "item_id", "applied_minor"
    ).iter_rows():
        found.setdefault((receipt, rank), set()).add((item, applied))
    return {key: frozenset(lines) for key, lines in found.items()}


def judged(world: World, answer: Answer) -> Iterator[tuple[int, int, str, int, bool]]:
    """Every proposal: receipt, rank, bucket, confidence, whether it is the truth."""
    truth, lines = truths(world), proposed(answer)
    for receipt, rank, bucket, ppm in answer.proposals.select(
        "receipt_id", "rank", "bucket", "confidence_ppm"
    ).iter_rows():
        yield receipt, rank, bucket, ppm, lines.get((receipt, rank), frozenset()) == truth[receipt]


def payers_judged(world: World, answer: Answer) -> Iterator[tuple[str, int, bool]]:
    for receipt, account, bucket, ppm in answer.maybe_payer.select(
        "receipt_id", "account_id", "bucket", "confidence_ppm"
    ).iter_rows():
        yield bucket, ppm, world.payers.get(receipt) == account


def fit() -> confidence.Table:
    """The table of the training seeds, fitted over and over as what is posted changes."""
    made = [world for seed in TRAINING for world in worlds(seed)]
    fitted = confidence.Table({}, {})
    for _ in range(ROUNDS):
        seen: list[tuple[str, bool]] = []
        for world in made:
            answer = propose(world.given, MatchPolicy(), fitted)
            seen += [(bucket, right) for _, _, bucket, _, right in judged(world, answer)]
            seen += [(bucket, right) for bucket, _, right in payers_judged(world, answer)]
        fitted = confidence.fit(seen)
    return fitted


def write(fitted: confidence.Table) -> None:
    """The table as the package ships it: buckets seen often enough, and all coarse ones."""
    kept = {
        name: [fitted.seen[name], fitted.ppm[name]]
        for name in sorted(fitted.seen)
        if fitted.seen[name] >= KEPT
    }
    made = (
        f"python -m bench.matching --fit: seeds {', '.join(map(str, TRAINING))} of "
        f"bench/matching_world.py, {ROUNDS} rounds; per bucket how often seen, then the share "
        "of right ones per million, leaning on the coarser bucket"
    )
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in kept.items())
    TABLE.write_text(f'{{"made": {json.dumps(made)},\n"buckets": {{\n{rows}\n}}}}\n')


def measure(made: list[World]) -> tuple[list[Outcome], list[tuple[int, bool]], float]:
    """Outcomes of all receipts, confidence and truth of all proposals, seconds."""
    outcomes: list[Outcome] = []
    calibration: list[tuple[int, bool]] = []
    seconds = 0.0
    for world in made:
        started = time.perf_counter()
        answer = propose(world.given, MatchPolicy())
        seconds += time.perf_counter() - started
        posted = set(answer.verdicts.filter(pl.col("verdict") == "post")["receipt_id"])
        top: dict[int, bool] = {}
        shown: set[int] = set()
        for receipt, rank, _, ppm, right in judged(world, answer):
            calibration.append((ppm, right))
            top.setdefault(receipt, right and rank == 1)
            if right:
                shown.add(receipt)
        amounts = dict(world.given.receipts.select("receipt_id", "amount_minor").iter_rows())
        for receipt, (kind, form) in world.labels.items():
            is_right = receipt in posted and top[receipt]
            outcomes.append(
                Outcome(
                    kind,
                    form,
                    amounts[receipt],
                    receipt in posted,
                    is_right,
                    top.get(receipt, False),
                    receipt in shown,
                )
            )
    return outcomes, calibration, seconds


def by_exact_reference(world: World) -> dict[int, Lines]:
    """Baseline: every number written exactly as on the invoice, and their sum is the amount."""
    items = {
        number: (item, currency, open_minor)
        for item, number, currency, open_minor in world.given.items.select(
            "item_id", "number", "currency", "open_minor"
        ).iter_rows()
    }
    found = {}
    for receipt, text, currency, amount in world.given.receipts.select(
        "receipt_id", "remittance", "currency", "amount_minor"
    ).iter_rows():
        named = {items[word] for word in re.split(r"[\s,;+]+", text) if word in items}
        same = all(paid_in == currency for _, paid_in, _ in named)
        if named and same and sum(open_minor for _, _, open_minor in named) == amount:
            found[receipt] = frozenset((item, open_minor) for item, _, open_minor in named)
    return found


def by_exact_amount(world: World) -> dict[int, Lines]:
    """Baseline: the one open item of the creditor with that amount and currency."""
    items = world.given.items.select("item_id", "currency", amount_minor="open_minor")
    single = items.filter(pl.len().over("currency", "amount_minor") == 1)
    pairs = world.given.receipts.join(single, on=["currency", "amount_minor"])
    return {
        receipt: frozenset({(item, amount)})
        for receipt, item, amount in pairs.select(
            "receipt_id", "item_id", "amount_minor"
        ).iter_rows()
    }


def baseline(made: list[World], rule: object) -> list[Outcome]:
    assert callable(rule)
    outcomes = []
    for world in made:
        truth, found = truths(world), rule(world)
        amounts = dict(world.given.receipts.select("receipt_id", "amount_minor").iter_rows())
        for receipt, (kind, form) in world.labels.items():
            is_posted = receipt in found
            right = is_posted and found[receipt] == truth[receipt]
            outcomes.append(Outcome(kind, form, amounts[receipt], is_posted, right))
    return outcomes


def summary(outcomes: list[Outcome]) -> dict[str, float | int | None]:
    """Shares of receipts and of value posted, and the precision of what is posted."""
    count, value = len(outcomes), sum(each.amount_minor for each in outcomes)
    posted = [each for each in outcomes if each.is_posted]
    right = sum(each.is_right for each in posted)
    return {
        "receipts": count,
        "posted": round(len(posted) / count, 4),
        "value": round(sum(each.amount_minor for each in posted) / value, 4),
        "precision": round(right / len(posted), 5) if posted else None,
        "wrong": len(posted) - right,
        "top_right": round(sum(each.is_top_right for each in outcomes) / count, 4),
        "shown": round(sum(each.is_shown for each in outcomes) / count, 4),
    }


def reliability(calibration: list[tuple[int, bool]]) -> list[dict[str, float | int]]:
    """Per band of confidence: what was said and what came true."""
    rows: list[dict[str, float | int]] = []
    for low, high in pairwise(_BANDS):
        band = [(ppm, right) for ppm, right in calibration if low <= ppm < high]
        if band:
            said = sum(ppm for ppm, _ in band) / len(band) / 1_000_000
            true = sum(right for _, right in band) / len(band)
            rows.append(
                {
                    "from_ppm": low,
                    "proposals": len(band),
                    "said": round(said, 4),
                    "true": round(true, 4),
                }
            )
    return rows


def report(seed: int) -> dict[str, object]:
    """All figures of one seed."""
    made = worlds(seed)
    outcomes, calibration, seconds = measure(made)
    named = [each for each in outcomes if each.form not in ("none", "stranger")]
    simple = {
        "reference": baseline(made, by_exact_reference),
        "amount": baseline(made, by_exact_amount),
    }
    kinds = sorted({each.kind for each in outcomes})
    forms = sorted({each.form for each in outcomes})
    return {
        "seed": seed,
        **sizes(made),
        "seconds": round(seconds, 1),
        "all": summary(outcomes),
        "with_reference": summary(named),
        "without_reference": summary(
            [each for each in outcomes if each.form in ("none", "stranger")]
        ),
        "exact_reference_only": _plain(summary(simple["reference"])),
        "exact_amount_only": _plain(summary(simple["amount"])),
        "class": {kind: _beside(outcomes, simple, kind=kind) for kind in kinds},
        "form": {form: _beside(outcomes, simple, form=form) for form in forms},
        "calibration": reliability(calibration),
    }


def _beside(
    outcomes: list[Outcome], simple: dict[str, list[Outcome]], *, kind: str = "", form: str = ""
) -> dict[str, float | int | None]:
    """The summary of a class or form, and what each baseline posts of it and gets wrong."""

    def of_it(all_of_them: list[Outcome]) -> dict[str, float | int | None]:
        return summary([o for o in all_of_them if kind in ("", o.kind) and form in ("", o.form)])

    row = of_it(outcomes)
    for name, found in simple.items():
        other = of_it(found)
        row |= {f"{name}_posted": other["posted"], f"{name}_wrong": other["wrong"]}
    return row


def _plain(row: dict[str, float | int | None]) -> dict[str, float | int | None]:
    """A baseline has no ranks."""
    return {name: value for name, value in row.items() if name not in ("top_right", "shown")}


def rows(figures: dict[str, object]) -> list[dict[str, object]]:
    """The figures as rows of one table: the whole, the baselines, every class and form."""
    heads = ("all", "with_reference", "without_reference", "exact_reference_only")
    found: list[dict[str, object]] = []
    for name in (*heads, "exact_amount_only"):
        row = figures[name]
        assert isinstance(row, dict)
        found.append({"what": name, **row})
    for part in ("class", "form"):
        group = figures[part]
        assert isinstance(group, dict)
        found += [{"what": f"{part} {name}", **row} for name, row in group.items()]
    bands = figures["calibration"]
    assert isinstance(bands, list)
    return found + [{"what": "confidence", **band} for band in bands]


def run() -> list[dict[str, object]]:
    """What `build/bench.json` keeps of cash application, with the time of a large run."""
    return [*rows(report(TEST)), {"what": "scale", **scale()}]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--scale", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=TEST)
    given = parser.parse_args()
    if given.fit:
        write(fit())
        return
    figures = report(given.seed)
    shown = rows(figures)
    if given.scale:
        figures |= {"scale": scale()}
    if given.json:
        print(json.dumps(figures, indent=1))
        return
    bands = [row for row in shown if row["what"] == "confidence"]
    print(table.text(shown[: -len(bands)]), table.text(bands), sep="\n\n")
    print({name: value for name, value in figures.items() if isinstance(value, int | float)})
    print(figures.get("scale", ""))


if __name__ == "__main__":
    main()
