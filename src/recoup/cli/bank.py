"""`recoup bank`: statements in, and how far the data of each bank account reach."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from recoup.books import bank
from recoup.books.models import BankAccount, Creditor
from recoup.cli import bank_layouts, clock, options, say
from recoup.cli.exits import Exit
from recoup.cli.start import OnBooks
from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.days import DateFormat
from recoup.formats.statements.base import HELD_VERDICT, Declared
from recoup.formats.statements.opening import statement_formats
from recoup.jobs import intake
from recoup.jobs.bank import StatementsIn, import_statements
from recoup.kernel.errors import Refusal

# What is answered on a page only.
EXPLAINED = "map"
ORDER = (Exit.REFUSED, Exit.ASKED, Exit.DONE)


@click.group("bank")
def command() -> None:
    """Bank statements in, and how far they reach."""


command.add_command(bank_layouts.listed)
command.add_command(bank_layouts.forget)


@command.command("import", cls=OnBooks)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@options.creditor
@click.option("--format", type=click.Choice(sorted(statement_formats())), metavar="FORMAT",
              help="The format, where it does not show.")  # fmt: skip
@click.option("--account", metavar="IBAN", help="Of a table that does not name its account.")
@click.option("--currency", metavar="CODE", help="Of a table that names none: EUR.")
@click.option("--dates", type=click.Choice([str(each) for each in DateFormat]), metavar="FORM",
              help=f"How days are written: {', '.join(DateFormat)}.")  # fmt: skip
@click.option("--numbers", type=click.Choice([str(each) for each in NumberFormat]), metavar="FORM",
              help=f"How amounts are written: {' or '.join(NumberFormat)}.")  # fmt: skip
@click.option("--encoding", help="Of a text file, where it does not show.")
@click.option("--delimiter", help="Of a text file, where it does not show.")
@click.option("--sheet", help="The sheet of a workbook.")
@options.as_json
def take_in(
    files: tuple[str, ...],
    code: str | None,
    dates: str | None,
    numbers: str | None,
    **answers: str | None,
) -> None:
    """Take in FILES of statements: camt, MT940, BAI2, OFX, and tables of banks.

    A table of a bank that is not known is explained once on the page Bank, which column is what
    (exit code 4); later files with the same header are read by themselves.

    A file whose balances do not add up is held, and nothing of it is posted (exit code 1). What
    is ambiguous is asked (exit code 4). A file that is known already adds nothing.
    """
    creditor = options.the_creditor(code)
    declared = Declared(
        **answers,  # type: ignore[arg-type]
        dates=DateFormat(dates) if dates else None,
        numbers=NumberFormat(numbers) if numbers else None,
    )
    told, ends = [], []
    for name in files:
        answer, end = _take(creditor, Path(name), declared)
        told.append(answer)
        ends.append(end)
    if say.is_json():
        say.program({"creditor": creditor.code, "files": told})
    elif Exit.DONE in ends:
        say.note("`recoup cash match` applies what came in.")
    end = next(each for each in ORDER if each in ends)
    if end is not Exit.DONE:
        raise click.exceptions.Exit(end)


def _take(creditor: Creditor, path: Path, declared: Declared) -> tuple[dict[str, object], Exit]:
    """One file: what to tell of it, and how it ended."""
    with path.open("rb") as stream:
        kept = intake.receive(
            creditor, name=path.name, stream=stream, at=clock.now(), by=clock.by()
        )
    try:
        done = import_statements(kept, declared=declared)
    except Refusal as refusal:
        if not say.is_json():
            say.note(f"{path}: {refusal.sentence}")
        error = {"code": refusal.code, "sentence": refusal.sentence}
        return {"file": path.name, "error": error}, Exit.REFUSED
    kept.refresh_from_db()
    if not say.is_json():
        _show(path, done, kept.sentence)
    return _as_program(path, done, kept.sentence), _end(done)


def _end(done: StatementsIn) -> Exit:
    if done.questions:
        return Exit.ASKED
    is_held = done.reading is not None and done.reading.verdict == HELD_VERDICT
    return Exit.REFUSED if is_held else Exit.DONE


def _show(path: Path, done: StatementsIn, sentence: str) -> None:
    if done.questions:
        say.line(f"{path}: not taken in, {say.count(len(done.questions), 'question')} first.")
        for question in done.questions:
            _ask(question)
    elif _end(done) is Exit.REFUSED:
        say.line(f"{path}: held, and nothing of it posted. {sentence}")
    else:
        say.line(
            f"{path.name}: {say.count(done.statements, 'statement')}, "
            f"{say.count(done.lines_new, 'line')} new, {done.lines_known:,} known already."
        )


def _ask(question: Question) -> None:
    say.line(f"  ? {question.sentence}")
    option = f"--{question.about}"
    if question.about == EXPLAINED:
        return
    if question.examples:
        say.line(f"    as in {', '.join(question.examples[:3])}")
    if question.candidates:
        offered = " or ".join(f"{option} {shlex.quote(each)}" for each in question.candidates)
        say.line(f"    Answer with {offered}.")
    else:
        say.line(f"    Answer with {option}.")


def _as_program(path: Path, done: StatementsIn, sentence: str) -> dict[str, object]:
    return {
        "file": path.name,
        "state": done.source_file.state,
        "sentence": sentence,
        "statements": done.statements,
        "lines_new": done.lines_new,
        "lines_known": done.lines_known,
        "questions": [
            {
                "about": each.about,
                "sentence": each.sentence,
                "candidates": list(each.candidates),
                "option": "" if each.about == EXPLAINED else f"--{each.about}",
            }
            for each in done.questions
        ],
    }


@command.command("no-gap", cls=OnBooks)
@click.argument("key", metavar="ACCOUNT")
@options.creditor
@click.option("--why", required=True, metavar="REASON", help="Why nothing is missing.")
def no_gap(key: str, code: str | None, why: str) -> None:
    """Say that nothing is missing where a gap shows in the statements of ACCOUNT."""
    account = _account(options.the_creditor(code), key)
    rest = bank.accept_gap(account=account, why=why, at=clock.now(), by=clock.by())
    say.line(f"{account}: {rest or 'nothing is missing.'}")


@command.command("close", cls=OnBooks)
@click.argument("key", metavar="ACCOUNT")
@options.creditor
@click.option("--why", required=True, metavar="REASON", help="Why no more statements come.")
def close(key: str, code: str | None, why: str) -> None:
    """Wait for no more statements of ACCOUNT; a later one opens it again."""
    creditor = options.the_creditor(code)
    account = _account(creditor, key)
    bank.close_bank_account(account=account, today=clock.today(creditor), by=clock.by(), why=why)
    say.line(f"No statement of {account} is waited for any more.")


def _account(creditor: Creditor, key: str) -> BankAccount:
    found = BankAccount.objects.select_related("creditor").filter(creditor=creditor)
    account = found.filter(key=key.replace(" ", "")).first() or found.filter(key=key).first()
    if account is None:
        raise Refusal(
            "bank-account-unknown",
            f"There is no bank account {key}. `recoup bank list --json` shows their keys.",
        )
    return account


@command.command("list", cls=OnBooks)
@options.creditor
@options.as_json
def list_accounts(code: str | None) -> None:
    """The bank accounts: the last day known, the balance then, and what is missing."""
    creditor = options.the_creditor(code)
    today = clock.today(creditor)
    found = BankAccount.objects.filter(creditor=creditor).order_by("key")
    if say.is_json():
        rows = [
            {
                "key": each.key,
                "name": each.name,
                "currency": each.currency,
                "data_until": each.data_until,
                "closing_minor": each.closing_minor,
                "gap": each.gap,
            }
            for each in found
        ]
        say.program({"creditor": creditor.code, "bank_accounts": rows})
        return
    if not found:
        say.line("No statement was taken in yet. `recoup bank import FILE` does.")
        return
    cells = [
        (
            each.name or each.key,
            each.data_until.isoformat() if each.data_until else "never",
            say.count((today - each.data_until).days, "day") if each.data_until else "",
            say.money(each.closing_minor, each.currency) if each.closing_minor is not None else "",
            each.currency,
            each.gap,
        )
        for each in found
    ]
    heads = ["Bank account", "Known until", "Age", "Balance", "Cur", "Missing"]
    say.table(heads, cells, right=["Balance", "Age"], tight=["Known until"])
