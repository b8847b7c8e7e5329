"""A day's messages and a mail server that says what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from recoup.books import outbox
from recoup.books.models import Attempt, Intent, OpenItem
from recoup.channels.base import AllowList, Channel, Envelope, Outcome, Stage, State
from recoup.jobs import nightly, send
from tests.books.ledgers import BY, Ledger

TAKEN = Outcome(State.ACCEPTED, Stage.REPLY, 250, "2.0.0 Ok: queued")
LOST_LINE = Outcome(State.IN_DOUBT, Stage.REPLY, None, "connection reset")
GREYLISTED = Outcome(State.DEFERRED, Stage.RECIPIENT, 451, "4.7.1 greylisted")
UNKNOWN = Outcome(State.REFUSED, Stage.RECIPIENT, 550, "5.1.1 <ap@k1.example> no such user")
BLOCKED = Outcome(State.REFUSED, Stage.RECIPIENT, 550, "5.7.1 not from your network")
SENDER_UNKNOWN = Outcome(State.REFUSED, Stage.SENDER, 553, "5.7.1 sender rejected")
AWAY = Outcome(State.DEFERRED, Stage.CONNECT, None, "connection refused")
WITHHELD = Outcome(State.WITHHELD, Stage.RELEASE)


def nothing() -> None:
    """Nothing happens in between."""


@dataclass
class Server:
    """A session that answers as told, then accepts; both moments of truth can be filled."""

    answers: list[Outcome] = field(default_factory=list)
    # Between the recipient and the late gate; and after its yes, before the answer.
    before_release: Callable[[], None] = nothing
    after_release: Callable[[], None] = nothing
    allow_list: AllowList = field(default_factory=lambda: AllowList(everyone=True))
    tried: list[Envelope] = field(default_factory=list)
    got: list[Envelope] = field(default_factory=list)
    closed: int = 0

    def hand_over(self, envelope: Envelope, release: Callable[[], bool]) -> Outcome:
        self.tried.append(envelope)
        answer = self.answers.pop(0) if self.answers else TAKEN
        if answer.stage in (Stage.CONNECT, Stage.SENDER, Stage.RECIPIENT):
            return answer
        self.before_release()
        if not release():
            return WITHHELD
        self.after_release()
        if answer.state in (State.ACCEPTED, State.IN_DOUBT):
            self.got.append(envelope)
        return answer

    def close(self) -> None:
        self.closed += 1


@dataclass
class Office:
    """The books of a creditor whose day has been planned and approved."""

    ledger: Ledger
    server: Server = field(default_factory=Server)
    hour: datetime | None = None
    stop: Event = field(default_factory=Event)
    finished: list[send.Answer] = field(default_factory=list)

    def owe(self, number: str = "K1", *amounts: int, currency: str = "EUR") -> list[OpenItem]:
        """An account with overdue invoices."""
        account = self.ledger.account(number)
        return [
            self.ledger.invoice(account, amount, currency=currency) for amount in amounts or (9000,)
        ]

    def plan(self) -> list[Intent]:
        """Run the day and approve it; its messages."""
        night = nightly.nightly(
            self.ledger.creditor, as_of=self.ledger.today, at=self.ledger.at, by=BY
        )
        outbox.approve_run(run=night.run, at=self.ledger.at, by=BY)
        self.ledger.creditor.refresh_from_db()
        return list(Intent.objects.filter(run=night.run).order_by("pk"))

    def desk(self, worker: str = "worker-1") -> send.Desk:
        return send.Desk(
            worker=worker,
            session=self.server,
            channel=Channel("email", lambda *_: self.server),
            clock=lambda: self.ledger.at,
            business_clock=lambda: self.hour or self.ledger.at,
            as_of=self.ledger.today,
            stop=self.stop,
            finished=self.finished,
        )

    def send(self, *answers: Outcome, worker: str = "worker-1") -> send.Sent:
        """Send what is due, with these answers first."""
        self.server.answers.extend(answers)
        return send.send_due([self.ledger.creditor], self.desk(worker))

    def lease(self, worker: str = "worker-1", limit: int = 50) -> list[outbox.Leased]:
        """What a worker takes into its hands."""
        return outbox.lease(
            worker=worker,
            creditor_ids=[self.ledger.creditor.pk],
            limit=limit,
            now=self.ledger.at,
            at=self.ledger.at,
            cycle_date=self.ledger.today,
        )


def state_of(intent: Intent) -> str:
    intent.refresh_from_db()
    return intent.state


def attempts(intent: Intent) -> list[str]:
    """The states of the tries, first to last."""
    found = Attempt.objects.filter(intent=intent).order_by("number")
    return list(found.values_list("state", flat=True))
