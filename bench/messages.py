"""Messages per second on one core: rendered, built and handed to SMTP, beside a floor and a peer.

The sink runs as another process on another core. The floor sends ready bytes over a bare socket;
the peer builds the same mail with the standard library's EmailMessage and `send_message`.
"""

from __future__ import annotations

import os
import smtplib
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from time import perf_counter

from recoup.channels import email
from recoup.channels.base import AllowList, Envelope, State
from recoup.wording.context import BankDetails, Creditor, Debtor, Line, MessageContext
from recoup.wording.mime import Mail, Mailbox, build, message_id
from recoup.wording.render import Rendered, render

MESSAGES = 400
BATCHES = 5
ITEMS = 10
AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
SENDER = Mailbox("billing@northwind.example", "Northwind Joinery")
LANGUAGES = (("en", "GB"), ("de", "DE"), ("fr", "FR"), ("es", "ES"))


def contexts(count: int) -> list[tuple[str, MessageContext]]:
    """As many different debtors, ten open items each, in four languages."""
    as_of = AT.date()
    creditor = Creditor("Northwind Joinery", "GB", "en", SENDER.address, "+44 20 7946 0000")
    bank = BankDetails("Northwind Joinery", iban="GB33BUKB20201555555555", bic="BUKBGB22")
    made = []
    for number in range(count):
        language, country = LANGUAGES[number % len(LANGUAGES)]
        lines = tuple(_line(number, item, as_of) for item in range(ITEMS))
        total = sum(line.open_minor for line in lines)
        made.append(
            (
                language,
                MessageContext(
                    creditor,
                    Debtor(f"Söhne & Partner {number}", country, account_number=f"C{number:05d}"),
                    lines,
                    "EUR",
                    total_minor=total,
                    credit_minor=5_00,
                    net_minor=total - 5_00,
                    as_of=as_of,
                    payments_until=as_of - timedelta(days=1),
                    sender_name="Ada Quill",
                    reference=f"C{number:05d}",
                    bank=bank,
                    answer_by=as_of + timedelta(days=7),
                ),
            )
        )
    return made


def _line(number: int, item: int, as_of: date) -> Line:
    due = as_of - timedelta(days=3 + (number * 7 + item * 11) % 60)
    amount = 10_000 + (number * 7919 + item * 104_729) % 900_000
    rest = amount - (item == 3) * 1_000
    return Line(f"INV-{number:05d}-{item}", due - timedelta(days=30), due, amount, rest)


def _mail(number: int, rendered: Rendered) -> Mail:
    return Mail(
        message_id=message_id(number, secret=b"bench" * 8, domain="northwind.example"),
        date=AT,
        sender=SENDER,
        recipient=Mailbox(f"accounts{number}@debtor.example", f"Söhne & Partner {number}"),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=rendered.language,
    )


def _envelope(number: int, content: bytes) -> Envelope:
    recipient = f"accounts{number}@debtor.example"
    return Envelope(f"<{number}@northwind.example>", SENDER.address, recipient, content)


def _peer_message(number: int, rendered: Rendered) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{SENDER.name} <{SENDER.address}>"
    message["To"] = f"accounts{number}@debtor.example"
    message["Subject"] = rendered.subject
    message["Date"] = AT
    message["Message-ID"] = f"<{number}@northwind.example>"
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    return message


@contextmanager
def sink(core: int | None) -> Iterator[int]:
    """The port of a sink in a process of its own, pinned to another core when there is one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "soak.sink"], stdout=subprocess.PIPE, text=True
    )
    try:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def pinned() -> Iterator[int | None]:
    """Run on one core; answers with another for the sink, or None when there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[0]})
    try:
        yield cores[1] if len(cores) > 1 else None
    finally:
        os.sched_setaffinity(0, set(cores))


def _seconds(batch: Callable[[], object]) -> float:
    """The median of several batches, seconds per message."""
    times = []
    for _ in range(BATCHES):
        start = perf_counter()
        batch()
        times.append(perf_counter() - start)
    return statistics.median(times) / MESSAGES


def _bare_socket(port: int, contents: list[bytes]) -> None:
    """The floor: the same dialogue without a library, one reply awaited per command."""
    with socket.create_connection(("127.0.0.1", port)) as talk:
        talk.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        talk.recv(4096)
        for number, content in enumerate(contents):
            for command in (
                b"MAIL FROM:<billing@northwind.example>\r\n",
                b"RCPT TO:<accounts%d@debtor.example>\r\n" % number,
                b"DATA\r\n",
                content + b".\r\n",
            ):
                talk.sendall(command)
                talk.recv(4096)


def _ours(port: int, contents: list[bytes]) -> None:
    session = email.open_session(f"smtp://127.0.0.1:{port}", AllowList.of("debtor.example"))
    for number, content in enumerate(contents):
        outcome = email.CHANNEL.deliver(_envelope(number, content), lambda: True, session=session)
        assert outcome.state is State.ACCEPTED, outcome
    session.close()


def _peer(port: int, messages: list[EmailMessage]) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as server:
        for message in messages:
            server.send_message(message)


def run() -> list[dict[str, object]]:
    """One row per stage and one for the whole: milliseconds, messages a second, floor, peer."""
    facts = contexts(MESSAGES)
    words = [render("reminder_2", language, context) for language, context in facts]
    contents = [build(_mail(number, each)) for number, each in enumerate(words)]
    with pinned() as other, sink(other) as port:
        rendering = _seconds(
            lambda: [render("reminder_2", language, context) for language, context in facts]
        )
        building = _seconds(lambda: [build(_mail(n, each)) for n, each in enumerate(words)])
        peer_building = _seconds(lambda: [_peer_message(n, each) for n, each in enumerate(words)])
        messages = [_peer_message(n, each) for n, each in enumerate(words)]
        sending = _seconds(lambda: _ours(port, contents))
        floor = _seconds(lambda: _bare_socket(port, contents))
        peer_sending = _seconds(lambda: _peer(port, messages))
        whole = _seconds(lambda: _whole(port, facts))
    size = round(statistics.mean(map(len, contents)))
    return [
        _row("render text and HTML", rendering),
        _row("build MIME", building, peer=peer_building),
        _row("hand to SMTP", sending, floor=floor, peer=peer_sending),
        _row(
            f"whole message, {ITEMS} items, {size} bytes",
            whole,
            floor=floor,
            peer=rendering + peer_building + peer_sending,
        ),
    ]


def _whole(port: int, facts: list[tuple[str, MessageContext]]) -> None:
    """Render, build and hand over, one message after the other."""
    session = email.open_session(f"smtp://127.0.0.1:{port}", AllowList.of("debtor.example"))
    for number, (language, context) in enumerate(facts):
        content = build(_mail(number, render("reminder_2", language, context)))
        outcome = email.CHANNEL.deliver(_envelope(number, content), lambda: True, session=session)
        assert outcome.state is State.ACCEPTED, outcome
    session.close()


def _row(
    stage: str, seconds: float, *, floor: float | None = None, peer: float | None = None
) -> dict[str, object]:
    return {
        "bench": "messages",
        "stage": stage,
        "ms": round(seconds * 1000, 3),
        "per_second": round(1 / seconds),
        "floor_ms": round(floor * 1000, 3) if floor else None,
        "peer_ms": round(peer * 1000, 3) if peer else None,
    }


if __name__ == "__main__":
    for row in run():
        print(row)
