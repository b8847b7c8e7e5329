"""What the law leaves of charges: nothing twice, nothing across a border, nothing unstated."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.books.models import Intent, OpenItem
from recoup.jobs.charges.figures import figures
from tests.books.histories import remind
from tests.books.ledgers import Ledger
from tests.jobs.charging import charged, night, publish

pytestmark = pytest.mark.django_db

AUTO, ALL = "approval: auto", "courtesy_waiver: none"
FIXED = "compensation: {mode: invoice}"
DUE = date(2026, 1, 15)


@pytest.fixture
def ledger(creditor, at) -> Ledger:
    return Ledger(creditor, date(2026, 1, 2), at.replace(month=1, day=2))


def moved_to(ledger, country):
    ledger.creditor.country = country
    ledger.creditor.save()


def owed(ledger, minor=10000_00, **who) -> OpenItem:
    account = ledger.account("K1", **who)
    return ledger.invoice(account, minor, due=DUE, issued=date(2026, 1, 1))


def totals(ledger, day):
    rows = figures(ledger.creditor, as_of=day).rows
    return dict(rows.select("kind", "total_minor").rows())


@pytest.mark.parametrize(
    ("minor", "costs"),
    [
        # 15 % of 2,500, 10 % of 2,500, 5 % of 5,000: 875, of which 40 is the fixed sum.
        (10000_00, {"compensation": 40_00, "costs": 835_00}),
        # The least of the scale is the fixed sum itself.
        (100_00, {"compensation": 40_00}),
    ],
)
def test_the_fixed_sum_is_part_of_dutch_collection_costs(ledger, minor, costs):
    moved_to(ledger, "NL")
    owed(ledger, minor, country="NL")
    publish(ledger, FIXED, "costs: {mode: invoice, days_past_due: 30}", AUTO, ALL)
    assert totals(ledger, date(2026, 3, 1)) == costs
    night(ledger, date(2026, 3, 1))
    assert charged("costs") + charged("compensation") == sum(costs.values())


def test_a_reminder_costs_nothing_beside_the_fixed_sum_that_covers_it(ledger):
    item = owed(ledger)
    for day in (date(2026, 1, 20), date(2026, 2, 10)):
        remind(Ledger(ledger.creditor, day, ledger.at, ledger.numbers), [item])
    Intent.objects.update(step_code="second-reminder")
    fee = "fees: {mode: invoice, steps: [{step: second-reminder, amounts: {EUR: 2.50}}]}"
    publish(ledger, fee, AUTO, ALL)
    # The first reminder is free.
    assert totals(ledger, date(2026, 3, 1)) == {"fee": 2_50}
    publish(ledger, fee, FIXED, AUTO, ALL)
    assert totals(ledger, date(2026, 3, 1)) == {"compensation": 40_00}


@pytest.mark.parametrize(
    ("country", "kind", "is_charged"),
    [("DE", 1, True), ("NL", 1, True), ("DE", 3, True), ("NL", 3, False), ("", 3, True)],
)
def test_consumers_elsewhere_keep_the_law_of_their_place(ledger, country, kind, is_charged):
    item = owed(ledger, country=country, legal_kind=kind)
    agreed = "interest: {mode: invoice, basis: contractual, annual_rate_percent: 5}"
    publish(ledger, "kinds: [company, consumer]", agreed, AUTO, ALL)
    assert ("interest" in totals(ledger, date(2026, 3, 1))) == is_charged
    assert item.account.debtor.country == country


def test_who_must_be_small_to_claim_interest_says_so_first(ledger):
    moved_to(ledger, "IN")
    owed(ledger, country="IN")
    publish(ledger, "interest: {mode: invoice}", AUTO, ALL)
    found = figures(ledger.creditor, as_of=date(2026, 2, 10))
    assert found.rows.is_empty()
    assert all("creditor_qualifies" in each for each in found.rulings.refused.values())
    publish(ledger, "interest: {mode: invoice, creditor_qualifies: true}", AUTO, ALL)
    assert totals(ledger, date(2026, 2, 10))["interest"] > 0


@pytest.mark.parametrize(
    ("rounding", "interest"),
    # 1,000 at 8.5 % for 50 days: 11.64; 11.50 where the 0.2329 of a day is rounded, as GOV.UK does.
    [("law", 11_64), ("total", 11_64), ("segment", 11_64), ("daily", 11_50)],
)
def test_the_policy_says_what_is_rounded(ledger, rounding, interest):
    moved_to(ledger, "GB")
    owed(ledger, 1000_00, country="GB")
    agreed = "interest: {mode: announce, basis: contractual, annual_rate_percent: 8.5"
    publish(ledger, f"{agreed}, rounding: {rounding}}}", AUTO, ALL)
    assert totals(ledger, date(2026, 3, 6)) == {"interest": interest}


def test_where_only_memory_says_when_interest_starts_it_waits_for_a_demand(ledger):
    moved_to(ledger, "NL")
    item = owed(ledger, country="NL", legal_kind=3)
    publish(ledger, "kinds: [consumer]", "interest: {mode: invoice}", AUTO, ALL)
    assert figures(ledger.creditor, as_of=date(2026, 3, 1)).rows.is_empty()
    remind(Ledger(ledger.creditor, date(2026, 2, 1), ledger.at, ledger.numbers), [item])
    (first,) = figures(ledger.creditor, as_of=date(2026, 3, 1)).rows["first_date"]
    assert first == date(2026, 2, 2)


def test_a_half_year_nobody_knows_is_named_and_not_guessed(ledger):
    owed(ledger)
    publish(ledger, "interest: {mode: invoice}", AUTO, ALL)
    row = figures(ledger.creditor, as_of=date(2027, 1, 15)).rows
    known = figures(ledger.creditor, as_of=date(2026, 12, 31)).rows
    assert row["rate_missing_from"].to_list() == [date(2027, 1, 1)]
    assert row["total_minor"].to_list() == known["total_minor"].to_list()
