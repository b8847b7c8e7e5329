"""The late gate: what happens after planning still counts, up to the last moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books import register, treat
from recoup.books.invariants import INVARIANTS, Scope, offenders
from recoup.books.models import Attempt, ContactPoint, Creditor, Debtor, Intent, Run
from recoup.channels.base import AllowList
from recoup.engine.bundle import Hold
from recoup.jobs.gatekeeper import figures_alone
from recoup.kernel.parties import LegalKind
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive
from tests.jobs.sending import Office, state_of


@pytest.fixture
def office(creditor, today, at):
    return Office(Ledger(creditor, today, at))


def pay(office, item, amount):
    receipt = office.ledger.receipt(item.account, amount)
    office.ledger.apply(receipt, item, amount)


def change_address(office, item, **changes):
    ContactPoint.objects.filter(account=item.account).update(**changes)


def contact(office, item, state):
    point = office.ledger.contact_point(item.account)
    told = {"today": office.ledger.today, "at": office.ledger.at, "by": BY}
    register.change_contact(contact_point=point, state=state, **told)


def freeze(office, item):
    register.freeze(creditor=office.ledger.creditor, reason="a test", at=office.ledger.at)


WITHHELD = {
    "paid": (lambda o, i: pay(o, i, 9000), "nothing-net-due"),
    "money not yet applied": (lambda o, i: o.ledger.receipt(i.account, 9000), "covered-by-credit"),
    "a credit note": (lambda o, i: o.ledger.credit_note(i.account, 9000), "covered-by-credit"),
    "paid all but a coin": (lambda o, i: pay(o, i, 8999), "below-minimum"),
    "disputed": (lambda o, i: o.ledger.hold(i.account), "hold-dispute"),
    "promised": (lambda o, i: o.ledger.hold(i.account, reason=Hold.PROMISE), "hold-promise"),
    "insolvent": (
        lambda o, i: o.ledger.hold(i.account, reason=Hold.INSOLVENCY),
        "hold-insolvency",
    ),
    "the item disputed": (lambda o, i: o.ledger.hold(i.account, item=i), "nothing-net-due"),
    "opted out": (lambda o, i: contact(o, i, "opted_out"), "opted-out"),
    "bounced": (lambda o, i: contact(o, i, "bounced"), "address-bounced"),
    "consent withdrawn": (lambda o, i: change_address(o, i, consent="none"), "no-consent"),
    "address replaced": (lambda o, i: change_address(o, i, until=o.ledger.at), "no-address"),
    "address corrected": (lambda o, i: change_address(o, i, value="new@k1.example"), "no-address"),
    "procedure unknown": (
        lambda o, i: Intent.objects.update(procedure="gone"),
        "below-minimum",
    ),
}


@pytest.mark.parametrize(("happens", "reason"), WITHHELD.values(), ids=WITHHELD)
@pytest.mark.parametrize("moment", ["after planning", "at the last moment"])
def test_what_forbids_after_planning_keeps_the_message_back(office, happens, reason, moment):
    (item,) = office.owe("K1", 9000)
    (intent,) = office.plan()
    if moment == "after planning":
        happens(office, item)
    else:
        office.server.before_release = lambda: happens(office, item)
    sent = office.send()
    assert (sent.withheld, office.server.got) == (1, [])
    assert state_of(intent) == "cancelled"
    assert reason in intent.reason.split(", ")


WAITING = {
    "frozen": (freeze, "sending-frozen"),
    "bank data grown old": (
        lambda o, i: Creditor.objects.update(bank_data_until=o.ledger.today - timedelta(days=9)),
        "bank-data-stale",
    ),
    "a statement missing": (lambda o, i: miss_a_statement(o), "bank-data-stale"),
}


def miss_a_statement(office):
    """Two statements of a bank account, the second beginning with another balance."""
    day = office.ledger.today
    for number, opening in ((1, 0), (3, 500_00)):
        on_paper = OnPaper(number, day - timedelta(days=4 - number), opening, (Paid(10_00),))
        receive(office.ledger, on_paper.text())


@pytest.mark.parametrize(("happens", "reason"), WAITING.values(), ids=WAITING)
def test_what_time_may_lift_lets_the_message_wait(office, at, happens, reason):
    (item,) = office.owe()
    (intent,) = office.plan()
    office.server.before_release = lambda: happens(office, item)
    office.send()
    assert (state_of(intent), intent.reason) == ("pending", reason)
    assert intent.not_before == at + timedelta(hours=1)
    assert office.server.got == []


def test_a_courtesy_leaves_though_bank_data_grew_old(office):
    account = office.ledger.account("K1")
    due = office.ledger.today + timedelta(days=3)
    office.ledger.invoice(account, 9000, due=due)
    (intent,) = office.plan()
    assert intent.step_code == "upcoming"
    office.server.before_release = lambda: Creditor.objects.update(
        bank_data_until=office.ledger.today - timedelta(days=9)
    )
    office.send()
    assert state_of(intent) == "accepted"


@pytest.mark.parametrize(("hour", "leaves"), [(6, 0), (7, 1), (16, 1), (17, 0)])
def test_messages_leave_only_within_the_hours_of_the_debtors_own_clock(office, at, hour, leaves):
    """From 08:00 to 18:00 in Berlin is from 07:00 to 17:00 in UTC."""
    office.owe()
    (intent,) = office.plan()
    Intent.objects.update(not_before=at - timedelta(hours=9))
    office.hour = at.replace(hour=hour)
    office.send()
    assert len(office.server.got) == leaves
    assert state_of(intent) == ("accepted" if leaves else "pending")


@pytest.mark.parametrize(
    ("kind", "hour", "leaves"),
    [
        (LegalKind.CONSUMER, 8, 0),
        (LegalKind.UNKNOWN, 8, 0),
        (LegalKind.CONSUMER, 9, 1),
        (LegalKind.COMPANY, 8, 1),
    ],
)
def test_the_law_of_the_debtors_place_narrows_the_hours(office, at, kind, hour, leaves):
    """The policy opens at 08:00, Irish law for consumers at 09:00."""
    office.owe()
    Debtor.objects.update(country="IE", time_zone="Europe/Dublin", legal_kind=kind)
    (intent,) = office.plan()
    opens = 8 if kind is LegalKind.COMPANY else 9
    assert intent.not_before == at.replace(hour=opens, minute=0)
    Intent.objects.update(not_before=at - timedelta(hours=9))
    office.hour = at.replace(hour=hour)
    office.send()
    assert len(office.server.got) == leaves
    intent.refresh_from_db()
    assert intent.reason == ("" if leaves else "outside-hours")


def test_a_frozen_creditors_messages_are_not_even_taken_in_hand(office):
    office.owe()
    (intent,) = office.plan()
    freeze(office, None)
    assert office.lease() == []
    assert state_of(intent) == "pending"


def test_an_installation_for_tests_writes_only_to_its_list(office):
    office.owe("K1")
    office.owe("K2")
    mine, other = office.plan()
    office.server.allow_list = AllowList.of("ap@k1.example")
    office.send()
    assert [each.recipient for each in office.server.got] == ["ap@k1.example"]
    assert (state_of(mine), state_of(other)) == ("accepted", "cancelled")
    assert other.reason == "not-allow-listed"


@pytest.mark.parametrize("moment", ["after planning", "at the last moment"])
def test_a_part_payment_is_followed_by_a_message_with_the_right_amount(office, moment):
    (item,) = office.owe("K1", 9000)
    (first,) = office.plan()
    if moment == "after planning":
        pay(office, item, 2000)
    else:
        due = [lambda: pay(office, item, 2000)]
        office.server.before_release = lambda: due.pop()() if due else None
    office.send()
    second = Intent.objects.get(revision=2)
    assert (state_of(first), first.reason) == ("cancelled", "superseded")
    assert (second.state, second.net_minor) == ("accepted", 7000)
    (mail,) = office.server.got
    assert mail.message_id == second.messages.get().message_id
    assert mail.message_id != first.messages.get().message_id


def test_a_revision_left_undecided_by_a_worker_that_died_is_decided_by_the_next(office):
    (item,) = office.owe("K1", 9000)
    (first,) = office.plan()
    pay(office, item, 2000)
    Intent.objects.filter(pk=first.pk).update(state="cancelled", reason="figures-changed")
    office.send()
    assert Intent.objects.get(revision=2).state == "accepted"
    office.send()
    assert Intent.objects.count() == 2


@pytest.mark.parametrize(
    ("reason", "is_alone"),
    [
        ("figures-changed", True),
        ("figures-changed, outside-hours", True),
        ("nothing-net-due, figures-changed", False),
        ("figures-changed, hold-dispute", False),
        ("by:stop: the run was stopped", False),
        ("superseded", False),
    ],
)
def test_only_changed_figures_are_a_reason_to_say_it_anew(reason, is_alone):
    assert figures_alone(reason) is is_alone


def test_a_payment_that_crosses_the_message_is_after_it_in_the_books(office, today, at):
    (item,) = office.owe("K1", 9000)
    (intent,) = office.plan()
    office.server.after_release = lambda: pay(office, item, 9000)
    office.send()
    assert state_of(intent) == "accepted"
    scope = Scope(None, today, at)
    contact_rules = [each for each in INVARIANTS if each.code in ("C3", "C4", "C13", "C14")]
    assert [offenders(each, scope) for each in contact_rules] == [[]] * len(contact_rules)


def test_money_dated_after_the_day_does_not_pay_for_it(office, today):
    """The day's decision is about the day: tomorrow's money is tomorrow's."""
    (item,) = office.owe("K1", 9000)
    (intent,) = office.plan()
    receipt = office.ledger.receipt(item.account, 9000, on=today + timedelta(days=1))
    office.ledger.apply(receipt, item, 9000, applied_date=today + timedelta(days=1))
    office.send()
    assert state_of(intent) == "accepted"


def test_the_facts_that_cleared_a_message_are_kept_without_the_address(office):
    office.owe("K1", 9000)
    office.plan()
    office.send()
    attempt = Attempt.objects.get()
    assert attempt.gate_open_minor == 9000
    assert attempt.gate_facts["asked_minor"] == 9000
    assert "@" not in str(attempt.gate_facts)


def test_a_stop_of_the_run_reaches_what_is_in_hand_already(office, at):
    office.owe()
    (intent,) = office.plan()
    office.server.before_release = lambda: Run.objects.update(state="stopped")
    office.send()
    assert office.server.got == []
    assert state_of(intent) == "cancelled"
    assert intent.reason.startswith("by:")


def test_ended_holds_and_holds_of_other_days_do_not_matter(office, today, at):
    (item,) = office.owe()
    held = office.ledger.hold(item.account, first=today + timedelta(days=1))
    (intent,) = office.plan()
    treat.end_hold(held=held, today=today, at=at, by=BY)
    office.send()
    assert state_of(intent) == "accepted"
