"""Money in the bank that may be theirs: the policy says whether they are written to, and how."""

from __future__ import annotations

import zlib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from recoup.books import charge as charging
from recoup.books import publish
from recoup.books.models import Account, Intent, Message, Proposal, StatementLine
from recoup.engine.matching.frames import MatchPolicy, Tolerance
from recoup.jobs import cash
from recoup.jobs.explain import explain
from recoup.jobs.nightly import nightly
from recoup.kernel.money import currency_number
from recoup.policy import document
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid, receive
from tests.jobs.sending import Office, state_of

STANDARD = document.standard().text


@pytest.fixture
def office(creditor, today, at):
    return Office(Ledger(creditor, today, at))


def chooses(office, *changes):
    """The creditor publishes the standard policy with these words for others."""
    text = STANDARD
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    name = document.load(text).policy.name
    publish.publish_policy(
        creditor=office.ledger.creditor, name=name, text=text, at=office.ledger.at, by=BY
    )


def pays(office, amount=90_00, words="danke", name="Debtor K1"):
    """A payment that no document is named for, thought over."""
    paper = OnPaper(1, office.ledger.today, 0, (Paid(amount, words, name),))
    receive(office.ledger, paper.text())
    act = cash.Act(today=office.ledger.today, at=office.ledger.at, by=BY, why="thought over")
    never = MatchPolicy(auto_post_ppm=2_000_000)
    cash.match(office.ledger.creditor, act=act, policy=never)
    return StatementLine.objects.get()


def said(intent):
    """The plain text of a message."""
    stored = Message.objects.get(intent=intent)
    mail = message_from_bytes(zlib.decompress(bytes(stored.content)), policy=policy.default)
    return mail.get_body(("plain",)).get_content()


MENTION = ("maybe_paid: hold            # or mention", "maybe_paid: mention  # or hold")


@pytest.mark.parametrize(("percent", "is_written"), [(1, False), (99, True)])
def test_the_policy_says_how_sure_it_must_be_at_both_askings(office, percent, is_written):
    chooses(office, ("maybe_paid_percent: 20", f"maybe_paid_percent: {percent}"))
    office.owe()
    pays(office, amount=33_00)
    assert len(office.plan()) == is_written
    StatementLine.objects.update(state="other")
    night = nightly(office.ledger.creditor, as_of=office.ledger.today, at=office.ledger.at, by=BY)
    assert night.run.messages == 1
    StatementLine.objects.update(state="open")
    office.plan() if is_written else None
    intents = list(Intent.objects.exclude(state="cancelled"))
    Intent.objects.filter(state="waiting").update(state="pending")
    office.send()
    assert [state_of(each) for each in intents] == ["accepted" if is_written else "cancelled"]


def test_a_message_may_mention_the_payment_instead(office):
    chooses(office, MENTION)
    office.owe()
    pays(office)
    (intent,) = office.plan()
    assert "ist eine Zahlung über 90,00" in said(intent)
    account = Account.objects.get()
    why = explain(account, as_of=office.ledger.today).sentences["EUR"]
    assert any("may be theirs" in each and "message mentions" in each for each in why)
    office.send()
    assert state_of(intent) == "accepted"


def test_a_payment_that_comes_after_planning_is_mentioned_too(office):
    chooses(office, MENTION)
    office.owe()
    (first,) = office.plan()
    assert "eingegangen" not in said(first)
    pays(office)
    office.send()
    assert (state_of(first), first.reason) == ("cancelled", "superseded")
    office.send()
    (second,) = Intent.objects.exclude(state="cancelled")
    assert "ist eine Zahlung über 90,00" in said(second)
    assert state_of(second) == "accepted"


def test_a_payment_that_is_somebody_elses_after_all_is_mentioned_no_more(office, at, today):
    chooses(office, MENTION)
    office.owe()
    line = pays(office)
    office.plan()
    other = office.ledger.account("K9")
    act = cash.Act(today=today, at=at, by=BY, why="it is theirs")
    cash.settle_line(cash.Settlement(line.pk, other.pk), act=act)
    office.send()
    office.send()
    (second,) = Intent.objects.exclude(state="cancelled")
    assert "eingegangen" not in said(second)
    assert state_of(second) == "accepted"


def test_the_explanation_names_the_payment_and_what_the_policy_does(office):
    office.owe()
    pays(office)
    why = explain(Account.objects.get(), as_of=office.ledger.today).sentences["EUR"]
    (told,) = [each for each in why if "may be theirs" in each]
    assert "90.00 EUR of 2026-03-03" in told
    assert "counts from 20 %" in told
    assert "nothing is written meanwhile" in told


