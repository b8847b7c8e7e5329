"""`recoup send`: what is due now, once."""

from __future__ import annotations

from datetime import date

import click

from recoup.books.models import Creditor
from recoup.cli import clock, options, say, sending
from recoup.cli.exits import Exit
from recoup.cli.start import OnBooks
from recoup.jobs.nightly import may_send
from recoup.jobs.send import Sent
from recoup.kernel.errors import Refusal


@click.command("send", cls=OnBooks)
@options.every_creditor
@options.as_of
@options.as_json
def command(code: str | None, as_of: date | None) -> None:
    """Send what is approved and due, once, and end.

    The gate is asked again for each message just before it leaves. Exit code 5 says that
    something was refused or is in doubt.
    """
    by_day: dict[date, list[Creditor]] = {}
    for creditor in options.the_creditors(code):
        day = as_of or clock.today(creditor)
        if not may_send(creditor, as_of=day, at=clock.now()):
            raise Refusal(
                "day-not-sent",
                f"The messages of {day} are not sent: in production only today's are. "
                "Run `recoup nightly` for today.",
            )
        by_day.setdefault(day, []).append(creditor)
    sent = Sent()
    with say.progress() as step:
        for day, creditors in by_day.items():
            sent.add(sending.send(creditors, day, lambda done: step("send", done.total, 0)))
    if say.is_json():
        say.program(dict(vars(sent)))
    else:
        sending.show(sent)
    if sent.refused or sent.in_doubt:
        raise click.exceptions.Exit(Exit.NEEDS_PERSON)
