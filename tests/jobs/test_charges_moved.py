"""Charges of what moved: a debt bears once what it would have borne where it first stood."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from recoup.books import charge as door
from recoup.books import contra
from recoup.books.merge import merge, take_apart
from recoup.books.models import Charge, Move, OpenItem
from recoup.books.move import Piece, is_all_there, move, take_back_move
from recoup.jobs.charges.figures import figures
from recoup.jobs.verify import verify
from tests.books.ledgers import BY, Ledger
from tests.jobs.charging import charged, living, night, publish

pytestmark = pytest.mark.django_db

AUTO = "approval: auto"
ALL = "courtesy_waiver: none"
INVOICED = "interest: {mode: invoice}"
FIXED = "compensation: {mode: invoice, grace_days: 10}"
DUE = date(2026, 1, 15)


@pytest.fixture
def ledger(creditor, at) -> Ledger:
    return Ledger(creditor, date(2026, 1, 2), at.replace(month=1, day=2))


def on(ledger, day):
    """The same books on another day."""
    return replace(ledger, today=day)


def sound(ledger, day):
    found = verify(None, as_of=day, at=ledger.at, by=BY)
    return [each.sentence for each in found if not each.holds]


def late_item(ledger, number="K1", amount=10000_00, **words):
    return ledger.invoice(
        ledger.account(number), amount, **({"due": DUE, "issued": date(2026, 1, 1)} | words)
    )


def went(ledger, item, to, amount=None):
    return move(pieces=[Piece(item, amount)], to=to, **ledger.told)[0]


def owed(creditor, *, as_of, number):
    """The interest that an invoice has borne, wherever its parts stand."""
    rows = figures(creditor, as_of=as_of).rows
    mine = rows.filter((rows["number"] == number) & (rows["kind"] == "interest"))
    return mine["total_minor"].sum()


def by_account(kind="interest"):
    sums = {}
    for each in living(kind):
        number = each.account.number
        sums[number] = sums.get(number, 0) + each.amount_minor
    return sums


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


deeds = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(("move", "move", "part", "pay", "back", "night", "contra", "credit")),
        st.integers(0, 10**6),
    ),
    max_size=6,
)
RATES = (
    INVOICED,
    "interest: {mode: invoice, basis: contractual, annual_rate_percent: 7.3}",
)


@pytest.mark.parametrize("interest", RATES)
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(deeds=deeds, amount=st.integers(1, 10**8))
def test_what_moved_bears_to_the_cent_what_it_would_have_borne(ledger, interest, deeds, amount):
    with taken_back():
        publish(ledger, interest, AUTO, ALL)
        homes = [ledger.account(each) for each in ("K1", "K2", "K3")]
        late_item(ledger, "K1", amount, key="moved")
        twin = late_item(ledger, "K9", amount, key="still")
        day = date(2026, 1, 3)
        for days, deed, number in deeds:
            day += timedelta(days=days)
            _do(on(ledger, day), deed, number, homes, twin)
        day += timedelta(days=400)
        creditor = ledger.creditor
        assert owed(creditor, as_of=day, number="moved") == owed(
            creditor, as_of=day, number="still"
        )
        night(ledger, day)
        sums = by_account()
        assert sum(sums.get(each.number, 0) for each in homes) == sums.get("K9", 0)
        assert sound(ledger, day) == []


def _do(ledger, deed, number, homes, twin):
    parts = OpenItem.objects.filter(document__number="moved", open_minor__gt=0).order_by("pk")
    if deed == "night":
        night(ledger, ledger.today)
        return
    if deed == "back":
        made = Move.objects.filter(entry__reversed_by=None).order_by("pk")
        if made and is_all_there(made[number % len(made)]):
            take_back_move(move=made[number % len(made)], **ledger.told)
        return
    if not parts:
        return
    part = parts[number % len(parts)]
    amount = part.open_minor if number % 3 == 0 else 1 + number % part.open_minor
    if deed in ("move", "part"):
        to = homes[number % len(homes)]
        if to.pk != part.account_id:
            went(ledger, part, to, None if deed == "move" else amount)
        return
    twin.refresh_from_db()
    for each in (part, twin):
        if deed == "pay":
            ledger.apply(ledger.receipt(each.account, amount), each, amount)
        elif deed == "credit":
            ledger.apply(ledger.credit_note(each.account, amount), each, amount)
        else:
            contra.set_off(
                account=each.account, amounts={each.pk: amount}, reference="ER", **ledger.told
            )


def test_each_account_bears_the_days_on_which_the_item_stood_on_it(ledger):
    publish(ledger, INVOICED, AUTO, ALL)
    item = late_item(ledger)
    there = on(ledger, date(2026, 1, 20))
    went(there, item, there.account("K2"))
    night(ledger, date(2026, 2, 1))
    assert by_account() == {"K1": 14_07, "K2": 30_95}
    assert sound(ledger, date(2026, 2, 1)) == []


def test_interest_between_a_move_and_its_undoing_goes_back_too(ledger):
    publish(ledger, INVOICED, AUTO, ALL)
    item = late_item(ledger)
    there = on(ledger, date(2026, 1, 20))
    made = went(there, item, there.account("K2"))
    night(ledger, date(2026, 2, 1))
    take_back_move(move=made, **on(ledger, date(2026, 2, 10)).told)
    night(ledger, date(2026, 2, 11))
    assert by_account() == {"K1": 45_02}
    assert sound(ledger, date(2026, 2, 11)) == []


def test_the_fixed_sum_is_asked_once_wherever_the_invoice_goes(ledger):
    publish(ledger, FIXED, AUTO, ALL)
    item = late_item(ledger)
    there = on(ledger, date(2026, 1, 20))
    went(there, item, there.account("K2"), 4000_00)
    night(ledger, date(2026, 2, 1))
    assert by_account("compensation") == {"K1": 40_00}
    later = on(ledger, date(2026, 2, 3))
    item.refresh_from_db()
    went(later, item, later.account("K3"))
    night(ledger, date(2026, 5, 1))
    assert by_account("compensation") == {"K1": 40_00}


def test_the_courtesy_goes_along_and_is_not_given_twice(ledger):
    publish(ledger, INVOICED, AUTO)
    item = late_item(ledger)
    second = late_item(ledger, "K2", 1000_00, due=date(2026, 1, 20))
    night(ledger, date(2026, 2, 1))
    merge(account=item.account, survivor=second.account, **on(ledger, date(2026, 2, 10)).told)
    late_item(ledger, "K2", 500_00, due=date(2026, 1, 18))
    night(ledger, date(2026, 6, 1))
    states = {(each.open_item.document.number, each.state) for each in living()}
    assert states == {
        (item.document.number, "waived"),
        (second.document.number, "waived"),
        ("invoice-3", "invoiced"),
    }


@pytest.mark.parametrize("mode", ["invoice", "accrue", "propose"])
def test_charges_of_a_merged_account_follow_and_come_back(ledger, mode):
    how = ALL if mode == "propose" else AUTO
    interest = f"interest: {{mode: {'invoice' if mode == 'propose' else mode}}}"
    publish(ledger, interest, ALL, *([] if how == ALL else [AUTO]))
    item = late_item(ledger)
    night(ledger, date(2026, 2, 1))
    then = on(ledger, date(2026, 2, 10))
    made = merge(account=item.account, survivor=then.account("K2"), **then.told)
    night(ledger, date(2026, 3, 1))
    assert charged() == 123_80
    ids = [each.pk for each in living()]
    if mode == "propose":
        door.post_proposed(creditor=ledger.creditor, charge_ids=ids, **then.told)
    elif mode == "accrue":
        told = {name: value for name, value in then.told.items() if name != "why"}
        door.invoice(creditor=ledger.creditor, charge_ids=ids, due_date=date(2026, 3, 20), **told)
    owing = OpenItem.objects.filter(document__kind="charge", open_minor__gt=0)
    assert {each.account.number for each in owing} == {"K2"}
    assert sum(each.open_minor for each in owing) == 123_80
    assert sound(ledger, date(2026, 3, 1)) == []
    take_apart(merge=made, pieces=None, **on(ledger, date(2026, 3, 5)).told)
    night(ledger, date(2026, 3, 6))
    assert by_account() == {"K1": 123_80} if mode != "propose" else charged() == 123_80
    assert sound(ledger, date(2026, 3, 6)) == []


def test_a_charge_that_went_to_another_account_is_waived_there(ledger):
    publish(ledger, INVOICED, AUTO, ALL)
    item = late_item(ledger)
    night(ledger, date(2026, 2, 1))
    then = on(ledger, date(2026, 2, 10))
    merge(account=item.account, survivor=then.account("K2"), **then.told)
    (first,) = living()
    here = OpenItem.objects.get(document__kind="charge", open_minor__gt=0)
    receipt = then.receipt(here.account, 20_00)
    then.apply(receipt, here, 20_00)
    other = late_item(then, "K2", 100_00)
    contra.set_off(
        account=here.account, amounts={here.pk: 5_00, other.pk: 7_00}, reference="ER", **then.told
    )
    door.waive(charge=first, why="goodwill", today=then.today, at=then.at, by=BY)
    assert not OpenItem.objects.filter(document__kind="charge").exclude(open_minor=0).exists()
    receipt.refresh_from_db()
    other.refresh_from_db()
    assert (receipt.unapplied_minor, other.open_minor) == (20_00, 93_00)
    assert sound(then, then.today) == []
    assert Charge.objects.get().state == "waived"
