"""The late gate: asked once, after the recipient is accepted and before a byte of the message."""

from __future__ import annotations

import pytest

from recoup.channels import email, mailbox
from recoup.channels.base import AllowList, Envelope, Stage, State
from recoup.kernel.errors import Fault, Refusal
from recoup.kernel.registry import discover
from soak.sink import Sink, by_script
from tests.channels.examples import EVERYONE, Gate, deliver, envelope, session_with


@pytest.fixture
def sink():
    running = Sink().start()
    yield running
    running.stop()


def test_the_gate_is_asked_between_recipient_and_data(sink):
    session = session_with(sink)
    seen = []
    outcome = deliver(session, lambda: bool(seen.extend(sink.commands) or True))
    session.close()
    assert outcome.state is State.ACCEPTED
    assert seen[-1].startswith("RCPT TO:<ap@brook.example>")
    assert "DATA" not in seen


def test_a_withheld_message_leaves_nothing_behind(sink):
    session = session_with(sink)
    outcome = deliver(session, Gate(answer=False))
    assert (outcome.state, outcome.stage) == (State.WITHHELD, Stage.RELEASE)
    assert "DATA" not in sink.commands
    assert sink.commands[-1] == "rset"
    assert deliver(session).state is State.ACCEPTED
    session.close()
    assert sink.connections == 1
    assert len(sink.stored) == 1


def test_a_gate_that_breaks_sends_nothing_and_costs_the_connection(sink):
    def broken():
        raise RuntimeError("the database went away")

    session = session_with(sink)
    with pytest.raises(RuntimeError):
        deliver(session, broken)
    assert sink.stored == []
    assert deliver(session).state is State.ACCEPTED
    session.close()
    assert sink.connections == 2


def test_a_refused_recipient_never_troubles_the_gate():
    sink = Sink(choose=by_script("rcpt_550")).start()
    gate = Gate()
    outcome = deliver(session_with(sink), gate)
    sink.stop()
    assert outcome.state is State.REFUSED
    assert gate.asked == 0


@pytest.mark.parametrize(
    ("entries", "address", "reaches"),
    [
        ("*", "anyone@brook.example", True),
        ("", "anyone@brook.example", False),
        ("ap@brook.example", "AP@Brook.example", True),
        ("ap@brook.example", "cfo@brook.example", False),
        ("brook.example", "cfo@brook.example", True),
        ("brook.example", "cfo@sub.brook.example", False),
        ("brook.example", "cfo@notbrook.example", False),
        ("brook.example", "brook.example@evil.example", False),
        (" a@x.example , BROOK.example ", "ap@brook.example", True),
    ],
)
def test_the_allow_list_reaches_whom_it_names(entries, address, reaches):
    assert AllowList.of(entries).reaches(address) is reaches


@pytest.mark.parametrize(
    "recipient",
    [
        "ap@brook.example>\r\nRCPT TO:<all@brook.example",
        "ap@brook.example\n",
        "ap@brook.example,all@brook.example>",
        "a b@brook.example",
        "<ap@brook.example>",
        "äp@brook.example",
        "ap",
        "",
        "ap@brook@example",
    ],
)
def test_an_address_cannot_carry_a_command(recipient):
    with pytest.raises(Refusal):
        envelope(recipient)


@pytest.mark.parametrize("content", [b"a\n", b"a\r\n.\n", b"a\r\n.\r", b"a\rb\r\n", b"no end", b""])
def test_content_with_a_second_meaning_is_our_fault(content):
    with pytest.raises(Fault):
        envelope(content=content)


def test_the_content_of_a_message_is_not_shown_in_traces():
    assert "still open" not in repr(envelope())


def test_channels_are_found_by_themselves():
    assert set(discover("recoup.channels", "CHANNEL")) == {"email", "mailbox"}
    assert email.CHANNEL.code == "email"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mail box"


def test_the_mailbox_keeps_the_bytes_after_the_gate_said_yes(folder):
    session = mailbox.open_session(f"mailbox://{folder}".replace(" ", "%20"), EVERYONE)
    gate = Gate()
    outcome = mailbox.CHANNEL.deliver(envelope(), gate, session=session)
    assert (outcome.state, gate.asked) == (State.ACCEPTED, 1)
    assert [file.read_bytes() for file in folder.glob("*.eml")] == [envelope().content]
    session.close()


def test_the_mailbox_shows_a_second_copy_as_a_second_message(folder):
    session = mailbox.MailboxSession(mailbox.folder_store(folder), EVERYONE)
    for _ in range(2):
        mailbox.CHANNEL.deliver(envelope(), Gate(), session=session)
    assert len(list(folder.glob("*.eml"))) == 2


def test_the_mailbox_keeps_nothing_the_gate_withheld(folder):
    session = mailbox.MailboxSession(mailbox.folder_store(folder), EVERYONE)
    outcome = mailbox.CHANNEL.deliver(envelope(), Gate(answer=False), session=session)
    assert outcome.state is State.WITHHELD
    assert list(folder.iterdir()) == []


def test_a_mailbox_obeys_the_allow_list(folder):
    session = mailbox.MailboxSession(mailbox.folder_store(folder), AllowList())
    outcome = mailbox.CHANNEL.deliver(envelope(), Gate(), session=session)
    assert outcome.stage is Stage.ALLOW_LIST
    assert list(folder.iterdir()) == []


def test_a_mailbox_that_cannot_write_leaves_doubt():
    def full(message: Envelope) -> None:
        raise OSError(28, "No space left on device")

    session = mailbox.MailboxSession(full, EVERYONE)
    outcome = mailbox.CHANNEL.deliver(envelope(), Gate(), session=session)
    assert outcome.state is State.IN_DOUBT
    assert "No space left" in outcome.reply


@pytest.mark.parametrize("url", ["", "mailbox:", "mailbox://host/path", "file:///tmp/x"])
def test_a_mailbox_is_a_folder(url):
    with pytest.raises(Refusal, match="mailbox:///path"):
        mailbox.open_session(url, EVERYONE)
