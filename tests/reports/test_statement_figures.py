"""A statement of account: its arithmetic, its words, and its pages."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from recoup.kernel.errors import Fault
from recoup.reports.statement import (
    AccountStatement,
    Moved,
    Open,
    Party,
    Ways,
    bucket_headings,
    section,
    tables,
)
from recoup.reports.statement_pdf import write_pdf
from recoup.reports.statement_words import LANGUAGES, language_of, words
from recoup.reports.statement_xlsx import write_workbook

FIRST, LAST = date(2026, 2, 1), date(2026, 3, 3)


def ways(language="en"):
    return Ways(
        language=language,
        day=lambda day: day.isoformat(),
        money=lambda minor, currency: f"{minor} {currency}",
        number=lambda minor, _: str(minor),
    )


def moved(entry, kind, amount, effect, **changes):
    plain = Moved(entry, FIRST, kind, "EUR", amount, effect, "invoice", "R-1", LAST, "", FIRST)
    return plain._replace(**changes)


def opened(minor, due=LAST, kind="invoice", number="R-1"):
    return Open("EUR", kind, number, FIRST, due, minor, minor)


MOVED = (
    moved(1, "invoice", 60_00, 60_00),
    moved(1, "invoice", 40_00, 40_00, due_date=LAST + timedelta(days=30)),
    moved(2, "receipt", 30_00, -30_00, document_kind="", number="", reference="thanks\n a lot"),
    moved(3, "cash_application", 20_00, 0),
    moved(4, "cash_application", 5_00, 5_00, document_kind="credit_note", number="C-1"),
    moved(4, "cash_application", 5_00, -5_00),
    moved(5, "write_off", 1_00, -1_00),
    moved(6, "write_off_reversed", 1_00, 1_00),
    moved(7, "receipt_reversed", 30_00, 30_00, document_kind="", number=""),
)
OPENED = (opened(-5_00, kind="credit_note"), opened(115_00, due=LAST - timedelta(days=40)))


def one_section(language="en", **changes):
    told = {"balances": (10_00, 110_00), "moved": MOVED, "opened": OPENED} | changes
    return section("EUR", last=LAST, ways=ways(language), **told)


def statement(language="en", name="Ahorn GmbH", *sections):
    return AccountStatement(
        creditor=Party("Lindenhof", ("Hof 1", "12345 Ort")),
        debtor=Party(name, ("Weg 2", "54321 Dorf")),
        number="K1",
        first=FIRST,
        last=LAST,
        ways=ways(language),
        sections=sections or (one_section(language),),
        pay_to=("Lindenhof", "IBAN DE02 1203"),
    )


def test_the_running_balance_leads_from_the_opening_to_the_closing():
    found = one_section()
    assert [line.balance_minor for line in found.lines] == [
        110_00, 80_00, 80_00, 80_00, 79_00, 80_00, 110_00,
    ]  # fmt: skip
    assert found.charged_minor - found.credited_minor == 100_00
    assert sum(found.buckets_minor) + found.credits_minor == found.closing_minor


def test_every_line_says_what_happened():
    assert [line.what for line in one_section().lines] == [
        "Invoice R-1",
        "Payment received: thanks a lot",
        "Payment of 2026-02-01 applied to R-1: 2000 EUR",
        "Credit note C-1 set off against R-1: 500 EUR",
        "Small difference on R-1",
        "Taken back: Small difference on R-1",
        "Payment taken back",
    ]


def test_an_invoice_in_parts_is_one_line_due_with_the_first_part():
    line = one_section().lines[0]
    assert (line.charge_minor, line.due_date) == (100_00, LAST)


def test_what_only_moves_within_the_account_charges_nothing():
    line = one_section().lines[2]
    assert (line.charge_minor, line.credit_minor) == (None, None)


def test_open_items_are_aged_and_credits_are_not_late():
    found = one_section()
    assert [line.days_late for line in found.open_lines] == [0, 40]
    assert found.buckets_minor == (0, 0, 115_00, 0, 0)


@pytest.mark.parametrize(
    "wrong", [{"balances": (10_00, 111_00)}, {"opened": OPENED[:1]}, {"moved": MOVED[:-1]}]
)
def test_a_statement_whose_figures_do_not_meet_is_not_written(wrong):
    with pytest.raises(Fault, match="statement in EUR"):
        one_section(**wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_and_place_for_the_same_facts(language):
    english, said = words("en"), words(language)
    assert said.keys() == english.keys()
    for name, text in said.items():
        facts = {part.split("}")[0] for part in text.split("{")[1:]}
        assert facts == {part.split("}")[0] for part in english[name].split("{")[1:]}, name
    assert len(set(bucket_headings(language))) == 6


@pytest.mark.parametrize(
    ("wanted", "found"), [("de", "de"), ("de_CH", "de"), ("FR-fr", "fr"), ("nl", "en"), ("", "en")]
)
def test_a_language_that_we_do_not_write_is_english(wanted, found):
    assert language_of(wanted) == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_accessible_and_the_same_every_time(language):
    found = write_pdf(statement(language))
    assert found.startswith(b"%PDF")
    assert b"pdfuaid:part" in found
    assert f"/Lang({language})".encode() in found
    assert found == write_pdf(statement(language))


@pytest.mark.parametrize("name", ['#panic("no")', "*Bold* $x$ @ref", "<a> \\ [x] `c`", "a" * 300])
def test_a_name_is_a_name_whatever_it_looks_like(name):
    assert b"pdfuaid:part" in write_pdf(statement("en", name))


def test_a_letter_that_our_fonts_lack_costs_the_accessible_form_not_the_statement():
    found = write_pdf(statement("en", "漢字株式会社"))
    assert found.startswith(b"%PDF")
    assert b"pdfuaid:part" not in found


def test_a_quiet_period_is_a_statement_too():
    quiet = one_section(balances=(0, 0), moved=(), opened=())
    assert write_pdf(statement("de", "Ahorn", quiet)).startswith(b"%PDF")
    assert len(tables(statement("de", "Ahorn", quiet))[0][0].rows) == 1


def test_the_workbook_holds_the_same_figures():
    stream = io.BytesIO()
    write_workbook(statement("de"), stream)
    book = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue()))
    movements, items = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert movements[4][:3] == ["Datum", "Beschreibung", "Fällig"]
    assert movements[5][1:6] == ["Saldovortrag", "", "", "", 10]
    assert movements[-1][5] == items[-1][5] == 110
    again = io.BytesIO()
    write_workbook(statement("de"), again)
    assert again.getvalue() == stream.getvalue()


def test_a_statement_in_two_currencies_has_a_section_of_each():
    dollars = section("USD", balances=(0, 0), moved=(), opened=(), last=LAST, ways=ways())
    both = statement("en", "Ahorn", one_section(), dollars)
    stream = io.BytesIO()
    write_workbook(both, stream)
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue())).sheet_names) == 4
    assert write_pdf(both).startswith(b"%PDF")
