"""A mailbox of our own for demo and rehearsal: the same protocol, and nothing leaves the house."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlsplit

from recoup.channels.base import AllowList, Channel, Envelope, Outcome, Release, Stage, State
from recoup.kernel.errors import Refusal

Store = Callable[[Envelope], None]


class MailboxSession:
    """Hands every released message to `store` instead of a server."""

    def __init__(self, store: Store, allow_list: AllowList) -> None:
        self.allow_list = allow_list
        self._store = store

    def hand_over(self, envelope: Envelope, release: Release) -> Outcome:
        """Accepted once stored; a store that fails after the release leaves doubt, as a server."""
        if not release():
            return Outcome(State.WITHHELD, Stage.RELEASE, reply="Withheld by the late gate.")
        try:
            self._store(envelope)
        except OSError as error:
            return Outcome(State.IN_DOUBT, Stage.REPLY, reply=str(error))
        return Outcome(State.ACCEPTED, Stage.REPLY, 250, "Kept in the mailbox.")

    def close(self) -> None:
        """Nothing is held open."""


def folder_store(folder: Path) -> Store:
    """Keeps each message as a file of its exact bytes; a second copy gets a second file."""
    folder.mkdir(parents=True, exist_ok=True)

    def store(envelope: Envelope) -> None:
        name = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:24]
        for number in count(1):
            try:
                with (folder / f"{name}-{number}.eml").open("xb") as file:
                    file.write(envelope.content)
                return
            except FileExistsError:
                continue

    return store


def open_session(url: str, allow_list: AllowList) -> MailboxSession:
    """A mailbox in a folder: `mailbox:///var/lib/recoup/mailbox`."""
    parts = urlsplit(url)
    if parts.scheme != "mailbox" or parts.netloc or not parts.path:
        raise Refusal("mailbox-url-invalid", "The mailbox is given as mailbox:///path/to/folder.")
    return MailboxSession(folder_store(Path(unquote(parts.path))), allow_list)


CHANNEL = Channel(code="mailbox", open_session=open_session)
