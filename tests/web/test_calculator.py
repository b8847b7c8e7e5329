"""The interest calculator shows the examples that governments and textbooks publish."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

# What is asked, and what the page says: the total, and a figure on the way to it.
WORKED = {
    "the day is rounded first, as the government's page has it": (
        {"law": "GB-EAW", "amount": "1000", "due": "2016-02-01", "until": "2016-03-22",
         "rounding": "daily"},
        ("11,50", "0,23"),
    ),
    "nothing is rounded but the total": (
        {"law": "GB-EAW", "amount": "1000", "due": "2016-02-01", "until": "2016-03-22"},
        ("11,64", "70,00"),
    ),
    "the base rate moves in July": (
        {"law": "DE", "amount": "20000", "due": "2026-05-31", "until": "2026-08-31",
         "language": "de"},
        ("526,21", "10,27"),
    ),
    "a consumer in Germany owes less and no fixed sum": (
        {"law": "DE", "kind": "consumer", "amount": "20000", "due": "2026-05-31",
         "until": "2026-08-31", "language": "en"},
        ("Interest: ", "6,52"),
    ),
    "interest joins the debt after each year, and costs follow the tariff": (
        {"law": "NL", "amount": "2000", "due": "2019-12-31", "until": "2021-12-31"},
        ("332,80", "300,00"),
    ),
}  # fmt: skip


@pytest.fixture
def address(creditor):
    return reverse("calculator", args=[creditor.code])


@pytest.mark.parametrize("example", WORKED)
def test_published_examples_come_out_as_published(person, address, example):
    asked, figures = WORKED[example]
    page = person("viewer").get(address, asked).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    for figure in figures:
        assert figure in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", "1e9", "is not an amount"),
        ("amount", "-5", "above zero"),
        ("due", "", "Enter the due date"),
        ("due", "2026-02-30", "is not a day"),
        ("rate", "1E+300", "no yearly rate"),
        ("rate", "nan", "no yearly rate"),
        ("kind", "ghost", "what the debtor is"),
        ("law", "XX", "no law document"),
        ("paid", "100", "on which day"),
        ("due", "2001-01-01", "no value of interest.reference"),
        ("due", "2005-01-01", "is not published in our records"),
        ("kind", "unknown", "no statutory interest"),
    ],
)
def test_what_cannot_be_counted_says_why(person, address, field, value, said):
    asked = {"law": "GB-EAW", "amount": "100", "due": "2026-01-01", "paid_on": ""}
    page = person("viewer").get(address, asked | {field: value})
    assert page.status_code == 200
    assert said in page.content.decode()


def test_payments_lower_the_balance_from_the_day_after(person, address):
    asked = {
        "law": "GB-EAW", "amount": "1000", "due": "2026-01-01", "until": "2026-01-21",
        "paid_on": "2026-01-11", "paid": "400",
    }  # fmt: skip
    page = person("viewer").get(address, asked).content.decode()
    # 1,000.00 for ten days and 600.00 for ten more at 11.75 %.
    assert "5,15" in page


def test_the_files_are_given_and_wrong_fields_lead_back(person, creditor):
    client = person("viewer")
    asked = {"law": "IE", "amount": "1500", "due": "2026-01-01", "until": "2026-03-01"}
    pdf = client.get(reverse("calculator_pdf", args=[creditor.code]), asked)
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    book = client.get(reverse("calculator_xlsx", args=[creditor.code]), asked)
    assert b"".join(book.streaming_content).startswith(b"PK")
    back = client.get(reverse("calculator_pdf", args=[creditor.code]), asked | {"due": "soon"})
    assert back.status_code == 302


def test_a_person_calculates_and_reads_every_line(signed_in_page, accessible, address):
    page = signed_in_page
    page.goto(address)
    accessible(page)
    page.get_by_label("Amount", exact=True).fill("10000")
    page.get_by_label("Due date").fill("2026-05-31")
    page.get_by_label("Up to and including").fill("2026-08-31")
    page.get_by_role("button", name="Calculate").click()
    expect(page.get_by_role("heading", name="Interest: ")).to_contain_text("263,11")
    accessible(page)
