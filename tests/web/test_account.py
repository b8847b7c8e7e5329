"""One account: what is owed, what happened, what a person changes on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from recoup.books.models import ContactPoint, HoldRecord, OpenItem
from recoup.engine.bundle import Hold
from recoup.web.bars import bar
from recoup.web.history import history


@pytest.fixture
def page(books, owner, account_named):
    """The page of an account, by the beginning of its name."""
    return lambda name: owner.get(reverse("account", args=[books.code, account_named(name).pk]))


def test_the_page_shows_what_is_owed_and_how_late(page):
    answer = page("Tidewater").text
    assert "399,00" in answer
    assert "45 days late" in answer
    assert "5 days late" in answer


def test_an_account_that_owes_nothing_says_so(page):
    assert "Everything is paid." in page("Paid And Done").text


def test_what_comes_next_is_explained_on_request(decided, owner, account_named):
    address = reverse("account_why", args=[decided.code, account_named("Bäckerei").pk])
    part = owner.get(address, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Why?" in part
    assert "<html" in owner.get(address).text


def test_money_and_messages_are_told_in_one_history(decided, account_named, paid):
    paid("S-1", 40_50)
    told = [each.sentence for each in history(account_named("Bäckerei"), locale="en_GB")]
    assert "Invoice S-1 over €1,240.50 issued." in told
    assert "€40.50 received (S-1)." in told
    assert "Payment of €40.50 applied to S-1." in told
    assert any("prepared for 3 Mar 2026" in each for each in told)
    assert told[-1] in ("Account opened from customers.csv.", "Invoice S-1 over €1,240.50 issued.")


def test_a_message_is_told_once_by_what_last_became_of_it(
    decided, owner, account_named, message_to
):
    message = message_to("Bäckerei")
    owner.post(reverse("act", args=[decided.code, message.pk, "hold"]), {"reason": "call first"})
    owner.post(reverse("act", args=[decided.code, message.pk, "resume"]))
    told = [each for each in history(account_named("Bäckerei"), locale="en_GB") if each.intent_id]
    assert [each.sentence for each in told] == ["Step “first reminder” released by a person."]


def test_the_next_step_says_what_became_of_todays_message(
    decided, owner, account_named, message_to
):
    address = reverse("account_why", args=[decided.code, account_named("Bäckerei").pk])
    assert ">Waits</span>" in owner.get(address).text
    message = message_to("Bäckerei")
    owner.post(reverse("act", args=[decided.code, message.pk, "hold"]))
    assert ">Held back</span>" in owner.get(address).text


def test_a_hold_stops_reminders_and_ends_again(books, owner, account_named, page, today):
    account = account_named("Bäckerei")
    address = reverse("set_hold", args=[books.code, account.pk])
    owner.post(address, {"reason": int(Hold.DISPUTE), "note": "Two boxes missing"})
    held = HoldRecord.objects.get(account=account)
    assert (held.reason, held.first_date, held.last_date) == (Hold.DISPUTE, today, None)
    assert "Two boxes missing" in page("Bäckerei").text
    owner.post(reverse("end_hold", args=[books.code, held.pk]))
    held.refresh_from_db()
    assert held.ended_at is not None
    assert "Two boxes missing" not in page("Bäckerei").text


def test_a_hold_on_one_item_keeps_it_out_of_what_is_overdue(books, owner, account_named, page):
    account = account_named("Tidewater")
    item = OpenItem.objects.get(document__number="T-1")
    address = reverse("set_hold", args=[books.code, account.pk])
    owner.post(address, {"reason": int(Hold.PROMISE), "open_item": item.pk})
    assert HoldRecord.objects.get(account=account).open_item == item
    assert ">Held</span>" in page("Tidewater").text


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"reason": "99"}, "Choose why reminders stop."),
        ({"reason": "10", "first_date": "soon"}, "The first day is not a day."),
        ({"reason": "10", "last_date": "2020-01-01"}, "A hold cannot end before its first day."),
    ],
)
def test_a_hold_that_cannot_be_meant_is_refused_in_words(
    books, owner, account_named, page, said, complaint
):
    owner.post(reverse("set_hold", args=[books.code, account_named("Bäckerei").pk]), said)
    assert complaint in page("Bäckerei").text
    assert not HoldRecord.objects.exists()


def test_another_accounts_item_cannot_be_held(books, owner, account_named):
    foreign = OpenItem.objects.get(document__number="Q-1")
    address = reverse("set_hold", args=[books.code, account_named("Bäckerei").pk])
    assert owner.post(address, {"reason": "10", "open_item": foreign.pk}).status_code == 404


def test_an_address_is_added_and_noted_as_bounced(books, owner, account_named, page):
    account = account_named("Quiet")
    assert "No address yet" in page("Quiet").text
    address = reverse("add_contact", args=[books.code, account.pk])
    owner.post(address, {"kind": "email", "value": "ap@quiet.example"})
    point = ContactPoint.objects.get(account=account)
    owner.post(reverse("change_contact", args=[books.code, point.pk]), {"state": "bounced"})
    point.refresh_from_db()
    assert point.state == "bounced"
    assert "It works again" in page("Quiet").text


@pytest.mark.parametrize("value", ["", "not an address", "a@b", "x" * 300 + "@y.example"])
def test_what_is_no_address_is_refused(books, owner, account_named, value):
    account = account_named("Quiet")
    address = reverse("add_contact", args=[books.code, account.pk])
    answer = owner.post(address, {"kind": "email", "value": value}, follow=True)
    assert 'role="alert"' in answer.text
    assert not ContactPoint.objects.filter(account=account).exists()


def test_a_form_leads_back_only_inside_the_house(books, owner, account_named):
    account = account_named("Quiet")
    address = reverse("add_contact", args=[books.code, account.pk])
    said = {"kind": "phone", "value": "+44 20 7946 0000"}
    assert owner.post(address, said | {"back": "//evil.example/"}).url == reverse(
        "account", args=[books.code, account.pk]
    )
    assert owner.post(address, said | {"back": "/c/lindenhof/"}).url == "/c/lindenhof/"


def test_a_viewer_sees_no_button_that_is_not_theirs(books, person, account_named):
    viewer = person("viewer")
    answer = viewer.get(reverse("account", args=[books.code, account_named("Bäckerei").pk]))
    assert "Stop reminders" not in answer.text
    assert "Add a contact" not in answer.text


@pytest.mark.parametrize(
    ("amounts", "widths"),
    [
        ((0, 0, 0, 0, 0, 0), []),
        ((1, 0, 0, 0, 0, 0), [1000]),
        ((1, 1, 1, 0, 0, 0), [333, 333, 334]),
        ((10, 0, 20, 0, 30, 40), [100, 200, 300, 400]),
    ],
)
def test_a_bar_fills_its_width_exactly(amounts, widths):
    assert [part.width for part in bar(amounts).drawn] == widths


def test_the_panel_shows_the_oldest_items_first(books, owner, account_named):
    address = reverse("account_panel", args=[books.code, account_named("Tidewater").pk])
    answer = owner.get(address).text
    assert "<html" not in answer
    assert answer.index("T-1") < answer.index("T-2")


def test_an_expired_hold_is_not_shown_as_in_force(books, owner, account_named, page, today):
    address = reverse("set_hold", args=[books.code, account_named("Bäckerei").pk])
    past = today - timedelta(days=9)
    owner.post(address, {"reason": "10", "first_date": past, "last_date": past, "note": "Fair"})
    assert "Fair" not in page("Bäckerei").text
