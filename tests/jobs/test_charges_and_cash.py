"""Charges meet money and messages: what pays what, what comes back, and what no message says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recoup.books import adjust, correct
from recoup.books import charge as door
from recoup.books.models import Intent, Message, OpenItem, Proposal, Receipt
from recoup.engine.matching.frames import MatchPolicy
from recoup.jobs import cash
from tests.books.ledgers import BY, Ledger
from tests.jobs.charging import charged, living, night, open_item, publish
from tests.jobs.moneyed import OnPaper, Paid, receive
from tests.jobs.sending import Office, state_of
from tests.jobs.test_charges import on, sound

pytestmark = pytest.mark.django_db

DUE = date(2026, 1, 15)
CHARGED = date(2026, 2, 1)
NUMBER = "RE-2026-0001"
NAME = "Ahorn Handels GmbH"
# 10,000.00 at 10.27 % for 16 days.
INTEREST = 45_02
POLICY = ("interest: {mode: invoice}", "approval: auto", "courtesy_waiver: none", "days_to_pay: 0")


@pytest.fixture
def ledger(creditor, at, settings, tmp_path) -> Ledger:
    settings.DATA = tmp_path
    books = Ledger(creditor, date(2026, 1, 2), at.replace(month=1, day=2))
    publish(books, *POLICY)
    return books


@pytest.fixture
def item(ledger) -> OpenItem:
    """An invoice with its January's interest charged."""
    account = ledger.account("K1", name=NAME)
    found = ledger.invoice(account, 10000_00, due=DUE, issued=date(2026, 1, 1), key=NUMBER)
    night(ledger, CHARGED)
    return found


def left(item):
    item.refresh_from_db()
    (first, *_) = living()
    return item.open_minor, open_item(first).open_minor


@pytest.mark.parametrize(
    ("words", "minor", "opens"),
    [
        ("{invoice}", 10000_00, (0, INTEREST)),
        ("{invoice} {charge}", 10000_00 + INTEREST, (0, 0)),
    ],
)
def test_money_pays_the_invoice_or_its_charge_as_the_payer_names_them(
    ledger, item, words, minor, opens
):
    (first,) = living()
    text = words.format(invoice=NUMBER, charge=first.number)
    then = on(ledger, date(2026, 2, 3))
    receive(then, OnPaper(1, then.today, 0, (Paid(minor, text, NAME),)).text())
    cash.match(ledger.creditor, act=cash.Act(then.today, then.at, BY, ""), policy=MatchPolicy())
    assert left(item) == opens
    night(ledger, date(2026, 2, 4))
    # What was paid on the 3rd bears interest up to that day; a charge bears none, ever.
    assert charged() == (INTEREST if opens[0] else 53_46)
    assert sound(ledger, date(2026, 2, 4)) == []


def test_money_that_names_the_charge_alone_never_pays_the_invoice(ledger, item):
    (first,) = living()
    then = on(ledger, date(2026, 2, 3))
    receive(then, OnPaper(1, then.today, 0, (Paid(INTEREST, first.number, NAME),)).text())
    act = cash.Act(then.today, then.at, BY, "")
    cash.match(ledger.creditor, act=act, policy=MatchPolicy())
    # Its number holds the invoice's own, so a person looks; the charge is what is proposed first.
    assert left(item)[0] == 10000_00
    best = Proposal.objects.order_by("rank").first()
    assert [pk for pk, *_ in best.items] == [open_item(first).pk]
    cash.accept(best, act=act)
    assert left(item) == (10000_00, 0)
    night(ledger, date(2026, 2, 4))
    assert charged() == INTEREST


def paid_with_charge(ledger, item, day):
    then = on(ledger, day)
    (first,) = living()
    receipt = then.receipt(item.account, 10000_00 + INTEREST)
    then.apply(receipt, item, 10000_00)
    then.apply(receipt, open_item(first), INTEREST)
    return receipt


def test_a_payment_of_both_that_bounces_leaves_both_open_and_interest_goes_on(ledger, item):
    receipt = paid_with_charge(ledger, item, date(2026, 2, 3))
    night(ledger, date(2026, 2, 4))
    assert charged() == 53_46
    back = on(ledger, date(2026, 2, 10))
    correct.bounce(receipt=receipt, **back.told)
    assert left(item) == (10000_00, INTEREST)
    night(ledger, date(2026, 2, 11))
    night(ledger, date(2026, 3, 1))
    # 37 days: 16 of January, then the 1st to the 3rd and the 11th to the 28th of February.
    assert charged() == 104_11
    assert sound(ledger, date(2026, 3, 1)) == []


def test_a_write_off_ends_interest_and_leaves_the_charge_owed(ledger, item):
    then = on(ledger, date(2026, 2, 3))
    then.apply(then.receipt(item.account, 9996_00), item, 9996_00)
    row = {
        "account_id": item.account_id,
        "open_item_id": item.pk,
        "currency": "EUR",
        "amount_minor": 4_00,
        "kind": "write_off",
        "effective_date": then.today,
        "key": "given-up",
    }
    adjust.adjust(
        creditor=ledger.creditor,
        adjustments=adjust.ADJUSTMENTS.of([row]),
        **then.told,
    )
    night(ledger, date(2026, 2, 4))
    assert left(item) == (0, INTEREST)
    assert charged() == 53_46
    assert night(ledger, date(2026, 6, 1)).new == 0
    assert sound(ledger, date(2026, 6, 1)) == []


def test_a_credit_note_dated_back_lowers_what_was_charged(ledger, item):
    then = on(ledger, date(2026, 2, 3))
    note = then.credit_note(item.account, 4000_00, due=DUE, issued=date(2026, 1, 16))
    then.apply(note, item, 4000_00, applied_date=date(2026, 1, 16))
    did = night(ledger, date(2026, 2, 4))
    assert (did.taken_back, did.new) == (1, 1)
    # One day on 10,000.00, fifteen on 6,000.00.
    assert charged() == 28_14
    assert sound(ledger, date(2026, 2, 4)) == []


@pytest.mark.parametrize("moment", ["after planning", "at the last moment"])
def test_no_message_asks_for_a_charge_that_was_waived_meanwhile(ledger, item, moment):
    office = Office(replace(ledger, today=date(2026, 3, 3), at=ledger.at.replace(month=3, day=3)))
    (intent,) = office.plan()
    (first, *_) = living()
    asked = set(intent.items.values_list("open_item_id", flat=True))
    assert {item.pk, open_item(first).pk} <= asked
    told = office.ledger.told | {"why": "goodwill"}
    if moment == "after planning":
        door.waive(charge=first, **told)
    else:
        office.server.before_release = lambda: door.waive(charge=first, **told)
    office.send()
    assert state_of(intent) == "cancelled"
    # What goes instead was decided anew: the invoice is asked for, the charge is not.
    for other in Intent.objects.exclude(pk=intent.pk):
        assert not other.items.filter(open_item=open_item(first)).exists()
    sent = Message.objects.filter(message_id__in=[each.message_id for each in office.server.got])
    assert not [each for each in sent if each.intent_id == intent.pk]


def test_money_that_paid_a_waived_charge_is_the_debtors_credit(ledger, item):
    receipt = paid_with_charge(ledger, item, date(2026, 2, 3))
    (first,) = living()
    door.waive(charge=first, **(on(ledger, date(2026, 2, 5)).told | {"why": "goodwill"}))
    assert Receipt.objects.get(pk=receipt.pk).unapplied_minor == INTEREST
