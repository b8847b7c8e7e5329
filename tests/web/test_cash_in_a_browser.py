"""Cash in a real browser: an eight-hour list worked by keys alone, readable by everyone."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from recoup.books import second
from recoup.books.models import (
    Advice,
    BankAccount,
    MoneyRequest,
    OpenItem,
    Receipt,
    SourceFile,
    StatementLine,
)
from recoup.jobs import cash_many
from tests.web.cash_books import mt940, taken_in

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def lines(books, today, at):
    """Three payments: of a known debtor, of another, of nobody known; the newest first."""
    text = mt940(
        (1_240_50, "Bäckerei Sommer", "Rechnung S-1"),
        (399_00, "Tidewater Boats", "T-1 and T-2"),
        (33_00, "Lottery Office", "prize"),
    )
    return taken_in(books, today, at, text)


@pytest.fixture
def page(signed_in_page, books, lines):
    """The browser on Cash."""
    signed_in_page.goto(reverse("cash", args=[books.code]))
    return signed_in_page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def left(number):
    return OpenItem.objects.get(document__number=number).open_minor


def asked(books, today, at, number, by):
    """A write-off that waits for a second person."""
    return second.ask_to_give_up(
        item=OpenItem.objects.get(document__number=number),
        kind="write_off",
        amount_minor=250_00,
        today=today,
        at=at,
        by=by,
        why="Agreed on the phone, the goods came late",
    )


def advice(owner, books):
    """A list of what a payer says is paid."""
    text = "Invoice,Gross,Deduction,Paid,Reason,Currency\nT-1,300.00,20.00,280.00,one broken,EUR\n"
    file = SimpleUploadedFile("advice.csv", text.encode())
    owner.post(reverse("advice_upload", args=[books.code]), {"file": file})


@pytest.fixture
def addresses(books, lines, owner, account_named, today, at):
    """Every page of money, with something on it."""
    owner.post(
        reverse("cash_on_account", args=[books.code, lines[2].pk]),
        {"account": account_named("Quiet").pk},
    )
    asked(books, today, at, "S-1", by="a-colleague")
    asked(books, today, at, "T-1", by="vera")
    advice(owner, books)
    taken_in(books, today, at, mt940((8_00, "X", "y"), number=9, opening="1,00", day="260304"))
    words = {
        "cash_requests": [],
        "cash_preview_all": [],
        "advices": [],
        "advice": [Advice.objects.get().pk],
        "twice": [],
        "cash": [],
        "cash_settled": [],
        "cash_left_out": [],
        "cash_line": [lines[1].pk],
        "receipt": [Receipt.objects.get().pk],
        "bank": [],
        "bank_account": [BankAccount.objects.get().pk],
        "bank_file": [SourceFile.objects.earliest("pk").pk],
        "account": [account_named("Quiet").pk],
    }
    return [reverse(name, args=[books.code, *more]) for name, more in words.items()]


@pytest.fixture
def owner(person, login):
    """A client of the same person as in the browser."""
    return person("controller")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_money(page, addresses, accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    for address in addresses:
        page.goto(address)
        accessible(page)


def test_no_page_of_money_is_wider_than_a_phone(page, addresses):
    page.set_viewport_size(PHONE)
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


def test_suggestions_are_accepted_one_after_the_other_by_one_key_each(page):
    press(page, "j", "1")
    expect(page.get_by_text("is applied to Bäckerei Sommer")).to_be_visible()
    expect(page.get_by_role("link", name="Tidewater Boats").first).to_be_focused()
    press(page, "1")
    expect(page.get_by_text("is applied to Tidewater Boats")).to_be_visible()
    assert (left("S-1"), left("T-1"), left("T-2")) == (0, 0, 0)


def test_what_was_done_last_is_undone_by_one_key(page):
    press(page, "j", "1")
    expect(page.get_by_text("is applied to Bäckerei Sommer")).to_be_visible()
    press(page, "u")
    expect(page.get_by_text("1 payment taken back.")).to_be_visible()
    expect(page.get_by_role("link", name="Bäckerei Sommer").first).to_be_visible()
    assert left("S-1") == 1_240_50


def test_a_payment_is_put_on_account_by_one_key(page):
    press(page, "j", "a")
    expect(page.get_by_text("is on account of Bäckerei Sommer")).to_be_visible()


def test_a_payment_is_left_out_by_keys_with_a_reason(page, lines, accessible):
    press(page, "j", "j", "j", "i")
    dialog = page.get_by_role("dialog", name="Leave out")
    expect(dialog.get_by_text("from Lottery Office")).to_be_visible()
    accessible(page)
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_text("is left out: Between our own accounts.")).to_be_visible()
    assert StatementLine.objects.get(pk=lines[2].pk).state == "ignored"


def test_a_payment_is_split_by_keys_and_the_sum_follows_what_one_types(page):
    press(page, "j", "j", "s")
    first = page.get_by_label("For T-1")
    first.fill("250")
    expect(page.locator("#sum")).to_contain_text("50,00")
    expect(page.locator("#sum")).to_contain_text("T-1 still open")
    first.fill("9999")
    expect(page.locator("#sum")).to_contain_text("T-1 has")
    first.fill("250")
    press(page, "Enter")
    expect(page.get_by_text("is applied to Tidewater Boats")).to_be_visible()
    assert (left("T-1"), left("T-2")) == (50_00, 0)


def test_marked_payments_are_looked_at_and_posted_by_keys(page, accessible):
    press(page, "j", "x", "j", "x")
    expect(page.locator("[data-marked]")).to_have_text("2")
    page.get_by_role("button", name="Look at what would be posted").click()
    expect(page.get_by_role("heading", name="What would be posted")).to_be_visible()
    accessible(page)
    press(page, "e")
    expect(page.get_by_text("2 payments posted.")).to_be_visible()
    assert (left("S-1"), left("T-1")) == (0, 0)


def test_all_that_a_filter_shows_is_posted_slice_by_slice_and_undone_by_one_key(
    page, accessible, monkeypatch
):
    monkeypatch.setattr(cash_many, "SLICE", 1)
    page.get_by_label("Show", exact=True).select_option("proposed")
    expect(page).to_have_url(re.compile("shown=proposed"))
    page.get_by_role("link", name="Look at what all would post").click()
    expect(page.get_by_role("heading", name="What would be posted")).to_be_visible()
    accessible(page)
    # Guesses are posted only when a person marks them.
    for box in page.locator("input[data-mark]").all():
        box.check()
    page.get_by_role("button", name="Post 2 payments").click()
    expect(page.get_by_text("2 payments posted.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/cash/\?shown=proposed"))
    assert (left("S-1"), left("T-1")) == (0, 0)
    press(page, "u")
    expect(page.get_by_text("2 payments taken back.")).to_be_visible()
    assert (left("S-1"), left("T-1")) == (1_240_50, 300_00)


def test_a_request_is_declined_with_a_reason_and_another_approved(page, books, today, at):
    mine = asked(books, today, at, "T-1", by="vera")
    other = asked(books, today, at, "S-1", by="a-colleague")
    page.goto(reverse("cash_requests", args=[books.code]))
    page.get_by_label("Decline, because").fill("They ordered again")
    page.get_by_role("button", name="Decline the write-off of Bäckerei Sommer").click()
    expect(page.get_by_text("Declined. Nothing is posted.")).to_be_visible()
    assert MoneyRequest.objects.get(pk=other.pk).state == "declined"
    page.get_by_label("Reason").fill("I am the only one here")
    page.get_by_role("button", name="Confirm the write-off").click()
    expect(page.get_by_text("Nothing waits for a second person")).to_be_visible()
    assert MoneyRequest.objects.get(pk=mine.pk).state == "approved"
    assert left("T-1") == 50_00


def test_a_gap_is_explained_and_an_account_out_of_use_is_closed(page, addresses, books):
    page.goto(reverse("bank", args=[books.code]))
    expect(page.get_by_text("the balances do not meet").first).to_be_visible()


def test_the_list_follows_the_filters_and_so_does_the_address(page):
    page.get_by_label("Search by payer, text or amount").fill("tide")
    expect(page.get_by_role("link", name="Lottery Office", exact=True)).to_be_hidden()
    expect(page).to_have_url(re.compile("q=tide"))
    page.get_by_label("Search by payer, text or amount").fill("")
    page.get_by_label("Show", exact=True).select_option("none")
    expect(page.get_by_role("link", name="Lottery Office", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Tidewater Boats", exact=True)).to_be_hidden()


def test_letters_typed_into_the_search_do_nothing_else(page):
    field = page.get_by_label("Search by payer, text or amount")
    field.focus()
    page.keyboard.type("1asiu")
    expect(field).to_have_value("1asiu")
    assert not Receipt.objects.exists()


def test_a_bank_statement_is_brought_and_what_came_of_it_is_said(page, books, tmp_path):
    text = mt940((75_00, "Quiet Rooms", "Q-1"), number=2, opening="1672,50", day="260303")
    (tmp_path / "march.sta").write_text(text)
    page.goto(reverse("bank", args=[books.code]))
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "march.sta")
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("1 line new, 0 known already.")).to_be_visible()
    expect(page.get_by_role("heading", name="march.sta")).to_be_visible()
