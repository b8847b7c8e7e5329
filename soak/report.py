"""The tables of a soak, in plain text, and whether it passed."""

from __future__ import annotations

Result = dict[str, object]

# What must be zero or empty in every run of the product itself.
MUST_BE_ZERO = (
    "duplicates",
    "lost",
    "false_sent",
    "free_to_resend",
    "after_payment",
    "wrong_bytes",
    "wrong_person",
    "broken",
    "unguarded",
    "not_durable",
    "did_not_stop",
    "too_many_doubts",
    "too_few_kills",
)
_COLUMNS = (
    ("database", "database"),
    ("kills", "kills"),
    ("messages", "messages"),
    ("payments", "payments"),
    ("duplicates", "duplicates"),
    ("lost", "lost"),
    ("false_sent", "falsely sent"),
    ("free_to_resend", "free to resend"),
    ("after_payment", "C4"),
    ("in_doubt", "in doubt"),
    ("in_doubt_delivered", "of which delivered"),
)


def findings(result: Result) -> list[str]:
    """What should be zero or empty and is not."""
    return [f"{name} {result[name]}" for name in MUST_BE_ZERO if result.get(name)]


def run_line(result: Result) -> str:
    """One run of the product in a line."""
    wrong = findings(result)
    return f"{result['database']}: {', '.join(wrong) if wrong else 'nothing wrong'}"


def mutant_line(result: Result) -> str:
    """One mutant in a line: what gave it away."""
    wrong = findings(result)
    name = result["mutant"] or "(none)"
    if not result["mutant"]:
        return f"{name:20} {result['database']:11} {', '.join(wrong) or 'clean, as it must be'}"
    return (
        f"{name:20} {result['database']:11} {'caught: ' + ', '.join(wrong) if wrong else 'MISSED'}"
    )


def race_line(result: Result) -> str:
    """The races of one database in a line."""
    told = {
        "lost updates": "lost_updates",
        "double applications": "double_applications",
        "pairs unseen": "unseen_pairs",
        "visible credits": "visible_credits",
    }
    counts = ", ".join(f"{result[name]} {words}" for words, name in told.items())
    return (
        f"{result['database']}: {result['races']} races for the same money "
        f"in {result['seconds']} s: {counts}"
    )


def _is_clean(result: Result) -> bool:
    wrong = ("lost_updates", "double_applications", "unseen_pairs", "broken", "died")
    return not any(result[name] for name in wrong)


def summary(runs: list[Result], mutants: list[Result], races: list[Result]) -> Result:
    """Everything, and whether it passed: killed at every point and clean; every mutant caught."""
    clean = all(not findings(each) for each in runs)
    clean = clean and all(all(_points(each).values()) for each in runs)
    caught = all(bool(findings(each)) == bool(each["mutant"]) for each in mutants)
    passed = clean and caught and all(map(_is_clean, races))
    return {"passed": passed, "runs": runs, "mutants": mutants, "races": races}


def _points(result: Result) -> dict[str, int]:
    points = result["points"]
    assert isinstance(points, dict)
    return points


def table(found: Result) -> str:
    """The tables for people."""
    runs, mutants, races = found["runs"], found["mutants"], found["races"]
    assert isinstance(races, list)
    assert isinstance(runs, list)
    assert isinstance(mutants, list)
    lines = ["", "  ".join(title for _, title in _COLUMNS)]
    lines += [
        "  ".join(str(each[name]).rjust(len(title)) for name, title in _COLUMNS) for each in runs
    ]
    if runs:
        lines += ["", "killed at".ljust(26) + "  ".join(each["database"] for each in runs)]
        for point in _points(runs[0]):
            counts = [str(_points(each)[point]).rjust(len(each["database"])) for each in runs]
            lines.append(point.ljust(26) + "  ".join(counts))
        rest = [str(each["kills"] - sum(_points(each).values())) for each in runs]
        lines.append(
            "anywhere (SIGKILL)".ljust(26)
            + "  ".join(n.rjust(len(each["database"])) for n, each in zip(rest, runs, strict=True))
        )
    if races:
        lines += ["", *map(race_line, races)]
    if mutants:
        lines += ["", "mutants", *map(mutant_line, mutants)]
    kills = sum(each["kills"] for each in runs)
    if kills:
        lines += ["", f"0 in {kills} kills bounds the rate at 3 in {kills} (95 %)."]
    lines.append("passed" if found["passed"] else "FAILED")
    lines.append(
        "Not tested: power loss and disks that lie; the order of commits stands in for it."
    )
    return "\n".join(lines)
