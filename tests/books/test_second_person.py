"""What one person may not give away alone: a second one decides, and it is posted once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connections

from recoup.books import adjust, correct, second
from recoup.books.invariants import INVARIANTS, Scope, offenders
from recoup.books.models import Entry, MoneyRequest, OpenItem, Receipt, Seat, TimelineEvent
from recoup.kernel.errors import Refusal
from tests.books.ledgers import Ledger


@pytest.fixture
def ledger(creditor, today, at):
    return Ledger(creditor, today, at)


@pytest.fixture
def seats(ledger):
    """Vera and Otto, a controller and an owner."""
    users = get_user_model().objects
    for name, role in (("vera", "controller"), ("otto", "owner")):
        login = users.create_user(username=name, email=f"{name}@lindenhof.example")
        Seat.objects.create(login=login, creditor=ledger.creditor, role=role)


def told(ledger, by="vera", why="agreed with the customer"):
    return {"today": ledger.today, "at": ledger.at, "by": by, "why": why}


def asked(ledger, amount=40_00, by="vera"):
    item = ledger.invoice(ledger.account("K1"), 100_00)
    return second.ask_to_give_up(
        item=item, kind="write_off", amount_minor=amount, **told(ledger, by)
    )


def left():
    return OpenItem.objects.get().open_minor


def give_up(ledger, item, amount, key):
    row = {
        "account_id": item.account_id,
        "open_item_id": item.pk,
        "currency": item.currency,
        "amount_minor": amount,
        "kind": "write_off",
        "effective_date": ledger.today,
        "key": key,
    }
    adjust.adjust(
        creditor=ledger.creditor, adjustments=adjust.ADJUSTMENTS.of([row]), **told(ledger)
    )


@pytest.mark.parametrize(("amount", "is_alone"), [(5_00, True), (5_01, False)])
def test_one_person_gives_up_to_the_limit_alone(ledger, amount, is_alone):
    item = ledger.invoice(ledger.account(), 100_00)
    if is_alone:
        give_up(ledger, item, amount, "a")
    else:
        with pytest.raises(Refusal, match=r"At most 5\.00 EUR of one document"):
            give_up(ledger, item, amount, "a")
    assert left() == (95_00 if is_alone else 100_00)


def test_many_small_ones_of_a_document_are_one_large_one(ledger):
    item = ledger.invoice(ledger.account(), 100_00)
    give_up(ledger, item, 3_00, "a")
    with pytest.raises(Refusal, match="second one"):
        give_up(ledger, item, 3_00, "b")
    correct.take_back_given_up(entry=Entry.objects.get(kind="write_off"), **told(ledger))
    give_up(ledger, item, 3_00, "c")
    assert left() == 97_00


def test_a_second_person_approves_and_it_is_posted(ledger, seats):
    request = asked(ledger)
    assert left() == 100_00
    with pytest.raises(Refusal, match="Somebody else"):
        second.approve(request=request, **told(ledger))
    done = second.approve(request=request, **told(ledger, "otto", ""))
    assert (left(), done.state, done.decided_by, done.is_alone) == (
        60_00,
        "approved",
        "otto",
        False,
    )
    assert "asked by vera" in Entry.objects.get(kind="write_off").why
    kinds = list(TimelineEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == ["money_asked", "money_approved"]
    with pytest.raises(Refusal, match="approved already by otto"):
        second.approve(request=request, **told(ledger, "otto"))
    assert left() == 60_00
    assert not _broken(ledger)


def test_declined_is_not_posted_and_may_be_asked_again(ledger, seats):
    request = asked(ledger)
    with pytest.raises(Refusal, match="waits for a second person already"):
        second.ask_to_give_up(
            item=request.open_item, kind="write_off", amount_minor=1_00, **told(ledger)
        )
    with pytest.raises(Refusal, match="Say why"):
        second.decline(request=request, **told(ledger, "otto", " "))
    second.decline(request=request, **told(ledger, "otto", "They can pay"))
    assert left() == 100_00
    second.ask_to_give_up(
        item=request.open_item, kind="write_off", amount_minor=1_00, **told(ledger)
    )
    assert MoneyRequest.objects.count() == 2


def test_with_nobody_else_the_owner_confirms_with_the_reason_again(ledger):
    login = get_user_model().objects.create_user(username="otto", email="otto@lindenhof.example")
    Seat.objects.create(login=login, creditor=ledger.creditor, role="owner")
    request = asked(ledger, by="otto")
    with pytest.raises(Refusal, match="written again"):
        second.approve(request=request, **told(ledger, "otto", " "))
    done = second.approve(request=request, **told(ledger, "otto"))
    assert (done.is_alone, left()) == (True, 60_00)
    assert not _broken(ledger)


def test_a_viewer_is_no_second_person(ledger, seats):
    Seat.objects.filter(login__username="otto").update(role="viewer")
    assert second.may_alone(asked(ledger), by="vera")


@pytest.mark.parametrize(("amount", "is_alone"), [(100_00, True), (100_01, False)])
def test_a_refund_above_the_limit_needs_two(ledger, seats, amount, is_alone):
    receipt = ledger.receipt(ledger.account(), 300_00)
    if is_alone:
        correct.refund(receipt=receipt, amount_minor=amount, **told(ledger))
        return
    with pytest.raises(Refusal, match=r"At most 100\.00 EUR of one payment"):
        correct.refund(receipt=receipt, amount_minor=amount, **told(ledger))
    request = second.ask_to_refund(receipt=receipt, amount_minor=amount, **told(ledger))
    second.approve(request=request, **told(ledger, "otto", ""))
    assert Receipt.objects.get().unapplied_minor == 199_99
    assert not _broken(ledger)


def test_what_was_paid_meanwhile_cannot_be_given_up_any_more(ledger, seats):
    request = asked(ledger, amount=60_00)
    receipt = ledger.receipt(ledger.account("K1"), 80_00)
    ledger.apply(receipt, request.open_item, 80_00)
    with pytest.raises(Refusal, match="at most what is left"):
        second.approve(request=request, **told(ledger, "otto"))
    request.refresh_from_db()
    assert request.state == "waiting"


def test_two_who_approve_at_once_post_once(committed, ledger, seats):
    request = asked(ledger)
    login = get_user_model().objects.create_user(username="rosa", email="rosa@lindenhof.example")
    Seat.objects.create(login=login, creditor=ledger.creditor, role="controller")
    said: list[str] = []
    start = threading.Barrier(2)

    def agree(by):
        try:
            start.wait()
            second.approve(request=MoneyRequest.objects.get(pk=request.pk), **told(ledger, by))
            said.append("posted")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    both = [threading.Thread(target=agree, args=[by]) for by in ("otto", "rosa")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(said) == ["decided-already", "posted"]
    assert (left(), Entry.objects.filter(kind="write_off").count()) == (60_00, 1)


def _broken(ledger):
    scope = Scope(ledger.creditor.pk, ledger.today + timedelta(days=1), ledger.at)
    return [each.code for each in INVARIANTS if each.code == "M20" and offenders(each, scope)]
