"""The door of what happened to a debt: noted once, taken back with a reason, never lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from recoup.books.models import DebtEvent, TimelineEvent
from recoup.books.note import NewEvent, note_event, take_back_event
from recoup.books.query import execute
from recoup.kernel.errors import Refusal
from recoup.law.debt import Happened

pytestmark = pytest.mark.django_db
H = Happened


def note(ledger, account, kind=H.LETTER_OF_CLAIM, *, days=-5, **more):
    new = NewEvent(kind, ledger.today + timedelta(days=days), **more)
    return note_event(account=account, new=new, today=ledger.today, at=ledger.at, by="tests")


def take_back(ledger, event, why="It was another debtor."):
    take_back_event(event=event, why=why, today=ledger.today, at=ledger.at, by="tests")
    event.refresh_from_db()


def kinds():
    found = TimelineEvent.objects.filter(kind__startswith="debt_event").order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_what_happened_is_told_on_the_timeline_and_telling_it_again_adds_nothing(ledger):
    account = ledger.account()
    assert note(ledger, account) == note(ledger, account)
    assert kinds() == ["debt_event_noted"]


def test_two_days_and_two_items_are_two_events(ledger):
    account = ledger.account()
    item = ledger.invoice(account, 100_00)
    found = {
        note(ledger, account).pk,
        note(ledger, account, days=-4).pk,
        note(ledger, account, open_item=item).pk,
    }
    assert len(found) == 3


def test_what_was_taken_back_stays_and_may_be_told_again(ledger):
    account = ledger.account()
    first = note(ledger, account)
    take_back(ledger, first)
    take_back(ledger, first, "again")
    assert (first.taken_back_by, first.taken_back_why) == ("tests", "It was another debtor.")
    assert note(ledger, account).pk != first.pk
    assert kinds() == ["debt_event_noted", "debt_event_taken_back", "debt_event_noted"]


@pytest.mark.parametrize(
    ("kind", "days", "more", "code"),
    [
        (H.LETTER_OF_CLAIM, 1, {}, "event-day"),
        (H.LETTER_OF_CLAIM, -40_000, {}, "event-day"),
        (H.REMINDER, -1, {}, "event-kind"),
        (H.LETTER_OF_CLAIM, -1, {"last_date": date(2026, 3, 3)}, "event-lasting"),
        (H.NEGOTIATION, -1, {"last_date": date(2026, 1, 1)}, "event-order"),
        (H.LETTER_OF_CLAIM, -1, {"names_minor": 40_00}, "event-notice"),
        (H.COSTS_NOTICE, -1, {"names_minor": 0}, "event-notice"),
        (H.COSTS_NOTICE, -5, {"received_date": date(2026, 1, 1)}, "event-notice"),
        (H.COSTS_NOTICE, -5, {"received_date": date(2030, 1, 1)}, "event-notice"),
    ],
)
def test_what_cannot_be_is_refused(ledger, kind, days, more, code):
    with pytest.raises(Refusal) as refused:
        note(ledger, ledger.account(), kind, days=days, **more)
    assert refused.value.code == code
    assert not DebtEvent.objects.exists()


def test_another_accounts_item_and_another_end_are_refused(ledger):
    account, other = ledger.account("A"), ledger.account("B")
    with pytest.raises(Refusal, match="not of this account"):
        note(ledger, account, open_item=ledger.invoice(other, 100_00))
    note(ledger, account, H.NEGOTIATION)
    with pytest.raises(Refusal, match="another last day"):
        note(ledger, account, H.NEGOTIATION, last_date=ledger.today)


def test_nothing_is_taken_back_without_a_reason(ledger):
    event = note(ledger, ledger.account())
    with pytest.raises(Refusal, match="Say why"):
        take_back(ledger, event, "  ")


def test_a_notice_of_costs_names_them_in_the_currency_of_its_debt(ledger):
    account = ledger.account()
    item = ledger.invoice(account, 100_00, currency="USD")
    told = note(ledger, account, H.COSTS_NOTICE, open_item=item, names_minor=40_00)
    assert told.names_currency == "USD"
    assert note(ledger, account, H.COSTS_NOTICE, names_minor=40_00).names_currency == "EUR"
    assert note(ledger, account, H.COSTS_NOTICE, days=-9).names_currency is None
    with pytest.raises(Refusal, match="receipt or amount"):
        note(ledger, account, H.COSTS_NOTICE, names_minor=50_00)


@pytest.mark.parametrize(
    "change", ["event_date = '2020-01-01'", "kind = 'judgment'", "names_minor = 1"]
)
def test_the_database_refuses_to_rewrite_what_happened(ledger, change):
    note(ledger, ledger.account())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(f"UPDATE books_debtevent SET {change}")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("DELETE FROM books_debtevent")
