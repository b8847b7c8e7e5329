"""Delimited text: encodings, separators, quotes and rows that are not what they should be."""

from __future__ import annotations

import io

import pytest

from recoup.formats.opening import open_sheet
from recoup.formats.textfile import TextSheet
from recoup.kernel.errors import Refusal
from tests.formats.files import PLAIN, asked, invoice, opened, plain, read

NAME = "Café Müller & Señor Łódź"
WESTERN = "Café Müller Straße"


def refusal(content: str | bytes, **declared: object) -> Refusal:
    with pytest.raises(Refusal) as problem:
        read(content, **declared)
    return problem.value


def rows(content: bytes) -> list[list[str]]:
    sheet = open_sheet("file", io.BytesIO(content))
    assert isinstance(sheet, TextSheet)
    return [list(cells) for _, cells in sheet.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_recognised_with_and_without_its_mark(encoding):
    content = plain(invoice(account_name=NAME)).encode(encoding)
    assert read(content).documents["account_name"][0] == NAME


def test_text_of_windows_is_recognised():
    found = read(plain(invoice(account_name=WESTERN + " – “Best” € O’Neil")).encode("cp1252"))
    assert found.reading.basis.encoding == "cp1252"
    assert found.documents["account_name"][0] == WESTERN + " – “Best” € O’Neil"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("mac_roman", WESTERN), ("iso-8859-2", "Łódź"), ("cp1251", "Сад"), ("cp850", WESTERN)],
)
def test_any_declared_encoding_is_taken_at_its_word(encoding, name):
    content = plain(invoice(account_name=name)).encode(encoding)
    assert read(content, encoding=encoding).documents["account_name"][0] == name


@pytest.mark.parametrize("word", ["Müller", "Café", "Köln"])
def test_accents_of_an_old_mac_are_asked_about_and_not_guessed(word):
    (question,) = asked(plain(invoice(account_name=word)).encode("mac_roman"))
    assert question.about == "encoding"
    assert question.candidates == ("cp1252", "mac_roman")
    assert word in question.examples[0]


def test_a_byte_that_is_no_text_is_refused_with_its_line():
    content = plain(invoice(account_name="Müller"), invoice("R-2")).encode() + b"\xff\n"
    problem = refusal(content)
    assert problem.code == "byte-undecodable"
    assert "Line 4" in problem.sentence
    assert "0xFF" in problem.sentence


def test_a_byte_far_down_a_large_file_is_named_by_its_line():
    lines = [invoice(f"R-{n}", account_name="Müller") for n in range(30_000)]
    problem = refusal(plain(*lines).encode() + b"x\xfe\n")
    assert "Line 30002" in problem.sentence


@pytest.mark.parametrize("encoding", ["utf-7", "rot13", "idna"])
def test_an_encoding_that_is_no_encoding_of_tables_is_refused(encoding):
    assert refusal(plain(invoice()), encoding=encoding).code == "encoding-unknown"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_recognised(separator, ending):
    content = plain(invoice(), invoice("R-2")).replace(",", separator).replace("\n", ending)
    found = read(content)
    assert found.documents["number"].to_list() == ["R-1", "R-2"]
    assert found.documents["line"].to_list() == [2, 3]
    assert found.control.records == 3


def test_commas_of_amounts_do_not_hide_the_semicolons():
    content = "number;total;open\nR-1;120,50;20,50\nR-2;1.120,50;0,50\n"
    assert rows(content.encode())[1] == ["R-1", "120,50", "20,50"]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", "sep=;\r"])
def test_the_separator_line_of_excel_is_obeyed_and_counted(line):
    found = read(line + "\n" + plain(invoice(account_name="A, B and, C")).replace(",", ";"))
    assert found.control.ignored["separator"] == 1
    assert found.documents.height == 0 or found.documents["line"][0] > 2


def test_a_separator_line_beats_what_the_lines_look_like():
    assert rows(b"sep=;\na,b;c,d\n")[1] == ["a,b", "c,d"]


def test_a_strange_separator_is_refused():
    assert refusal('sep="\n' + plain(invoice())).code == "delimiter-unknown"


def test_a_quote_that_never_closes_is_refused_with_its_line_and_swallows_nothing():
    problem = refusal(plain(invoice(), invoice("R-2", note='"never'), invoice("R-3")))
    assert problem.code == "quote-unclosed"
    assert "line 3" in problem.sentence


def test_a_quote_that_closes_rows_later_is_refused_with_its_line():
    content = plain(invoice(note='"open'), invoice("R-2", account_name='"Orchard, Ltd"'))
    problem = refusal(content)
    assert problem.code == "quote-misplaced"
    assert "line 2" in problem.sentence


