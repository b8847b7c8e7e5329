"""A statement of account and the journal on the screen, the same figures as in their files."""

from __future__ import annotations

import io
import json

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from python_calamine import load_workbook


@pytest.fixture
def statement_of(decided, account_named):
    account = account_named("Tidewater")

    def address(name="statement", query=""):
        return reverse(name, args=[decided.code, account.pk]) + query

    return address


def test_the_statement_shows_every_movement_and_what_is_open(person, statement_of):
    page = person("viewer").get(statement_of(query="?from=2025-01-01&language=en"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Invoice T-1" in text
    assert "399,00" in text


def test_a_period_that_ends_before_it_begins_is_told_and_not_shown(person, statement_of):
    page = person("viewer").get(statement_of(query="?from=2026-03-01&to=2026-02-01"))
    assert page.status_code == 200
    assert "ends before it begins" in page.content.decode()


def test_the_files_are_a_pdf_and_a_workbook(person, statement_of):
    client = person("viewer")
    pdf = b"".join(client.get(statement_of("statement_pdf")).streaming_content)
    assert pdf.startswith(b"%PDF")
    book = b"".join(
        client.get(statement_of("statement_xlsx", "?from=2025-01-01")).streaming_content
    )
    sheets = load_workbook(io.BytesIO(book))
    assert any("Invoice T-1" in row for name in sheets.sheet_names
               for row in sheets.get_sheet_by_name(name).to_python())  # fmt: skip


def test_the_journal_balances_on_the_screen_and_in_its_file(person, decided):
    client = person("viewer")
    query = "?from=2025-01-01&to=2026-12-31"
    page = client.get(reverse("journal", args=[decided.code]) + query)
    assert "Receivable" in page.content.decode()
    said = b"".join(client.get(reverse("journal_json", args=[decided.code]) + query))
    read = json.loads(said)
    assert read["entries"]
    rows = b"".join(client.get(reverse("journal_csv", args=[decided.code]) + query)).decode()
    assert "receivable" in rows


def test_both_pages_are_readable_by_everyone(signed_in_page, accessible, decided, statement_of):
    for address in (
        statement_of(query="?from=2025-01-01"),
        reverse("journal", args=[decided.code]),
    ):
        signed_in_page.goto(address)
        accessible(signed_in_page)
    signed_in_page.get_by_label("From", exact=True).fill("2025-01-01")
    signed_in_page.get_by_label("To", exact=True).fill("2026-12-31")
    signed_in_page.get_by_role("button", name="Show").click()
    expect(signed_in_page.get_by_role("row", name="All")).to_be_visible()
