"""Sending from the command line: the clocks, and words for what became of the messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recoup.books.models import Creditor
from recoup.cli import clock, say
from recoup.jobs.liveness import worker
from recoup.jobs.send import Sent, recover_dead
from recoup.jobs.work import send_once, told_by_signals


def recover() -> tuple[int, int]:
    """Take over what dead workers had in hand: (given back, in doubt)."""
    with worker() as name:
        return recover_dead(name, at=clock.now())


def send(
    creditors: list[Creditor], as_of: date, progress: Callable[[Sent], None] = lambda _: None
) -> Sent:
    """Send what is due on a day, each creditor by its own clock; what became of it.

    Ctrl-C finishes the message in hand and gives the others back.
    """
    sent = Sent()
    with told_by_signals() as stop:
        for creditor in creditors:
            done = send_once(
                [creditor],
                clock=clock.now,
                business_clock=lambda each=creditor: clock.business_now(each, as_of),  # type: ignore[misc]
                as_of=as_of,
                progress=progress,
                stop=stop,
            )
            sent.add(done)
    return sent


WORDS = {
    "accepted": "sent",
    "deferred": "put off by the mail server, tried again later",
    "withheld": "withheld at the last moment",
    "refused": "refused by the mail server",
    "in_doubt": "in doubt: not sent again before a person has looked",
    "given_back": "given back",
}


def show(sent: Sent) -> None:
    """What became of the messages, one line each."""
    said = [(count, words) for name, words in WORDS.items() if (count := getattr(sent, name, 0))]
    for count, words in said:
        say.line(f"{say.count(count, 'message')} {words}.")
    if not said:
        say.line("Nothing is due to be sent now.")
