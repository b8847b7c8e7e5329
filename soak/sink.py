"""An SMTP server that misbehaves on purpose and keeps the truth about what it stored.

Every stored message is one JSON line of the log, written before any reply, so the log knows of
messages whose sender was never told. Faults come from a script (tests) or, by seed and
probability, from chance (soak); `python -m soak.sink --port 2525 --log truth.jsonl` runs alone.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import random
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

# What may go wrong, once per transaction; where it strikes is in `_Talk`.
FAULTS = (
    "refuse_connect",  # closed before the greeting
    "greet_421",
    "mail_451",
    "greylist",  # 451 at RCPT for the first try of a recipient, then accepted
    "rcpt_450",
    "rcpt_550",
    "data_451",  # instead of 354
    "drop_in_data",  # reset once part of the message has come
    "dot_451",
    "dot_552",
    "drop_before_dot_reply",  # everything came, nothing stored, connection reset
    "store_then_reset",  # stored, then reset before the 250
    "store_then_hang",  # stored, the 250 comes too late
    "hang",  # not stored, no answer
    "garbled_reply",  # stored, answered with nonsense
    "slow",  # stored, answered in small pieces
)
Choose = Callable[[int], str]
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")


def by_chance(seed: int, probabilities: dict[str, float]) -> Choose:
    """A fault for the n-th transaction, the same for the same seed; empty for none."""
    unknown = probabilities.keys() - set(FAULTS)
    assert not unknown, f"no such fault: {unknown}"

    def choose(number: int) -> str:
        roll = random.Random(f"{seed}/{number}").random()
        for fault, probability in probabilities.items():
            roll -= probability
            if roll < 0:
                return fault
        return ""

    return choose


def by_script(*faults: str) -> Choose:
    """The faults of the first transactions in order, then none."""
    return lambda number: faults[number] if number < len(faults) else ""


@dataclass
class Sink:
    """A server on loopback, in a thread of its own between `start` and `stop`."""

    choose: Choose = field(default_factory=by_script)
    log: Path | None = None
    hang_seconds: float = 0.0
    keep: bool = True
    port: int = 0
    tls: ssl.SSLContext | None = None  # offers STARTTLS
    stored: list[tuple[str, bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    transactions: int = 0
    greylisted: set[str] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _file: IO[str] | None = None

    async def serve(self) -> asyncio.Server:
        """Listen in the running loop."""
        self._file = self.log.open("a", encoding="utf-8") if self.log else None
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Talk(self), "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def start(self) -> Sink:
        """Listen in a thread; the port is known on return."""
        ready = threading.Event()

        async def live() -> None:
            self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
            server = await self.serve()
            ready.set()
            await self._done.wait()
            server.close()

        self._thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
        self._thread.start()
        assert ready.wait(10), "the sink did not start"
        return self

    def stop(self) -> None:
        """Close the port and the log."""
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)
        if self._file:
            self._file.close()

    def store(self, recipient: str, content: bytes) -> None:
        """Take responsibility: in the log before anyone hears of it."""
        if self.keep:
            self.stored.append((recipient, content))
        if self._file:
            found = _MESSAGE_ID.search(content)
            line = {
                "recipient": recipient,
                "message_id": found[1].decode("ascii", "replace") if found else "",
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
            }
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()


class _Talk(asyncio.Protocol):
    """One connection; a protocol instead of streams because the bench counts its time."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.buffer = b""
        self.fault = ""
        self.recipient = ""
        self.in_data = False
        self.has_begun = False
        self.is_encrypted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self.is_encrypted:
            return
        self.transport = transport
        self.sink.connections += 1
        fault = self._begin()
        if fault == "refuse_connect":
            self._reset()
        elif fault == "greet_421":
            self._say("421 busy, come back later")
            self.transport.close()
        else:
            self._say("220 sink ready")

    def _begin(self) -> str:
        """Draw the fault of the next transaction."""
        self.fault = self.sink.choose(self.sink.transactions)
        self.sink.transactions += 1
        self.has_begun = True
        return self.fault

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while not self.transport.is_closing():
            if self.in_data:
                if self.fault == "drop_in_data":
                    return self._reset()
                content, end, rest = self.buffer.partition(b"\r\n.\r\n")
                if not end:
                    return None
                self.buffer, self.in_data = rest, False
                self._dot(_LINE_START_DOT.sub(b"", content + b"\r\n"))
            else:
                line, end, rest = self.buffer.partition(b"\r\n")
                if not end:
                    return None
                self.buffer = rest
                self._command(line.decode("ascii", "replace"))
        return None

    async def _encrypt(self) -> None:
        assert self.sink.tls is not None
        self.is_encrypted = True
        loop = asyncio.get_running_loop()
        try:
            found = await loop.start_tls(self.transport, self, self.sink.tls, server_side=True)
        except OSError:
            return
        assert found is not None
        self.transport = found

    def _command(self, line: str) -> None:
        verb = line[:4].upper()
        if self.sink.keep:
            self.sink.commands.append(line)
        if verb == "EHLO":
            offer = "250-STARTTLS\r\n" if self.sink.tls and not self.is_encrypted else ""
            self._say(f"250-sink\r\n{offer}250 8BITMIME")
        elif verb == "STAR":
            self._say("220 go ahead")
            self.task = asyncio.ensure_future(self._encrypt())
        elif verb == "MAIL":
            fault = self.fault if self.has_begun else self._begin()
            self._say("451 try again later" if fault == "mail_451" else "250 ok")
        elif verb == "RCPT":
            self._recipient(line)
        elif verb == "DATA":
            self.has_begun = False
            self.in_data = self.fault != "data_451"
            self._say("354 go on" if self.in_data else "451 try again later")
        elif verb == "QUIT":
            self._say("221 bye")
            self.transport.close()
        else:
            self._say("250 ok")

    def _recipient(self, line: str) -> None:
        self.recipient = line.partition("<")[2].rpartition(">")[0]
        if self.fault == "rcpt_550":
            self._say("550 5.1.1 no such user")
        elif self.fault == "rcpt_450":
            self._say("450 4.2.1 mailbox busy")
        elif self.fault == "greylist" and self.recipient not in self.sink.greylisted:
            self.sink.greylisted.add(self.recipient)
            self._say("451 4.7.1 greylisted, try again")
        else:
            self._say("250 ok")

    def _dot(self, content: bytes) -> None:
        """The message is here; what happens to it and what is said are two things."""
        fault = self.fault
        if fault in ("dot_451", "dot_552"):
            return self._say("451 out of space" if fault == "dot_451" else "552 too large")
        if fault == "drop_before_dot_reply":
            return self._reset()
        if fault == "hang":
            return None
        self.sink.store(self.recipient, content)
        reply = f"250 2.0.0 Ok: queued as S{self.sink.transactions:08d}"
        loop = asyncio.get_running_loop()
        if fault == "store_then_reset":
            self._reset()
        elif fault == "store_then_hang":
            loop.call_later(self.sink.hang_seconds, self._say, reply)
        elif fault == "garbled_reply":
            self._say("OK thank you")
        elif fault == "slow":
            self.transport.write(reply[:7].encode())
            loop.call_later(self.sink.hang_seconds, self._say, reply[7:])
        else:
            self._say(reply)
        return None

    def _say(self, reply: str) -> None:
        if not self.transport.is_closing():
            self.transport.write(reply.encode() + b"\r\n")

    def _reset(self) -> None:
        """Close with a TCP reset, as a crashed server does."""
        raw = self.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


async def _main(sink: Sink) -> None:
    server = await sink.serve()
    print(sink.port, flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--log", type=Path)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--hang", type=float, default=5.0)
    options.add_argument("--fault", action="append", default=[], metavar="NAME=PROBABILITY")
    given = options.parse_args()
    chances = {name: float(p) for name, _, p in (each.partition("=") for each in given.fault)}
    sink = Sink(
        choose=by_chance(given.seed, chances),
        log=given.log,
        hang_seconds=given.hang,
        keep=False,
        port=given.port,
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(sink))
