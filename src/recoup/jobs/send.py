"""Sending: lease, ask the late gate between recipient and message, hand over, settle.

Per message three durable steps: leased before connecting, in flight before the first byte,
settled after the answer. The answer to one message is committed together with the release of
the next, so a worker that dies leaves at most one message in doubt; a worker with nothing in
hand, or with trouble on the line, settles at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from recoup.books import outbox, register
from recoup.books.models import ContactPoint, Creditor, Message
from recoup.books.outbox import Leased, points
from recoup.channels.base import AllowList, Channel, Envelope, Outcome, Session, Stage, State
from recoup.jobs.compose import compose
from recoup.jobs.decide import rulebook_of
from recoup.jobs.gatekeeper import Circumstances, Gatekeeper
from recoup.jobs.liveness import dead_workers, forget
from recoup.jobs.say_anew import say_anew, say_anew_what_was_left
from recoup.kernel.errors import Fault, Refusal
from recoup.kernel.registry import discover

BATCH = 50
# Minutes before the next try after the first, second … deferral; after the last it is refused.
RETRY_MINUTES = (15, 30, 60, 120, 240)
# A message rests this long when the mail server was not to be reached for it.
RECONNECT_MINUTES = 2
# So many times in a row, and the round is over: it is not the messages' fault.
UNREACHABLE_MAX = 3

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

    def add(self, other: Sent) -> None:
        """Add another round's outcomes."""
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)

    @property
    def total(self) -> int:
        """Every message that was tried."""
        return self.accepted + self.refused + self.deferred + self.withheld + self.in_doubt


@dataclass(frozen=True)
class Answer:
    """What a channel said of one message, and not yet in the books."""

    leased: Leased
    outcome: Outcome
    reason: str = ""


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
    # Set it, and the worker stops after the message in hand.
    stop: Event = field(default_factory=Event)
    # Answers that wait for the next commit; they survive a failed one.
    finished: list[Answer] = field(default_factory=list)


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
    dead = dead_workers()
    done = outbox.recover(dead=dead, at=at, by=desk_worker)
    for name in dead:
        forget(name)
    return done


def send_due(creditors: list[Creditor], desk: Desk) -> Sent:
    """Send everything of the day that may go now, until nothing is left to lease.

    Raises Refusal `mail-server-refuses-us` or `mail-server-unreachable` when trying on is of no
    use; what was in hand has been given back then.
    """
    round_ = _Round({each.pk: each for each in creditors}, desk)
    try:
        round_.settle()
        for creditor in creditors:
            say_anew_what_was_left(creditor, as_of=desk.as_of, at=desk.clock(), by=desk.worker)
        while not desk.stop.is_set():
            batch = outbox.lease(
                worker=desk.worker,
                creditor_ids=list(round_.creditors),
                limit=BATCH,
                now=desk.business_clock(),
                at=desk.clock(),
                cycle_date=desk.as_of,
            )
            points.reach("leased")
            if not batch:
                break
            round_.send(batch)
            desk.progress(round_.sent)
    finally:
        desk.session.close()
    return round_.sent


