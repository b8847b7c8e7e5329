"""Terms on screen: which hold and why, the sheet, and a debtor who accepts it on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from recoup.books.accept import Accepted, accept_by_link, record_acceptance, revoke_link
from recoup.books.merge import merge
from recoup.books.models import AgreedTerms, TermsAcceptance, TermsLink, TimelineEvent
from recoup.kernel.errors import Refusal
from recoup.web.terms_link import SALT, token_of
from tests.jobs.importing import imported
from tests.web.terms_books import offered, shown

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def account(decided, account_named):
    return account_named("Bäckerei")


def opened(token, client=None):
    return (client or Client()).get(reverse("terms_offer", args=[token]))


def accept(link, name):
    return Client().post(reverse("terms_offer", args=[token_of(link)]), {"name": name})


def test_a_link_opens_the_terms_in_the_debtors_language_and_looking_changes_nothing(
    account, today, at
):
    link = offered(account, today, at, language="de")
    answer = opened(token_of(link))
    assert answer.status_code == 200
    assert '<html lang="de">' in answer.text
    assert "Wann eine Rechnung fällig ist" in answer.text
    assert not TermsAcceptance.objects.exists()
    assert answer.cookies == {}


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Cache-Control", "no-store"),
        ("X-Robots-Tag", "noindex, nofollow"),
        ("Referrer-Policy", "no-referrer"),
    ],
)
def test_nobody_keeps_or_passes_on_the_address(account, today, at, header, value):
    link = offered(account, today, at)
    for answer in (opened(token_of(link)), opened("wrong")):
        assert answer[header] == value
        assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_a_name_accepts_exactly_the_words_that_were_shown(account, today, at):
    link = offered(account, today, at)
    assert accept(link, "  Jo   Ahorn ").status_code == 302
    kept = TermsAcceptance.objects.get()
    assert (kept.person, kept.way, kept.accepted_date) == ("Jo Ahorn", "link", today)
    assert (kept.text, kept.fingerprint) == (link.text, link.fingerprint)
    assert "Jo Ahorn" in opened(token_of(link)).text
    assert TimelineEvent.objects.get(kind="terms_accepted").facts["way"] == "on the terms page"
    accept(link, "Somebody Else")
    assert TermsAcceptance.objects.count() == 1


def test_a_link_of_a_merged_account_opens_and_says_where_the_account_went(
    owner, decided, account, account_named, today, at
):
    link, other = offered(account, today, at, language="de"), account_named("Quiet")
    merge(account=account, survivor=other, today=today, at=at, by="vera", why="one firm")
    text = opened(token_of(link)).text
    assert f"Das Konto {account.number} wird jetzt als Konto {other.number} geführt." in text
    accept(link, "Jo Ahorn")
    page = owner.get(reverse("account", args=[decided.code, other.pk])).text
    assert "Jo Ahorn" in page
    assert "An earlier version was accepted" in page


def test_without_a_name_nothing_is_accepted_and_the_page_says_so(account, today, at):
    link = offered(account, today, at)
    answer = accept(link, " ")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not TermsAcceptance.objects.exists()


def test_a_link_that_ran_out_or_was_taken_back_opens_no_more(account, today, at, monkeypatch):
    link = offered(account, today, at, days=2)
    monkeypatch.setenv("RECOUP_TODAY", (today + timedelta(days=3)).isoformat())
    assert opened(token_of(link)).status_code == 410
    assert accept(link, "Jo").status_code == 410
    monkeypatch.setenv("RECOUP_TODAY", today.isoformat())
    revoke_link(link=link, today=today, at=at, by="vera")
    revoke_link(link=link, today=today, at=at, by="vera")
    assert opened(token_of(link)).status_code == 410
    with pytest.raises(Refusal, match="opens no more"):
        accept_by_link(link=link, person="Jo", today=today, at=at)
    assert TimelineEvent.objects.filter(kind="terms_link_revoked").count() == 1


def test_no_other_text_is_a_token(account, today, at):
    link = offered(account, today, at)
    token = token_of(link)
    forged = [
        token[:-1],
        f"{token}x",
        "x" * 5000,
        signing.dumps([link.pk, "0" * 32], salt=SALT),
        signing.dumps([link.pk, link.secret], salt="another"),
        signing.dumps([link.pk + 1, link.secret], salt=SALT),
        signing.dumps("text", salt=SALT),
    ]
    for each in forged:
        answer = opened(each)
        assert answer.status_code == 404
        assert "ask whoever sent it" in answer.text
    assert len(link.secret) * 4 == 128


def test_trying_too_often_waits(account, today, at, settings):
    settings.ACCOUNT_RATE_LIMITS = {"terms": "2/m/ip"}
    page = reverse("terms_offer", args=[token_of(offered(account, today, at))])
    client = Client(REMOTE_ADDR="203.0.113.9")
    assert [client.post(page).status_code for _ in range(3)] == [422, 422, 429]


def test_staff_note_an_acceptance_on_paper_with_the_words_of_the_day(account, today, at):
    said = Accepted("Jo Ahorn", today, "paper", "folder 12")
    for _ in range(2):
        record_acceptance(
            account=account, shown=shown(account, today), said=said, today=today, at=at, by="vera"
        )
    kept = TermsAcceptance.objects.get()
    assert (kept.text, kept.note, kept.by) == (shown(account, today).text, "folder 12", "vera")
    late = Accepted("Jo Ahorn", today + timedelta(days=1), "paper")
    with pytest.raises(Refusal, match="future"):
        record_acceptance(
            account=account, shown=shown(account, today), said=late, today=today, at=at, by="vera"
        )


def test_the_account_says_which_terms_hold_and_who_accepted(owner, decided, account, today):
    page = reverse("account", args=[decided.code, account.pk])
    owner.post(
        reverse("terms_agree", args=[decided.code, account.pk]),
        {"terms": "2/10 net 30", "first_date": today.isoformat(), "why": "phone call with Jo"},
    )
    assert AgreedTerms.objects.get().reason == "phone call with Jo"
    answer = owner.get(page).text
    assert "Within 30 days; 2% discount within 10 days" in answer
    assert "As agreed with the account" in answer
    owner.post(
        reverse("terms_accepted", args=[decided.code, account.pk]),
        {"person": "Jo Ahorn", "way": "email", "accepted_date": today.isoformat()},
    )
    assert "Accepted</span>" in owner.get(page).text
    kept = TermsAcceptance.objects.get()
    told = owner.get(reverse("terms_text", args=[decided.code, kept.pk])).text
    assert kept.fingerprint in told
    owner.post(
        reverse("terms_agree", args=[decided.code, account.pk]),
        {"terms": "Net 45", "first_date": today.isoformat(), "why": "new contract"},
    )
    assert "An earlier version was accepted" in owner.get(page).text


def test_an_invoice_says_whose_terms_it_was_counted_by_and_when_they_are_too_long(
    owner, decided, account
):
    text = (
        "account_number,account_name,number,issue_date,due_date,terms,currency,total\n"
        f"{account.number},{account.name},R-90,2026-02-01,,90 days,EUR,30.00\n"
    )
    imported(decided, text)
    answer = owner.get(reverse("account", args=[decided.code, account.pk])).text
    assert "counted: the document itself" in answer
    assert "Invoice R-90: These terms come to 90 days; for a company" in answer


def test_a_form_that_cannot_be_meant_is_refused_in_a_sentence(owner, decided, account):
    answer = owner.post(
        reverse("terms_agree", args=[decided.code, account.pk]),
        {"terms": "whenever", "first_date": "2026-13-01", "why": "x"},
        follow=True,
    )
    assert answer.status_code == 200
    assert "is not a day" in answer.text
    assert not AgreedTerms.objects.exists()


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_sheet_comes_as_one_tagged_page_in_each_language(owner, decided, account, language):
    page = reverse("terms_account_pdf", args=[decided.code, account.pk])
    answer = owner.get(f"{page}?language={language}")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.count(b"/Type /Page\n") + answer.content.count(b"/Type/Page\n") <= 1
    assert answer.content == owner.get(f"{page}?language={language}").content


def test_a_debtor_accepts_on_a_phone_and_staff_see_it(signed_in_page, decided, account, accessible):
    page = signed_in_page
    page.goto(reverse("terms", args=[decided.code]))
    accessible(page)
    page.goto(reverse("account", args=[decided.code, account.pk]))
    page.get_by_role("button", name="Make a link to accept").click()
    address = page.get_by_label("Link to accept").input_value()
    page.set_viewport_size(PHONE)
    page.goto(address)
    accessible(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    page.get_by_role("textbox").fill("Jo Ahorn")
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("Jo Ahorn")
    accessible(page)
    page.goto(reverse("account", args=[decided.code, account.pk]))
    page.get_by_role("link", name="Read what was accepted").click()
    accessible(page)
    assert TermsLink.objects.get().text == TermsAcceptance.objects.get().text
