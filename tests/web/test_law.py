"""The law on screen: every value with its paragraph, its source and how well it is known."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recoup.law.lookup import law
from recoup.law.read import documents
from recoup.law.topics import TOPICS
from recoup.web.law import CHAPTERS, chapters, lines, rates

PHONE = {"width": 390, "height": 844}


def page_of(owner, creditor, code, **asked):
    return owner.get(reverse("law_of", args=[creditor.code, code]), asked)


def test_every_topic_has_its_chapter():
    heads = [head for _, each in CHAPTERS for head in each]
    assert {topic.split(".")[0] for topic in TOPICS} == set(heads)
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize("code", documents())
def test_every_law_is_read_on_its_page(creditor, owner, code):
    answer = page_of(owner, creditor, code)
    assert answer.status_code == 200
    assert documents()[code].name in answer.text


def test_overdue_rates_come_first_in_the_list():
    found = lines(on=date(2026, 11, 27))
    overdue = [line.overdue_rates > 0 for line in found]
    assert overdue == sorted(overdue, reverse=True)
    assert {"IN", "ZA"} <= {line.document.code for line in found if line.overdue_rates}


def test_a_value_is_shown_with_its_paragraph_source_and_age(creditor, owner):
    text = page_of(owner, creditor, "AU", on="2026-11-27").text
    assert "Mon tue wed thu fri 07:30 to 21:00" in text
    assert "ACCC and ASIC debt collection guideline (RG 96), part 2 s 4" in text
    assert "Two sources" in text
    assert "From memory, not calculated with" in text
    assert "to be looked up again" in text
    assert "Not legal advice" in text


def test_another_day_shows_its_own_values(creditor, owner):
    assert "35,000 CAD" in page_of(owner, creditor, "CA-ON", on="2025-09-30").text
    assert "50,000 CAD" in page_of(owner, creditor, "CA-ON", on="2025-10-01").text
    answer = page_of(owner, creditor, "CA-ON", on="yesterday")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


def test_a_state_shows_what_the_wider_law_adds():
    found = [
        each for each in chapters(law("US-CA"), on=date(2026, 3, 2)) if each.anchor == "contact"
    ]
    hours = [q for q in found[0].questions if q.code == "contact.hours"]
    assert hours[0].values[0].wider == "United States"
    assert hours[0].values[0].kinds == "Unknown, sole trader, consumer"


def test_a_rate_says_from_when_the_next_one_is_needed():
    (rate,) = rates(law("GB-EAW"), on=date(2026, 11, 27))
    assert rate.next_on == date(2027, 1, 1)
    assert rate.is_due
    (rate,) = rates(law("ZA"), on=date(2026, 11, 27))
    assert rate.held.step is None
    assert rate.sources == []


def test_a_law_nobody_wrote_down_is_not_found(creditor, owner):
    assert page_of(owner, creditor, "XX").status_code == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_law_is_readable_by_everyone(signed_in_page, creditor, accessible, scheme):
    page = signed_in_page
    page.emulate_media(color_scheme=scheme)
    page.goto(reverse("law", args=[creditor.code]))
    accessible(page)
    page.get_by_role("link", name="England and Wales").click()
    expect(page.get_by_role("heading", name="England and Wales GB-EAW")).to_be_visible()
    accessible(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
