"""Statements in: read, checked, kept line by line; a file that does not add up posts nothing."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.db import transaction

from recoup.books import bank, files
from recoup.books.models import BankAccount, ColumnMapVersion, Creditor, SourceFile
from recoup.formats.base import Question
from recoup.formats.statements.base import HELD_VERDICT, Declared, Reading
from recoup.jobs.bank_layouts import is_explainable, read_open, with_saved
from recoup.kernel.errors import Refusal
from recoup.kernel.ids import content_key

# What a reader calls a column and what the books call it, where they differ.
_RENAMED = {"line": "position"}
# Interim reports and notices announce what a statement will bring; only statements are money.
MONEY_KINDS = ("final", "list", "payout")
_EXPLAIN = (
    "The file is a table of no bank that we know. Say once, on the page Bank, which column is "
    "what; later files with the same header are then read by themselves."
)


@dataclass(frozen=True)
class StatementsIn:
    """What a statement file brought; with questions or a hold, nothing."""

    source_file: SourceFile
    questions: tuple[Question, ...]
    reading: Reading | None
    statements: int = 0
    lines_new: int = 0
    lines_known: int = 0


def import_statements(source_file: SourceFile, *, declared: Declared) -> StatementsIn:
    """Take the statements of a file in, all of them or none.

    A file whose balances or sums do not agree is held: it is kept, and nothing of it is posted.
    """
    try:
        with files.original(source_file).open("rb") as stream:
            known, layout = with_saved(source_file, stream, declared)
            opened = read_open(source_file.name, stream, known)
    except Refusal as refusal:
        if refusal.code == "layout-unknown" and is_explainable(source_file):
            return _ask(source_file, [Question("map", "", _EXPLAIN, (), ())])
        files.refuse(source_file=source_file, state="refused", sentence=refusal.sentence)
        raise
    if not isinstance(opened, Reading):
        return _ask(source_file, opened)
    if opened.verdict == HELD_VERDICT:
        files.refuse(source_file=source_file, state="held", sentence=_why_held(opened))
        return StatementsIn(source_file, (), opened)
    if not opened.statements["kind"].is_in(MONEY_KINDS).any():
        said = "The file only announces payments; bring the statement of the day."
        files.refuse(source_file=source_file, state="held", sentence=said)
        return StatementsIn(source_file, (), opened)
    try:
        with transaction.atomic():
            new, had = _post(source_file, opened)
            bank.note_bank_data(creditor=source_file.creditor)
            _finish(source_file, opened, new, had, layout)
    except Refusal as refusal:
        files.refuse(source_file=source_file, state="refused", sentence=refusal.sentence)
        raise
    return StatementsIn(source_file, (), opened, opened.statements.height, new, had)


def _ask(source_file: SourceFile, questions: list[Question]) -> StatementsIn:
    said = " ".join(each.sentence for each in questions)
    files.refuse(source_file=source_file, state="needs_answers", sentence=said)
    return StatementsIn(source_file, tuple(questions), None)


def _why_held(reading: Reading) -> str:
    """The first reason with its place and remedy, and how many there are."""
    if reading.held.is_empty():
        return "The file holds no statement that adds up. Export it again."
    first = reading.held.row(0, named=True)
    more = reading.held.height - 1
    rest = f" ({more} more)" if more else ""
    return f"{first['place']}: {first['reason']} {first['remedy']}{rest}"


def _post(source_file: SourceFile, reading: Reading) -> tuple[int, int]:
    new = known = 0
    creditor = source_file.creditor
    accounts: dict[int, BankAccount] = {}
    for row in reading.statements.iter_rows(named=True):
        if row["kind"] not in MONEY_KINDS:
            continue
        lines = _lines(reading, row["statement"])
        account = _account(creditor, row)
        statement = bank.unsaved_statement(
            account=account,
            source_file=source_file,
            key=row["identity"] or _content(row, lines),
            facts={
                "statement_id": (row["statement_id"] or "")[:100],
                "sequence": row["sequence"],
                "from_date": row["from_date"] or lines["booked_date"].min(),
                "to_date": row["to_date"] or row["closing_date"] or lines["booked_date"].max(),
                "currency": row["currency"] or account.currency,
                "opening_minor": row["opening_minor"],
                "closing_minor": row["closing_minor"],
                "sum_minor": row["sum_minor"],
                "lines": lines.height,
                "is_checked": row["is_checked"],
            },
        )
        added, had = bank.post_statement(statement=statement, lines=lines)
        new, known = new + added, known + had
        accounts[account.pk] = account
    for account in accounts.values():
        bank.note_gap(account)
    return new, known


def _lines(reading: Reading, statement: int) -> pl.DataFrame:
    """The booked lines of one statement; what is only announced is not money yet."""
    rows = reading.lines.filter((pl.col("statement") == statement) & pl.col("is_booked"))
    named = rows.rename(_RENAMED).with_columns(
        is_return=pl.col("is_return") | pl.col("is_reversal")
    )
    return bank.LINES.check(named)


def _account(creditor: Creditor, row: dict[str, object]) -> BankAccount:
    iban, other = str(row["account_iban"] or ""), str(row["account_other"] or "")
    key = iban or other
    if not key:
        raise Refusal(
            "bank-account-unnamed",
            "The file does not say which bank account it is of. Name the account.",
        )
    return bank.open_bank_account(
        creditor=creditor,
        key=key,
        iban=iban,
        bic=str(row["account_bic"] or ""),
        name=str(row["account_name"] or ""),
        currency=str(row["currency"] or creditor.currency),
    )


def _content(row: dict[str, object], lines: pl.DataFrame) -> str:
    """The name of a statement that its bank does not number."""
    parts = (row["from_date"], row["to_date"], row["opening_minor"], row["closing_minor"])
    return content_key([*parts, *lines["key"].to_list()])


def _finish(
    source_file: SourceFile,
    reading: Reading,
    new: int,
    known: int,
    layout: ColumnMapVersion | None,
) -> None:
    total = new + known
    files.finish(
        source_file=source_file,
        account=files.Account(
            lines_total=total,
            lines_posted=new,
            lines_duplicate=known,
            lines_set_aside=0,
            lines_ignored=0,
        ),
        format_code=reading.format,
        declared={"layout": layout.name} if layout else {},
        control={"statements": reading.statements.height},
        state="done",
        sentence=f"{reading.statements.height} statements, {new} lines new, {known} known already.",
    )
