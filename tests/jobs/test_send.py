"""Sending: every answer of a mail server has one meaning, and nothing is said twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError

from recoup.books import outbox
from recoup.books.models import AttemptEvent, ContactPoint, Intent, Message, TimelineEvent
from recoup.books.outbox.compose import pack
from recoup.channels.base import AllowList, Outcome, Stage, State
from recoup.channels.email import open_session
from recoup.jobs import send
from recoup.kernel.errors import Refusal
from soak.sink import Sink, by_script
from tests.books.ledgers import BY, Ledger
from tests.jobs.sending import (
    AWAY,
    BLOCKED,
    GREYLISTED,
    LOST_LINE,
    SENDER_UNKNOWN,
    TAKEN,
    UNKNOWN,
    Office,
    attempts,
    state_of,
)


@pytest.fixture
def office(creditor, today, at):
    return Office(Ledger(creditor, today, at))


def test_what_is_due_is_sent_once_however_often_one_sends(office):
    for number in ("K1", "K2", "K3"):
        office.owe(number)
    office.plan()
    assert office.send().accepted == 3
    assert office.send().total == 0
    assert len(office.server.got) == 3
    assert set(Intent.objects.values_list("state", flat=True)) == {"accepted"}


def test_two_currencies_of_one_debtor_are_two_messages_one_after_the_other(office):
    account = office.ledger.account("K1")
    office.ledger.invoice(account, 9000, currency="EUR")
    office.ledger.invoice(account, 5000, currency="USD")
    office.plan()
    assert len(office.lease()) == 1
    assert office.lease("worker-2") == []
    send.recover_dead("worker-3", at=office.ledger.at)
    assert office.send().accepted == 2


def test_two_workers_take_different_messages(office):
    for number in range(4):
        office.owe(f"K{number}")
    office.plan()
    first, second = office.lease("worker-1", limit=2), office.lease("worker-2")
    assert len(first) == len(second) == 2
    assert not {each.intent_id for each in first} & {each.intent_id for each in second}


@pytest.mark.parametrize(
    ("answer", "becomes", "address"),
    [
        (TAKEN, "accepted", "usable"),
        (UNKNOWN, "refused", "bounced"),
        (BLOCKED, "refused", "usable"),
        (Outcome(State.REFUSED, Stage.RECIPIENT, 552, "5.2.2 mailbox full"), "refused", "usable"),
        (Outcome(State.REFUSED, Stage.REPLY, 552, "too large"), "refused", "usable"),
        (Outcome(State.DEFERRED, Stage.REPLY, 451, "later"), "pending", "usable"),
        (GREYLISTED, "pending", "usable"),
        (LOST_LINE, "in_doubt", "usable"),
    ],
)
def test_an_answer_decides_about_the_message_and_its_address(office, answer, becomes, address):
    office.owe()
    (intent,) = office.plan()
    office.send(answer)
    assert state_of(intent) == becomes
    assert ContactPoint.objects.get().state == address


def test_what_a_server_says_reaches_the_timeline_without_addresses(office):
    office.owe()
    office.plan()
    office.send(UNKNOWN)
    told = TimelineEvent.objects.get(kind="message_refused")
    assert told.facts["reply"] == "5.1.1 (address) no such user"


def test_a_greylisted_message_is_accepted_at_the_second_try_with_the_same_bytes(office, at):
    office.owe()
    (intent,) = office.plan()
    office.send(GREYLISTED)
    intent.refresh_from_db()
    assert intent.not_before == at + timedelta(minutes=15)
    assert office.send().total == 0
    office.hour = at + timedelta(minutes=15)
    assert office.send().accepted == 1
    assert attempts(intent) == ["deferred", "accepted"]
    assert office.server.tried[0] == office.server.tried[1]


def test_a_message_put_off_again_and_again_is_shown_as_refused(office, at):
    office.owe()
    (intent,) = office.plan()
    for _ in send.RETRY_MINUTES:
        office.send(GREYLISTED)
        Intent.objects.update(not_before=at)
    assert state_of(intent) == "pending"
    office.send(GREYLISTED)
    assert state_of(intent) == "refused"
    assert intent.reason.startswith("put off 6 times")


def test_a_sender_that_is_refused_stops_sending_and_blames_no_debtor(office):
    for number in ("K1", "K2", "K3"):
        office.owe(number)
    office.plan()
    with pytest.raises(Refusal) as caught:
        office.send(TAKEN, SENDER_UNKNOWN)
    assert caught.value.code == "mail-server-refuses-us"
    assert sorted(Intent.objects.values_list("state", flat=True)) == [
        "accepted",
        "pending",
        "pending",
    ]
    assert set(ContactPoint.objects.values_list("state", flat=True)) == {"usable"}
    assert office.server.closed == 1


def test_a_server_that_is_away_ends_the_round_and_costs_no_message_a_try(office):
    for number in range(5):
        office.owe(f"K{number}")
    office.plan()
    with pytest.raises(Refusal) as caught:
        office.send(AWAY, AWAY, AWAY)
    assert caught.value.code == "mail-server-unreachable"
    assert len(office.server.tried) == 3
    assert set(Intent.objects.values_list("state", flat=True)) == {"pending"}
    assert {each.deferrals for each in office.lease()} == {0}


def test_one_failed_connection_among_others_is_only_tried_again(office, at):
    office.owe("K1")
    office.owe("K2")
    first, second = office.plan()
    office.send(AWAY)
    assert (state_of(first), state_of(second)) == ("pending", "accepted")
    assert first.not_before == at + timedelta(minutes=send.RECONNECT_MINUTES)


def test_a_doubt_is_never_sent_again_by_itself(office, at):
    office.owe()
    (intent,) = office.plan()
    office.send(LOST_LINE)
    office.hour = at + timedelta(hours=3)
    assert office.send().total == 0
    assert (state_of(intent), attempts(intent)) == ("in_doubt", ["in_doubt"])


@pytest.mark.parametrize(("outcome", "copies"), [("accepted", 1), ("not_accepted", 2)])
def test_only_evidence_ends_a_doubt(office, at, outcome, copies):
    office.owe()
    (intent,) = office.plan()
    office.send(LOST_LINE)
    told = {"intent": intent, "outcome": outcome, "at": at, "by": BY}
    with pytest.raises(Refusal, match="Say how you know"):
        outbox.resolve_doubt(evidence=" ", **told)
    outbox.resolve_doubt(evidence="line 7 of the relay's log", **told)
    office.send()
    assert state_of(intent) == "accepted"
    assert len(office.server.got) == copies
    assert len({each.message_id for each in office.server.got}) == 1
    with pytest.raises(Refusal, match="not in doubt"):
        outbox.resolve_doubt(evidence="again", **told)


def test_a_worker_told_to_stop_finishes_the_message_in_hand_and_gives_back_the_rest(office):
    for number in range(3):
        office.owe(f"K{number}")
    office.plan()
    office.server.after_release = office.stop.set
    sent = office.send()
    assert (sent.accepted, sent.given_back) == (1, 2)
    assert sorted(Intent.objects.values_list("state", flat=True)) == [
        "accepted",
        "pending",
        "pending",
    ]


def test_a_message_that_cannot_be_said_does_not_stop_the_others(office):
    for number in ("K1", "K2", "K3"):
        office.owe(number)
    damaged, unaddressed, fine = office.plan()
    Message.objects.filter(intent=damaged).update(content=pack(b"other")[0])
    Message.objects.filter(intent=unaddressed).update(recipient="no address")
    office.send()
    assert (state_of(damaged), damaged.reason) == ("cancelled", "message-damaged")
    assert (state_of(unaddressed), unaddressed.reason) == ("refused", "address-not-transportable")
    assert state_of(fine) == "accepted"


def test_a_message_that_its_planner_could_not_write_any_more_is_written_now(office, monkeypatch):
    office.owe()
    with monkeypatch.context() as patch:
        patch.setattr("recoup.jobs.nightly.compose", lambda *_, **__: 0)
        office.plan()
    assert not Message.objects.exists()
    assert office.send().accepted == 1


def test_a_failing_release_loses_no_answer_and_closes_the_session(office, monkeypatch):
    """The first message is accepted; the commit that would say so fails at the second."""
    office.owe("K1")
    office.owe("K2")
    first, second = office.plan()
    real = outbox.release
    calls = []

    def failing(**words):
        calls.append(words)
        if len(calls) == 2:
            raise OperationalError("the database went away")
        return real(**words)

    monkeypatch.setattr(outbox, "release", failing)
    with pytest.raises(OperationalError):
        office.send()
    assert office.server.closed == 1
    assert state_of(first) == "accepted"
    assert state_of(second) == "pending"
    office.send()
    assert [state_of(first), state_of(second)] == ["accepted", "accepted"]
    assert len(office.server.got) == 2


def test_answers_that_could_not_be_written_are_written_by_the_next_round(office, monkeypatch):
    """Meanwhile others took the worker for dead; its own late answer ends the doubt."""
    office.owe()
    (intent,) = office.plan()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "settle", _gone)
        with pytest.raises(OperationalError):
            office.send()
    assert state_of(intent) == "leased"
    send.recover_dead("worker-2", at=office.ledger.at)
    assert state_of(intent) == "in_doubt"
    office.send()
    assert state_of(intent) == "accepted"
    last = AttemptEvent.objects.order_by("pk").last()
    assert last.evidence.startswith("answered late: 2.0.0 Ok")


def _gone(**_):
    raise OperationalError("the database went away")


def test_a_worker_given_up_for_dead_is_fenced_off_at_the_gate(office, at):
    office.owe()
    (intent,) = office.plan()

    def given_up():
        outbox.recover(dead=["worker-1"], at=at, by="worker-2")
        office.stop.set()

    office.server.before_release = given_up
    office.send()
    assert office.server.got == []
    assert (state_of(intent), attempts(intent)) == ("pending", ["released"])


def test_a_dead_workers_messages_are_sent_or_in_doubt_never_both(office, at):
    for number in ("K1", "K2"):
        office.owe(number)
    flying, waiting = office.plan()
    leased = {each.intent_id: each for each in office.lease("dead")}
    mine = leased[flying.pk]
    assert outbox.release(
        attempt_id=mine.attempt_id,
        token=mine.token,
        message=flying.messages.get(),
        gate=lambda case: outbox.Verdict((), case.net_minor),
        at=at,
    )
    assert send.recover_dead("worker-1", at=at) == (1, 1)
    assert (state_of(flying), state_of(waiting)) == ("in_doubt", "pending")
    assert office.send().accepted == 1
    assert attempts(flying) == ["in_doubt"]


def test_what_another_day_decided_is_not_sent_today(office, today, at):
    office.owe()
    office.plan()
    Intent.objects.update(cycle_date=today - timedelta(days=1))
    assert office.send().total == 0


def test_over_a_real_connection_a_greylisting_server_gets_one_copy(office, at):
    office.owe("K1")
    office.owe("K2")
    office.plan()
    sink = Sink(choose=by_script("greylist", "", "")).start()
    try:
        url = f"smtp://127.0.0.1:{sink.port}?timeout=5&reply_timeout=5"
        for hour in (at, at + timedelta(minutes=20)):
            office.server = open_session(url, AllowList(everyone=True))
            office.hour = hour
            send.send_due([office.ledger.creditor], office.desk())
    finally:
        sink.stop()
    assert sorted(recipient for recipient, _ in sink.stored) == ["ap@k1.example", "ap@k2.example"]
    kept = {outbox.message_bytes(each) for each in Message.objects.all()}
    assert {content for _, content in sink.stored} == kept
