"""Importing a file: read, take in, set aside, and account for every line of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

import polars as pl
from django.db import transaction

from recoup.books import files
from recoup.books.models import Creditor, SourceFile
from recoup.formats import opening
from recoup.formats.base import Control, Declared, Question, Reading
from recoup.jobs.intake.bring import bring, settle_gone
from recoup.jobs.intake.brought import Brought, Origin
from recoup.jobs.intake.look import look, words_of
from recoup.kernel.errors import Refusal

# Up to here a file is one transaction; larger ones commit batch by batch, and importing them
# again after a crash continues where they stopped, because what is known adds nothing.
ONE_TRANSACTION_BYTES = 8 * 2**20

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do."""

    source_file: SourceFile
    questions: tuple[Question, ...]
    brought: Brought
    control: Control | None
    set_aside: pl.DataFrame | None

    @property
    def is_done(self) -> bool:
        """False while questions are open."""
        return self.control is not None


def receive(
    creditor: Creditor, *, name: str, stream: BinaryIO, at: datetime, by: str
) -> SourceFile:
    """Keep a file as it came; nothing of it is read yet."""
    return files.receive(creditor=creditor, name=name, stream=stream, at=at, by=by)


def import_file(
    source_file: SourceFile,
    *,
    declared: Declared,
    today: date,
    latest: date,
    at: datetime,
    by: str,
    dry_run: bool = False,
    is_complete: bool = False,
    progress: Progress = lambda _: None,
) -> Imported:
    """Take a file in. `today` is the business day of the import, `latest` the last real one.

    `is_complete` says that the file lists everything that is open, so that what it does not
    name any more is settled.

    With open questions nothing is written. A file that promises totals and does not keep them
    is held: nothing of it is posted. A dry run does everything and takes it back.
    """
    known = look(source_file, declared)
    if known.refusal is not None:
        files.refuse(source_file=source_file, state="refused", sentence=known.refusal.sentence)
        raise known.refusal
    if known.questions:
        if not dry_run:
            sentence = " ".join(each.sentence for each in known.questions)
            files.refuse(source_file=source_file, state="needs_answers", sentence=sentence)
        return Imported(source_file, known.questions, Brought(), None, None)
    origin = Origin(source_file.creditor, source_file.name, today, latest, at, by, is_complete)
    try:
        return _take(source_file, known.declared, origin, dry_run=dry_run, progress=progress)
    except Refusal as refusal:
        files.refuse(source_file=source_file, state="held", sentence=refusal.sentence)
        raise


def _take(
    source_file: SourceFile,
    declared: Declared,
    origin: Origin,
    *,
    dry_run: bool,
    progress: Progress,
) -> Imported:
    is_small = source_file.size_bytes <= ONE_TRANSACTION_BYTES or dry_run or origin.is_complete
    if not is_small:
        _check_whole(source_file, declared)
        return _read(source_file, declared, origin, progress)
    with transaction.atomic():
        done = _read(source_file, declared, origin, progress)
        if dry_run:
            transaction.set_rollback(True)
    return done


def _check_whole(source_file: SourceFile, declared: Declared) -> None:
    """Read a large file once without writing: its totals must agree before a line is posted."""
    with files.original(source_file).open("rb") as stream:
        opened = opening.open_file(source_file.name, stream, declared=declared)
        assert isinstance(opened, Reading)
        for _ in opened:
            pass
        _refuse_broken(opened.control)


def _refuse_broken(control: Control) -> None:
    if not control.is_complete:
        raise Refusal(
            "file-cut-short",
            f"The file lacks {', '.join(control.missing)}: it may have been cut off. "
            "Export it again; nothing of it was imported.",
        )
    wrong = [total for total in control.totals if not total.agrees]
    if wrong and control.set_aside == 0:
        first = wrong[0]
        raise Refusal(
            "totals-differ",
            f"Line {first.line}: {first.label} states {first.stated_minor} minor units of "
            f"{first.currency}, its rows add up to {first.computed_minor}. Nothing was imported; "
            "export the file again.",
        )


def _read(
    source_file: SourceFile, declared: Declared, origin: Origin, progress: Progress
) -> Imported:
    brought = Brought()
    with files.original(source_file).open("rb") as stream:
        opened = opening.open_file(source_file.name, stream, declared=declared)
        assert isinstance(opened, Reading)
        rows = 0
        for batch in opened:
            with transaction.atomic():
                bring(batch, origin, brought)
            rows += batch.documents.height + batch.receipts.height + batch.parties.height
            progress(rows)
    control = opened.control
    _refuse_broken(control)
    if origin.is_complete:
        settle_gone(origin, brought)
    aside = pl.concat(brought.set_aside)
    files.set_aside(source_file=source_file, rows=aside)
    files.finish(
        source_file=source_file,
        account=_account(control, brought),
        format_code=opened.basis.format,
        declared=words_of(declared) | {"basis": _basis(opened)},
        control=_told(control),
        state="done",
        sentence=sentence(brought, aside),
    )
    return Imported(source_file, (), brought, control, aside)


def _basis(opened: Reading) -> dict[str, object]:
    """How the file was understood, to read corrected rows the same way."""
    basis = opened.basis
    return {
        "format": basis.format,
        "dates": str(basis.dates),
        "numbers": str(basis.numbers),
        "currency": basis.currency,
        "header": list(basis.header),
    }


def _account(control: Control, brought: Brought) -> files.Account:
    """P3: every line of the file in exactly one place."""
    set_aside = control.set_aside + min(brought.conflict_lines, control.used)
    used = control.used - min(brought.conflict_lines, control.used)
    duplicate = min(brought.duplicate_lines, used)
    return files.Account(
        lines_total=control.records,
        lines_posted=used - duplicate,
        lines_duplicate=duplicate,
        lines_set_aside=set_aside,
        lines_ignored=sum(control.ignored.values()),
    )


def _told(control: Control) -> dict[str, object]:
    """The control totals as the pages show them: ours beside the file's own."""
    return {
        "ignored": dict(control.ignored),
        "sums": [each.__dict__ for each in control.sums],
        "totals": [each.__dict__ | {"agrees": each.agrees} for each in control.totals],
        "as_of": str(control.as_of) if control.as_of else None,
    }


def sentence(brought: Brought, aside: pl.DataFrame) -> str:
    """The import in one line."""
    lines = aside["line"].n_unique()
    gone = f"{brought.gone} not open any more, " if brought.gone else ""
    aside_words = f"{gone}{lines} {'row' if lines == 1 else 'rows'} set aside."
    if brought.parties and not (brought.documents_new or brought.documents_known):
        return f"{brought.parties} customers read, {aside_words}"
    return (
        f"{brought.documents_new} documents and {brought.receipts_new} payments new, "
        f"{brought.documents_known + brought.receipts_known} known already, {aside_words}"
    )
