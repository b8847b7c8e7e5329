"""Looking after the law documents: what is in force, what is overdue, what nobody verified."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.kernel.parties import LegalKind
from recoup.law.check import Matter, check, of_document
from recoup.law.inventory import in_force, last_seen, rates_in_force, value_words
from recoup.law.lookup import law
from recoup.law.read import documents, parse

NOW = date(2026, 11, 21)

SMALL = """
code: ZZ
name: Nowhere
currency: EUR
languages: [en]
checked_on: 2026-09-01
review_by: 2027-01-01
summary: Made up for a test.
sources:
  act: {title: "Act of Nowhere", seen: "2026-03"}
  page: {title: "A page without a day"}
  memory: {title: "Nobody looked"}
series:
  base:
    title: Base rate
    period: half_year
    values:
      - {since: 2026-01-01, percent: 1.25, sources: [act], verified: one}
values:
  interest.margin:
    - {since: 2020-01-01, value: 9, sources: [act, page], verified: two}
  interest.mode:
    - {since: 2020-01-01, value: floating, sources: [page], verified: one}
  limitation.years:
    - {since: 2020-01-01, value: 3, sources: [memory], verified: memory}
    - {since: 2030-01-01, value: 2, sources: [memory], verified: memory}
"""


def found(text, on, *matters):
    """The sentences about these matters on a day."""
    return [each.sentence for each in of_document(parse(text), on=on) if each.matter in matters]


def with_period(period, more=""):
    """The small law with a rate of another period."""
    return SMALL.replace("period: half_year", f"period: {period}{more}")


@pytest.mark.parametrize(
    ("on", "overdue", "due"),
    [
        (date(2026, 5, 16), 0, 0),
        (date(2026, 5, 17), 0, 1),
        (date(2026, 6, 30), 0, 1),
        (date(2026, 7, 1), 1, 0),
        (date(2027, 7, 1), 1, 0),
    ],
)
def test_the_rate_of_the_next_half_year_is_due_then_overdue(on, overdue, due):
    assert len(found(SMALL, on, Matter.RATE_OVERDUE)) == overdue
    assert len(found(SMALL, on, Matter.RATE_DUE)) == due


@pytest.mark.parametrize(
    ("period", "on", "named"),
    [
        ("half_year", date(2026, 7, 1), "Base rate of 2026-H2 is missing"),
        ("quarter", date(2026, 4, 1), "Base rate of 2026-Q2 is missing"),
        ("month", date(2026, 2, 1), "Base rate of 2026-02 is missing"),
        ("year", date(2027, 1, 1), "Base rate of 2027 is missing"),
    ],
)
def test_a_missing_rate_names_its_period(period, on, named):
    (sentence,) = found(with_period(period), on, Matter.RATE_OVERDUE)
    assert named in sentence


def test_a_rate_without_a_period_is_looked_up_again_after_it_was_last_seen():
    text = with_period("open", "\n    seen_until: 2026-05-05")
    assert not found(text, date(2026, 3, 1), Matter.RATE_OVERDUE, Matter.RATE_DUE)
    assert "looked up again" in found(text, date(2026, 5, 5), Matter.RATE_DUE)[0]
    assert "last seen on 2026-05-05" in found(text, date(2026, 5, 6), Matter.RATE_OVERDUE)[0]
    assert not found(with_period("open"), date(2036, 1, 1), Matter.RATE_OVERDUE, Matter.RATE_DUE)


def test_the_first_half_of_2027_is_said_to_be_missing_when_it_has_begun():
    on_new_year = {
        each.subject: each.sentence
        for each in check(on=date(2027, 1, 1))
        if each.matter is Matter.RATE_OVERDUE
    }
    for series in ("boe-reference", "ecb-mro", "basiszinssatz", "taux-legal"):
        assert "of 2027-H1 is missing" in on_new_year[series]
    eve = {each.subject for each in check(on=date(2026, 12, 31)) if each.matter is Matter.RATE_DUE}
    assert {"boe-reference", "ecb-mro", "basiszinssatz", "taux-legal"} <= eve


def test_a_review_passes_the_day_after():
    assert not found(SMALL, date(2027, 1, 1), Matter.REVIEW_PASSED)
    assert found(SMALL, date(2027, 1, 2), Matter.REVIEW_PASSED)


def test_values_from_memory_and_old_ones_are_named():
    (sentence,) = found(SMALL, NOW, Matter.UNVERIFIED)
    assert "limitation.years" in sentence
    assert found(SMALL, date(2027, 3, 31), Matter.OLD) == [
        "Nowhere: interest.mode rests on pages without a date."
    ]
    assert len(found(SMALL, date(2027, 4, 1), Matter.OLD)) == 2


def test_what_is_urgent_comes_first():
    urgent = [each.is_urgent for each in check(on=date(2027, 2, 1))]
    assert urgent == sorted(urgent, reverse=True)
    assert any(urgent)


@pytest.mark.parametrize(
    ("seen", "day"),
    [
        ("2026-10-08", date(2026, 10, 8)),
        ("2026-02", date(2026, 2, 28)),
        ("2017", date(2017, 12, 31)),
        ("2026", date(2026, 9, 1)),
        ("", None),
    ],
)
def test_when_a_page_was_seen_counts_to_the_end_of_what_is_written(seen, day):
    document = parse(SMALL.replace('"2026-03"', f'"{seen}"'))
    assert last_seen(document, ["act", "page"]) == day


@pytest.mark.parametrize("code", documents())
def test_every_source_says_when_it_was_seen_in_a_form_we_read(code):
    document = documents()[code]
    for key, source in document.sources.items():
        assert not source.seen or last_seen(document, [key]) is not None, key


@pytest.mark.parametrize(
    ("code", "topic", "kind", "words"),
    [
        ("DE", "interest.margin", LegalKind.COMPANY, "9 %"),
        ("DE", "limitation.years", LegalKind.COMPANY, "3 years"),
        ("DE", "fee.reminder_max", LegalKind.CONSUMER, "2.50 EUR"),
        ("NL", "costs.notice_days", LegalKind.CONSUMER, "14 days"),
        ("NL", "costs.combine", LegalKind.CONSUMER, "yes"),
        ("IE", "compensation.fixed", LegalKind.COMPANY,
         "up to 1,000: 40 EUR; up to 10,000: 70 EUR; above: 100 EUR"),
        ("IE", "contact.hours", LegalKind.CONSUMER, "mon tue wed thu fri sat 09:00 to 21:00"),
        ("FR", "compensation.fixed", LegalKind.COMPANY, "40 EUR"),
        ("FR", "court.oppose_months", LegalKind.COMPANY, "1 month"),
        ("FR", "limitation.restarts", LegalKind.COMPANY,
         "acknowledgment, court action, enforcement"),
        ("GB-EAW", "demand.threshold", LegalKind.COMPANY, "750 GBP"),
        ("NL", "costs.tariff", LegalKind.COMPANY,
         "up to 2,500: 15 %; up to 5,000: 10 %; up to 10,000: 5 %; up to 200,000: 1 %;"
         " above: 0.5 %; at least 40 EUR; at most 6,775 EUR"),
    ],
)  # fmt: skip
def test_values_are_written_as_people_read_them(code, topic, kind, words):
    held = law(code).find(topic, on=NOW, kind=kind)
    assert held is not None
    assert value_words(held) == words


@pytest.mark.parametrize("code", documents())
def test_every_value_in_force_can_be_read(code):
    held = in_force(law(code), on=NOW)
    assert held
    for each in held:
        assert value_words(each.found)
        assert each.sources
    assert all(each.kinds == (LegalKind.CONSUMER,) for each in in_force(
        law(code), on=NOW, kind=LegalKind.CONSUMER
    ))  # fmt: skip


def test_one_topic_may_hold_differently_for_different_debtors():
    held = {
        each.kinds: each.found.entry.value
        for each in in_force(law("DE"), on=NOW)
        if each.found.topic == "interest.margin"
    }
    assert held == {
        (LegalKind.COMPANY, LegalKind.SOLE_TRADER, LegalKind.PUBLIC_BODY): 9,
        (LegalKind.CONSUMER,): 5,
    }


def test_a_reference_rate_is_known_for_its_days_only():
    (known,) = rates_in_force(law("IE"), on=date(2026, 12, 31))
    assert known.document.code == "EU"
    assert known.step is not None
    assert known.step.annual_rate_ppm == 24_000
    (unknown,) = rates_in_force(law("IE"), on=date(2027, 1, 1))
    assert unknown.step is None
    assert "2027-H1" in unknown.missing
