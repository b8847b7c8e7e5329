"""`recoup verify`: whether every promise holds."""

from __future__ import annotations

from datetime import date

import click

from recoup.cli import clock, options, say
from recoup.cli.exits import Exit
from recoup.cli.start import OnBooks
from recoup.jobs.verify import Finding, verify

SHOWN = 5


@click.command("verify", cls=OnBooks)
@options.every_creditor
@options.as_of
@options.as_json
def command(code: str | None, as_of: date | None) -> None:
    """Ask the books whether every promise holds; exit code 1 when one does not.

    A breach that could harm a debtor stops the sending of the creditors concerned.
    """
    creditors = options.the_creditors(code)
    chosen = options.the_creditor(code) if code else None
    day = as_of or max(clock.today(each) for each in creditors)
    findings = verify(chosen, as_of=day, at=clock.now(), by=clock.by())
    broken = [each for each in findings if not each.holds]
    if say.is_json():
        say.program({"as_of": day, "findings": [_as_program(each) for each in findings]})
    else:
        _show(findings, broken)
    if broken:
        raise click.exceptions.Exit(Exit.REFUSED)


def _show(findings: list[Finding], broken: list[Finding]) -> None:
    say.table(
        ["", "Code", "Promise"],
        [("✓" if each.holds else "✗", each.code, each.title) for each in findings],
        tight=["", "Code"],
    )
    for each in broken:
        say.line(each.sentence, style="red")
        for row in each.rows[:SHOWN]:
            say.line("  " + ", ".join(f"{name} {value}" for name, value in row.items()))
    if not broken:
        say.line(f"All {len(findings)} hold.")


def _as_program(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "title": finding.title,
        "holds": finding.holds,
        "prevents": finding.prevents,
        "freezes": list(finding.freezes),
        "rows": [{name: str(value) for name, value in row.items()} for row in finding.rows],
    }
