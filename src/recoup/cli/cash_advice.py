"""`recoup cash advice`: what payers say their payments are for."""

from __future__ import annotations

from pathlib import Path

import click

from recoup.books.models import Account, Creditor
from recoup.cli import clock, options, say
from recoup.cli.exits import Exit
from recoup.cli.start import OnBooks
from recoup.formats.advice.base import Declared
from recoup.formats.amounts import NumberFormat
from recoup.jobs import advice, cash, intake
from recoup.kernel.errors import Refusal

ORDER = (Exit.REFUSED, Exit.ASKED, Exit.DONE)


@click.command("advice", cls=OnBooks)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@options.creditor
@click.option("--account", "number", metavar="NUMBER", help="Whose advice it is, if known.")
@click.option("--currency", metavar="CODE", help="Of an advice that names none: EUR.")
@click.option("--numbers", type=click.Choice([str(each) for each in NumberFormat]), metavar="FORM",
              help=f"How amounts are written: {' or '.join(NumberFormat)}.")  # fmt: skip
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=HEADER",
    help="Which column is what: document, amount, gross, discount, deduction, reason.",
)
@options.as_json
def command(
    files: tuple[str, ...],
    code: str | None,
    number: str | None,
    currency: str | None,
    numbers: str | None,
    columns: tuple[str, ...],
) -> None:
    """Take in FILES of remittance advice: CSV, XLSX, PDF with text, or an e-mail (.eml).

    A payment whose advice adds up is applied as the payer says. What the advice leaves open is
    asked (exit code 4); what cannot be read is refused with the remedy (exit code 1). The same
    file again adds nothing.
    """
    creditor = options.the_creditor(code)
    account = _account(creditor, number) if number else None
    declared = Declared(
        currency=currency,
        numbers=NumberFormat(numbers) if numbers else None,
        columns=_columns(columns),
    )
    told, ends = [], []
    for name in files:
        answer, end = _take(creditor, Path(name), declared, account)
        told.append(answer)
        ends.append(end)
    if say.is_json():
        say.program({"creditor": creditor.code, "files": told})
    end = next(each for each in ORDER if each in ends)
    if end is not Exit.DONE:
        raise click.exceptions.Exit(end)


def _columns(said: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.partition("=") for each in said]
    if any(not sign for _, sign, _ in pairs):
        raise Refusal("column-unsaid", "Say columns as FIELD=HEADER, such as amount=Paid.")
    return {field.strip(): header.strip() for field, _, header in pairs}


def _account(creditor: Creditor, number: str) -> Account:
    found = Account.objects.filter(creditor=creditor, number=number).first()
    if found is None:
        raise Refusal("account-unknown", f"There is no account {number}. Leave it out or mend it.")
    return found


def _take(
    creditor: Creditor, path: Path, declared: Declared, account: Account | None
) -> tuple[dict[str, object], Exit]:
    """One file: what to tell of it, and how it ended."""
    at, by = clock.now(), clock.by()
    with path.open("rb") as stream:
        kept = intake.receive(creditor, name=path.name, stream=stream, at=at, by=by)
    act = cash.Act(today=clock.today(creditor), at=at, by=by, why=f"Certain; {path.name} says so")
    try:
        policy = cash.policy_of(creditor, today=act.today)
        done = advice.bring(kept, declared=declared, act=act, policy=policy, account=account)
    except Refusal as refusal:
        if not say.is_json():
            say.note(f"{path}: {refusal.sentence}")
        error = {"code": refusal.code, "sentence": refusal.sentence}
        return {"file": path.name, "error": error}, Exit.REFUSED
    if not say.is_json():
        _show(path, done)
    return _as_program(path, done), Exit.ASKED if done.questions else Exit.DONE


def _show(path: Path, done: advice.AdviceIn) -> None:
    found = done.advice
    if found is None:
        for question in done.questions:
            say.line(f"{path}: {question.sentence} Answer with --{question.about}.")
        return
    if not done.is_new:
        say.line(f"{path.name}: known already as {found.source_file.name}.")
        return
    rows = found.rows.count()
    aside = found.source_file.set_aside_rows.values("line").distinct().count()
    whose = f"{found.account.number} {found.account.name}" if found.account else "nobody known"
    say.line(
        f"{path.name}: {say.count(rows, 'document')}, {say.money(found.sum_minor, found.currency)} "
        f"{found.currency}, of {whose}; {say.count(done.matched.posted, 'payment')} applied."
    )
    if not found.is_whole:
        reason = f"{say.count(aside, 'line')} not read" if aside else "its rows miss its total"
        say.note(f"{path.name}: {reason}, so it is for a person.")
        for row in found.source_file.set_aside_rows.order_by("line", "pk")[:5]:
            say.note(f"  line {row.line}: {row.reason} {row.remedy}")


def _as_program(path: Path, done: advice.AdviceIn) -> dict[str, object]:
    found = done.advice
    return {
        "file": path.name,
        "is_new": done.is_new,
        "questions": [
            {"about": each.about, "sentence": each.sentence, "option": f"--{each.about}"}
            for each in done.questions
        ],
        "advice": found
        and {
            "id": found.pk,
            "account": found.account.number if found.account else None,
            "known_by": found.known_by,
            "currency": found.currency,
            "total_minor": found.total_minor,
            "sum_minor": found.sum_minor,
            "is_whole": found.is_whole,
            "reference": found.reference,
            "rows": list(
                found.rows.order_by("pk").values(
                    "document", "amount_minor", "discount_minor", "deduction_minor", "reason"
                )
            ),
            "set_aside": list(
                found.source_file.set_aside_rows.order_by("line", "pk").values(
                    "line", "field", "code", "reason", "remedy"
                )
            ),
        },
        "posted": done.matched.posted,
    }
