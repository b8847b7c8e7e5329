"""Advice on the pages: brought, asked about, read, given to whose it is, beside its payment."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recoup.books.models import Advice, OpenItem, Seat, StatementLine
from tests.web.cash_books import mt940, taken_in

LIST = """Invoice,Gross,Deduction,Paid,Reason,Currency
T-1,300.00,20.00,280.00,one box was broken,EUR
"""


@pytest.fixture
def bring(books, owner):
    """Bring a file by the page."""

    def brought(text, name="advice.csv", client=owner):
        file = SimpleUploadedFile(name, text.encode())
        address = reverse("advice_upload", args=[books.code])
        return client.post(address, {"file": file}, follow=True)

    return brought


def test_an_advice_is_read_and_shown_row_by_row(books, bring):
    page = bring(LIST).content.decode()
    assert "one box was broken" in page
    assert "by the documents it names" in page
    assert "Waits for its payment" in page


def test_what_it_leaves_open_is_asked_and_then_read(books, owner, bring):
    page = bring("Invoice,Paid\nT-1,280.00\n").content.decode()
    assert "The advice names no currency." in page
    assert not Advice.objects.exists()
    file_id = books.sourcefile_set.latest("pk").pk
    owner.post(reverse("advice_take", args=[books.code, file_id]), {"currency": "eur"})
    assert Advice.objects.get().currency == "EUR"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nothing at all\n", "No row of the file names its columns"),
        ("", "holds no bytes"),
        ("Invoice,Paid,Currency\nT-2,5.00,EUR\nT-1,NaN,EUR\n", "is not an amount"),
        (LIST + "Total,,,281.00,,\n", "Its rows come to"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_on_the_page(books, bring, text, said):
    page = bring(text)
    assert page.status_code == 200
    assert said in page.content.decode()


def test_the_payer_is_heard_beside_the_payment_and_on_the_account(
    books, owner, bring, today, at, account_named
):
    taken_in(books, today, at, mt940((280_00, "Tidewater Boats", "see advice")))
    bring(LIST)
    line = StatementLine.objects.get()
    assert line.state == "applied"
    assert OpenItem.objects.get(document__number="T-1").open_minor == 20_00
    page = owner.get(reverse("cash_line", args=[books.code, line.pk])).content.decode()
    assert "The payer says" in page
    assert "one box was broken" in page
    bring(LIST.replace("280.00", "100.00").replace("20.00", "200.00"), "second.csv")
    page = owner.get(reverse("account", args=[books.code, account_named("Tidewater").pk]))
    assert "second.csv" in page.content.decode()


def test_a_person_gives_ties_and_leaves_out(books, owner, bring, account_named):
    bring(LIST.replace("T-1", "ZZ-1"))
    found = Advice.objects.get()
    assert found.account is None

    def settle(verb, **said):
        address = reverse("advice_settle", args=[books.code, found.pk, verb])
        page = owner.post(address, said, follow=True)
        found.refresh_from_db()
        return page.content.decode()

    settle("give", chosen=account_named("Quiet").pk)
    assert found.account == account_named("Quiet")
    assert "Say why" in settle("leave-out", reason=" ")
    settle("leave-out", reason="For another company")
    assert found.state == "dismissed"
    settle("take-back")
    assert found.state == "waiting"
    assert "no such thing" in settle("burn")


def test_who_may_only_look_brings_and_settles_nothing(books, owner, bring):
    bring(LIST)
    Seat.objects.filter(creditor=books).update(role="viewer")
    assert bring(LIST).status_code == 403
    address = reverse("advice_settle", args=[books.code, Advice.objects.get().pk, "leave-out"])
    assert owner.post(address, {"reason": "no"}).status_code == 403
    assert owner.get(reverse("advices", args=[books.code])).status_code == 200


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_advice_is_brought_and_read_in_a_browser(signed_in_page, books, accessible, size):
    page = signed_in_page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(reverse("advices", args=[books.code]))
    accessible(page)
    page.get_by_label("Drop the file here, or choose it").set_input_files(
        {"name": "advice.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    page.get_by_role("button", name="Read it").click()
    page.get_by_text("one box was broken").wait_for()
    accessible(page)
    page.goto(reverse("advices", args=[books.code]))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