class _Round:
    """One worker's way through what is due: batches, answers, and who was asked what."""

    def __init__(self, creditors: dict[int, Creditor], desk: Desk) -> None:
        self.creditors = creditors
        self.desk = desk
        self.sent = Sent()
        self.gatekeeper = Gatekeeper()
        self.unreachable = 0

    def send(self, batch: list[Leased]) -> None:
        """Try every message of a batch; whatever stops us, the rest is given back."""
        rest = deque(batch)
        try:
            self._foresee(batch)
            messages = _messages(batch)
            while rest and not self.desk.stop.is_set():
                self._send_one(rest[0], messages.get(rest[0].intent_id))
                rest.popleft()
        finally:
            # After a failed commit these may fail as well; answers and leases are kept then,
            # for the next round and for recovery.
            self.settle()
            for leased in rest:
                self._give_back(leased, evidence="not tried")

    def settle(self) -> None:
        """Write down the answers that came since the last commit."""
        with transaction.atomic():
            count = self._settle_within()
        del self.desk.finished[:count]
        points.reach("settled")

    def _settle_within(self) -> int:
        """The same inside the open transaction; how many answers to forget once it commits."""
        at = self.desk.clock()
        for answer in self.desk.finished:
            outcome = answer.outcome
            outbox.settle(
                attempt_id=answer.leased.attempt_id,
                state="cancelled" if outcome.state is State.WITHHELD else outcome.state.value,
                code=outcome.code,
                reply=outcome.reply,
                retry_at=self._retry_at(answer.leased),
                reason=answer.reason,
                at=at,
            )
            if outcome.stage is Stage.RECIPIENT and _is_bad_address(outcome):
                self._note_bounce(answer.leased.intent_id, at)
        return len(self.desk.finished)

    def _retry_at(self, leased: Leased) -> datetime | None:
        """When to try again; None when the message has been put off often enough."""
        if leased.deferrals >= len(RETRY_MINUTES):
            return None
        return self.desk.business_clock() + timedelta(minutes=RETRY_MINUTES[leased.deferrals])

    def _foresee(self, batch: list[Leased]) -> None:
        self.gatekeeper = Gatekeeper()
        for creditor in self.creditors.values():
            mine = [each.intent_id for each in batch if each.creditor_id == creditor.pk]
            if mine:
                self.gatekeeper.foresee(mine, self._circumstances(creditor))

    def _circumstances(self, creditor: Creditor) -> Circumstances:
        return Circumstances(
            rulebook=rulebook_of(creditor, as_of=self.desk.as_of),
            now=self.desk.business_clock(),
            reaches=self.desk.session.allow_list.reaches,
        )

    def _send_one(self, leased: Leased, message: Message | None) -> None:
        creditor = self.creditors[leased.creditor_id]
        try:
            message = message or self._written(leased, creditor)
            envelope = Envelope(
                message_id=message.message_id,
                sender=_sender(creditor),
                recipient=message.recipient,
                content=outbox.message_bytes(message),
            )
        except Refusal as refusal:
            # This one cannot be said, or not to that address; the others can.
            is_address = refusal.code == "address-not-transportable"
            state = State.REFUSED if is_address else State.WITHHELD
            self._note(leased, Outcome(state, Stage.CONNECT, reply=str(refusal)), refusal.code)
            return
        except Fault as fault:
            outcome = Outcome(State.WITHHELD, Stage.CONNECT, reply=str(fault))
            self._note(leased, outcome, "message-damaged")
            return
        points.reach("connecting")
        outcome = self.desk.channel.deliver(
            envelope, lambda: self._release(leased, message, creditor), session=self.desk.session
        )
        points.reach("answered")
        self._take(leased, outcome, creditor)

    def _release(self, leased: Leased, message: Message, creditor: Creditor) -> bool:
        """The point of no return; settles the message before in the same commit."""
        circumstances = self._circumstances(creditor)
        with transaction.atomic():
            count = self._settle_within()
            may_go = outbox.release(
                attempt_id=leased.attempt_id,
                token=leased.token,
                message=message,
                gate=lambda case: self.gatekeeper.ask(
                    case.intent_id, message.recipient, circumstances
                ),
                at=self.desk.clock(),
            )
        del self.desk.finished[:count]
        points.reach("released")
        return may_go

    def _take(self, leased: Leased, outcome: Outcome, creditor: Creditor) -> None:
        """What an outcome means for the message, and for those that follow."""
        is_ours = outcome.stage in (Stage.CONNECT, Stage.SENDER)
        if is_ours and outcome.state in (State.DEFERRED, State.REFUSED):
            self._not_reached(leased, outcome)
            return
        self.unreachable = 0
        if outcome.stage is Stage.RELEASE:
            # The late gate wrote it down already.
            self.sent.count(outcome.state)
            say_anew(
                leased.intent_id,
                creditor,
                as_of=self.desk.as_of,
                at=self.desk.clock(),
                by=self.desk.worker,
            )
        elif outcome.state is State.WITHHELD:
            self._note(leased, outcome, "not-allow-listed")
        else:
            self._note(leased, outcome, _put_off(leased, outcome))

    def _note(self, leased: Leased, outcome: Outcome, reason: str) -> None:
        """Keep an answer for the next commit; anything but the usual is committed at once."""
        self.sent.count(outcome.state)
        self.desk.finished.append(Answer(leased, outcome, reason))
        if outcome.state is not State.ACCEPTED:
            self.settle()

    def _not_reached(self, leased: Leased, outcome: Outcome) -> None:
        """The mail server is away, or does not want us: that is no fault of the message."""
        later = self.desk.business_clock() + timedelta(minutes=RECONNECT_MINUTES)
        self._give_back(leased, evidence=outcome.reply, not_before=later)
        self.unreachable += 1
        if outcome.state is State.REFUSED or (outcome.code or 0) >= 500:
            raise Refusal(
                "mail-server-refuses-us",
                f"The mail server refuses our sender or sign-in: {outcome.reply} "
                "Correct the sender's address or RECOUP_MAIL; nothing is sent until then.",
            )
        if self.unreachable >= UNREACHABLE_MAX:
            raise Refusal(
                "mail-server-unreachable",
                f"The mail server cannot be reached: {outcome.reply} "
                "Check RECOUP_MAIL and the network; messages wait until it answers.",
            )

    def _give_back(
        self, leased: Leased, *, evidence: str, not_before: datetime | None = None
    ) -> None:
        at = self.desk.clock()
        is_ours = outbox.give_back(
            leased=leased,
            not_before=not_before or self.desk.business_clock(),
            evidence=evidence,
            at=at,
        )
        self.sent.given_back += is_ours

    def _note_bounce(self, intent_id: int, at: datetime) -> None:
        point = ContactPoint.objects.get(intent=intent_id)
        if point.state == "usable":
            register.change_contact(
                contact_point=point,
                state="bounced",
                today=self.desk.as_of,
                at=at,
                by=self.desk.worker,
            )

    def _written(self, leased: Leased, creditor: Creditor) -> Message:
        """The message of an intent whose planner died before it could write it."""
        compose(creditor, at=self.desk.clock())
        written = _messages([leased]).get(leased.intent_id)
        if written is None:
            raise Refusal(
                "message-not-written",
                "The message could not be written from its template. Preview it to see why.",
            )
        return written


def _put_off(leased: Leased, outcome: Outcome) -> str:
    """Why a message is given up that the mail server has put off again and again."""
    if outcome.state is not State.DEFERRED or leased.deferrals < len(RETRY_MINUTES):
        return ""
    return f"put off {leased.deferrals + 1} times, the last time: {outcome.reply}"[:200]


def _is_bad_address(outcome: Outcome) -> bool:
    """The server knows no such mailbox; a full one or a policy says nothing of the address."""
    if outcome.state is not State.REFUSED or outcome.code == 552:
        return False
    return not any(word in outcome.reply for word in ("5.7.", "5.2.2", "5.3."))


def _sender(creditor: Creditor) -> str:
    return creditor.sender_email or f"no-reply@{creditor.code}.invalid"


def _messages(batch: list[Leased]) -> dict[int, Message]:
    """The newest rendering of each message that has one."""
    found = Message.objects.filter(intent_id__in=[each.intent_id for each in batch])
    return {each.intent_id: each for each in found.order_by("sequence")}