def test_an_unclosed_quote_in_a_large_file_is_found_without_reading_it_as_one_row():
    lines = [invoice(f"R-{n}") for n in range(5_000)]
    problem = refusal(plain(invoice("R-x", note='"never'), *lines))
    assert problem.code == "quote-unclosed"
    assert "line 2" in problem.sentence


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ('"a, b"', "a, b"),
        ('"say ""hi"""', 'say "hi"'),
        ('6" pipe', '6" pipe'),
        ('"two\nlines"', "two\nlines"),
        ('""', None),
    ],
)
def test_quotes_as_they_should_be(note, kept):
    assert read(plain(invoice(note=note))).documents["note"][0] == kept


def test_a_field_beyond_measure_is_refused_with_its_line():
    problem = refusal(plain(invoice(), invoice("R-2", note="x" * 131_073)))
    assert problem.code == "field-too-long"
    assert "Line 3" in problem.sentence


def test_a_million_columns_and_an_endless_line_are_refused():
    assert refusal("a," * 1_000_000 + "\n").code == "too-many-columns"
    assert refusal("a" * 3_000_000).code in {"line-too-long", "field-too-long"}
    assert refusal("ab " * 1_000_000 + "\n", delimiter=",").code == "line-too-long"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("D1,Orchard", "row-width"),
        (invoice("R-2") + ",more", "row-width"),
        (invoice("R-2", account_name="Orchard, Ltd", note="x"), "row-width"),
        (invoice("R-2", note="a\x00b"), "control-character"),
        (invoice("R-2", total="12o"), "amount-unreadable"),
        (invoice("R-2", issue_date="2026-13-01"), "date-unreadable"),
        (invoice("R-2", issue_date=""), "field-missing"),
        (invoice("R-2", total=""), "field-missing"),
        (invoice("R-2", account_name="", account_number=""), "field-missing"),
        (invoice("R-2", currency="XYZ"), "currency-unknown"),
        (invoice("R-2", currency=""), "currency-missing"),
        (invoice("R-2", open="500.00"), "amounts-contradict"),
        (invoice("R-1"), "number-twice"),
    ],
)
def test_a_bad_row_is_set_aside_with_line_reason_and_remedy(row, code):
    found = read(plain(invoice(), row, invoice("R-3")))
    assert found.documents["number"].to_list() == ["R-1", "R-3"]
    aside = found.set_aside.row(0, named=True)
    assert (aside["line"], aside["code"]) == (3, code)
    assert aside["reason"].endswith(".")
    assert aside["remedy"].endswith(".")
    assert found.control.set_aside == 1


def test_every_mistake_of_a_row_is_told_at_once():
    found = read(plain(invoice(total="x", issue_date="y")))
    assert sorted(found.set_aside["field"]) == ["issue_date", "total"]
    assert found.control.set_aside == 1


def test_blanks_after_the_last_column_and_blank_lines_do_no_harm():
    found = read(plain(invoice() + ",,", "", ",,,,,,,,", invoice("R-2")))
    assert found.documents.height == 2
    assert found.control.ignored == {"blank": 2, "header": 1}


def test_a_total_below_the_table_is_compared_with_ours():
    rows_ = [invoice(), invoice("R-2"), ",Total,,,,,241.00,41.00,"]
    total = read(plain(*rows_)).control.totals[0]
    assert (total.stated_minor, total.computed_minor, total.agrees) == (4100, 4100, True)
    assert not read(plain(*rows_[1:])).control.agrees


def test_a_total_over_two_currencies_says_nothing():
    found = read(plain(invoice(), invoice("R-2", currency="USD"), ",Total,,,,,241.00,41.00,"))
    assert found.control.totals == ()
    assert found.control.ignored["total"] == 1


def test_a_customer_called_total_is_a_customer():
    found = read(plain(invoice(account_number="Total", account_name="Total")))
    assert found.documents["account_name"].to_list() == ["Total"]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " , ;\n"])
def test_an_empty_file_is_refused(content):
    assert refusal(content).code == "file-empty"


def test_a_header_alone_is_a_file_without_rows():
    found = read(PLAIN)
    assert found.documents.height == 0
    assert found.control.records == 1


def test_a_column_that_is_there_twice_is_refused_when_it_matters():
    header = PLAIN.replace("note", "total")
    assert refusal(plain(invoice(note="1.00"), header=header)).code == "header-twice"
    harmless = PLAIN + ",colour,colour"
    assert read(plain(invoice() + ",,", header=harmless)).documents.height == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7", "file-is-pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "workbook-locked"),
        (b"PK\x03\x04nonsense", "workbook-damaged"),
        (b"a,b\n1,2\n", "layout-unknown"),
    ],
)
def test_what_is_no_table_of_ours_is_refused_politely(content, code):
    problem = refusal(content)
    assert problem.code == code
    assert problem.sentence.endswith(".")


def test_a_format_nobody_knows_is_refused():
    assert refusal(plain(invoice()), format="nobody").code == "format-unknown"


def test_the_account_of_a_file_is_not_given_before_its_end():
    reading = opened(plain(invoice()))
    with pytest.raises(Exception, match="before its last batch"):
        assert reading.control
