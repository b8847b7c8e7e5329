"""The gate is asked ahead for a batch, and its early answers count only while nothing changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books import facts
from recoup.engine import gate
from recoup.jobs.decide import rulebook_of
from recoup.jobs.gatekeeper import Circumstances, Gatekeeper
from tests.books.ledgers import MAYBE, Ledger
from tests.jobs.sending import Office


@pytest.fixture
def office(creditor, today, at):
    return Office(Ledger(creditor, today, at))


@pytest.fixture
def frames(monkeypatch):
    """The sizes of the frames that the gate was asked about."""
    asked, check = [], gate.check
    monkeypatch.setattr(gate, "check", lambda frame: (asked.append(frame.height), check(frame))[1])
    return asked


def circumstances(office, minutes=0):
    rulebook = rulebook_of(office.ledger.creditor, as_of=office.ledger.today)
    now = office.ledger.at + timedelta(minutes=minutes)
    return Circumstances(rulebook, now, lambda _: True)


def ask(keeper, office, intent, **changes):
    return keeper.ask(intent.pk, intent.contact_point.value, circumstances(office, **changes))


def test_a_batch_costs_one_question_when_nothing_changes(office, frames):
    for number in range(5):
        office.owe(f"K{number}", 9000 + number)
    intents = office.plan()
    frames.clear()
    keeper = Gatekeeper()
    keeper.foresee([each.pk for each in intents], circumstances(office))
    assert [ask(keeper, office, each).blocked for each in intents] == [()] * 5
    assert frames == [5]


def test_a_changed_fact_and_a_new_minute_are_asked_again(office, frames):
    (item,) = office.owe("K1", 9000)
    (intent,) = office.plan()
    frames.clear()
    keeper = Gatekeeper()
    keeper.foresee([intent.pk], circumstances(office))
    assert ask(keeper, office, intent, minutes=1).blocked == ()
    office.ledger.hold(item.account)
    assert ask(keeper, office, intent, minutes=1).blocked == ("hold-dispute",)
    assert frames == [1, 1, 1]


def test_facts_of_many_messages_are_those_of_each_alone(office, today):
    items = [office.owe(f"K{number}", 9000, 4000)[0] for number in range(4)]
    intents = office.plan()
    office.ledger.hold(items[0].account, item=items[0], part=500)
    office.ledger.hold(items[1].account)
    office.ledger.receipt(items[2].account, 700)
    tomorrow = today + timedelta(days=1)
    office.ledger.receipt(items[3].account, 800, on=tomorrow)
    ids = [each.pk for each in intents]
    together = facts.read(ids, as_of=today, maybe=MAYBE)
    assert together == {pk: facts.read([pk], as_of=today, maybe=MAYBE)[pk] for pk in ids}
    assert [together[pk].asked_minor for pk in ids] == [12_500, 13_000, 12_300, 13_000]
    assert [together[pk].is_as_written for pk in ids] == [False, True, False, True]
    assert [together[pk].hold_bits for pk in ids] == [0, 2, 0, 0]
    assert facts.read([ids[3]], as_of=tomorrow, maybe=MAYBE)[ids[3]].credit_minor == 800
