"""`recoup approve`: let a run that waits go out, or stop it."""

from __future__ import annotations

from datetime import date

import click
from django.db.models import Count, Sum

from recoup.books import outbox
from recoup.books.models import Creditor, Intent, Run
from recoup.cli import clock, options, say
from recoup.cli.start import OnBooks
from recoup.kernel.errors import Refusal


@click.command("approve", cls=OnBooks)
@options.creditor
@options.as_of
@click.option("--stop", "reason", metavar="REASON", help="Withdraw the run instead, and say why.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask back.")
@options.as_json
def command(code: str | None, as_of: date | None, reason: str | None, is_sure: bool) -> None:
    """Let the messages of a day that wait for approval go out.

    They leave with the next `recoup send`, or by the worker, and pass the gate once more.
    """
    creditor = options.the_creditor(code)
    day = as_of or clock.today(creditor)
    run = _run_of(creditor, day)
    if not (is_sure or say.is_json()):
        _show(run)
        verb = "Withdraw them" if reason else "Let them go out"
        click.confirm(f"{verb}?", abort=True, err=True)
    if reason:
        count = outbox.stop_run(run=run, reason=reason, at=clock.now(), by=clock.by())
    else:
        count = outbox.approve_run(run=run, at=clock.now(), by=clock.by())
    done = "withdrawn" if reason else "approved"
    if say.is_json():
        say.program({"creditor": creditor.code, "as_of": day, "run": run.pk, done: count})
    else:
        say.line(f"{say.count(count, 'message')} {done}.")


def _run_of(creditor: Creditor, day: date) -> Run:
    """The latest run of the day that has something waiting."""
    run = (
        Run.objects.filter(creditor=creditor, as_of=day, intents__state="waiting")
        .order_by("-pk")
        .first()
    )
    if run is None:
        raise Refusal(
            "nothing-waits",
            f"No message of {creditor.name} of {day} waits for approval. "
            "`recoup nightly` prepares a day.",
        )
    return run


def _show(run: Run) -> None:
    rows = (
        Intent.objects.filter(run=run, state="waiting")
        .values_list("step_code", "currency")
        .annotate(Count("pk"), Sum("net_minor"))
        .order_by("step_code", "currency")
    )
    say.table(
        ["Message", "Count", "Asks for", ""],
        [
            (step, f"{count:,}", say.money(minor, currency), currency)
            for step, currency, count, minor in rows
        ],
        title=f"{run.creditor.name}, {run.as_of}",
        right=["Count", "Asks for"],
    )
    if run.brake:
        say.line(run.brake)
