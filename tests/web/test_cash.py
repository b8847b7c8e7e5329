"""Cash: payments with what they may pay; accepted, put on account, left out, taken back."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from recoup.books.models import (
    Entry,
    OpenItem,
    Proposal,
    Receipt,
    StatementLine,
)
from recoup.engine.matching.frames import Reason
from recoup.web import cash_lines, cash_together
from tests.web.cash_books import mt940, taken_in


@pytest.fixture
def lines(books, today, at):
    """Payments of a day: exact, in part, from nobody known, for two invoices at once."""
    text = mt940(
        (1_240_50, "Bäckerei Sommer", "Rechnung S-1"),
        (50_00, "Tidewater Boats", "on account of T-1"),
        (33_00, "Lottery Office", "prize"),
        (399_00, "Tidewater Boats", "T-1 and T-2"),
    )
    return taken_in(books, today, at, text)


@pytest.fixture
def page(books, owner):
    """A page of Cash as the owner reads it."""

    def read(name="cash", *args, **query):
        answer = owner.get(reverse(name, args=[books.code, *args]), query)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


@pytest.fixture
def do(books, owner):
    """Do something as the owner; the page one is led to, as text."""

    def act(name, *args, client=owner, **form):
        address = reverse(name, args=[books.code, *args])
        return client.post(address, form, follow=True).content.decode()

    return act


def left(number):
    return OpenItem.objects.get(document__number=number).open_minor


def state_of(line):
    return StatementLine.objects.get(pk=line.pk).state


def best_of(line):
    """The number of the best suggestion; None where nothing is suggested."""
    return Proposal.objects.filter(line=line, rank=1).values_list("pk", flat=True).first()


def best(line):
    return Proposal.objects.get(line=line, rank=1)


def test_a_payment_says_what_it_may_pay_how_surely_and_why(lines, page):
    text = page()
    assert "Bäckerei Sommer" in text
    assert "S-1" in text
    assert re.search(r"<b>(over )?[0-9.]+\s%</b> (nearly certain|very likely|likely)", text)
    assert "the payer has their name" in text


def test_a_payment_of_nobody_known_says_so(lines, page):
    assert "Nothing is suggested" in page(q="lottery")


def test_the_sum_is_of_what_the_filters_leave(lines, page):
    assert "1.722,50" in page()
    text = page(q="tidewater")
    assert "449,00" in text
    assert "Lottery" not in text


@pytest.mark.parametrize(
    ("query", "payers"),
    [
        ({}, {"Bäckerei Sommer", "Tidewater Boats", "Lottery Office"}),
        ({"q": "prize"}, {"Lottery Office"}),
        ({"q": "BACKEREI rechnung"}, {"Bäckerei Sommer"}),
        ({"q": "33,00"}, {"Lottery Office"}),
        ({"q": "nobody"}, set()),
        ({"shown": "none"}, {"Lottery Office"}),
        ({"shown": "proposed"}, {"Bäckerei Sommer", "Tidewater Boats"}),
        ({"currency": "GBP"}, set()),
        ({"currency": "eur", "q": "s-1"}, {"Bäckerei Sommer"}),
        ({"bank": "999999"}, set()),
        ({"bank": "x", "shown": "y", "sort": "z", "after": "w"}, None),
    ],
)
def test_filters_stand_in_the_address(lines, page, query, payers):
    known = {"Bäckerei Sommer", "Tidewater Boats", "Lottery Office"}
    text = page(**query)
    assert {name for name in known if f">{name}</a><b" in text} == (
        known if payers is None else payers
    )


@pytest.mark.parametrize("sort", cash_lines.SORTS)
def test_every_order_shows_each_payment_once_page_by_page(lines, page, monkeypatch, sort):
    monkeypatch.setattr(cash_lines, "ROWS", 1)
    seen, query = [], {"sort": sort}
    while query:
        text = page(**query)
        seen += re.findall(r'<li data-row id="line-(\d+)"', text)
        found = re.search(r'href="\?([^"]*after=[^"]*)" rel="next"', text)
        pairs = found.group(1).replace("&amp;", "&").split("&") if found else []
        query = dict(pair.split("=") for pair in pairs)
    wanted = [line.pk for line in lines if sort != "likeliest" or line != lines[2]]
    assert sorted(map(int, seen)) == wanted
    if sort == "largest":
        assert int(seen[0]) == lines[0].pk


def test_a_suggestion_is_accepted_with_one_button(lines, do):
    assert "is applied to Bäckerei Sommer" in do("cash_accept", best(lines[0]).pk)
    assert left("S-1") == 0
    assert state_of(lines[0]) == "applied"


def test_what_was_done_last_is_undone_with_one_button(lines, do):
    do("cash_accept", best(lines[0]).pk)
    assert "1 payment taken back." in do("cash_undo_last")
    assert left("S-1") == 1_240_50
    assert state_of(lines[0]) == "open"
    assert best(lines[0])
    assert "nothing left to undo" in do("cash_undo_last")


def test_undoing_goes_back_step_by_step(lines, do):
    do("cash_accept", best(lines[0]).pk)
    do("cash_leave_out", lines[2].pk, usual="Not from a customer")
    do("cash_undo_last")
    assert (state_of(lines[0]), state_of(lines[2])) == ("applied", "open")
    do("cash_undo_last")
    assert state_of(lines[0]) == "open"


def test_what_another_person_did_is_not_undone_by_ones_own_key(lines, do, person):
    do("cash_accept", best(lines[0]).pk)
    assert "nothing left to undo" in do("cash_undo_last", client=person("controller"))
    assert state_of(lines[0]) == "applied"


def test_a_payment_is_put_on_account_of_whom_it_seems_to_be_from(lines, do):
    do("cash_on_account", lines[0].pk)
    receipt = Receipt.objects.get()
    assert (receipt.account.name, receipt.unapplied_minor) == ("Bäckerei Sommer", 1_240_50)
    assert left("S-1") == 1_240_50


def test_a_payment_of_nobody_known_is_put_on_account_only_of_whom_one_names(
    lines, do, account_named
):
    assert "Nobody is suggested" in do("cash_on_account", lines[2].pk)
    quiet = account_named("Quiet")
    assert "is on account of Quiet Rooms" in do("cash_on_account", lines[2].pk, account=quiet.pk)


def test_leaving_out_asks_for_a_reason_and_keeps_it(lines, do, page):
    assert "Say why" in do("cash_leave_out", lines[2].pk)
    do("cash_leave_out", lines[2].pk, reason="We won the lottery", usual="Not from a customer")
    assert "We won the lottery" in page("cash_left_out")
    assert "Lottery" not in page()
    do("cash_undo", lines[2].pk)
    assert "Lottery" in page()


def test_what_was_applied_is_listed_with_who_did_it_and_undone(lines, do, page):
    do("cash_accept", best(lines[0]).pk)
    text = page("cash_settled")
    assert "S-1" in text
    assert "owner@lindenhof.example" in text
    assert "No applied payment matches" in page("cash_settled", q="nobody")
    do("cash_undo", lines[0].pk, reason="Their sister company")
    assert left("S-1") == 1_240_50
    assert Entry.objects.filter(why="Their sister company").exists()
    assert "is not applied" in do("cash_undo", lines[0].pk)


def test_an_undone_payment_is_not_posted_again_by_itself(lines, do):
    do("cash_accept", best(lines[0]).pk)
    do("cash_undo", lines[0].pk)
    assert state_of(lines[0]) == "open"
    assert best(lines[0]).confidence_ppm > 0


def test_a_suggestion_that_was_overtaken_cannot_be_accepted(lines, do, page, paid):
    proposal = best(lines[0])
    paid("S-1", 100_00)
    assert "can no longer be accepted" in page(q="S-1")
    assert "where" in do("cash_accept", proposal.pk)
    assert state_of(lines[0]) == "open"


def test_marked_payments_are_shown_before_they_are_posted(lines, do):
    text = do("cash_preview", line=[line.pk for line in lines])
    assert "Nothing is posted yet" in text
    assert "a surer payment pays the same document" in text
    assert "nothing is suggested that can still be posted" in text
    assert {state_of(line) for line in lines} == {"open"}


def marked_in(text):
    """The suggestions of a preview, and whether each is marked."""
    found = re.findall(r'name="proposal" value="(\d+)" data-mark( checked)?', text)
    return {int(pk): bool(is_marked) for pk, is_marked in found}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"confidence_ppm": 994_999}, "Less sure than the 99.5"),
        ({"combinations": 2}, "2 other combinations fit as well"),
        ({"kind": "oldest"}, "The document is not named"),
        ({"reason_bits": 1 << Reason.ALREADY_TAKEN}, "Another payment asks for the same document"),
    ],
)
def test_of_all_only_what_the_policy_calls_certain_is_marked(lines, page, change, why):
    certain = {"confidence_ppm": 999_000, "combinations": 0, "kind": "some", "reason_bits": 0}
    Proposal.objects.filter(line=lines[0], rank=1).update(**(certain | change))
    text = page("cash_preview_all", q="S-1")
    assert marked_in(text) == {best_of(lines[0]): not why}
    assert why in text
    assert ('id="part-1">Guesses<' in text) == bool(why)


def test_guesses_that_are_not_listed_are_posted_only_when_one_says_so(lines, page, do, monkeypatch):
    monkeypatch.setattr(cash_together, "LISTED_MAX", 1)
    Proposal.objects.filter(rank=1).update(confidence_ppm=600_000)
    text = page("cash_preview_all")
    assert not any(marked_in(text).values())
    others = re.search(r'<input type="checkbox" name="others" value="([\d,]+)"', text).group(1)
    assert "Also post the 1 that" in text
    assert "1 payment posted." in do("cash_accept_marked", others=others)


def test_marked_payments_are_posted_and_undone_together(lines, do):
    wanted = [best(lines[0]), best(lines[3])]
    assert "2 payments posted." in do("cash_accept_marked", proposal=[each.pk for each in wanted])
    assert (left("S-1"), left("T-1"), left("T-2")) == (0, 0, 0)
    assert "2 payments taken back." in do("cash_undo_last")
    assert (left("S-1"), left("T-1")) == (1_240_50, 300_00)


def test_of_marked_payments_the_least_certain_is_read_first(lines, do):
    text = do("cash_preview", line=[line.pk for line in lines])
    order = [best_of(line) for line in lines if f'name="proposal" value="{best_of(line)}"' in text]
    sure = [Proposal.objects.get(pk=pk).confidence_ppm for pk in order]
    places = [text.index(f'value="{pk}" data-mark') for pk in order]
    assert [each for _, each in sorted(zip(places, sure, strict=True))] == sorted(sure)


def test_with_nothing_marked_nothing_is_posted(lines, do):
    assert "No payment was marked" in do("cash_accept_marked")
    assert {state_of(line) for line in lines} == {"open"}


def test_of_marked_payments_those_that_changed_are_told(lines, do, paid):
    wanted = [best(lines[0]), best(lines[3])]
    paid("S-1", 1_000_00)
    text = do("cash_accept_marked", proposal=[each.pk for each in wanted] + [10**9])
    assert "1 payment posted." in text
    assert "2 were not posted" in text
    assert state_of(lines[0]) == "open"


def test_a_viewer_reads_and_finds_no_button(lines, books, person):
    text = person("viewer").get(reverse("cash", args=[books.code])).content.decode()
    assert "Bäckerei Sommer" in text
    assert "Accept" not in text
    assert "Leave out" not in text


def test_reading_changes_nothing(lines, page, books):
    before = (Proposal.objects.count(), Entry.objects.count(), StatementLine.objects.count())
    for name in ("cash", "cash_settled", "cash_left_out", "bank"):
        page(name)
    page("cash_line", lines[0].pk)
    after = (Proposal.objects.count(), Entry.objects.count(), StatementLine.objects.count())
    assert before == after


def test_without_payments_the_page_says_how_they_come(books, page):
    assert "Bring a bank statement" in page()


def test_when_all_is_applied_the_page_says_so(lines, page, do):
    for line in lines:
        do("cash_leave_out", line.pk, reason="All of it")
    assert "Every payment is applied." in page()
