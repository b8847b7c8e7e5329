"""Whatever a mail server does, the outcome says what is certain and the connection is not trusted.

The sink keeps the truth: a message it stored is never reported as definitely not sent.
"""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import contextmanager

import pytest

from recoup.channels.base import AllowList, Stage, State
from soak.sink import FAULTS, Sink, by_chance, by_script
from tests.channels.certificate import CERTIFICATE, KEY
from tests.channels.examples import CONTENT, Gate, deliver, envelope, session_with

# fault: state, stage, reply code, was the gate asked, did the sink store it
FATES = {
    "refuse_connect": (State.DEFERRED, Stage.CONNECT, None, False, False),
    "greet_421": (State.DEFERRED, Stage.CONNECT, 421, False, False),
    "mail_451": (State.DEFERRED, Stage.SENDER, 451, False, False),
    "greylist": (State.DEFERRED, Stage.RECIPIENT, 451, False, False),
    "rcpt_450": (State.DEFERRED, Stage.RECIPIENT, 450, False, False),
    "rcpt_550": (State.REFUSED, Stage.RECIPIENT, 550, False, False),
    "data_451": (State.DEFERRED, Stage.DATA, 451, True, False),
    "drop_in_data": (State.IN_DOUBT, Stage.REPLY, None, True, False),
    "dot_451": (State.DEFERRED, Stage.REPLY, 451, True, False),
    "dot_552": (State.REFUSED, Stage.REPLY, 552, True, False),
    "drop_before_dot_reply": (State.IN_DOUBT, Stage.REPLY, None, True, False),
    "store_then_reset": (State.IN_DOUBT, Stage.REPLY, None, True, True),
    "store_then_hang": (State.IN_DOUBT, Stage.REPLY, None, True, True),
    "hang": (State.IN_DOUBT, Stage.REPLY, None, True, False),
    "garbled_reply": (State.IN_DOUBT, Stage.REPLY, -1, True, True),
    "slow": (State.ACCEPTED, Stage.REPLY, 250, True, True),
}


@contextmanager
def running(*faults, **options):
    sink = Sink(choose=by_script(*faults), **options).start()
    try:
        yield sink
    finally:
        sink.stop()


def test_every_fault_of_the_sink_has_a_known_fate():
    assert set(FATES) == set(FAULTS)


@pytest.mark.parametrize("fault", FATES)
def test_a_fault_has_the_outcome_that_is_certain(fault):
    state, stage, code, was_asked, was_stored = FATES[fault]
    gate = Gate()
    with running(fault, hang_seconds=0.2 if fault == "slow" else 3.0) as sink:
        session = session_with(sink)
        outcome = deliver(session, gate)
        session.close()
    assert (outcome.state, outcome.stage, outcome.code) == (state, stage, code)
    assert gate.asked == was_asked
    assert bool(sink.stored) == was_stored
    assert outcome.is_definite == (state is not State.IN_DOUBT)
    assert outcome.reply


@pytest.mark.parametrize("fault", [fault for fault in FATES if fault != "slow"])
def test_after_any_error_the_next_message_has_a_connection_of_its_own(fault):
    with running("", fault, hang_seconds=3.0) as sink:
        session = session_with(sink)
        assert deliver(session).state is State.ACCEPTED
        if fault in ("refuse_connect", "greet_421"):
            session.close()
        deliver(session)
        before = sink.connections
        assert deliver(session).state is State.ACCEPTED
        session.close()
        assert sink.connections == before + 1


def test_a_server_nobody_runs_defers():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = deliver(session_with(Sink(port=port)))
    assert (outcome.state, outcome.stage) == (State.DEFERRED, Stage.CONNECT)


def test_a_message_arrives_as_the_bytes_it_was():
    with running() as sink:
        session = session_with(sink)
        outcome = deliver(session)
        session.close()
    assert sink.stored == [("ap@brook.example", CONTENT)]
    assert outcome.queue_id.startswith("S")


def test_messages_share_a_connection_but_never_a_transaction():
    with running() as sink:
        session = session_with(sink)
        for number in range(3):
            message = envelope(f"ap{number}@brook.example")
            assert deliver(session, message=message).state is State.ACCEPTED
        session.close()
    assert sink.connections == 1
    verbs = [command[:4] for command in sink.commands]
    assert verbs == ["ehlo", *["MAIL", "RCPT", "DATA"] * 3, "quit"]


def test_a_connection_is_renewed_after_its_share_of_messages():
    with running() as sink:
        session = session_with(sink, "per_connection=2&timeout=1")
        for _ in range(5):
            assert deliver(session).state is State.ACCEPTED
        session.close()
    assert sink.connections == 3


