"""`recoup work`: the worker, until it is told to stop."""

from __future__ import annotations

from datetime import datetime

import click

from recoup.books.models import Creditor
from recoup.cli import clock, options, say
from recoup.cli.start import OnBooks
from recoup.jobs.work import POLL_SECONDS, told_by_signals, work


@click.command("work", cls=OnBooks)
@options.every_creditor
@click.option(
    "--every",
    "seconds",
    type=click.FloatRange(min=0.1),
    default=POLL_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long to rest between two rounds.",
)
@click.option("--send-only", is_flag=True, help="Leave the nights to `recoup nightly`.")
def command(code: str | None, seconds: float, send_only: bool) -> None:
    """Run the day of each creditor once it has begun, and send what is due, until stopped.

    Ctrl-C or SIGTERM finishes the message in hand and ends. Several workers may run at once.
    """
    # Asked once, so that a wrong code is refused before anything starts.
    options.the_creditors(code)
    with told_by_signals() as stop:
        say.note("Working; Ctrl-C stops after the message in hand.")
        work(
            lambda: options.the_creditors(code),
            clock=clock.now,
            business_clock=business_clock(options.the_creditors(code)),
            stop=stop,
            poll_seconds=seconds,
            tell=say.note,
            runs_nights=not send_only,
        )
    say.note("Stopped.")


def business_clock(creditors: list[Creditor]) -> clock.Clock:
    """The clock by which days and hours are judged: the real one, but on a rehearsed day."""
    first = creditors[0]

    def at() -> datetime:
        return clock.business_now(first, clock.today(first))

    return at