def test_the_policy_reaches_cash_application(office):
    chooses(
        office,
        ("auto_post_percent: 99.5", "auto_post_percent: 97.25"),
        ("  discount_grace_days: 3", "  discount_grace_days: 7\n"
         "  tolerances: {EUR: {short: 2.50, rounding: 0}, JPY: {over: 50}}"),
        ("maybe_paid_percent: 20", "maybe_paid_percent: 35"),
        ("allocation: as_said", "allocation: costs_interest_principal"),
    )  # fmt: skip
    found = cash.policy_of(office.ledger.creditor, today=office.ledger.today)
    assert found == MatchPolicy(
        tolerances={
            currency_number("EUR"): Tolerance(rounding_minor=0, short_minor=2_50),
            currency_number("JPY"): Tolerance(over_minor=50),
        },
        discount_grace_days=7,
        auto_post_ppm=972_500,
        hold_ppm=350_000,
        allocation="costs_interest_principal",
    )


def test_at_a_hundred_percent_nothing_is_posted_by_itself(office, today, at):
    chooses(office, ("auto_post_percent: 99.5", "auto_post_percent: 100"))
    item = office.owe()[0]
    number = item.document.number
    paper = OnPaper(1, today, 0, (Paid(90_00, f"Rechnung {number}", "Debtor K1"),))
    receive(office.ledger, paper.text())
    act = cash.Act(today=today, at=at, by=BY)
    creditor = office.ledger.creditor
    done = cash.match(creditor, act=act, policy=cash.policy_of(creditor, today=today))
    assert (done.posted, Proposal.objects.exists()) == (0, True)


def test_money_without_a_word_pays_as_the_policy_orders(office, today):
    chooses(office, ("allocation: as_said", "allocation: costs_interest_principal"))
    account = office.ledger.account("K1")
    office.ledger.invoice(account, 50_00)
    fee = office.ledger.items(account, 5_00, kind="charge")[0]
    line = pays(office, amount=20_00)
    parts = cash.parts_by_rule(account, line, today=today)
    assert [part.applied_minor for part in parts] == [5_00, 15_00]
    assert parts[0].item_id == fee.pk


@pytest.mark.parametrize(
    ("country", "kind", "paid"),
    [
        # Costs and interest go first by art. 6:44 BW; the German order is not in our document.
        ("NL", "costs", [5_00, 15_00]),
        ("NL", "interest", [5_00, 15_00]),
        # French law puts interest first and does not speak of costs; the Italian is unverified.
        ("FR", "interest", [5_00, 15_00]),
        ("FR", "costs", [20_00]),
        ("IT", "interest", [20_00]),
        ("DE", "interest", [20_00]),
    ],
)
def test_money_without_a_word_pays_in_the_order_of_the_law(office, today, country, kind, paid):
    office.ledger.creditor.country = country
    office.ledger.creditor.save()
    account = office.ledger.account("K1")
    item = office.ledger.invoice(account, 50_00)
    charge(office.ledger, item, kind, "invoiced")
    parts = cash.parts_by_rule(account, pays(office, amount=20_00), today=today)
    assert [part.applied_minor for part in parts] == paid


def test_what_is_booked_and_not_asked_for_yet_waits_with_the_invoices(office, today):
    office.ledger.creditor.country = "NL"
    office.ledger.creditor.save()
    account = office.ledger.account("K1")
    item = office.ledger.invoice(account, 50_00)
    charge(office.ledger, item, "interest", "accrued")
    parts = cash.parts_by_rule(account, pays(office, amount=20_00), today=today)
    assert [part.item_id for part in parts] == [item.pk]


def charge(ledger, item, kind, state):
    row = {
        "account_id": item.account_id,
        "open_item_id": item.pk,
        "kind": kind,
        "key": f"{kind}/{item.pk}/1",
        "number": f"{item.document.number}-1",
        "first_date": item.due_date,
        "last_date": item.due_date,
        "currency": item.currency,
        "amount_minor": 5_00,
        "state": state,
        "mode": "accrue" if state == "accrued" else "invoice",
        "due_date": ledger.today + timedelta(days=14),
        "law": "NL",
        "law_version": "",
        "basis": "{}",
        "closed_why": "",
    }
    charges = charging.CHARGES.of([row])
    charging.charge(
        creditor=ledger.creditor, charges=charges, today=ledger.today, at=ledger.at, by=BY, why="x"
    )
