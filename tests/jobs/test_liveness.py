"""Liveness: a worker is alive as long as its lock is held, and not a moment longer."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Event

import pytest
from django.conf import settings

from recoup.books.models import Intent
from recoup.jobs import liveness, send
from tests.books.ledgers import Ledger
from tests.jobs.sending import Office

# A process that proves itself alive and then dies without a word.
DIES = """
import os, sys
import django
django.setup()
from recoup.jobs import liveness
with liveness.worker() as name:
    print(name, liveness.is_alive(name), flush=True)
    os.kill(os.getpid(), 9)
"""


def test_a_worker_is_alive_until_it_ends(db):
    with liveness.worker() as name:
        assert liveness.is_alive(name)
    assert not liveness.is_alive(name)


def test_two_workers_have_two_names_and_two_lives(db):
    with liveness.worker() as first:
        with liveness.worker() as second:
            assert first != second
        assert (liveness.is_alive(first), liveness.is_alive(second)) == (True, False)


def test_asking_after_a_worker_does_not_keep_its_lock(db):
    with liveness.worker() as name:
        assert [liveness.is_alive(name) for _ in range(3)] == [True] * 3
    assert [liveness.is_alive(name) for _ in range(3)] == [False] * 3


def test_a_killed_process_is_dead_although_it_said_nothing(db):
    database = settings.DATABASES["default"]
    told = {"DJANGO_SETTINGS_MODULE": "recoup.settings", "RECOUP_DATA": str(settings.DATA)}
    done = subprocess.run(
        [sys.executable, "-c", DIES],
        env=os.environ | told | _same_books(database),
        capture_output=True,
        text=True,
        check=False,
    )
    name, was_alive = done.stdout.split()
    assert (was_alive, done.returncode) == ("True", -9), done.stderr
    # The server drops the lock when it notices that the connection is gone: soon, not at once.
    assert any(not liveness.is_alive(name) or Event().wait(0.05) for _ in range(400))


def _same_books(database):
    """The address of the database of this test run, for another process."""
    if "postgresql" not in database["ENGINE"]:
        return {}
    words = (database[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME"))
    return {"DATABASE_URL": "postgresql://{}:{}@{}:{}/{}".format(*words)}


@pytest.fixture
def office(creditor, today, at):
    return Office(Ledger(creditor, today, at))


def test_only_what_the_dead_had_in_hand_is_taken_over(office):
    for number in range(4):
        office.owe(f"K{number}")
    office.plan()
    with liveness.worker() as living:
        office.lease(living, limit=2)
        office.lease("died yesterday", limit=2)
        assert liveness.dead_workers() == ["died yesterday"]
        assert send.recover_dead(living, at=office.ledger.at) == (2, 0)
        assert liveness.dead_workers() == []
        assert Intent.objects.filter(state="leased").count() == 2
