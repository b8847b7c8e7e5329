"""The soak itself: what it counts as wrong, and how it reads the kernel's account."""

from __future__ import annotations

import pytest

from recoup.books.models import Attempt, Intent
from soak import check, life, report
from soak.order import too_early
from tests.books.ledgers import Ledger
from tests.jobs.sending import Office

RCPT = '7 sendto(5, "RCPT TO:<ap0@exa"..., 30, 0, NULL, 0) = 30\n'
SYNC = "7 fdatasync(9) = 0\n"
DATA = '7 sendto(5, "data\\r\\n", 6, 0, NULL, 0) = 6\n'


@pytest.mark.parametrize(
    ("trace", "finding"),
    [
        (RCPT + SYNC + DATA, ""),
        (RCPT + DATA, "1 of 1 messages before the sync"),
        (SYNC + RCPT + DATA + SYNC, "1 of 1 messages before the sync"),
        (RCPT + SYNC + DATA + RCPT + DATA, "1 of 2 messages before the sync"),
        (RCPT + SYNC + SYNC, "no message was seen in the trace"),
    ],
)
def test_a_message_must_not_leave_before_its_release_is_on_the_disk(trace, finding):
    assert too_early(trace) == finding


@pytest.fixture
def office(creditor, today, at):
    return Office(Ledger(creditor, today, at))


def test_the_database_refuses_second_copies_and_forgets_the_attempt_to_make_one(office):
    office.owe()
    office.plan()
    office.send()
    assert check.unguarded() == []
    assert (Intent.objects.count(), Attempt.objects.count()) == (1, 1)


def run(**changes):
    clean = dict.fromkeys(report.MUST_BE_ZERO, 0)
    points = dict.fromkeys(life.POINTS, 3)
    told = {"database": "sqlite", "mutant": "", "kills": 60, "messages": 9, "payments": 2}
    return clean | told | {"in_doubt": 4, "in_doubt_delivered": 3, "points": points} | changes


def raced(**changes):
    clean = dict.fromkeys(("lost_updates", "double_applications", "unseen_pairs"), 0)
    told = {"database": "sqlite", "races": 20, "seconds": 3, "visible_credits": 10}
    return clean | told | {"broken": [], "died": 0} | changes


@pytest.mark.parametrize(
    ("runs", "mutants", "races", "passed"),
    [
        ([run()], [], [raced()], True),
        ([run(in_doubt=50)], [], [], True),
        ([run(duplicates=1)], [], [], False),
        ([run(lost=1)], [], [], False),
        ([run(broken=["C4"])], [], [], False),
        ([run(points=dict.fromkeys(life.POINTS, 0))], [], [], False),
        ([run()], [run(mutant="no lock", after_payment=3)], [], True),
        ([run()], [run(mutant="no lock")], [], False),
        ([run()], [], [raced(lost_updates=1)], False),
        ([run()], [], [raced(double_applications=1)], False),
        ([run()], [], [raced(unseen_pairs=1)], False),
        ([run()], [], [raced(broken=["M2"])], False),
    ],
)
def test_a_soak_passes_when_it_is_clean_and_every_mutant_is_caught(runs, mutants, races, passed):
    found = report.summary(runs, mutants, races)
    assert found["passed"] is passed
    assert ("passed" if passed else "FAILED") in report.table(found)
