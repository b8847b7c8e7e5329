"""One life of a worker: the product's own loop, with a death planned at a named point."""

from __future__ import annotations

import os
import signal
import smtplib
from datetime import datetime, timedelta
from pathlib import Path
from time import time

from recoup.books.outbox import points
from recoup.jobs import work
from soak import mutants
from soak.seed import OPENS, creditors, now

POINTS = (
    "leased, not committed",
    "leased",
    "connecting",
    "gate asked",
    "released, not committed",
    "released",
    "awaiting reply",
    "reply read",
    "answered",
    "settling",
    "settled",
    "recovering",
    "said anew",
)
ONCE_A_BATCH = ("leased, not committed", "leased", "recovering", "said anew")
# So many business seconds pass in one: a retry after fifteen minutes comes after six seconds.
HASTE = 150


class Plan:
    """Die when a point is reached for the n-th time; the log says where, before."""

    def __init__(self, point: str, nth: int, log: Path) -> None:
        self.point, self.nth, self.log = point, nth, log

    def reach(self, name: str) -> None:
        if name != self.point:
            return
        self.nth -= 1
        if self.nth <= 0:
            with self.log.open("a") as deaths:
                deaths.write(f"{name}\n")
            os.kill(os.getpid(), signal.SIGKILL)


def business_clock(began: float) -> datetime:
    return OPENS + timedelta(seconds=(time() - began) * HASTE)


def live(plan: Plan, mutant: str, began: float, log: Path) -> None:
    """Work until killed, or until told to stop."""
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    points.reach = plan.reach
    _watch_replies()
    mutants.put_on(mutant)
    with work.told_by_signals() as stop:
        work.work(
            creditors,
            clock=now,
            business_clock=lambda: business_clock(began),
            stop=stop,
            poll_seconds=0.05,
            tell=print,
            runs_nights=False,
        )


def _watch_replies() -> None:
    """Points inside the mail dialogue, where the product itself needs none."""
    read = smtplib.SMTP.getreply

    def getreply(server: smtplib.SMTP) -> tuple[int, bytes]:
        points.reach("awaiting reply")
        reply = read(server)
        points.reach("reply read")
        return reply

    smtplib.SMTP.getreply = getreply
