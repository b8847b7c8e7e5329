"""What the documents of Europe say: facts written down once more, edges by a cent and a day."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.bands import by_size
from recoup.law.interest import Compounding, DayCount, Mode, statutory
from recoup.law.lookup import law, law_of, rate_on

COMPANY, CONSUMER, UNKNOWN = LegalKind.COMPANY, LegalKind.CONSUMER, LegalKind.UNKNOWN
PUBLIC = LegalKind.PUBLIC_BODY
NOW = date(2026, 11, 21)


def said(code, topic, kind=COMPANY, on=NOW):
    """What a law says, fit to calculate with."""
    return law(code).get(topic, on=on, kind=kind).entry.value


@pytest.mark.parametrize(
    ("code", "topic", "kind", "value"),
    [
        ("DE", "interest.margin", COMPANY, 9),
        ("DE", "interest.margin", CONSUMER, 5),
        ("DE", "interest.claimable", UNKNOWN, False),
        ("DE", "interest.starts", CONSUMER, "demand"),
        ("DE", "default.demand_needed", COMPANY, False),
        ("DE", "default.demand_needed", CONSUMER, True),
        ("DE", "compensation.claimable", CONSUMER, False),
        ("DE", "compensation.credited", COMPANY, True),
        ("DE", "contract.compounding", COMPANY, False),
        ("DE", "limitation.years", CONSUMER, 3),
        ("DE", "limitation.from", COMPANY, "end_of_year"),
        ("DE", "limitation.suspends", COMPANY, ["negotiation", "court_action", "service_of_claim"]),
        ("DE", "terms.max_days", COMPANY, 60),
        ("DE", "terms.max_days", PUBLIC, 30),
        ("NL", "interest.compounding", COMPANY, "yearly"),
        ("NL", "interest.margin", COMPANY, 8),
        ("NL", "costs.notice_days", CONSUMER, 14),
        ("NL", "preaction.counts_from", CONSUMER, "day_after_receipt"),
        ("NL", "costs.claimable", UNKNOWN, False),
        ("NL", "costs.combine", CONSUMER, True),
        ("NL", "allocation.order", COMPANY, ["costs", "interest", "principal"]),
        ("NL", "limitation.years", COMPANY, 5),
        (
            "NL",
            "limitation.restarts",
            COMPANY,
            ["written_demand", "acknowledgment", "court_action"],
        ),
        ("NL", "terms.max_days_large", COMPANY, 30),
        ("IE", "interest.mode", COMPANY, "fixed_at_due_date"),
        ("IE", "terms.default_days", COMPANY, 30),
        ("IE", "terms.default_counts", COMPANY, "starting_day_excluded"),
        ("IE", "limitation.years", CONSUMER, 6),
        ("IE", "contact.public_holidays", CONSUMER, False),
        ("IE", "contact.sealed", CONSUMER, True),
        ("IE", "interest.claimable", CONSUMER, False),
        ("FR", "interest.margin", COMPANY, 10),
        ("FR", "contract.interest_floor_times", COMPANY, 3),
        ("FR", "interest.starts", CONSUMER, "demand"),
        ("FR", "costs.claimable", CONSUMER, False),
        ("FR", "compensation.claimable", CONSUMER, False),
        ("FR", "terms.max_days", COMPANY, 60),
        ("FR", "terms.max_end_of_month_days", COMPANY, 45),
        ("FR", "terms.max_strict", COMPANY, True),
        ("FR", "limitation.years", COMPANY, 5),
        ("FR", "limitation.years", CONSUMER, 2),
        ("FR", "limitation.restarts", COMPANY, ["acknowledgment", "court_action", "enforcement"]),
        ("FR", "allocation.order", COMPANY, ["interest", "principal"]),
        ("ES", "interest.claimable", CONSUMER, False),
        ("ES", "terms.max_days", COMPANY, 60),
        ("ES", "terms.max_strict", COMPANY, True),
        ("ES", "terms.default_from", COMPANY, "delivery"),
        ("ES", "contract.floor_share", COMPANY, 30),
        ("IT", "interest.margin", COMPANY, 8),
        ("IT", "interest.claimable", CONSUMER, False),
        ("IT", "terms.max_days", COMPANY, 60),
        ("GB-SCT", "limitation.years", COMPANY, 5),
        ("GB-SCT", "limitation.extinguishes", COMPANY, True),
        ("GB-SCT", "court.limit", COMPANY, 5000),
        ("GB-SCT", "interest.mode", COMPANY, "fixed_at_start"),
        ("GB-SCT", "terms.default_counts", COMPANY, "starting_day_included"),
        ("EU", "interest.margin", COMPANY, 8),
        ("EU", "compensation.per", COMPANY, "invoice"),
        ("EU", "compensation.claimable", CONSUMER, False),
    ],
)
def test_the_law_says(code, topic, kind, value):
    assert said(code, topic, kind) == value


@pytest.mark.parametrize(
    ("code", "topic", "kind"),
    [
        ("DE", "limitation.restarts", COMPANY),
        ("DE", "costs.claimable", COMPANY),
        ("NL", "limitation.years", CONSUMER),
        ("IE", "interest.court_rate", COMPANY),
        ("IE", "court.fee", COMPANY),
        ("FR", "stop.freezes_interest", COMPANY),
        ("FR", "court.serve_months", COMPANY),
        ("ES", "limitation.years", COMPANY),
        ("ES", "preaction.required", COMPANY),
        ("IT", "limitation.restarts", COMPANY),
        ("IT", "allocation.order", COMPANY),
        ("IT", "court.fee", COMPANY),
        ("GB-SCT", "preaction.required", CONSUMER),
        ("GB-SCT", "court.fee", COMPANY),
    ],
)
def test_what_nobody_checked_is_refused(code, topic, kind):
    with pytest.raises(Refusal) as refused:
        said(code, topic, kind)
    assert refused.value.code == "law-unverified"


@pytest.mark.parametrize(
    ("code", "topic", "kind", "day", "before", "after"),
    [
        ("DE", "interest.margin", COMPANY, date(2014, 7, 29), 8, 9),
        ("DE", "compensation.claimable", COMPANY, date(2014, 7, 29), False, True),
        ("EU", "interest.margin", COMPANY, date(2013, 3, 16), None, 8),
        ("NL", "terms.max_days_large", COMPANY, date(2022, 7, 1), None, 30),
        ("FR", "court.serve_months", COMPANY, date(2026, 9, 1), 6, 3),
        ("ES", "interest.margin", COMPANY, date(2013, 2, 24), 7, 8),
        ("IT", "interest.margin", COMPANY, date(2013, 1, 1), 7, 8),
        ("NL", "costs.tariff", COMPANY, date(2012, 7, 1), None, "bands"),
    ],
)
def test_a_change_of_the_law_begins_on_its_day(code, topic, kind, day, before, after):
    def on(at):
        found = law(code).find(topic, on=at, kind=kind)
        return found and ("bands" if found.entry.bands else found.entry.value)

    assert on(date.fromordinal(day.toordinal() - 1)) == before
    assert on(day) == after


@pytest.mark.parametrize(
    ("code", "topic", "amount_minor", "gives_minor"),
    [
        ("IE", "compensation.fixed", 1_000_00, 40_00),
        ("IE", "compensation.fixed", 1_000_01, 70_00),
        ("IE", "compensation.fixed", 10_000_00, 70_00),
        ("IE", "compensation.fixed", 10_000_01, 100_00),
        ("FR", "compensation.fixed", 10_000_01, 40_00),
        ("ES", "compensation.fixed", 10_000_01, 40_00),
        ("IT", "compensation.fixed", 10_000_01, 40_00),
        ("DE", "compensation.fixed", 1, 40_00),
        ("DE", "compensation.fixed", 50_000_00, 40_00),
        ("DE", "court.fee", 1, 38_00),
        ("DE", "court.fee", 1_000_00, 38_00),
        ("DE", "court.fee", 1_000_01, 41_00),
        ("DE", "court.fee", 5_000_00, 85_25),
        ("DE", "court.fee", 10_000_00, 141_50),
        ("DE", "court.fee", 50_000_00, 319_00),
        ("NL", "costs.tariff", 1, 40_00),
        ("NL", "costs.tariff", 266_67, 40_00),
        ("NL", "costs.tariff", 267_00, 40_05),
        ("NL", "costs.tariff", 1_000_00, 150_00),
        ("NL", "costs.tariff", 2_500_00, 375_00),
        ("NL", "costs.tariff", 5_000_00, 625_00),
        ("NL", "costs.tariff", 10_000_00, 875_00),
        ("NL", "costs.tariff", 25_000_00, 1_025_00),
        ("NL", "costs.tariff", 200_000_00, 2_775_00),
        ("NL", "costs.tariff", 999_999_99, 6_775_00),
        ("NL", "costs.tariff", 2_000_000_00, 6_775_00),
    ],
)
def test_scales_step_at_their_edges(code, topic, amount_minor, gives_minor):
    found = by_size(
        law(code), topic, amount_minor=amount_minor, currency="EUR", on=NOW, kind=COMPANY
    )
    assert found == gives_minor


def test_a_scale_says_nothing_beyond_its_end():
    with pytest.raises(Refusal, match=r"known up to 95,000 only, and 95,000\.01"):
        by_size(
            law("DE"),
            "court.fee",
            amount_minor=95_000_01,
            currency="EUR",
            on=NOW,
            kind=COMPANY,
        )


def test_a_fee_of_one_year_is_not_carried_into_the_next():
    with pytest.raises(Refusal, match=r"no value of court\.fee is known for 2025-01-01"):
        said("NL", "court.fee", on=date(2025, 1, 1))


# What national authorities published as the rate of late payment, in per cent.
PUBLISHED = [
    ("IE", date(2013, 3, 16), "8.75"),
    ("IE", date(2013, 7, 1), "8.50"),
    ("IE", date(2014, 1, 1), "8.25"),
    ("IE", date(2014, 7, 1), "8.15"),
    ("IE", date(2015, 1, 1), "8.05"),
    ("IE", date(2016, 7, 1), "8.00"),
    ("IE", date(2022, 12, 31), "8.00"),
    ("IE", date(2023, 1, 1), "10.50"),
    ("IE", date(2023, 7, 1), "12.00"),
    ("IE", date(2024, 1, 1), "12.50"),
    ("IE", date(2024, 7, 1), "12.25"),
    ("IE", date(2025, 1, 1), "11.15"),
    ("IE", date(2025, 7, 1), "10.15"),
    ("IE", date(2026, 1, 1), "10.15"),
    ("IE", date(2026, 7, 1), "10.40"),
    ("NL", date(2018, 1, 1), "8.00"),
    ("NL", date(2022, 1, 1), "8.00"),
    ("NL", date(2022, 12, 31), "8.00"),
    ("NL", date(2023, 1, 1), "10.50"),
    ("NL", date(2023, 7, 1), "12.00"),
    ("NL", date(2024, 1, 1), "12.50"),
    ("NL", date(2024, 6, 30), "12.50"),
    ("NL", date(2024, 7, 1), "12.25"),
    ("NL", date(2025, 1, 1), "11.15"),
    ("NL", date(2025, 7, 1), "10.15"),
    ("NL", date(2026, 1, 1), "10.15"),
    ("NL", date(2026, 7, 1), "10.40"),
    ("FR", date(2021, 1, 1), "10.00"),
    ("FR", date(2024, 7, 1), "14.25"),
    ("FR", date(2026, 7, 1), "12.40"),
    ("ES", date(2020, 1, 1), "8.00"),
    ("ES", date(2026, 1, 1), "10.15"),
    ("ES", date(2026, 7, 1), "10.40"),
    ("IT", date(2024, 1, 1), "12.50"),
    ("IT", date(2024, 7, 1), "12.25"),
    ("IT", date(2025, 1, 1), "11.15"),
    ("IT", date(2025, 7, 1), "10.15"),
    ("IT", date(2026, 1, 1), "10.15"),
    ("IT", date(2026, 7, 1), "10.40"),
    ("DE", date(2014, 7, 28), "7.27"),
    ("DE", date(2014, 7, 29), "8.27"),
    ("DE", date(2022, 12, 31), "8.12"),
    ("DE", date(2023, 1, 1), "10.62"),
    ("DE", date(2023, 7, 1), "12.12"),
    ("DE", date(2024, 1, 1), "12.62"),
    ("DE", date(2024, 7, 1), "12.37"),
    ("DE", date(2025, 1, 1), "11.27"),
    ("DE", date(2025, 7, 1), "10.27"),
    ("DE", date(2026, 6, 30), "10.27"),
    ("DE", date(2026, 7, 1), "10.52"),
]


@pytest.mark.parametrize(("code", "day", "percent"), PUBLISHED)
def test_a_published_rate_is_the_reference_rate_with_its_margin(code, day, percent):
    assert in_force(statutory(law(code), on=day, kind=COMPANY), day) == ppm(percent)


@pytest.mark.parametrize(
    ("code", "day", "percent"),
    [
        ("DE", date(2010, 11, 1), "5.12"),
        ("DE", date(2023, 1, 2), "6.62"),
        ("NL", date(2024, 7, 1), "7"),
        ("NL", date(2025, 12, 31), "6"),
        ("NL", date(2026, 1, 1), "4"),
        ("FR", date(2024, 7, 1), "4.92"),
        ("FR", date(2026, 11, 21), "2.75"),
    ],
)
def test_consumers_owe_the_lower_rate(code, day, percent):
    assert in_force(statutory(law(code), on=day, kind=CONSUMER), day) == ppm(percent)


def in_force(rule, day):
    """The rate of a rule on a day."""
    assert rule.known_until is None or day <= rule.known_until
    return [rate.annual_rate_ppm for rate in rule.rates if rate.since <= day][-1]


def ppm(percent):
    """A written percentage in millionths."""
    whole, _, rest = percent.partition(".")
    return int(whole) * 10_000 + int(rest.ljust(4, "0"))


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2024, 7, 1), "14.76"),
        (date(2025, 1, 1), "11.13"),
        (date(2025, 7, 1), "8.28"),
        (date(2026, 1, 1), "7.86"),
        (date(2026, 7, 1), "8.25"),
    ],
)
def test_an_agreed_french_rate_is_at_least_three_times_the_legal_rate(day, percent):
    france = law("FR")
    times = france.count("contract.interest_floor_times", on=day, kind=COMPANY)
    series = france.word("contract.interest_floor_of", on=day, kind=COMPANY)
    assert rate_on(france, series, day).annual_rate_ppm * times == ppm(percent)


def test_scotland_has_the_interest_of_the_kingdom_and_none_of_england_s_court():
    scotland, england = law("GB-SCT"), law("GB-EAW")
    ours = statutory(scotland, on=NOW, kind=COMPANY)
    theirs = statutory(england, on=NOW, kind=COMPANY)
    assert (ours.rates, ours.counting) == (theirs.rates, theirs.counting)
    for topic in ("preaction.reply_days", "stop.breathing_space_days", "demand.days"):
        assert england.find(topic, on=NOW, kind=CONSUMER) is not None
        assert scotland.find(topic, on=NOW, kind=CONSUMER) is None


@pytest.mark.parametrize(
    ("code", "mode", "compounding", "day_count"),
    [
        ("FR", Mode.FLOATING, Compounding.NONE, DayCount.ACTUAL_365),
        ("ES", Mode.FLOATING, Compounding.NONE, DayCount.ACTUAL_365),
        ("IT", Mode.FLOATING, Compounding.NONE, DayCount.ACTUAL_365),
        ("GB-SCT", Mode.FIXED_AT_START, Compounding.NONE, DayCount.ACTUAL_365),
        ("DE", Mode.FLOATING, Compounding.NONE, DayCount.ACTUAL_365),
        ("NL", Mode.FLOATING, Compounding.YEARLY, DayCount.YEARS_THEN_365),
        ("IE", Mode.FIXED_AT_DUE_DATE, Compounding.NONE, DayCount.ACTUAL_365),
    ],
)
def test_each_country_counts_in_its_own_way(code, mode, compounding, day_count):
    counting = statutory(law(code), on=NOW, kind=COMPANY).counting
    assert (counting.mode, counting.compounding, counting.day_count) == (
        mode,
        compounding,
        day_count,
    )


def test_a_german_consumer_is_charged_after_a_reminder_only():
    assert statutory(law("DE"), on=NOW, kind=CONSUMER).counting.needs_demand
    assert not statutory(law("DE"), on=NOW, kind=COMPANY).counting.needs_demand


def test_the_rate_of_a_half_year_nobody_saw_is_missing():
    assert statutory(law("NL"), on=NOW, kind=CONSUMER).known_until == date(2026, 6, 30)
    with pytest.raises(Refusal, match="2026-H2"):
        rate_on(law("NL"), "wettelijke-rente", date(2026, 7, 1))


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("DE", "", "DE"),
        ("NL", "", "NL"),
        ("IE", "", "IE"),
        ("FR", "", "FR"),
        ("ES", "", "ES"),
        ("IT", "", "IT"),
        ("GB", "", "GB-EAW"),
        ("GB", "SCT", "GB-SCT"),
        ("GB", "NIR", "GB"),
        ("DE", "BY", "DE"),
    ],
)
def test_a_place_has_its_own_law(country, region, code):
    found = law_of(country, region)
    assert found is not None
    assert found.code == code


def test_a_way_of_counting_known_from_memory_is_not_calculated_with():
    with pytest.raises(Refusal, match=r"interest\.compounding"):
        statutory(law("EU"), on=date(2026, 1, 1), kind=COMPANY)
