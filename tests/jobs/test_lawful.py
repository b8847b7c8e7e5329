"""Next lawful steps from the books, and the watch over time running out."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from recoup.books.merge import merge, take_apart
from recoup.books.models import Debtor
from recoup.books.move import Piece, move
from recoup.books.note import NewEvent, note_event, take_back_event
from recoup.engine.bundle import Hold
from recoup.jobs.lawful import lawful, limitation_watch
from recoup.kernel.parties import LegalKind
from recoup.law.debt import Debt, Happened
from recoup.law.laws import Seller, laws_of
from recoup.law.model import Place
from recoup.law.step import State
from recoup.law.steps import steps
from tests.books.histories import remind
from tests.books.ledgers import Ledger

pytestmark = pytest.mark.django_db
H = Happened


@pytest.fixture
def ledger(creditor, today, at):
    """Empty books of a business in England, paid in pounds."""
    creditor.country, creditor.currency = "GB", "GBP"
    creditor.save()
    return Ledger(creditor, today, at)


def debtor(ledger, number="A", *, kind=LegalKind.COMPANY, country="GB"):
    account = ledger.account(number)
    Debtor.objects.filter(pk=account.debtor_id).update(legal_kind=int(kind), country=country)
    account.refresh_from_db()
    return account


def invoice(ledger, account, *, late, minor=1_000_00):
    return ledger.invoice(account, minor, due=ledger.today - timedelta(days=late), currency="GBP")


def note(ledger, account, kind, *, days, **more):
    new = NewEvent(kind, ledger.today + timedelta(days=days), **more)
    return note_event(account=account, new=new, today=ledger.today, at=ledger.at, by="tests")


def state(ledger, account, code, *, debt=0):
    found = lawful(account, as_of=ledger.today)
    return next(each.state for each in found.debts[debt].steps if each.code == code)


def test_a_letter_of_claim_on_record_moves_the_court_from_not_yet_to_open(ledger):
    account = debtor(ledger)
    invoice(ledger, account, late=60)
    assert state(ledger, account, "court_claim") is State.LATER
    sent = note(ledger, account, H.LETTER_OF_CLAIM, days=-20)
    assert state(ledger, account, "letter_of_claim") is State.DONE
    assert state(ledger, account, "court_claim") is State.OPEN
    take_back_event(event=sent, why="Not sent.", today=ledger.today, at=ledger.at, by="tests")
    assert state(ledger, account, "court_claim") is State.LATER


def test_a_letter_counts_for_what_was_issued_by_then_or_for_its_own_item(ledger):
    account = debtor(ledger)
    old, new = invoice(ledger, account, late=60), invoice(ledger, account, late=5)
    note(ledger, account, H.LETTER_OF_CLAIM, days=-30)
    assert state(ledger, account, "letter_of_claim", debt=0) is State.DONE
    assert state(ledger, account, "letter_of_claim", debt=1) is State.OPEN
    note(ledger, account, H.LETTER_OF_CLAIM, days=-2, open_item=new)
    assert state(ledger, account, "letter_of_claim", debt=1) is State.DONE
    assert old.due_date < new.due_date


@pytest.mark.parametrize(
    ("reason", "step", "wanted"),
    [
        (Hold.INSOLVENCY, "court_claim", State.NEVER),
        (Hold.BREATHING_SPACE, "letter_of_claim", State.LATER),
        (Hold.DISPUTE, "statutory_demand", State.NEVER),
        (Hold.DECEASED, "friendly_reminder", State.LATER),
        (Hold.DO_NOT_CONTACT, "friendly_reminder", State.NEVER),
        # The creditor's own holds are no matter of law.
        (Hold.MANUAL, "friendly_reminder", State.OPEN),
    ],
)
def test_holds_stop_what_the_law_stops(ledger, reason, step, wanted):
    account = debtor(ledger)
    item = invoice(ledger, account, late=60)
    ledger.hold(account, item=item, reason=reason)
    assert state(ledger, account, step) is wanted


def test_a_payment_and_a_reminder_we_saw_move_nothing_that_is_certain(ledger):
    account = debtor(ledger)
    item = invoice(ledger, account, late=60)
    paid = ledger.receipt(account, 300_00, currency="GBP")
    ledger.apply(paid, item, 300_00, currency="GBP")
    remind(ledger, [item])
    found = lawful(account, as_of=ledger.today).debts[0]
    assert {each.kind for each in found.debt.events} == {H.PART_PAYMENT, H.REMINDER}
    assert found.limitation.last_date == date(item.due_date.year + 6, 1, 2)
    assert found.limitation.perhaps_until == date(2032, 3, 3)
    assert (found.debt.amount_minor, found.debt.size_minor) == (700_00, 1_000_00)


@pytest.mark.parametrize(
    ("kind", "country", "agreed", "laws", "is_settled"),
    [
        (LegalKind.COMPANY, "GB", "", ("GB-EAW", "GB-EAW"), True),
        (LegalKind.COMPANY, "US", "", ("GB-EAW", "US"), True),
        (LegalKind.COMPANY, "US", "DE", ("DE", "US"), True),
        (LegalKind.CONSUMER, "GB", "", ("GB-EAW", "GB-EAW"), True),
        (LegalKind.CONSUMER, "US", "", ("US", "US"), False),
        (LegalKind.UNKNOWN, "US", "", ("US", "US"), False),
        # What the contract names binds a consumer only where it is their own law.
        (LegalKind.CONSUMER, "GB", "DE", ("GB-EAW", "GB-EAW"), False),
        (LegalKind.CONSUMER, "DE", "DE", ("DE", "DE"), True),
        (LegalKind.COMPANY, "", "", ("GB-EAW", "GB-EAW"), True),
        # No document of that country: the creditor's is asked.
        (LegalKind.COMPANY, "JP", "", ("GB-EAW", "GB-EAW"), True),
        (LegalKind.CONSUMER, "JP", "", ("GB-EAW", "GB-EAW"), False),
    ],
)
def test_between_firms_the_sellers_law_governs_and_with_people_their_own(
    kind, country, agreed, laws, is_settled
):
    seller = Seller(Place(country="GB"), agreed)
    found = laws_of(kind, debtor=Place(country=country), seller=seller)
    assert (found.contract.code, found.place.code) == laws
    assert found.home.code == "GB-EAW"
    assert (not found.unsettled) == is_settled


def test_what_a_consumer_elsewhere_owes_for_being_late_is_left_to_a_lawyer():
    owed = Debt(
        kind=LegalKind.CONSUMER, amount_minor=1_000_00, currency="EUR", due_date=date(2026, 1, 15)
    )
    laws = laws_of(owed.kind, debtor=Place(country="DE"), seller=Seller(Place(country="NL")))
    said = {each.code: each for each in steps(laws, owed, on=date(2026, 3, 1))}
    assert said["statutory_interest"].state is State.UNKNOWN
    assert "ask a lawyer" in said["statutory_interest"].why
    assert said["friendly_reminder"].state is not State.UNKNOWN


def test_where_no_place_has_a_document_nothing_is_said(ledger):
    ledger.creditor.country = "JP"
    ledger.creditor.save()
    account = debtor(ledger, country="JP")
    account.refresh_from_db()
    invoice(ledger, account, late=60)
    assert lawful(account, as_of=ledger.today).laws is None
    assert limitation_watch(ledger.creditor, as_of=ledger.today).is_empty()


SIX_YEARS = 2_191


def watched(ledger, **more):
    found = limitation_watch(ledger.creditor, as_of=ledger.today, **more)
    return dict(zip(found["item_id"], found["standing"], strict=True))


def test_the_watch_finds_what_runs_out_soon_and_what_has_run_out(ledger):
    account = debtor(ledger)
    gone = invoice(ledger, account, late=SIX_YEARS + 10)
    soon = invoice(ledger, account, late=SIX_YEARS - 30)
    later = invoice(ledger, account, late=SIX_YEARS - 300)
    invoice(ledger, account, late=10)
    assert watched(ledger) == {gone.pk: "run_out", soon.pk: "soon"}
    assert watched(ledger, months=12) == {gone.pk: "run_out", soon.pk: "soon", later.pk: "soon"}
    assert watched(ledger, months=0) == {gone.pk: "run_out"}


def test_a_claim_in_time_ends_the_watch_until_it_is_taken_back(ledger):
    account = debtor(ledger)
    soon = invoice(ledger, account, late=SIX_YEARS - 30)
    filed = note(ledger, account, H.COURT_CLAIM, days=-3, open_item=soon)
    assert watched(ledger) == {}
    take_back_event(event=filed, why="Typo.", today=ledger.today, at=ledger.at, by="tests")
    assert watched(ledger) == {soon.pk: "soon"}


def test_what_is_paid_and_what_another_creditor_is_owed_is_not_watched(ledger):
    account = debtor(ledger)
    paid = invoice(ledger, account, late=SIX_YEARS - 30)
    money = ledger.receipt(account, 1_000_00, currency="GBP")
    ledger.apply(money, paid, 1_000_00, currency="GBP")
    other = ledger.other("second")
    other.invoice(other.account(), 100_00, due=ledger.today - timedelta(days=SIX_YEARS - 30))
    assert watched(ledger) == {}


def test_the_watch_says_the_same_as_each_account(ledger):
    """Whatever is asked in bulk equals what is asked one by one."""
    for number, kind in enumerate(LegalKind):
        place = ("GB", "US", "IN", "SG", "AU")[number]
        account = debtor(ledger, f"A{number}", kind=kind, country=place)
        for late in (700, 1_000, 1_400, 1_800, 2_150, 2_400):
            invoice(ledger, account, late=late)
        if number % 2:
            note(ledger, account, H.WRITTEN_ACKNOWLEDGMENT, days=-400)
        found = limitation_watch(ledger.creditor, as_of=ledger.today, months=12)
        mine = found.filter(pl.col("account_id") == account.pk)
        bulk = dict(zip(mine["item_id"], mine["last_date"], strict=True))
        single = {
            each.item.pk: each.limitation.last_date
            for each in lawful(account, as_of=ledger.today).debts
            if each.limitation.standing(ledger.today, months=12) in ("soon", "run_out")
        }
        assert bulk == single


def last_days(account, today):
    return [each.limitation.last_date for each in lawful(account, as_of=today).debts]


def test_time_runs_for_a_debt_that_moved_as_if_it_had_stayed(ledger):
    account, other = debtor(ledger, "A"), debtor(ledger, "B")
    item = invoice(ledger, account, late=SIX_YEARS - 30)
    note(ledger, account, H.WRITTEN_ACKNOWLEDGMENT, days=-2000, open_item=item)
    note(ledger, other, H.WRITTEN_ACKNOWLEDGMENT, days=-1000)
    stayed = last_days(account, ledger.today)
    made = merge(account=account, survivor=other, **ledger.told)
    assert last_days(other, ledger.today) == stayed
    found = limitation_watch(ledger.creditor, as_of=ledger.today, months=36)
    assert found["last_date"].to_list() == stayed
    take_apart(merge=made, pieces=None, **ledger.told)
    assert last_days(account, ledger.today) == stayed


def test_what_was_said_of_an_account_is_said_of_what_left_it_later(ledger):
    account, other = debtor(ledger, "A"), debtor(ledger, "B")
    item = invoice(ledger, account, late=SIX_YEARS - 30)
    note(ledger, account, H.WRITTEN_ACKNOWLEDGMENT, days=-500)
    stayed = last_days(account, ledger.today)
    move(pieces=[Piece(item)], to=other, **ledger.told)
    assert last_days(other, ledger.today) == stayed
