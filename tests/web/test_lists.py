"""Accounts: found, filtered, sorted, added up; and a board that is never stale."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from recoup.books.models import OpenItem
from recoup.books.treat import NewHold, set_hold
from recoup.engine.bundle import Hold
from recoup.web.board import board
from recoup.web.page import Pager


def names(answer):
    """The accounts of the list in their order."""
    return re.findall(r'<td class="name"><a href="/c/[^>]*?>([^<]*)</a>', answer.text)


@pytest.fixture
def ask(books, owner):
    """The list as a query of its address shows it."""
    return lambda query="": owner.get(f"{reverse('accounts', args=[books.code])}?{query}")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bäckerei Sommer", "Tidewater Boats", "Quiet Rooms", "Not Yet Due Ltd"]),
        ("sort=overdue", ["Not Yet Due Ltd", "Quiet Rooms", "Tidewater Boats", "Bäckerei Sommer"]),
        ("sort=account", ["Bäckerei Sommer", "Not Yet Due Ltd", "Quiet Rooms", "Tidewater Boats"]),
        ("sort=since", ["Tidewater Boats", "Quiet Rooms", "Bäckerei Sommer", "Not Yet Due Ltd"]),
        ("filter=overdue&sort=number", ["Bäckerei Sommer", "Tidewater Boats", "Quiet Rooms"]),
        ("filter=held", []),
        ("q=backerei", ["Bäckerei Sommer"]),
        ("q=k-3", ["Quiet Rooms"]),
        ("q=t-2", ["Tidewater Boats"]),
        ("q=boats+tide", ["Tidewater Boats"]),
        ("q=nobody", []),
        ("currency=USD", []),
        ("sort=nonsense&filter=nonsense&page=x", ["Bäckerei Sommer", "Tidewater Boats"]),
    ],
)
def test_the_address_says_what_is_listed(ask, query, found):
    assert names(ask(query))[: len(found) or None] == found


def test_what_is_filtered_is_added_up(ask):
    everything, overdue = ask(), ask("filter=overdue")
    assert "2.214,50" in everything.text.split("<tfoot>")[1]
    assert "1.714,50" in overdue.text.split("<tfoot>")[1]
    assert "3 accounts" in overdue.text


def test_an_account_without_anything_open_is_still_found_by_name(ask):
    answer = ask("q=paid+and")
    assert "Nothing open" in answer.text
    assert "Paid And Done" in answer.text


def test_a_heading_sorts_and_a_second_time_turns_the_order_round(ask):
    assert "sort=-balance" in ask().text
    assert 'aria-sort="descending"' in ask("sort=-balance").text
    assert 'href="?sort=balance"' in ask("sort=-balance").text


def test_a_part_is_answered_to_htmx_alone(books, owner):
    address = reverse("accounts", args=[books.code])
    part = owner.get(address, headers={"HX-Request": "true", "HX-Target": "list"})
    assert "<html" not in part.text
    assert names(part)


def test_a_debtors_name_is_only_text(books, owner, ask):
    OpenItem.objects.first().account.__class__.objects.filter(number="K-1").update(
        name='<script>alert("x")</script>'
    )
    assert "<script>alert" not in owner.get(reverse("settings", args=[books.code])).text
    answer = ask("q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in answer.text


def test_an_empty_installation_says_how_to_begin(creditor, owner):
    answer = owner.get(reverse("accounts", args=[creditor.code]))
    assert "No accounts yet" in answer.text
    assert reverse("imports", args=[creditor.code]) in answer.text


def test_the_board_follows_a_payment(books, ask, paid):
    assert "1.240,50" in ask("q=sommer").text
    paid("S-1", 240_50)
    assert "1.000,00" in ask("q=sommer").text


def test_the_board_forgets_an_account_that_is_paid_in_full(books, ask, paid):
    assert "Quiet Rooms" in names(ask())
    paid("Q-1", 75_00)
    assert "Quiet Rooms" not in names(ask())


def test_the_board_follows_a_hold(books, ask, account_named, today, at):
    board(books.pk)
    item = OpenItem.objects.get(document__number="T-1")
    new = NewHold(reason=Hold.DISPUTE, first_date=today, open_item=item)
    set_hold(account=account_named("Tidewater"), new=new, today=today, at=at, by="vera")
    assert names(ask("filter=held")) == ["Tidewater Boats"]


def test_the_board_is_read_once_while_nothing_changes(books, django_assert_num_queries):
    first = board(books.pk)
    with django_assert_num_queries(2):
        assert board(books.pk).standings is first.standings


def test_creditors_do_not_share_a_board(books, other, owner, ask):
    assert "Secret Debtor" not in ask("q=secret").text
    assert board(other.pk).accounts["name"].to_list() == ["Secret Debtor"]


@pytest.mark.parametrize(
    ("number", "total", "shown", "before", "after"),
    [
        (1, 0, (0, 0), "", ""),
        (1, 50, (1, 50), "", ""),
        (1, 51, (1, 50), "", "?q=x&page=2"),
        (2, 51, (51, 51), "?q=x&page=1", ""),
        (100, 200_000, (4_951, 5_000), "?q=x&page=99", "?q=x&page=101"),
    ],
)
def test_a_pager_knows_where_it_stands(number, total, shown, before, after):
    pager = Pager(number, total, {"q": "x"})
    assert ((pager.first, pager.last), pager.before, pager.after) == (shown, before, after)


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("tide", "Tidewater Boats"),
        ("S-1", "S-1 · Bäckerei Sommer"),
        ("s-1", "S-1 · Bäckerei Sommer"),
        ("acc", "Accounts"),
        ("", "Today"),
        ("zzz", "Nothing is called “zzz”"),
    ],
)
def test_the_palette_finds_debtors_invoices_and_pages(books, owner, q, wanted):
    answer = owner.get(reverse("find", args=[books.code]), {"q": q}, headers={"HX-Request": "true"})
    assert wanted in answer.text


def test_the_aging_of_a_past_day_is_asked_for_in_the_address(books, owner, today):
    address = reverse("aging", args=[books.code])
    now = owner.get(address).text
    past = owner.get(address, {"as_of": today - timedelta(days=40)}).text
    assert "2.214,50" in now
    assert "Tidewater Boats" in past
    assert "2.214,50" not in past
    assert "is not a day" in owner.get(address, {"as_of": "yesterday"}).text


def test_the_report_is_taken_away_as_csv_and_as_a_workbook(books, owner):
    lines = owner.get(reverse("aging_csv", args=[books.code])).getvalue().decode().splitlines()
    assert lines[0].startswith("Account,Name,Currency")
    assert any("Bäckerei Sommer" in line and "1240.50" in line for line in lines)
    book = owner.get(reverse("aging_xlsx", args=[books.code]))
    assert book.getvalue().startswith(b"PK")
    assert 'filename="aging-2026-03-03.xlsx"' in book["Content-Disposition"]
