"""The ground tests stand on: both databases, emptied after each test, and a real browser."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.urls import path

from recoup.books import bulk
from recoup.books.models import Account, Creditor, Debtor, PolicyVersion
from recoup.books.publish import publish_policy
from recoup.books.query import bulk_frame, execute, rows

PAGE = """<!doctype html><html lang="en"><head><title>Empty</title></head>
<body><main><h1>Nothing owed</h1></main></body></html>"""


def urlpatterns_of(*pages):
    return type("Urls", (), {"urlpatterns": list(pages)})


@pytest.fixture
def empty_page(settings):
    """An app of one page that says who is looking at it."""

    def empty(request):
        said = PAGE.replace("Nothing owed", request.user.get_username() or "nobody")
        return HttpResponse(said)

    settings.ROOT_URLCONF = urlpatterns_of(path("empty/", empty))


def publish(creditor, at):
    return publish_policy(creditor=creditor, name="plain", text="steps: []", at=at, by="test")


def test_the_run_uses_the_database_it_was_told_to_use(request, db):
    assert connection.vendor == request.config.getoption("--database")


@pytest.mark.parametrize("turn", [1, 2])
def test_committed_books_are_empty_again_for_the_next_test(committed, creditor, at, turn):
    assert Creditor.objects.count() == 1
    assert PolicyVersion.objects.count() == 0
    publish(creditor, at)


@pytest.mark.parametrize("turn", [1, 2])
def test_guards_stand_after_the_books_were_emptied(committed, creditor, at, turn):
    version = publish(creditor, at)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("DELETE FROM books_policyversion")
    assert PolicyVersion.objects.filter(pk=version.pk).exists()


def test_the_event_sequence_survives_the_emptying(committed):
    with transaction.atomic():
        first = bulk.next_event()
        assert bulk.next_events(3).to_list() == [first + 1, first + 2, first + 3]


def codes_seen_elsewhere():
    """What another connection to the same books reads."""
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        return elsewhere.submit(_codes).result()


def _codes():
    try:
        return [code for (code,) in rows("SELECT code FROM books_creditor")]
    finally:
        connection.close()


def test_another_connection_sees_what_is_committed(committed, creditor):
    assert codes_seen_elsewhere() == [creditor.code]


def test_another_connection_sees_nothing_of_a_plain_test(creditor):
    assert codes_seen_elsewhere() == []
    found = bulk_frame("SELECT code FROM books_creditor", [], {"code": pl.String})
    assert found["code"].to_list() == [creditor.code]


def test_what_a_plain_test_writes_is_rolled_back(creditor, at):
    debtor = Debtor.objects.create(name="Kiosk", created_at=at)
    Account.objects.create(
        creditor=creditor, debtor=debtor, number="1", name="Kiosk", created_at=at
    )
    assert rows("SELECT number FROM books_account") == [("1",)]


def test_a_browser_opens_a_page_of_the_running_app(empty_page, browser_page, accessible):
    browser_page.goto("/empty/")
    assert browser_page.get_by_role("heading").inner_text() == "nobody"
    accessible(browser_page)


def test_a_browser_can_be_signed_in(empty_page, signed_in_page, login):
    signed_in_page.goto("/empty/")
    assert signed_in_page.get_by_role("heading").inner_text() == login.get_username()
