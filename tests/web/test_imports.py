"""Imports: from a file of any program to open items, and back for rows that cannot be read."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recoup.books.models import ColumnMapVersion, OpenItem, SetAsideRow, SourceFile

SEMICOLONS = """Kunde;Kundennummer;Rechnungsnummer;Rechnungsdatum;Fällig am;Betrag
Holzhaus Nord;K-901;R-501;03.01.2026;02.02.2026;1.240,50
Holzhaus Nord;K-901;R-502;13.01.2026;12.02.2026;310,00
Seebad Hotel;K-902;R-503;35.01.2026;19.02.2026;89,90
"""
UNCLEAR = """Customer,Invoice number,Invoice date,Due date,Total
Pier Nine,P-1,03/04/2026,05/06/2026,"1,240"
"""
MAP = {
    "brings": "invoices",
    "col_account_name": "Kunde",
    "col_account_number": "Kundennummer",
    "col_number": "Rechnungsnummer",
    "col_issue_date": "Rechnungsdatum",
    "col_due_date": "Fällig am",
    "col_total": "Betrag",
    "currency": "EUR",
}


@pytest.fixture
def bring(creditor, owner):
    """Bring a file; the file as kept."""

    def upload(text, name="list.csv"):
        file = SimpleUploadedFile(name, text.encode())
        owner.post(reverse("upload", args=[creditor.code]), {"file": file})
        return SourceFile.objects.latest("pk")

    return upload


@pytest.fixture
def page(creditor, owner):
    """The page of a file, with answers."""
    return lambda file, said=None: (
        owner.get(reverse("source_file", args=[creditor.code, file.pk]), said or {}).text
    )


@pytest.fixture
def take(creditor, owner):
    """Import a file as declared, or try it."""
    return lambda file, said: (
        owner.post(reverse("take", args=[creditor.code, file.pk]), said, follow=True).text
    )


def test_an_unknown_layout_asks_which_column_is_what(bring, page):
    answer = page(bring(SEMICOLONS))
    assert "Which column is what" in answer
    assert "<option selected>Rechnungsnummer</option>" in answer


def test_a_mapped_file_is_previewed_before_anything_is_kept(bring, page):
    answer = page(bring(SEMICOLONS), MAP)
    assert "The first rows, as they would be read" in answer
    assert "1.240,50" in answer
    assert not OpenItem.objects.exists()


def test_a_try_says_what_would_happen_and_keeps_nothing(bring, take):
    answer = take(bring(SEMICOLONS), MAP | {"try": "1"})
    assert "What importing it would do" in answer
    assert "Would be set aside" in answer
    assert not OpenItem.objects.exists()
    assert not SetAsideRow.objects.exists()


def test_an_import_takes_the_good_rows_and_sets_the_others_aside(bring, take):
    answer = take(bring(SEMICOLONS), MAP)
    assert "2 documents and 0 payments new, 0 known already, 1 row set aside." in answer
    assert OpenItem.objects.count() == 2
    assert "1.550,50" in answer


def test_the_same_file_again_adds_nothing(bring, take):
    take(bring(SEMICOLONS), MAP)
    answer = take(bring(SEMICOLONS, "again.csv"), MAP)
    assert "0 documents and 0 payments new, 2 known already" in answer
    assert OpenItem.objects.count() == 2


def test_the_column_map_is_kept_for_the_next_file(bring, take, page):
    take(bring(SEMICOLONS), MAP)
    assert ColumnMapVersion.objects.count() == 1
    answer = page(bring(SEMICOLONS.replace("R-50", "R-60"), "next.csv"), {"currency": "EUR"})
    assert "R-601" in answer


def test_what_the_file_leaves_open_is_asked_and_never_guessed(bring, page):
    said = {"brings": "invoices", "col_account_name": "Customer", "col_number": "Invoice number"}
    said |= {"col_issue_date": "Invoice date", "col_due_date": "Due date", "col_total": "Total"}
    file = bring(UNCLEAR)
    answer = page(file, said)
    assert 'name="dates" value="DD/MM/YYYY"' in answer
    assert 'name="numbers" value="1,234.56"' in answer
    assert 'name="currency"' in answer
    said |= {"dates": "DD/MM/YYYY", "numbers": "1,234.56", "currency": "GBP"}
    assert "3 Apr 2026" in page(file, said)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"col_number": "Rechnungsnummer"}, "nvoices need a column for issue date"),
        ({"brings": "wishes", "col_number": "x"}, "Say what the rows of the file are."),
        ({"numbers": "roman"}, "is not a valid NumberFormat"),
        ({"format": "papyrus"}, "There is no format"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_in_words(bring, page, said, complaint):
    assert complaint in page(bring(SEMICOLONS), said).replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("content", "complaint"), [("", "holds no bytes"), ("%PDF-1.7", "is a PDF, a picture")]
)
def test_a_file_that_cannot_be_read_says_what_to_do(bring, page, content, complaint):
    assert complaint in page(bring(content, "list.pdf"))


def test_payments_are_mapped_like_invoices(creditor, owner, bring, take, page):
    take(bring(SEMICOLONS), MAP)
    text = "Kunde;Datum;Summe;Rechnung\nHolzhaus Nord;13.02.2026;1.000,00;R-501\n"
    said = {"brings": "payments", "col_account_name": "Kunde", "col_date": "Datum"}
    said |= {"col_amount": "Summe", "col_document_number": "Rechnung", "currency": "EUR"}
    file = bring(text, "bank.csv")
    assert "Received on" in page(file, {"brings": "payments", "map": "1"})
    assert "0 documents and 1 payments new" in take(file, said | {"col_due_date": "Datum"})
    assert OpenItem.objects.get(document__number="R-501").open_minor == 240_50


def test_no_file_is_no_import(creditor, owner):
    answer = owner.post(reverse("upload", args=[creditor.code]), follow=True)
    assert "No file was chosen." in answer.text


def test_a_row_set_aside_is_corrected_on_the_page(creditor, owner, bring, take):
    take(bring(SEMICOLONS), MAP)
    row = SetAsideRow.objects.get()
    address = reverse("correct_row", args=[creditor.code, row.pk])
    page = owner.get(address).text
    assert 'value="35.01.2026" aria-invalid="true"' in page
    cells = ["Seebad Hotel", "K-902", "R-503", "36.01.2026", "19.02.2026", "89,90"]
    assert "Not yet." in owner.post(address, {"cell": cells}).text
    cells[3] = "25.01.2026"
    answer = owner.post(address, {"cell": cells}, follow=True)
    assert "Line 4 is corrected and taken in." in answer.text
    assert OpenItem.objects.filter(document__number="R-503").exists()
    assert "This row is settled already." in owner.get(address).text


def test_a_row_is_left_out_for_good(creditor, owner, bring, take):
    take(bring(SEMICOLONS), MAP)
    row = SetAsideRow.objects.get()
    assert "line 4" in owner.get(reverse("set_aside", args=[creditor.code])).text
    owner.post(reverse("dismiss_row", args=[creditor.code, row.pk]))
    row.refresh_from_db()
    assert (row.state, row.settled_by) == ("dismissed", "owner@lindenhof.example")
    assert "No row waits." in owner.get(reverse("set_aside", args=[creditor.code])).text
    again = owner.post(reverse("dismiss_row", args=[creditor.code, row.pk]), follow=True)
    assert "This row was settled already." in again.text


def test_files_are_listed_with_what_became_of_them(creditor, owner, bring, take):
    take(bring(SEMICOLONS), MAP)
    bring(UNCLEAR, "later.csv")
    answer = owner.get(reverse("imports", args=[creditor.code])).text
    assert answer.index("later.csv") < answer.index("list.csv")
    assert "Not imported yet" in answer
    assert "Imported" in answer
