"""A message to hand over, and a gate that remembers being asked."""

from __future__ import annotations

from recoup.channels import email
from recoup.channels.base import AllowList, Envelope

EVERYONE = AllowList.of("*")
CONTENT = (
    b"Message-ID: <ct1.1.abc@harbortiles.example>\r\n"
    b"Subject: still open\r\n\r\n.one line with a dot\r\n..two\r\n"
)


def envelope(recipient="ap@brook.example", *, content=CONTENT):
    message_id = "<ct1.1.abc@harbortiles.example>"
    return Envelope(message_id, "accounts@harbortiles.example", recipient, content)


class Gate:
    """Answers as told, and counts."""

    def __init__(self, answer=True):
        self.answer, self.asked = answer, 0

    def __call__(self):
        self.asked += 1
        return self.answer


def session_with(sink, options="timeout=1&reply_timeout=1", allow_list=EVERYONE):
    return email.open_session(f"smtp://127.0.0.1:{sink.port}?{options}", allow_list)


def deliver(session, gate=None, message=None):
    return email.CHANNEL.deliver(message or envelope(), gate or Gate(), session=session)