def test_a_kept_connection_the_server_gave_up_is_replaced_once():
    with running() as sink:
        session = session_with(sink)
        assert deliver(session).state is State.ACCEPTED
        session._server.sock.shutdown(socket.SHUT_RDWR)
        gate = Gate()
        assert deliver(session, gate).state is State.ACCEPTED
        session.close()
    assert gate.asked == 1
    assert len(sink.stored) == 2


def test_closing_twice_is_safe():
    with running() as sink:
        session = session_with(sink)
        session.close()
        deliver(session)
        session.close()
        session.close()


def test_the_truth_in_the_log_is_what_the_outcomes_allow(tmp_path):
    chances = dict.fromkeys((fault for fault in FAULTS if "hang" not in fault), 0.05)
    sink = Sink(choose=by_chance(7, chances), log=tmp_path / "truth.jsonl").start()
    session = session_with(sink)
    outcomes = {}
    for number in range(120):
        recipient = f"ap{number}@brook.example"
        outcomes[recipient] = deliver(session, message=envelope(recipient)).state
    session.close()
    sink.stop()
    log = (tmp_path / "truth.jsonl").read_text().splitlines()
    stored = {json.loads(line)["recipient"] for line in log}
    assert len(log) == len(stored), "nothing was handed over twice"
    for recipient, state in outcomes.items():
        assert state is State.IN_DOUBT or (state is State.ACCEPTED) == (recipient in stored)
    assert set(outcomes.values()) == set(State) - {State.WITHHELD}


def test_the_same_seed_brings_the_same_faults():
    chances = {"hang": 0.3, "rcpt_550": 0.3}
    first, again, other = (by_chance(seed, chances) for seed in (1, 1, 2))
    assert [first(n) for n in range(50)] == [again(n) for n in range(50)]
    assert [first(n) for n in range(50)] != [other(n) for n in range(50)]


@pytest.fixture
def tls(tmp_path):
    """A server's TLS with our test certificate, and the file that makes it trusted."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_text(CERTIFICATE)
    key.write_text(KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def test_a_trusted_certificate_lets_the_message_through(tls):
    context, certificate = tls
    with running(tls=context) as sink:
        session = session_with(sink, f"starttls=1&timeout=2&ca={certificate}&helo=tiles.example")
        session._settings = type(session._settings)(
            **vars(session._settings) | {"host": "localhost"}
        )
        assert deliver(session).state is State.ACCEPTED
        session.close()
    assert sink.commands[:3] == ["ehlo tiles.example", "STARTTLS", "ehlo tiles.example"]


@pytest.mark.parametrize(
    ("trusted", "reason"), [(False, "self-signed"), (True, "not valid for '127.0.0.1'")]
)
def test_a_certificate_we_cannot_verify_stops_the_message(tls, trusted, reason):
    context, certificate = tls
    with running(tls=context) as sink:
        ca = f"&ca={certificate}" if trusted else ""
        outcome = deliver(session_with(sink, f"starttls=1&timeout=2{ca}"))
    assert (outcome.state, outcome.stage) == (State.DEFERRED, Stage.CONNECT)
    assert reason in outcome.reply
    assert not any(command.startswith("MAIL") for command in sink.commands)


def test_a_server_without_encryption_is_not_used_when_we_ask_for_it():
    with running() as sink:
        outcome = deliver(session_with(sink, "starttls=1&timeout=1"))
    assert (outcome.state, outcome.stage) == (State.DEFERRED, Stage.CONNECT)
    assert not any(command.startswith("MAIL") for command in sink.commands)


def test_a_sign_in_the_server_does_not_know_defers_and_names_no_password():
    with running() as sink:
        session = session_with(sink)
        session._settings = type(session._settings)(
            **vars(session._settings) | {"user": "harbor", "password": "tiles"}
        )
        outcome = deliver(session, allowed := Gate())
    assert (outcome.state, outcome.stage) == (State.DEFERRED, Stage.CONNECT)
    assert allowed.asked == 0
    assert "tiles" not in outcome.reply + repr(session._settings)


def test_an_instance_that_is_not_production_reaches_only_its_list():
    with running() as sink:
        session = session_with(sink, allow_list=AllowList.of("test@harbortiles.example"))
        gate = Gate()
        outcome = deliver(session, gate)
        assert (outcome.state, outcome.stage) == (State.WITHHELD, Stage.ALLOW_LIST)
        assert (
            deliver(session, message=envelope("test@harbortiles.example")).state is State.ACCEPTED
        )
        session.close()
    assert gate.asked == 0
    assert [recipient for recipient, _ in sink.stored] == ["test@harbortiles.example"]
    assert not any("brook" in command for command in sink.commands)
