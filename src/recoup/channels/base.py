"""What every channel keeps: the release protocol, five outcomes, and the allow-list.

A channel asks `release()` after the other side has accepted the recipient and before the first
byte of the message; the late gate answers there, in one committed transaction. From a yes on,
anything but a clear reply is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from recoup.kernel.errors import Fault, Refusal

_BARE_END = re.compile(rb"\r(?!\n)|(?<!\r)\n")

Release = Callable[[], bool]

# What may stand between the angle brackets of an SMTP command: nothing that could end it.
_TRANSPORTABLE = re.compile(r"[!-;=?A-~]{1,64}@[!-;=?A-~]{1,255}")


class State(StrEnum):
    """What became of an attempt. Only `IN_DOUBT` is not definite."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    WITHHELD = "withheld"
    IN_DOUBT = "in_doubt"


class Stage(StrEnum):
    """How far an attempt got; names the step that decided the outcome."""

    ALLOW_LIST = "allow_list"  # this instance may not write to the recipient; nothing was asked
    CONNECT = "connect"  # connection, TLS, greeting, sign-in
    SENDER = "sender"
    RECIPIENT = "recipient"
    RELEASE = "release"  # the late gate said no
    DATA = "data"  # the message itself, up to the final dot
    REPLY = "reply"  # the answer after the final dot


@dataclass(frozen=True)
class Outcome:
    """What a channel knows for certain about one attempt, in its own words."""

    state: State
    stage: Stage
    code: int | None = None
    reply: str = ""
    queue_id: str = ""

    @property
    def is_definite(self) -> bool:
        """False only when nobody can know whether the message was taken."""
        return self.state is not State.IN_DOUBT


@dataclass(frozen=True)
class Envelope:
    """One message for one recipient, exactly as it will leave."""

    message_id: str
    sender: str
    recipient: str
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse addresses that could carry a second command, and content with a second meaning.

        A bare CR or LF is where two mail servers see two different ends of one message.
        """
        if not self.content.endswith(b"\r\n") or re.search(_BARE_END, self.content):
            raise Fault(f"the lines of {self.message_id} do not end in CRLF")
        for address in (self.sender, self.recipient):
            if not _TRANSPORTABLE.fullmatch(address):
                raise Refusal(
                    "address-not-transportable",
                    f"{address!r} is not an e-mail address. Correct it in the account's contacts.",
                )


@dataclass(frozen=True)
class AllowList:
    """Whom this instance can reach: everyone, or only these addresses and domains."""

    everyone: bool = False
    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: str) -> AllowList:
        """From `*`, or addresses and domains separated by commas; empty reaches nobody."""
        words = [word.strip().lower() for word in entries.split(",") if word.strip()]
        return cls(
            everyone="*" in words,
            addresses=frozenset(word for word in words if "@" in word),
            domains=frozenset(word for word in words if "@" not in word and word != "*"),
        )

    def reaches(self, address: str) -> bool:
        """True when the address, or exactly its domain, is on the list."""
        address = address.lower()
        return (
            self.everyone or address in self.addresses or address.rpartition("@")[2] in self.domains
        )


class Session(Protocol):
    """What a channel keeps between messages, such as an open connection."""

    @property
    def allow_list(self) -> AllowList:
        """Whom messages of this session may reach."""

    def hand_over(self, envelope: Envelope, release: Release) -> Outcome:
        """Ask `release` once, as late as possible, and report what is certain."""

    def close(self) -> None:
        """Let go of the connection; safe to call twice."""


@dataclass(frozen=True)
class Channel:
    """A way out of the house; `open_session(url, allow_list)` prepares it."""

    code: str
    open_session: Callable[[str, AllowList], Session]

    def deliver(self, envelope: Envelope, release: Release, *, session: Session) -> Outcome:
        """Hand one message over at most once.

        A recipient off the allow-list is withheld at stage `allow_list` without asking
        `release`: a copy of the installation cannot reach real debtors.
        """
        if not session.allow_list.reaches(envelope.recipient):
            reply = f"{envelope.recipient} is not on the allow-list of this instance."
            return Outcome(State.WITHHELD, Stage.ALLOW_LIST, reply=reply)
        return session.hand_over(envelope, release)
