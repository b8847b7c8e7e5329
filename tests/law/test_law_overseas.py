"""The documents of countries outside Europe: worked examples as their sources give them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.bands import band_of
from recoup.law.interest import Compounding, Mode, statutory
from recoup.law.lookup import law, law_of, rate_on

COMPANY, CONSUMER = LegalKind.COMPANY, LegalKind.CONSUMER
CODES = ["US", "US-CA", "US-NY", "US-TX", "CA", "CA-ON", "AU", "IN", "ZA", "SG"]


@pytest.mark.parametrize("code", CODES)
def test_what_is_known_from_memory_only_is_never_calculated_with(code):
    for name, entries in law(code).document.values.items():
        for entry in entries:
            assert entry.is_usable is False or entry.verified != "memory", name


@pytest.mark.parametrize("code", CODES)
def test_a_debtor_of_unknown_kind_owes_no_statutory_interest(code):
    with pytest.raises(Refusal) as refused:
        statutory(law(code), on=date(2025, 3, 15), kind=LegalKind.UNKNOWN)
    assert refused.value.code in ("interest-not-claimable", "law-unverified")


def test_a_state_goes_before_the_country_and_the_country_fills_its_gaps():
    california = law_of("US", "CA")
    assert california is not None
    on = date(2026, 1, 1)
    assert california.code == "US-CA"
    assert california.is_so("contact.covers_own_debts", on=on, kind=CONSUMER)
    assert california.count("contact.call_pause_days", on=on, kind=CONSUMER) == 7
    nevada = law_of("US", "NV")
    assert nevada is not None
    assert nevada.code == "US"


def test_texas_gives_six_percent_from_the_thirtieth_day():
    rule = statutory(law("US-TX"), on=date(2026, 1, 1), kind=COMPANY)
    assert rule.rates[0].annual_rate_ppm == 60_000
    assert rule.counting.first_day == 30


@pytest.mark.parametrize(
    ("on", "rate_ppm"), [(date(2025, 2, 7), 195_000), (date(2026, 1, 10), 165_000)]
)
def test_india_gives_three_times_the_bank_rate_with_monthly_rests(on, rate_ppm):
    rule = statutory(law("IN"), on=on, kind=COMPANY)
    newest = [rate for rate in rule.rates if rate.since <= on][-1]
    assert newest.annual_rate_ppm == rate_ppm
    assert newest.of.endswith("× 3")
    assert (rule.counting.mode, rule.counting.compounding) == (Mode.FLOATING, Compounding.MONTHLY)
    assert rule.known_until == date(2026, 2, 6)


@pytest.mark.parametrize(
    ("credit", "kind", "most"),
    [
        ("5000", COMPANY, 35),
        ("10000", COMPANY, 35),
        ("10000.01", COMPANY, 48),
        ("500000", COMPANY, 48),
        ("500000.01", COMPANY, None),
    ],
)
def test_canada_limits_what_a_company_may_owe_by_the_size_of_the_credit(credit, kind, most):
    found = law("CA").get("contract.interest_max_by_size", on=date(2026, 1, 1), kind=kind)
    band = band_of(found.entry, Decimal(credit))
    assert (band.percent if band else None) == most


def test_canada_limits_a_natural_person_to_35_percent_whatever_the_size():
    canada, on = law("CA"), date(2026, 1, 1)
    assert canada.percent_ppm("contract.interest_max", on=on, kind=CONSUMER) == 350_000
    assert canada.find("contract.interest_max", on=on, kind=COMPANY) is None
    assert canada.percent_ppm("contract.interest_max", on=date(2024, 12, 31), kind=COMPANY) == (
        600_000
    )


@pytest.mark.parametrize(
    ("on", "rate_ppm"),
    [
        (date(2016, 5, 1), 105_000),
        (date(2018, 5, 1), 100_000),
        (date(2025, 2, 28), 112_500),
        (date(2025, 3, 1), 110_000),
    ],
)
def test_south_africa_keeps_the_prescribed_rate_of_the_day_interest_began(on, rate_ppm):
    rule = statutory(law("ZA"), on=on, kind=COMPANY)
    assert rule.counting.mode is Mode.FIXED_AT_START
    assert [rate for rate in rule.rates if rate.since <= on][-1].annual_rate_ppm == rate_ppm


@pytest.mark.parametrize("on", [date(2017, 1, 1), date(2020, 6, 1), date(2025, 5, 1)])
def test_years_in_which_no_rate_was_seen_refuse(on):
    with pytest.raises(Refusal, match=r"is known up to"):
        rate_on(law("ZA"), "za-prescribed", on)
    rule = statutory(law("ZA"), on=on, kind=COMPANY)
    assert rule.known_until is not None
    assert rule.known_until < on


def test_nothing_revives_consumer_credit_in_new_york():
    york, on = law("US-NY"), date(2024, 1, 1)
    assert york.count("limitation.years", on=on, kind=CONSUMER) == 3
    assert york.words("limitation.restarts", on=on, kind=CONSUMER) == ()
    assert york.count("limitation.years", on=on, kind=COMPANY) == 6
