"""The worker's rounds: nights that are due, messages that are due, and a calm end."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from threading import Event

import pytest

from recoup.books import outbox
from recoup.books.models import Creditor, Intent, Run
from recoup.channels.base import Channel
from recoup.jobs import liveness, nightly, work
from recoup.kernel.errors import Refusal
from tests.books.ledgers import Ledger
from tests.jobs.sending import AWAY, Office


@pytest.fixture
def office(creditor, today, at, monkeypatch):
    office = Office(Ledger(creditor, today, at))
    out = (Channel("email", lambda *_: office.server), office.server)
    monkeypatch.setattr(work, "way_out", lambda: out)
    return office


def worker_of(office, **changes):
    """A worker whose clocks stand still."""
    words = {
        "creditors": lambda: list(Creditor.objects.order_by("pk")),
        "clock": lambda: office.ledger.at,
        "business_clock": lambda: office.hour or office.ledger.at,
        "stop": Event(),
        "poll_seconds": 0.0,
    }
    return work.Worker(**words | changes)


@pytest.mark.parametrize(("hour", "runs"), [(4, 0), (5, 1), (9, 1), (22, 1)])
def test_a_day_is_decided_from_six_on_by_the_creditors_clock(office, at, hour, runs):
    """Six in Berlin is five in UTC."""
    office.owe()
    office.hour = at.replace(hour=hour)
    worker_of(office).round("worker-1")
    assert Run.objects.count() == runs


def test_a_day_is_decided_once_and_the_next_day_again(office, at):
    office.owe()
    worker = worker_of(office)
    worker.round("worker-1")
    worker.round("worker-1")
    assert worker.nights == {(office.ledger.creditor.pk, office.ledger.today)}
    assert Run.objects.count() == 1
    office.hour = at + timedelta(days=1)
    worker.round("worker-1")
    assert Run.objects.count() == 2


def test_another_worker_sees_that_the_day_has_been_decided(office, monkeypatch):
    office.owe()
    worker_of(office).round("worker-1")
    monkeypatch.setattr(work, "nightly", None)
    worker_of(office).round("worker-2")
    assert Run.objects.count() == 1


def test_what_is_approved_goes_out_with_the_next_round(office, at):
    office.owe()
    worker = worker_of(office)
    assert worker.round("worker-1").total == 0
    outbox.approve_run(run=Run.objects.get(), at=at, by="test")
    assert worker.round("worker-1").accepted == 1


def test_in_production_only_todays_messages_leave(office, today, settings):
    office.owe()
    office.plan()
    settings.ENVIRONMENT = "production"
    creditor = office.ledger.creditor
    assert nightly.may_send(creditor, as_of=today, at=office.ledger.at)
    assert not nightly.may_send(creditor, as_of=today - timedelta(days=1), at=office.ledger.at)


def test_a_round_takes_over_from_the_dead_first(office):
    office.owe()
    office.plan()
    office.lease("died yesterday")
    assert worker_of(office).round("worker-1").accepted == 1


def test_the_loop_ends_when_told_and_leaves_nothing_in_hand(office):
    for number in range(3):
        office.owe(f"K{number}")
    office.plan()
    stop = Event()
    office.server.after_release = stop.set
    work.work(
        lambda: list(Creditor.objects.all()),
        clock=lambda: office.ledger.at,
        stop=stop,
        poll_seconds=0.0,
    )
    states = sorted(Intent.objects.values_list("state", flat=True))
    assert states == ["accepted", "pending", "pending"]


def test_the_loop_outlives_a_refusal_and_says_so(office):
    office.owe("K1")
    office.owe("K2")
    office.owe("K3")
    office.plan()
    office.server.answers = [AWAY] * 3
    stop, told, rounds = Event(), [], []

    def creditors():
        rounds.append(1)
        if len(rounds) == 2:
            stop.set()
        return list(Creditor.objects.all())

    work.work(
        creditors, clock=lambda: office.ledger.at, stop=stop, poll_seconds=0.0, tell=told.append
    )
    assert len(rounds) == 2
    assert any("cannot be reached" in each for each in told)


def test_a_worker_without_its_lock_stops_at_once(office, monkeypatch):
    monkeypatch.setattr(liveness, "is_alive", lambda _: False)
    with pytest.raises(work.Fault, match="lock"):
        worker_of(office).rounds()


def test_sending_once_recovers_sends_and_lets_go(office, today):
    office.owe()
    office.plan()
    office.lease("died yesterday")
    sent = work.send_once(
        [office.ledger.creditor],
        clock=lambda: office.ledger.at,
        business_clock=lambda: office.ledger.at,
        as_of=today,
    )
    assert sent.accepted == 1
    assert office.server.closed == 1


def test_a_server_that_refuses_us_is_told_to_whoever_sends_once(office, today):
    office.owe()
    office.plan()
    office.server.answers = [AWAY] * 3
    for number in ("K2", "K3"):
        office.owe(number)
    office.plan()
    with pytest.raises(Refusal, match="cannot be reached"):
        work.send_once(
            [office.ledger.creditor],
            clock=lambda: office.ledger.at,
            business_clock=lambda: office.ledger.at,
            as_of=today,
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_set_the_event_and_give_the_handlers_back(number):
    before = signal.getsignal(number)
    with work.told_by_signals() as stop:
        os.kill(os.getpid(), number)
        assert stop.wait(5)
    assert signal.getsignal(number) is before
