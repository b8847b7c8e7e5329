"""`recoup policy`: check, publish and show a creditor's rules."""

from __future__ import annotations

from pathlib import Path

import click

from recoup.books import publish as door
from recoup.cli import clock, options, say
from recoup.cli.exits import Exit
from recoup.cli.start import OnBooks
from recoup.policy import document
from recoup.policy.document import Document, PolicyRefusal, Problem

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("policy")
def command() -> None:
    """Check, publish and show a creditor's policy."""


@command.command("check")
@click.argument("file", type=FILE)
@click.option("--country", default="", help="Whose law to check charges by, as in DE.")
@click.option("--region", default="", help="The region of it, where it has a law of its own.")
@options.as_json
def check(file: Path, country: str, region: str) -> None:
    """Check a policy FILE: every problem with its line, and what to do about it."""
    read = _load(file, country, region)
    if say.is_json():
        say.program({"version": read.version, "problems": [], "warnings": _as_json(read.warnings)})
        return
    _show(file, read.warnings)
    steps = sum(len(procedure.steps) for procedure in read.policy.procedures)
    say.line(
        f"{file} is a policy: {say.count(len(read.policy.segments), 'segment')}, "
        f"{say.count(steps, 'step')}, version {read.version[:12]}."
    )


@command.command("publish", cls=OnBooks)
@click.argument("file", type=FILE)
@options.creditor
@options.as_json
def publish(file: Path, code: str | None) -> None:
    """Make a policy FILE the creditor's own from the next run on; nothing starts afresh."""
    creditor = options.the_creditor(code)
    read = _load(file, creditor.country, creditor.region)
    version = door.publish_policy(
        creditor=creditor,
        name=read.policy.name,
        text=read.text,
        at=clock.now(),
        by=clock.by(),
    )
    if say.is_json():
        say.program({"creditor": creditor.code, "version": version.fingerprint})
        return
    _show(file, read.warnings)
    say.line(f"Published for {creditor.name}: {version.name} {version.fingerprint[:12]}.")


@command.command("show", cls=OnBooks)
@options.creditor
@click.option("--standard", "is_standard", is_flag=True, help="The one to start from instead.")
def show(code: str | None, is_standard: bool) -> None:
    """Print the policy in force, ready to be edited and published."""
    version = None if is_standard else options.the_creditor(code).policy
    text = document.standard().text if version is None else version.text
    click.echo(text, nl=not text.endswith("\n"))


def _load(file: Path, country: str, region: str) -> Document:
    """The policy of a file; with problems, all of them are told and the command ends."""
    try:
        text = file.read_text(encoding="utf-8")
        return document.publishable(
            text, country=country.upper(), region=region.upper(), on=clock.now().date()
        )
    except PolicyRefusal as refusal:
        if say.is_json():
            say.program({"problems": _as_json(refusal.problems), "warnings": []})
        else:
            _show(file, refusal.problems)
            say.note(f"{file} is not published: {say.count(len(refusal.problems), 'problem')}.")
        raise click.exceptions.Exit(Exit.REFUSED) from None
    except UnicodeDecodeError:
        say.note(f"{file} is not UTF-8 text. Save it as UTF-8.")
        raise click.exceptions.Exit(Exit.REFUSED) from None


def _show(file: Path, problems: list[Problem] | tuple[Problem, ...]) -> None:
    for each in problems:
        where = f" {each.path}:" if each.path else ""
        say.line(f"{file}:{each.line}:{each.column}:{where} {each.sentence}")


def _as_json(problems: list[Problem] | tuple[Problem, ...]) -> list[dict[str, object]]:
    return [dict(vars(each)) for each in problems]
