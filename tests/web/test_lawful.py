"""What may come next by law on the account page, and Today's word when time runs out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recoup.books.models import DebtEvent
from tests.web.furnish import open_books

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def steps(books, owner, account_named):
    """The steps of an account, by the beginning of its name."""
    return lambda name: (
        owner.get(reverse("account_law", args=[books.code, account_named(name).pk])).text
    )


def record(books, owner, account, **said):
    address = reverse("note_event", args=[books.code, account.pk])
    return owner.post(address, said, follow=True).text


def test_the_steps_come_with_their_why_and_paragraph(steps):
    told = steps("Bäckerei")
    for words in ("What may come next", "Friendly reminder", "Open now", "§", "not legal advice"):
        assert words in told


def test_the_steps_are_a_part_of_the_page_when_they_are_asked_from_it(books, owner, account_named):
    address = reverse("account_law", args=[books.code, account_named("Bäckerei").pk])
    assert "<html" not in owner.get(address, headers={"HX-Request": "true"}).text
    assert "<html" in owner.get(address).text


def test_an_account_that_owes_nothing_says_so(steps):
    assert "Nothing is open." in steps("Paid And Done")


def test_what_happened_is_recorded_shown_and_taken_back(books, owner, account_named, today):
    account = account_named("Bäckerei")
    told = record(
        books, owner, account, kind="letter_of_claim", event_date=today.isoformat(), note="By post"
    )
    assert "Letter of claim sent" in told
    assert "By post" in told
    event = DebtEvent.objects.get(account=account)
    address = reverse("take_back_event", args=[books.code, event.pk])
    owner.post(address, {"why": ""})
    event.refresh_from_db()
    assert event.taken_back_at is None
    told = owner.post(address, {"why": "Another debtor"}, follow=True).text
    assert "By post" not in told
    assert "Taken back: Letter of claim sent" in told


def test_a_notice_of_costs_says_when_it_was_received_and_what_it_names(
    books, owner, account_named, today
):
    account = account_named("Bäckerei")
    day = (today - timedelta(days=2)).isoformat()
    said = {"kind": "costs_notice", "event_date": day, "received_date": day, "names": "1.234,50"}
    told = record(books, owner, account, **said)
    assert ", names " in told
    assert DebtEvent.objects.get(account=account).names_minor == 1234_50


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"kind": "costs_notice", "event_date": "2026-03-01", "names": "much"}, "not an amount"),
        ({"kind": "gossip", "event_date": "2026-03-01"}, "Choose what happened."),
        ({"kind": "reply_form", "event_date": ""}, "Write the day on which it happened."),
        ({"kind": "reply_form", "event_date": "soon"}, "The day is not a day."),
        ({"kind": "reply_form", "event_date": "2027-01-01"}, "at the latest 2026-03-03"),
        ({"kind": "reminder", "event_date": "2026-03-01"}, "recorded by sending them"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(books, owner, account_named, said, complaint):
    assert complaint in record(books, owner, account_named("Bäckerei"), **said)
    assert not DebtEvent.objects.exists()


def test_another_accounts_item_is_not_there(books, owner, account_named):
    foreign = account_named("Quiet").openitem_set.get()
    address = reverse("note_event", args=[books.code, account_named("Bäckerei").pk])
    said = {"kind": "reply_form", "event_date": "2026-03-01", "open_item": foreign.pk}
    assert owner.post(address, said).status_code == 404


OLD = (("K-9", "Old Debt GmbH", "de", "ap@old.example", (("O-1", 1_150, 900_00),)),)


def test_today_says_when_time_runs_out_and_lists_the_items(books, owner, today, at):
    assert "too old to claim soon" not in owner.get(reverse("today", args=[books.code])).text
    # Due in January 2023; in Germany the third year ends with 2026.
    open_books(books, today, at, OLD)
    told = owner.get(reverse("today", args=[books.code])).text
    listed = owner.get(reverse("limitation", args=[books.code])).text
    if today + timedelta(days=365) < today.replace(year=2027, month=1, day=1):
        pytest.fail("the year is over")
    assert "O-1" in listed or "Nothing that is open" in listed
    assert ("too old to claim soon" in told) == ("Soon" in listed)


def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    signed_in_page, books, accessible, account_named
):
    page = signed_in_page
    page.goto(reverse("account", args=[books.code, account_named("Tidewater").pk]))
    page.get_by_text("Steps the law leaves open, and until when").click()
    expect(page.get_by_text("Statutory interest").first).to_be_visible()
    page.get_by_text("Record what happened").click()
    accessible(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("What", exact=True).select_option("letter_of_claim")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("It is recorded.")).to_be_visible()
    page.goto(reverse("limitation", args=[books.code]))
    accessible(page)
