"""Text, addresses and cards: kept exactly, flagged when wrong, masked when dangerous."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from recoup.formats.cells import BadCell, is_email, is_phone, mask_cards, text
from tests.formats.files import invoice, plain, read

NAMES = [
    "O'Brien & Söhne GmbH",
    "شركة النور للتجارة",
    "株式会社オーチャード",
    "Zero\u200bWidth",
    "👩‍🌾 Farm",
    "line\u2028separator",
    "{{7*7}}",
    "{% include 'x' %}",
    "=cmd()",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE students;--",
    "ﬁrst",
    "x" * 10_000,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_exactly_and_never_interpreted(name):
    quoted = '"' + name.replace('"', '""') + '"'
    found = read(plain(invoice(account_name=quoted)))
    assert found.documents["account_name"].to_list() == [name]


def test_a_name_of_two_lines_stays_one_name():
    found = read(plain(invoice(account_name='"Orchard\r\nLtd"'), invoice("R-2")))
    assert found.documents["account_name"][0] == "Orchard\r\nLtd"
    assert found.documents["line"].to_list() == [2, 4]


def test_combining_marks_are_composed_so_that_equal_names_are_equal():
    assert text(unicodedata.normalize("NFD", "Café Zoë")) == "Café Zoë"


@pytest.mark.parametrize("name", ["a\x00b", "a\x1bb", "a\x07b", "a\x9fb"])
def test_what_is_no_text_is_set_aside(name):
    found = read(plain(invoice(account_name=name), invoice("R-2")))
    assert found.codes == ["control-character"]
    assert found.documents["number"].to_list() == ["R-2"]


def test_a_text_beyond_measure_and_a_day_for_a_text_are_refused():
    for cell, code in (("x" * 10_001, "text-too-long"), (date(2026, 1, 5), "date-in-text")):
        with pytest.raises(BadCell) as problem:
            text(cell)
        assert problem.value.code == code


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("ann@orchard.example", True),
        ("ann.b+c@mail.orchard.co.uk", True),
        ("a'b@orchard.example", True),
        ("ann@xn--mnchen-3ya.example", True),
        ('"ann b"@orchard.example', False),
        ("ann@orchard", False),
        ("ann@@orchard.example", False),
        (".ann@orchard.example", False),
        ("ann..b@orchard.example", False),
        ("ann@-orchard.example", False),
        ("ann@münchen.example", False),
        ("ann@orchard.example, bob@orchard.example", False),
        ("ann@orchard.example\r\nBcc: x@y.example", False),
        ("ann@orchard.example\n", False),
        ("a" * 65 + "@orchard.example", False),
        ("a@" + "b" * 60 + ("." + "c" * 60) * 4 + ".example", False),
        ("ann orchard.example", False),
        ("", False),
    ],
)
def test_an_email_address_is_plain_or_flagged(address, is_good):
    assert is_email(address) is is_good


@pytest.mark.parametrize(
    ("number", "is_good"),
    [
        ("+44 20 7946 0000", True),
        ("(030) 1234-567", False),
        ("030 1234-567", True),
        ("12345", False),
        ("+1234567890123456", False),
        ("Phone:555", False),
    ],
)
def test_a_phone_number_has_six_to_fifteen_digits(number, is_good):
    assert is_phone(number) is is_good


def test_a_wrong_address_is_flagged_and_not_repaired():
    header = "account_number,account_name,contact_name,email,country,phone"
    found = read(plain("D1,Orchard,,ann@orchard,GB,none", header=header))
    party = found.parties.row(0, named=True)
    assert party["email"] == "ann@orchard"
    assert party["flags"] == "email-syntax,phone-syntax"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("paid by 4111 1111 1111 1111 ok", "paid by **** **** **** 1111 ok"),
        ("4111111111111111", "************1111"),
        ("378282246310005", "***********0005"),
        ("4111-1111-1111-1111", "****-****-****-1111"),
        ("4111111111111112", "4111111111111112"),
        ("order 123456789012", "order 123456789012"),
        ("41111111111111111111", "41111111111111111111"),
    ],
)
def test_a_card_number_is_masked_but_for_its_last_four_digits(written, kept):
    assert mask_cards(written) == kept


def test_a_card_in_a_note_reaches_neither_the_rows_nor_those_set_aside():
    card = "4111 1111 1111 1111"
    found = read(plain(invoice(note=card), invoice("R-2", note=card, total="x")))
    assert found.documents["note"][0] == "**** **** **** 1111"
    assert found.documents["flags"][0] == "card-masked"
    assert "4111" not in found.set_aside["raw"][0]
