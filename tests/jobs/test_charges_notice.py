"""Collection costs from consumers: only after a notice on record, and as the next steps say."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.books.move import Piece, move
from recoup.books.note import NewEvent, note_event, take_back_event
from recoup.jobs.charges.costs import sentences
from recoup.jobs.charges.figures import figures
from recoup.jobs.lawful import lawful
from recoup.law.debt import Happened
from recoup.law.step import State
from tests.books.ledgers import BY, Ledger
from tests.jobs.charging import charged, day_after, living, night, publish
from tests.jobs.test_charges import sound

pytestmark = pytest.mark.django_db

DUE = date(2026, 1, 15)
SENT, RECEIVED = date(2026, 2, 2), date(2026, 2, 3)
# Fourteen days from the day after receipt: the last is 17 February.
OPENS = date(2026, 2, 18)
CONSUMER = 3


@pytest.fixture
def ledger(creditor, at) -> Ledger:
    creditor.country = "NL"
    creditor.save()
    books = Ledger(creditor, date(2026, 1, 2), at.replace(month=1, day=2))
    costs = "costs: {mode: invoice, days_past_due: 15, kinds: [consumer]}"
    publish(books, costs, "approval: auto", "courtesy_waiver: none")
    return books


def on(ledger, day):
    return Ledger(ledger.creditor, day, ledger.at, ledger.numbers)


def owed(ledger, number="K1", minor=1000_00, *, due=DUE, issued=date(2026, 1, 1)):
    found = ledger.creditor.account_set.filter(number=number).first()
    account = found or ledger.account(number, country="NL", legal_kind=CONSUMER)
    return ledger.invoice(account, minor, due=due, issued=issued)


def notice(ledger, item, *, sent=SENT, received=RECEIVED, names=150_00, whole=False):
    new = NewEvent(
        Happened.COSTS_NOTICE,
        sent,
        open_item=None if whole else item,
        received_date=received,
        names_minor=names,
    )
    today = max(sent, received or sent)
    return note_event(account=item.account, new=new, today=today, at=ledger.at, by=BY)


def costs_on(ledger, day):
    return figures(ledger.creditor, as_of=day).rows["total_minor"].to_list()


@pytest.mark.parametrize(
    ("said", "day", "costs"),
    [
        (None, date(2026, 12, 1), []),
        ({}, day_after(OPENS, -1), []),
        ({}, OPENS, [150_00]),
        ({"whole": True}, OPENS, [150_00]),
        ({"received": date(2026, 2, 10)}, OPENS, []),
        ({"received": None}, date(2026, 12, 1), []),
        ({"names": None}, date(2026, 12, 1), []),
        # No more than it names; no more than the scale gives.
        ({"names": 100_00}, OPENS, [100_00]),
        ({"names": 200_00}, OPENS, [150_00]),
        # It went on the due date: nothing was late.
        ({"sent": DUE, "received": DUE}, date(2026, 12, 1), []),
    ],
)
def test_costs_follow_a_notice_and_its_days(ledger, said, day, costs):
    item = owed(ledger)
    if said is not None:
        notice(ledger, item, **said)
    assert costs_on(ledger, day) == costs
    assert night(ledger, day).new == len(costs)
    assert night(ledger, day).new == 0
    assert charged("costs") == sum(costs)
    assert sound(ledger, day) == []


@pytest.mark.parametrize(
    ("said", "day"),
    [
        (None, date(2026, 3, 1)),
        ({}, day_after(OPENS, -1)),
        ({}, OPENS),
        ({"received": None}, OPENS),
        ({"names": 100_00, "whole": True}, OPENS),
        ({"received": date(2026, 2, 28)}, date(2026, 3, 10)),
        ({"received": date(2026, 2, 28)}, date(2026, 3, 15)),
    ],
)
def test_the_next_steps_agree_with_the_charging(ledger, said, day):
    item = owed(ledger)
    if said is not None:
        notice(ledger, item, **said)
    (debt,) = lawful(item.account, as_of=day).debts
    step = next(each for each in debt.steps if each.code == "collection_costs")
    found = figures(ledger.creditor, as_of=day)
    assert (step.state is State.OPEN) == bool(found.rows.height)
    if step.state is State.OPEN:
        assert found.rows["total_minor"].to_list() == [step.amount_minor]
    else:
        assert found.waiting["from_date"].to_list() == [step.from_date]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, "only 14 days after a notice that names them; none is on record"),
        ({}, "from 18 February 2026, 14 days after the notice of 3 February 2026"),
    ],
)
def test_what_waits_says_from_when_and_by_which_paragraph(ledger, said, words):
    item = owed(ledger)
    if said is not None:
        notice(ledger, item, **said)
    day = date(2026, 2, 10)
    found = figures(ledger.creditor, as_of=day)
    (sentence,) = sentences(found.waiting, found.ground, day)
    assert words in sentence
    assert "art. 6:96(6) BW" in sentence


def test_what_is_paid_within_the_days_bears_no_costs(ledger):
    item = owed(ledger)
    notice(ledger, item)
    then = on(ledger, day_after(OPENS, -1))
    then.apply(then.receipt(item.account, 1000_00), item, 1000_00)
    assert costs_on(ledger, date(2026, 3, 1)) == []


def test_costs_are_taken_on_what_is_left_when_the_days_are_over(ledger):
    item = owed(ledger)
    notice(ledger, item)
    then = on(ledger, day_after(OPENS, -3))
    then.apply(then.receipt(item.account, 600_00), item, 600_00)
    # 15 % of 400.
    assert costs_on(ledger, date(2026, 3, 1)) == [60_00]


def test_a_debt_that_the_notice_does_not_name_adds_nothing(ledger):
    item = owed(ledger)
    owed(ledger, minor=500_00, due=date(2026, 2, 1), issued=date(2026, 1, 20))
    later = owed(ledger, minor=700_00, due=date(2026, 2, 3), issued=date(2026, 1, 20))
    notice(ledger, item, names=225_00, whole=True)
    # Two were late when it went: 15 % of 1,500; of the third nobody was told.
    day = date(2026, 3, 1)
    assert costs_on(ledger, day) == [225_00]
    assert figures(ledger.creditor, as_of=day).waiting["item_id"].to_list() == [later.pk]


def test_one_notice_names_its_costs_once(ledger):
    item = owed(ledger)
    owed(ledger, minor=500_00)
    notice(ledger, item, names=100_00, whole=True)
    assert costs_on(ledger, OPENS) == [100_00]


def test_the_charge_names_the_paragraphs_that_hold_for_a_consumer(ledger):
    notice(ledger, owed(ledger))
    night(ledger, OPENS)
    (charge,) = living("costs")
    assert charge.basis["cites"] == ["art. 2 Besluit BIK", "art. 6:96(6) BW"]


def test_costs_go_when_the_notice_is_taken_back(ledger):
    item = owed(ledger)
    told = notice(ledger, item)
    night(ledger, OPENS)
    assert charged("costs") == 150_00
    take_back_event(event=told, why="It never went.", today=OPENS, at=ledger.at, by=BY)
    did = night(ledger, day_after(OPENS))
    assert (did.taken_back, did.new, living("costs")) == (1, 0, [])
    assert sound(ledger, day_after(OPENS)) == []


@pytest.mark.parametrize(("whole", "costs"), [(False, [150_00]), (True, [])])
def test_a_notice_of_the_debt_goes_along_when_it_moves_and_one_of_the_account_stays(
    ledger, whole, costs
):
    item = owed(ledger)
    notice(ledger, item, whole=whole)
    then = on(ledger, date(2026, 2, 5))
    there = ledger.account("K2", country="NL", legal_kind=CONSUMER)
    told = {"today": then.today, "at": then.at, "by": BY, "why": "booked on the wrong account"}
    move(pieces=[Piece(item)], to=there, **told)
    assert costs_on(ledger, OPENS) == costs
