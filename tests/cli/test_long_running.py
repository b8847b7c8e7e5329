"""The commands that go on until they are stopped: what they are started with."""

from __future__ import annotations

import pytest

from recoup.cli import clock, serve, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(monkeypatch):
    """What the loop or the server was started with."""
    seen = {}
    monkeypatch.setattr(work, "work", lambda *words, **more: seen.update(more, words=words))
    monkeypatch.setattr(serve, "listen", lambda *words, **more: seen.update(more, words=words))
    return seen


def test_a_worker_serves_every_creditor_and_those_that_come_later(creditor, recoup, started):
    told = recoup("work", "--every", "2")
    assert told.exit_code == 0, told.output
    (creditors,) = started["words"]
    assert [each.code for each in creditors()] == ["lindenhof"]
    assert started["poll_seconds"] == 2
    assert started["runs_nights"]


def test_a_worker_on_a_rehearsed_day_lives_at_ten_in_the_morning(creditor, recoup, started):
    recoup("work", "--send-only")
    assert not started["runs_nights"]
    at = clock.local(started["business_clock"](), creditor)
    assert at.strftime("%F %H:%M") == "2026-03-03 10:00"


@pytest.mark.parametrize("words", [("work", "--creditor", "nobody"), ("work",)])
def test_a_worker_with_nobody_to_serve_does_not_start(db, recoup, started, words):
    assert recoup(*words).exit_code == 1
    assert started == {}


@pytest.mark.parametrize(
    ("host", "said", "is_warned"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/", False),
        ("::1", "http://[::1]:8000/", False),
        ("0.0.0.0", "http://0.0.0.0:8000/", True),
    ],
)
def test_the_server_says_where_it_is_and_warns_when_others_can_reach_it(
    recoup, started, host, said, is_warned
):
    told = recoup("serve", "--host", host)
    assert said in told.stderr
    assert ("RECOUP_HOSTS" in told.stderr) == is_warned
    assert (started["words"], started["host"]) == (("recoup.wsgi:application",), host)


def test_a_port_is_a_port(recoup, started):
    assert recoup("serve", "--port", "70000").exit_code == 2
    assert started == {}


def test_a_demo_lives_on_a_day_and_nothing_else(recoup):
    assert recoup("demo", "--day", "yesterday").exit_code == 2
