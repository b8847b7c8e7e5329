"""The worker: what `recoup work` does, round after round, until it is told to stop.

A round recovers what dead workers had in hand, runs the night of each creditor once its day has
begun, and sends what is due. Nothing is remembered between rounds that is not in the books, but
for answers that could not be written down yet.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from threading import Event
from types import FrameType

from django.db import close_old_connections, connection

from recoup.books.models import Creditor, Run
from recoup.jobs import liveness
from recoup.jobs.nightly import may_send, nightly
from recoup.jobs.send import Answer, Clock, Desk, Sent, recover_dead, send_due, way_out
from recoup.jobs.verify import verify
from recoup.kernel.dates import instant, local_day
from recoup.kernel.errors import Fault, Refusal

_Handler = Callable[[int, FrameType | None], object] | int | None

log = logging.getLogger(__name__)

# When the day of a creditor is decided, by its own clock.
NIGHTLY_HOUR = time(6, 0)
POLL_SECONDS = 5.0
# After trouble: twice as long each time, up to this.
TROUBLE_SECONDS_MAX = 300.0


@dataclass
class Worker:
    """A worker's clocks and what it tells; `creditors` is asked anew each round."""

    creditors: Callable[[], list[Creditor]]
    # The wall clock, for records; and the clock by which days and hours are judged.
    clock: Clock
    business_clock: Clock
    stop: Event
    poll_seconds: float = POLL_SECONDS
    tell: Callable[[str], None] = log.info
    runs_nights: bool = True
    finished: list[Answer] = field(default_factory=list)
    # Days already run by this process: equal inputs keep the run of an earlier hour.
    nights: set[tuple[int, date]] = field(default_factory=set)

    def rounds(self) -> None:
        """Round after round under one name, until told to stop or something fails."""
        with liveness.worker() as name:
            while not self.stop.is_set():
                if not liveness.is_alive(name):
                    raise Fault("the lock that proves this worker alive is gone")
                self.round(name)
                self.stop.wait(self.poll_seconds)

    def round(self, name: str) -> Sent:
        """Recover, run nights that are due, send; what was sent."""
        recover_dead(name, at=self.clock())
        sent = Sent()
        for day, creditors in self._by_day().items():
            if self.runs_nights:
                self._run_nights(creditors, day, name)
            sendable = [each for each in creditors if may_send(each, as_of=day, at=self.clock())]
            sent.add(self._send(sendable, day, name))
        return sent

    def _by_day(self) -> dict[date, list[Creditor]]:
        """The creditors by their own calendar day."""
        days: dict[date, list[Creditor]] = {}
        for creditor in self.creditors():
            day = local_day(self.business_clock(), creditor.time_zone)
            days.setdefault(day, []).append(creditor)
        return days

    def _run_nights(self, creditors: list[Creditor], day: date, name: str) -> None:
        for creditor in creditors:
            begins = instant(day, NIGHTLY_HOUR, creditor.time_zone)
            is_known = (creditor.pk, day) in self.nights
            if self.stop.is_set() or is_known or self.business_clock() < begins:
                continue
            runs = Run.objects.filter(creditor=creditor, as_of=day, started_at__gte=begins)
            if not runs.exists():
                broken = [
                    each.sentence
                    for each in verify(creditor, as_of=day, at=self.clock(), by=name)
                    if not each.holds
                ]
                for sentence in broken:
                    self.tell(f"{creditor.code} {day}: {sentence}")
                creditor.refresh_from_db()
                night = nightly(creditor, as_of=day, at=self.clock(), by=name)
                self.tell(f"{creditor.code} {day}: {night.planned.new} messages prepared")
            self.nights.add((creditor.pk, day))

    def _send(self, creditors: list[Creditor], day: date, name: str) -> Sent:
        if not creditors:
            return Sent()
        channel, session = way_out()
        desk = Desk(
            worker=name,
            session=session,
            channel=channel,
            clock=self.clock,
            business_clock=self.business_clock,
            as_of=day,
            stop=self.stop,
            finished=self.finished,
        )
        sent = send_due(creditors, desk)
        if sent.total:
            self.tell(f"{day}: {sent}")
        return sent


def work(
    creditors: Callable[[], list[Creditor]],
    *,
    clock: Clock,
    stop: Event,
    business_clock: Clock | None = None,
    poll_seconds: float = POLL_SECONDS,
    tell: Callable[[str], None] = log.info,
    runs_nights: bool = True,
) -> None:
    """Work until `stop` is set; after any trouble under a new name, so that others take over.

    Set the event from a signal (see `told_by_signals`): the message in hand is finished first.
    """
    worker = Worker(
        creditors,
        clock=clock,
        business_clock=business_clock or clock,
        stop=stop,
        poll_seconds=poll_seconds,
        tell=tell,
        runs_nights=runs_nights,
    )
    pause = poll_seconds
    while not stop.is_set():
        started = clock()
        try:
            worker.rounds()
        except Refusal as refusal:
            tell(str(refusal))
        except Exception as error:
            # The one broad net of this house: the loop outlives whatever a round meets.
            log.exception("a round failed")
            tell(f"A round failed and is tried again: {error}")
            _forget_connection()
        # What went well for a while was no trouble of the same kind.
        has_lasted = (clock() - started).total_seconds() > TROUBLE_SECONDS_MAX
        pause = poll_seconds if has_lasted else min(pause * 2, TROUBLE_SECONDS_MAX)
        stop.wait(pause)


def _forget_connection() -> None:
    """The next round opens its own; a broken one would fail for ever."""
    connection.close()
    close_old_connections()


def send_once(
    creditors: list[Creditor],
    *,
    clock: Clock,
    business_clock: Clock,
    as_of: date,
    stop: Event | None = None,
    progress: Callable[[Sent], None] = lambda _: None,
) -> Sent:
    """Recover from dead workers and send what is due on a day, once; what was sent."""
    with liveness.worker() as name:
        recover_dead(name, at=clock())
        channel, session = way_out()
        desk = Desk(
            worker=name,
            session=session,
            channel=channel,
            clock=clock,
            business_clock=business_clock,
            as_of=as_of,
            progress=progress,
            stop=stop or Event(),
        )
        return send_due(creditors, desk)


@contextmanager
def told_by_signals() -> Iterator[Event]:
    """An event that SIGTERM and SIGINT set; a second signal ends the process as usual."""
    stop = Event()
    before: dict[int, _Handler] = {}

    def tell(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[number])

    for wanted in (int(signal.SIGTERM), int(signal.SIGINT)):
        before[wanted] = signal.signal(wanted, tell)
    try:
        yield stop
    finally:
        for heard, handler in before.items():
            signal.signal(heard, handler)
