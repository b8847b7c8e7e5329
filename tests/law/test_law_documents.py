"""Law documents: every value has a source and a date, and what is missing refuses by name."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.kernel.errors import Fault, Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.bands import by_size
from recoup.law.interest import Mode, statutory
from recoup.law.lookup import law, law_of, rate_on
from recoup.law.read import documents, parse

ENGLAND = law("GB-EAW")
COMPANY, CONSUMER = LegalKind.COMPANY, LegalKind.CONSUMER

SMALL = """
code: ZZ
name: Nowhere
currency: EUR
languages: [en]
checked_on: 2026-01-01
review_by: 2027-01-01
summary: Made up for a test.
sources:
  act: {title: "Act of Nowhere"}
series:
  base:
    title: Base rate
    period: half_year
    values:
      - {since: 2025-07-01, percent: -0.5, sources: [act], verified: two}
      - {since: 2026-01-01, percent: 1.25, sources: [act], verified: two}
values:
  interest.margin:
    - {since: 2020-01-01, until: 2025-12-31, value: 8, sources: [act], verified: two}
    - {since: 2026-01-01, value: 9, sources: [act], verified: memory}
"""


@pytest.mark.parametrize("code", documents())
def test_every_document_is_well_formed(code):
    assert documents()[code].values


@pytest.mark.parametrize("code", documents())
def test_every_source_that_is_listed_is_used(code):
    document = documents()[code]
    entries = [each for entries in document.values.values() for each in entries]
    rates = [each for series in document.series.values() for each in series.values]
    assert set(document.sources) == {key for each in (*entries, *rates) for key in each.sources}


@pytest.mark.parametrize("code", documents())
def test_what_no_page_says_is_called_memory(code):
    document = documents()[code]
    for name, entries in document.values.items():
        for entry in entries:
            is_from_memory = set(entry.sources) <= {"memory"}
            assert is_from_memory == (entry.verified == "memory"), name


@pytest.mark.parametrize("code", documents())
def test_nobody_has_signed_anything_yet(code):
    document = documents()[code]
    assert not document.lawyer_signed
    assert not [each for found in document.values.values() for each in found if each.lawyer_signed]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("value: 8", "value: eight", "needs a number"),
        ("value: 9, sources: [act]", "value: 9, sources: [nobody]", "source nobody"),
        ("until: 2025-12-31", "until: 2019-12-31", "ends before it begins"),
        ("since: 2025-07-01, percent", "since: 2026-07-01, percent", "order of their days"),
    ],
)
def test_a_slip_of_the_pen_is_found_with_its_line(right, wrong, said):
    with pytest.raises(Fault, match=said):
        parse(SMALL.replace(right, wrong, 1))


def test_an_unknown_topic_is_refused():
    with pytest.raises(Fault, match="is no topic"):
        parse(SMALL.replace("interest.margin", "interest.margn"))


def test_a_value_holds_from_its_first_to_its_last_day():
    found = ENGLAND.find("court.fee", on=date(2021, 5, 17), kind=COMPANY)
    assert found is None
    assert ENGLAND.find("court.fee", on=date(2021, 5, 18), kind=COMPANY) is not None


def test_what_is_missing_for_the_day_names_itself():
    with pytest.raises(Refusal, match=r"terms\.default_days is known for 1999-01-01") as refused:
        ENGLAND.get("terms.default_days", on=date(1999, 1, 1), kind=COMPANY)
    assert refused.value.code == "law-silent"


def test_what_is_known_from_memory_only_is_not_calculated_with():
    with pytest.raises(Refusal) as refused:
        ENGLAND.percent_ppm("interest.judgment_rate", on=date(2026, 1, 1), kind=COMPANY)
    assert refused.value.code == "law-unverified"


def test_a_rate_is_never_carried_beyond_its_half_year():
    assert rate_on(ENGLAND, "boe-reference", date(2026, 12, 31)).annual_rate_ppm == 37_500
    with pytest.raises(Refusal, match="2027-H1"):
        rate_on(ENGLAND, "boe-reference", date(2027, 1, 1))
    with pytest.raises(Refusal, match="not known before 2009-07-01"):
        rate_on(ENGLAND, "boe-reference", date(2009, 6, 30))


def test_statutory_interest_is_for_businesses_only():
    rule = statutory(ENGLAND, on=date(2026, 3, 1), kind=COMPANY)
    assert rule.rates[-1].annual_rate_ppm == 117_500
    assert rule.counting.mode is Mode.FIXED_AT_START
    for kind in (CONSUMER, LegalKind.UNKNOWN):
        with pytest.raises(Refusal, match="no statutory interest"):
            statutory(ENGLAND, on=date(2026, 3, 1), kind=kind)


@pytest.mark.parametrize(
    ("debt_minor", "sum_minor"),
    [(1, 40_00), (999_99, 40_00), (1_000_00, 70_00), (9_999_99, 70_00), (10_000_00, 100_00)],
)
def test_the_fixed_sum_steps_at_its_edges(debt_minor, sum_minor):
    on = date(2026, 3, 1)
    found = by_size(
        ENGLAND,
        "compensation.fixed",
        amount_minor=debt_minor,
        currency="GBP",
        on=on,
        kind=COMPANY,
    )
    assert found == sum_minor


def test_a_place_has_the_law_of_its_region_or_country():
    england = law_of("GB", "ENG")
    assert england is not None
    assert england.code == "GB-EAW"
    assert law_of("XX") is None
