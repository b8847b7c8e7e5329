"""What the books refuse for one account of a charging night concerns that account only."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.books.apply_cash import reverse as reverse_entry
from recoup.books.charge import refused_on
from recoup.books.models import Charge, Entry
from recoup.jobs.nightly import nightly
from tests.books.ledgers import BY, Ledger
from tests.jobs.charging import charged, day_after, living, night, publish
from tests.jobs.test_charges import on

pytestmark = pytest.mark.django_db

DUE = date(2026, 1, 15)
AGREED = "interest: {mode: invoice, basis: contractual, annual_rate_percent: 36.5}"


@pytest.fixture
def ledger(creditor, at) -> Ledger:
    books = Ledger(creditor, date(2026, 1, 2), at.replace(month=1, day=2))
    publish(books, AGREED, "approval: auto", "courtesy_waiver: none")
    return books


def owed(ledger, number, minor):
    return ledger.invoice(ledger.account(number), minor, due=DUE, issued=date(2026, 1, 1))


def paid_back_then(ledger, item):
    """A payment that is recorded late, of a day on which interest had only just begun."""
    then = on(ledger, date(2026, 3, 2))
    receipt = then.receipt(item.account, item.amount_minor, on=date(2026, 1, 20))
    then.apply(receipt, item, item.amount_minor, applied_date=date(2026, 1, 20))


@pytest.fixture
def stuck(ledger):
    """Two accounts charged too much; of the first somebody reversed the charge's entry by hand."""
    items = [owed(ledger, number, 1000_00) for number in ("K1", "K2")]
    night(ledger, date(2026, 3, 1))
    first = Charge.objects.get(open_item=items[0])
    entry = Entry.objects.get(key=f"charge/{first.key}")
    reverse_entry(entry=entry, today=date(2026, 3, 1), at=ledger.at, by=BY, why="by hand")
    for item in items:
        paid_back_then(ledger, item)
    return ledger


def test_a_correction_that_is_refused_stops_no_other_account(stuck):
    day = date(2026, 3, 3)
    did = night(stuck, day)
    assert (did.taken_back, did.new, did.refused) == (1, 1, 1)
    (event,) = refused_on(creditor=stuck.creditor, day=day)
    assert event.account.number == "K1"
    assert "invoice-1-I1 cannot be taken back" in event.facts["why"]
    by_account = {each.account.number: each.amount_minor for each in living()}
    assert by_account["K2"] == 5_00


def test_it_is_said_once_a_day_and_asked_again_the_next(stuck):
    days = [date(2026, 3, 3), date(2026, 3, 3), date(2026, 3, 4)]
    assert [night(stuck, day).refused for day in days] == [1, 1, 1]
    assert [night(stuck, day).new for day in days[1:]] == [0, 0]
    assert refused_on(creditor=stuck.creditor, day=date(2026, 3, 3)).count() == 1
    assert refused_on(creditor=stuck.creditor, day=date(2026, 3, 4)).count() == 1


def test_a_charge_too_large_for_the_books_stops_no_other_account(ledger):
    publish(
        ledger,
        "interest: {mode: invoice, basis: contractual, annual_rate_percent: 100}",
        "approval: auto",
        "courtesy_waiver: none",
    )
    owed(ledger, "K1", 10**12)
    owed(ledger, "K2", 1000_00)
    day = date(2027, 3, 1)
    did = night(ledger, day)
    assert (did.new, did.refused) == (1, 1)
    assert charged() == 1120_55
    (event,) = refused_on(creditor=ledger.creditor, day=day)
    assert event.account.number == "K1"
    assert night(ledger, day_after(day)).refused == 1


def test_the_day_goes_on_and_says_so(stuck):
    day = date(2026, 3, 3)
    at = stuck.at.replace(month=3, day=3)
    told = nightly(stuck.creditor, as_of=day, at=at, by=BY)
    assert told.charged.refused == 1
    (event,) = refused_on(creditor=stuck.creditor, day=told.run.as_of)
    assert event.business_date == day
