"""The door of holds: set once, ended once, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books.models import AccountStanding, HoldRecord, TimelineEvent
from recoup.books.treat import HOLDS, end_hold, set_holds
from recoup.engine.bundle import Hold
from recoup.kernel.errors import Refusal

pytestmark = pytest.mark.django_db


def end(ledger, held, *, days=0):
    day = ledger.today + timedelta(days=days)
    end_hold(held=held, today=day, at=ledger.at, by="tests")
    return HoldRecord.objects.get(pk=held.pk)


def kinds():
    return list(
        TimelineEvent.objects.filter(kind__startswith="hold").values_list("kind", flat=True)
    )


def overdue():
    return AccountStanding.objects.get().overdue_minor


def test_a_hold_is_told_on_the_timeline_and_taken_from_the_overdue(ledger):
    item = ledger.invoice(ledger.account(), 100_00)
    assert overdue() == 100_00
    ledger.hold(item.account, item=item, part=30_00)
    assert (overdue(), AccountStanding.objects.get().held_minor) == (70_00, 30_00)
    assert kinds() == ["hold_set"]


def test_repeating_a_hold_that_stands_adds_nothing(ledger):
    account = ledger.account()
    assert ledger.hold(account) == ledger.hold(account)
    assert (HoldRecord.objects.count(), kinds()) == (1, ["hold_set"])


def test_a_hold_set_again_after_its_end_stands(ledger):
    account = ledger.account()
    first = ledger.hold(account)
    end(ledger, first)
    again = ledger.hold(account)
    assert again.pk != first.pk
    assert (again.ended_at, again.last_date) == (None, None)


@pytest.mark.parametrize(
    "change",
    [{"last": "later"}, {"reason": Hold.PROMISE}, {"first": "later"}],
    ids=["longer", "other reason", "later"],
)
def test_a_different_hold_is_another_one(ledger, change):
    account = ledger.account()
    later = ledger.today + timedelta(days=9)
    ledger.hold(account)
    ledger.hold(
        account, **{key: later if value == "later" else value for key, value in change.items()}
    )
    assert HoldRecord.objects.count() == 2


def test_a_hold_ends_the_day_before_and_only_once(ledger):
    item = ledger.invoice(ledger.account(), 100_00)
    held = ledger.hold(item.account, item=item)
    assert overdue() == 0
    ended = end(ledger, held, days=3)
    assert ended.last_date == ledger.today + timedelta(days=2)
    assert ended.ended_evseq > ended.evseq
    assert end(ledger, held, days=5) == ended
    assert end(ledger, held, days=5).last_date == ended.last_date
    assert kinds() == ["hold_set", "hold_ended"]
    assert overdue() == 100_00


def test_ending_a_hold_that_is_over_does_not_stretch_it(ledger):
    held = ledger.hold(ledger.account(), last=ledger.today + timedelta(days=1))
    ended = end(ledger, held, days=30)
    assert (ended.last_date, ended.ended_at) == (ledger.today + timedelta(days=1), None)


def test_holds_that_cannot_be_meant_are_refused(ledger):
    account, other = ledger.account("K1"), ledger.account("K2")
    item = ledger.invoice(account, 100_00)
    stranger = ledger.other("second")
    theirs = stranger.invoice(stranger.account(), 100_00)
    yesterday = ledger.today - timedelta(days=1)
    cases = [
        ("hold-order", {"account": account, "last": yesterday}),
        ("hold-part", {"account": account, "item": item, "part": 100_01}),
        ("hold-part", {"account": account, "item": item, "part": -1}),
        ("hold-part", {"account": account, "part": 5}),
        ("other-account", {"account": other, "item": item}),
        ("other-account", {"account": account, "item": theirs}),
    ]
    for code, words in cases:
        with pytest.raises(Refusal) as refused:
            ledger.hold(words.pop("account"), **words)
        assert refused.value.code == code
    assert HoldRecord.objects.count() == 0


def test_many_holds_are_set_at_once_and_twice_adds_nothing(ledger):
    items = [ledger.invoice(ledger.account(number), 10_00) for number in ("K1", "K2", "K3")]
    rows = HOLDS.of(
        [
            {
                "account_id": item.account_id,
                "open_item_id": item.pk,
                "held_minor": None,
                "reason": int(Hold.DISPUTE),
                "first_date": ledger.today,
                "last_date": None,
                "note": "",
                "key": f"file/{item.pk}",
            }
            for item in [*items, items[0]]
        ]
    )
    told = {key: ledger.told[key] for key in ("today", "at", "by")}
    assert set_holds(creditor=ledger.creditor, holds=rows, **told) == 3
    assert set_holds(creditor=ledger.creditor, holds=rows, **told) == 0
    assert [each.overdue_minor for each in AccountStanding.objects.all()] == [0, 0, 0]
