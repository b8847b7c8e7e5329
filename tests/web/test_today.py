"""Today: what goes out, what waits, and what needs a person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from recoup.books.models import ContactPoint, Intent, Run
from recoup.books.register import change_contact
from recoup.jobs.nightly import nightly
from recoup.web import clock


@pytest.fixture
def page(creditor, owner):
    """The page as the owner sees it."""
    return lambda: owner.get(reverse("today", args=[creditor.code])).text


def test_the_day_is_the_one_the_environment_names(creditor, today, monkeypatch):
    assert clock.today(creditor) == today
    assert clock.now().date() == today
    monkeypatch.delenv(clock.VARIABLE)
    assert clock.today(creditor) == clock.local(clock.now(), creditor).date()


def test_what_is_owed_and_late_is_said_first(decided, page):
    answer = page()
    assert "2.214,50" in answer
    assert "1.714,50" in answer
    assert "3 accounts, the oldest since" in answer


def test_money_that_came_in_is_added_up(books, page, paid):
    paid("S-1", 240_50)
    assert "240,50" in page()


def test_the_first_run_waits_and_says_why(decided, page):
    answer = page()
    assert "This run waits for approval." in answer
    assert "The first run of a new creditor is looked at by a person." in answer
    assert "Approve all 2" in answer


def test_approving_lets_everything_go(decided, owner, page):
    run = Run.objects.get(creditor=decided)
    owner.post(reverse("approve_run", args=[decided.code, run.pk]))
    assert set(Intent.objects.values_list("state", flat=True)) == {"pending"}
    run.refresh_from_db()
    assert run.approved_by == "owner@lindenhof.example"
    assert "This run waits for approval." not in page()


def test_stopping_a_run_withdraws_what_has_not_left(decided, owner, page):
    run = Run.objects.get(creditor=decided)
    owner.post(reverse("stop_run", args=[decided.code, run.pk]), {"reason": "wrong prices"})
    assert set(Intent.objects.values_list("state", flat=True)) == {"cancelled"}
    assert "Nothing goes out today." in page()


def test_an_account_without_an_address_needs_a_person(decided, page):
    assert "<strong>1</strong> reminder cannot go out: no address that works" in page()


def test_an_address_that_bounced_needs_a_person_too(books, page, contact_of, today, at):
    point = contact_of("Tidewater")
    change_contact(contact_point=point, state="bounced", today=today, at=at, by="worker")
    nightly(books, as_of=today, at=at, by="worker")
    assert "<strong>2</strong> reminders cannot go out" in page()


def test_a_message_in_doubt_needs_a_person(decided, page, message_to):
    Intent.objects.filter(pk=message_to("Bäckerei").pk).update(state="in_doubt")
    assert "<strong>1</strong> message may or may not have arrived" in page()


def test_a_stop_of_all_sending_stands_on_every_page(decided, owner, at):
    decided.frozen_since, decided.frozen_reason = at, "A balance does not add up."
    decided.save()
    for name in ("today", "accounts", "messages", "imports", "aging", "policy", "settings"):
        answer = owner.get(reverse(name, args=[decided.code])).text
        assert "All sending is stopped" in answer
        assert "A balance does not add up." in answer


def test_a_new_creditor_is_told_how_to_begin(creditor, page):
    assert "Nothing here yet" in page()


def test_a_day_that_was_not_decided_says_so(books, page):
    assert "Today has not been decided yet." in page()


def test_a_viewer_may_look_and_not_approve(decided, person):
    answer = person("viewer").get(reverse("today", args=[decided.code])).text
    assert "This run waits for approval." in answer
    assert "Approve" not in answer


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ("demo", "Demo: messages go to the"),
        ("rehearsal", "Rehearsal: messages reach only"),
        ("production", None),
    ],
)
def test_every_page_says_when_nothing_really_leaves(decided, page, settings, environment, said):
    settings.ENVIRONMENT = environment
    answer = page()
    assert ('class="stripe"' in answer) == (said is not None)
    assert said is None or said in answer
    assert (reverse("mailbox", args=[decided.code]) in answer) == (said is not None)


def test_looking_changes_nothing(decided, owner, django_capture_on_commit_callbacks):
    before = list(ContactPoint.objects.values()), list(Intent.objects.values())
    for name in ("today", "accounts", "messages", "imports", "aging", "policy", "settings"):
        owner.get(reverse(name, args=[decided.code]))
    assert before == (list(ContactPoint.objects.values()), list(Intent.objects.values()))
