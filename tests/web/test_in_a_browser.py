"""The pages in a real browser: readable by everyone, usable without a mouse and on a phone."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recoup.books.models import Intent, Run
from tests.web.furnish import PASSWORD

PLACES = (
    "today",
    "accounts",
    "messages",
    "imports",
    "set_aside",
    "aging",
    "policy",
    "policy_edit",
    "mailbox",
    "settings",
    "find",
)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(signed_in_page, decided):
    """The browser on Today of a business whose day is decided."""
    signed_in_page.goto(reverse("today", args=[decided.code]))
    return signed_in_page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    page, decided, accessible, message_to, account_named, scheme
):
    page.emulate_media(color_scheme=scheme)
    addresses = [reverse(name, args=[decided.code]) for name in PLACES]
    addresses += [
        reverse("message", args=[decided.code, message_to("Bäckerei").pk]),
        reverse("account", args=[decided.code, account_named("Tidewater").pk]),
        reverse("account_why", args=[decided.code, account_named("Quiet").pk]),
        f"{reverse('messages', args=[decided.code])}?tab=withheld",
    ]
    for address in addresses:
        page.goto(address)
        accessible(page)


def test_axe_finds_nothing_on_the_sign_in_page(browser_page, accessible):
    browser_page.goto("/sign-in/")
    accessible(browser_page)


def test_one_signs_in_by_the_form(browser_page, login, decided):
    login.set_password(PASSWORD)
    login.save()
    browser_page.goto("/")
    browser_page.get_by_label("E-mail address").fill(login.email)
    browser_page.get_by_label("Password").fill(PASSWORD)
    browser_page.get_by_role("button", name="Sign in").click()
    expect(browser_page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_nothing_is_wider_than_a_phone(page, decided, account_named, message_to):
    page.set_viewport_size(PHONE)
    addresses = [reverse(name, args=[decided.code]) for name in PLACES]
    addresses.append(reverse("account", args=[decided.code, account_named("Tidewater").pk]))
    addresses.append(reverse("message", args=[decided.code, message_to("Bäckerei").pk]))
    for address in addresses:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], address


def test_a_list_is_walked_and_a_row_opened_by_keys(page, decided, accessible):
    page.goto(reverse("accounts", args=[decided.code]))
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Tidewater Boats")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="Bäckerei Sommer")).to_be_visible()
    expect(panel.get_by_text("Waits", exact=True)).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    expect(page.get_by_role("link", name="Bäckerei Sommer")).to_be_focused()


def test_the_list_follows_the_search_and_so_does_the_address(page, decided):
    page.goto(reverse("accounts", args=[decided.code]))
    page.get_by_label("Search by name, number or invoice").fill("tide")
    expect(page.get_by_role("link", name="Bäckerei Sommer")).to_be_hidden()
    expect(page.get_by_role("link", name="Tidewater Boats")).to_be_visible()
    expect(page).to_have_url(re.compile("q=tide"))


def test_the_palette_opens_a_debtor_by_keys_alone(page, accessible):
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    field.fill("tide")
    expect(page.get_by_role("option", name="Tidewater Boats")).to_be_visible()
    accessible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tidewater Boats", level=1)).to_be_visible()


def test_two_keys_lead_to_any_page(page):
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible()


def test_the_keys_are_shown_on_a_question_mark(page, accessible):
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    accessible(page)


def test_keys_typed_into_a_field_stay_there(page, decided):
    page.goto(reverse("accounts", args=[decided.code]))
    field = page.get_by_label("Search by name, number or invoice")
    field.focus()
    page.keyboard.type("gmx?")
    expect(field).to_have_value("gmx?")


def test_marked_messages_are_held_together_by_keys(page):
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible()
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("[data-marked]")).to_have_text("2")
    page.get_by_role("button", name="Hold back").click()
    expect(page.get_by_text("2 messages held back.")).to_be_visible()
    assert set(Intent.objects.values_list("state", flat=True)) == {"held"}


def test_a_row_is_acted_on_with_one_key(page):
    page.get_by_role("link", name="Tidewater Boats").focus()
    page.keyboard.press("e")
    expect(page.get_by_text("The message to Tidewater Boats is approved.")).to_be_visible()


def test_the_run_is_approved_with_one_button(page, decided):
    page.get_by_role("button", name="Approve all 2").click()
    expect(page.get_by_text("Approved. Each message is checked once more")).to_be_visible()
    assert Run.objects.get(creditor=decided).state == "released"


def test_the_mail_is_read_as_the_debtor_sees_it(page, decided, message_to):
    page.goto(reverse("message", args=[decided.code, message_to("Bäckerei").pk]))
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("S-1").first).to_be_visible()


def test_the_theme_a_person_chose_stays(page):
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_creditor_is_switched_in_the_rail(page, other, login):
    other.seat_set.create(login=login, role="viewer")
    page.reload()
    page.locator("details.switcher summary").click()
    page.get_by_role("link", name="Strand Foods").click()
    expect(page).to_have_url(re.compile("/c/strand/"))
