"""In duplum in the books: interest stops at the principal, and the sheet says so with its cite."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.jobs.charges.figures import figures
from recoup.jobs.item_interest import Item, item_sheet
from recoup.law.interest import Compounding
from recoup.reports.interest_sheet import closing_words, counting_words
from tests.books.ledgers import Ledger
from tests.jobs.charging import charged, night, publish
from tests.jobs.test_charges import sound

pytestmark = pytest.mark.django_db

DUE = date(2024, 1, 15)
DOUBLE = date(2028, 1, 1)


@pytest.fixture
def item(creditor, at):
    creditor.country, creditor.currency = "ZA", "ZAR"
    creditor.save()
    ledger = Ledger(creditor, date(2024, 1, 2), at.replace(year=2024, month=1, day=2))
    publish(
        ledger,
        "interest: {mode: invoice, basis: contractual, annual_rate_percent: 50}",
        "approval: auto",
        "courtesy_waiver: none",
    )
    account = ledger.account("K1", country="ZA")
    return ledger.invoice(
        account, 1000_00, due=DUE, issued=date(2024, 1, 1), currency="ZAR"
    ), ledger


@pytest.mark.parametrize(
    ("day", "minor", "per_day"),
    [(date(2024, 12, 31), 480_82, 1_37), (date(2026, 1, 14), 1000_00, 0), (DOUBLE, 1000_00, 0)],
)
def test_interest_in_south_africa_stops_at_the_principal(item, day, minor, per_day):
    found = figures(item[1].creditor, as_of=day).rows
    assert found["total_minor"].to_list() == [minor]
    assert found["per_day_minor"].to_list() == [per_day]


def test_no_more_is_charged_however_many_nights(item):
    for day in (date(2025, 6, 1), date(2026, 6, 1), date(2027, 6, 1), DOUBLE):
        night(item[1], day)
    assert charged() == 1000_00
    assert sound(item[1], DOUBLE) == []


@pytest.mark.parametrize(("language", "word"), [("en", "was limited"), ("de", "begrenzt")])
def test_the_sheet_says_that_it_was_limited_and_why(item, language, word):
    sheet = item_sheet(Item(item[0], DOUBLE, language))
    assert sheet.total_minor == 1000_00
    assert word in closing_words(sheet)
    assert sheet.said["in_duplum"] in counting_words(sheet)
    assert any("s 103(5)" in each for each in sheet.basis.cites)
    assert word not in closing_words(item_sheet(Item(item[0], date(2025, 1, 1), language)))


def test_interest_that_stops_at_the_principal_never_joins_it(item):
    publish(
        item[1],
        "interest: {mode: invoice, basis: contractual, annual_rate_percent: 50}",
        "approval: auto",
    )
    (rule,) = figures(item[1].creditor, as_of=DOUBLE).rulings.rules
    assert (rule.counting.in_duplum, rule.counting.compounding) == (True, Compounding.NONE)
