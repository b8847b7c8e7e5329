"""Sending: lease, ask the late gate between recipient and message, hand over, settle.

Per message three durable steps: leased before connecting, in flight before the first byte,
settled after the answer. The answer to one message is committed together with the release of
the next, so a worker that dies leaves at most one message in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from recoup.books import outbox
from recoup.books.models import Attempt, Creditor, Intent, Message
from recoup.books.outbox import Leased
from recoup.channels.base import AllowList, Channel, Envelope, Outcome, Session, State
from recoup.jobs.compose import compose
from recoup.jobs.decide import decide, rulebook_of
from recoup.jobs.gatekeeper import late_gate
from recoup.jobs.liveness import dead_workers
from recoup.jobs.schedule import reschedule
from recoup.kernel.errors import Refusal
from recoup.kernel.registry import discover

BATCH = 50
# Minutes before the next try after the first, second … deferral.
RETRY_MINUTES = (15, 30, 60, 120, 240)

Clock = Callable[[], datetime]


@dataclass
class Sent:
    """What became of the messages that were tried."""

    accepted: int = 0
    refused: int = 0
    deferred: int = 0
    withheld: int = 0
    in_doubt: int = 0
    given_back: int = 0

    def count(self, state: State) -> None:
        """Add one outcome."""
        name = str(state.value)
        setattr(self, name, getattr(self, name) + 1)

    @property
    def total(self) -> int:
        """Every message that was tried."""
        return self.accepted + self.refused + self.deferred + self.withheld + self.in_doubt


@dataclass(frozen=True)
class Desk:
    """What a worker sends with: its name, way out, clocks and day."""

    worker: str
    session: Session
    channel: Channel
    # The wall clock, for records; and the clock by which hours are judged, for rehearsals.
    clock: Clock
    business_clock: Clock
    as_of: date
    progress: Callable[[Sent], None] = lambda _: None
    finished: list[tuple[int, Outcome]] = field(default_factory=list)


def allow_list() -> AllowList:
    """Whom this instance may reach: everyone only in production, or into our own mailbox."""
    if settings.ENVIRONMENT == "production" or settings.MAIL_URL.startswith("mailbox:"):
        return AllowList(everyone=True)
    return AllowList.of(",".join(settings.ALLOW_LIST))


def way_out() -> tuple[Channel, Session]:
    """The channel and session that the settings name; a production mailbox is refused."""
    code = "mailbox" if urlsplit(settings.MAIL_URL).scheme == "mailbox" else "email"
    if code == "mailbox" and settings.ENVIRONMENT == "production":
        raise Refusal(
            "mail-server-missing",
            "RECOUP_MAIL names no mail server, so nothing would arrive. "
            "Set it to smtp://user:password@host:587.",
        )
    channel = discover("recoup.channels", "CHANNEL")[code]
    assert isinstance(channel, Channel)
    return channel, channel.open_session(settings.MAIL_URL, allow_list())


def recover_dead(desk_worker: str, *, at: datetime) -> tuple[int, int]:
    """Take over what dead workers had in hand: (given back, in doubt)."""
    return outbox.recover(dead=dead_workers(desk_worker), at=at, by=desk_worker)


def send_due(creditors: list[Creditor], desk: Desk) -> Sent:
    """Send everything that may go now, until nothing is left to lease."""
    sent = Sent()
    by_id = {each.pk: each for each in creditors}
    try:
        while True:
            batch = outbox.lease(
                worker=desk.worker,
                creditor_ids=list(by_id),
                limit=BATCH,
                now=desk.business_clock(),
                at=desk.clock(),
            )
            if not batch:
                return sent
            for leased in batch:
                _send_one(leased, by_id, desk, sent)
            _settle_finished(desk)
            desk.progress(sent)
    finally:
        _settle_finished(desk)
        desk.session.close()


def _send_one(leased: Leased, creditors: dict[int, Creditor], desk: Desk, sent: Sent) -> None:
    intent = Intent.objects.get(pk=leased.intent_id)
    creditor = creditors[intent.creditor_id]
    message = _message(intent, creditor, desk)
    envelope = Envelope(
        message_id=message.message_id,
        sender=_sender(creditor),
        recipient=message.recipient,
        content=outbox.message_bytes(message),
    )

    def release() -> bool:
        """The point of no return; settles the message before in the same commit."""
        with _kept_unless_committed(desk), transaction.atomic():
            _settle_finished(desk)
            return outbox.release(
                attempt_id=leased.attempt_id,
                token=leased.token,
                message=message,
                gate=lambda held: late_gate(
                    held,
                    rulebook=rulebook_of(creditor, as_of=desk.as_of),
                    now=desk.business_clock(),
                    is_allow_listed=desk.session.allow_list.reaches(message.recipient),
                ),
                at=desk.clock(),
            )

    outcome = desk.channel.deliver(envelope, release, session=desk.session)
    sent.count(outcome.state)
    desk.finished.append((leased.attempt_id, outcome))
    if outcome.state is State.WITHHELD:
        _settle_finished(desk)
        _say_anew(leased.intent_id, creditor, desk)


@contextmanager
def _kept_unless_committed(desk: Desk) -> Iterator[None]:
    """Answers that were settled in a transaction that failed are still to be settled."""
    answers = desk.finished[:]
    is_committed = False
    try:
        yield
        is_committed = True
    finally:
        if not is_committed:
            desk.finished[:] = answers


def _sender(creditor: Creditor) -> str:
    return creditor.sender_email or f"no-reply@{creditor.code}.invalid"


def _message(intent: Intent, creditor: Creditor, desk: Desk) -> Message:
    """The newest rendering; made now when the planner died before it could."""
    found = intent.messages.order_by("-sequence").first()
    if found is None:
        compose(creditor, at=desk.clock())
        found = intent.messages.order_by("-sequence").get()
    return found


def _settle_finished(desk: Desk) -> None:
    """Write down the answers that came since the last commit."""
    finished, desk.finished[:] = desk.finished[:], []
    at = desk.clock()
    for attempt_id, outcome in finished:
        outbox.settle(
            attempt_id=attempt_id,
            state="cancelled" if outcome.state is State.WITHHELD else outcome.state.value,
            code=outcome.code,
            reply=outcome.reply,
            retry_at=_retry_at(attempt_id, desk.business_clock()),
            at=at,
        )


def _retry_at(attempt_id: int, now: datetime) -> datetime:
    number = Attempt.objects.filter(pk=attempt_id).values_list("number", flat=True).get()
    return now + timedelta(minutes=RETRY_MINUTES[min(number, len(RETRY_MINUTES)) - 1])


def _say_anew(intent_id: int, creditor: Creditor, desk: Desk) -> None:
    """When only the figures had changed: decide for that debtor again, with today's figures."""
    intent = Intent.objects.select_related("run").get(pk=intent_id)
    if intent.state != "cancelled" or "figures-changed" not in intent.reason:
        return
    at = desk.clock()
    with transaction.atomic():
        fresh = decide(creditor, as_of=desk.as_of, debtor_ids=[intent.debtor_id])
        reschedule(fresh, run=intent.run, at=at, by=desk.worker)
    compose(creditor, at=at)
