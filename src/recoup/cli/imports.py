"""`recoup import`: customers, invoices, credit notes and payments from files."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

import click
import polars as pl

from recoup.books.models import Creditor, SourceFile
from recoup.cli import clock, options, say
from recoup.cli.exits import Exit
from recoup.cli.start import OnBooks
from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Declared, Question
from recoup.formats.days import DateFormat
from recoup.formats.opening import formats
from recoup.jobs import intake
from recoup.jobs.intake import Imported
from recoup.kernel.errors import Refusal

SHOWN = 10
ORDER = (Exit.REFUSED, Exit.ASKED, Exit.NEEDS_PERSON, Exit.DONE)
# The option that answers a question about this attribute of a file.
ANSWERS = {"dates": "--dates", "numbers": "--numbers", "currency": "--currency"}
ANSWERS |= {"format": "--format", "sheet": "--sheet", "encoding": "--encoding"}
ANSWERS |= {"delimiter": "--delimiter", "as_of": "--as-of"}


@click.command("import", cls=OnBooks)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@options.creditor
@options.as_of
@click.option("--format", type=click.Choice(sorted(formats())), metavar="LAYOUT",
              help="The layout, where it does not show.")  # fmt: skip
@click.option("--currency", metavar="CODE", help="Of rows that name none: EUR.")
@click.option(
    "--dates",
    type=click.Choice([str(each) for each in DateFormat]),
    metavar="FORM",
    help=f"How days are written: {', '.join(DateFormat)}.",
)
@click.option(
    "--numbers",
    type=click.Choice([str(each) for each in NumberFormat]),
    metavar="FORM",
    help=f"How amounts are written: {' or '.join(NumberFormat)}.",
)
@click.option("--encoding", help="Of a text file, where it does not show.")
@click.option("--delimiter", help="Of a text file, where it does not show.")
@click.option("--sheet", help="The sheet of a workbook.")
@click.option("--dry-run", is_flag=True, help="Do everything and take it back.")
@options.as_json
def command(
    files: tuple[str, ...],
    code: str | None,
    as_of: date | None,
    dry_run: bool,
    **answers: str | None,
) -> None:
    """Take FILES in: CSV or XLSX of customers, invoices, credit notes or payments.

    Known layouts recognise themselves. What is ambiguous is asked, never guessed (exit code 4);
    rows that cannot be taken are set aside with reason and remedy (exit code 5). Importing a
    file again adds nothing.
    """
    creditor = options.the_creditor(code)
    declared = intake.declared_from({**answers, "as_of": as_of})
    told = []
    ends = []
    for name in files:
        answer, end = _take(creditor, Path(name), declared, as_of, dry_run=dry_run)
        told.append(answer)
        ends.append(end)
    if say.is_json():
        say.program({"creditor": creditor.code, "is_dry_run": dry_run, "files": told})
    end = next(each for each in ORDER if each in ends)
    if end is not Exit.DONE:
        raise click.exceptions.Exit(end)


def _take(
    creditor: Creditor, path: Path, declared: Declared, as_of: date | None, *, dry_run: bool
) -> tuple[dict[str, object], Exit]:
    """One file: what to tell of it, and how it ended."""
    today = clock.today(creditor)
    with path.open("rb") as stream:
        kept = intake.receive(
            creditor, name=path.name, stream=stream, at=clock.now(), by=clock.by()
        )
    try:
        with say.progress() as step:
            done = intake.import_file(
                kept,
                declared=declared,
                today=as_of or today,
                latest=max(as_of or today, today),
                at=clock.now(),
                by=clock.by(),
                dry_run=dry_run,
                progress=lambda rows: step(path.name, rows, 0),
            )
    except Refusal as refusal:
        if not say.is_json():
            say.note(f"{path}: {refusal.sentence}")
            if refusal.code == "layout-unknown":
                say.note("The page Imports asks for each column once and remembers the answer.")
        error = {"code": refusal.code, "sentence": refusal.sentence}
        return {"file": path.name, "error": error}, Exit.REFUSED
    kept.refresh_from_db()
    if not say.is_json():
        _show(path, done, dry_run=dry_run)
    if not done.is_done:
        return _as_program(path, done), Exit.ASKED
    is_clean = done.set_aside is None or done.set_aside.is_empty()
    return _as_program(path, done), Exit.DONE if is_clean else Exit.NEEDS_PERSON


def _show(path: Path, done: Imported, *, dry_run: bool) -> None:
    if not done.is_done:
        say.line(f"{path}: not taken in, {say.count(len(done.questions), 'question')} first.")
        for question in done.questions:
            _ask(question)
        return
    kept = done.source_file
    layout = formats()[kept.format_code].title if kept.format_code in formats() else "column map"
    verb = "would be taken in" if dry_run else "taken in"
    say.line(f"{path.name} {verb} as {layout}.", style="bold")
    if done.control is None:
        return
    brought = done.brought
    rows = [
        ("customers", f"{brought.parties:,}", ""),
        ("documents", f"{brought.documents_new:,}", f"{brought.documents_known:,}"),
        ("payments", f"{brought.receipts_new:,}", f"{brought.receipts_known:,}"),
    ]
    used = [row for row in rows if row[1:] not in (("0", "0"), ("0", ""))]
    say.table(["", "New", "Known already"], used, right=["New", "Known already"])
    for each in done.control.sums:
        if each.total_minor:
            say.line(
                f"  {each.kind.replace('_', ' ')} {each.currency}: {each.count:,}, "
                f"total {say.money(each.total_minor, each.currency)}, "
                f"open {say.money(each.open_minor, each.currency)}"
            )
    for total in done.control.totals:
        mark = "✓" if total.agrees else "✗"
        say.line(
            f"  {mark} {total.label}: the file says "
            f"{say.money(total.stated_minor, total.currency)}, its rows "
            f"{say.money(total.computed_minor, total.currency)} {total.currency}"
        )
    _show_aside(done.set_aside)


def _ask(question: Question) -> None:
    """A question, and the option that answers it."""
    option = ANSWERS.get(question.about, "")
    say.line(f"  ? {question.sentence}")
    if question.examples:
        say.line(f"    as in {', '.join(question.examples[:3])}")
    if option and question.candidates:
        offered = " or ".join(f"{option} {shlex.quote(each)}" for each in question.candidates)
        say.line(f"    Answer with {offered}.")
    elif option:
        say.line(f"    Answer with {option}.")


def _show_aside(aside: pl.DataFrame | None) -> None:
    if aside is None or aside.is_empty():
        return
    lines = aside["line"].n_unique()
    say.table(
        ["Line", "Field", "Value", "What is wrong, and what to do"],
        [
            (
                str(row["line"]),
                row["field"] or "",
                (row["value"] or "")[:40],
                f"{row['reason']} {row['remedy']}",
            )
            for row in aside.head(SHOWN).iter_rows(named=True)
        ],
        title=f"Set aside: {say.count(lines, 'row')}; correct them on the page Imports",
        right=["Line"],
    )


def _as_program(path: Path, done: Imported) -> dict[str, object]:
    brought, kept = done.brought, done.source_file
    return {
        "file": path.name,
        "layout": kept.format_code,
        "questions": [vars(each) | {"option": ANSWERS.get(each.about)} for each in done.questions],
        "documents_new": brought.documents_new,
        "documents_known": brought.documents_known,
        "payments_new": brought.receipts_new,
        "payments_known": brought.receipts_known,
        "customers": brought.parties,
        "lines": lines_of(kept) if done.is_done else None,
        "sums": [vars(each) for each in done.control.sums] if done.control else [],
        "totals": [vars(each) | {"agrees": each.agrees} for each in done.control.totals]
        if done.control
        else [],
        "set_aside": done.set_aside.drop("raw", "group").to_dicts()
        if done.set_aside is not None
        else [],
    }


def lines_of(kept: SourceFile) -> dict[str, int]:
    """What became of every line of the file."""
    return {
        "total": kept.lines_total,
        "posted": kept.lines_posted,
        "duplicate": kept.lines_duplicate,
        "set_aside": kept.lines_set_aside,
        "ignored": kept.lines_ignored,
    }
