"""Amounts: a strict grammar under a declared format, exact or set aside."""

from __future__ import annotations

import pytest

from recoup.formats.amounts import NumberFormat, amount, readings
from recoup.formats.cells import BadCell

POINT, COMMA = NumberFormat.POINT, NumberFormat.COMMA


@pytest.mark.parametrize(
    ("written", "numbers", "currency", "minor"),
    [
        ("1234.56", POINT, "EUR", 123456),
        ("1,234.56", POINT, "EUR", 123456),
        ("1.234,56", COMMA, "EUR", 123456),
        ("1 234,56", COMMA, "EUR", 123456),
        ("1\u00a0234,56", COMMA, "EUR", 123456),
        ("1\u202f234,56", COMMA, "EUR", 123456),
        ("1'234.56", POINT, "CHF", 123456),
        ("1\u2019234.56", POINT, "CHF", 123456),
        ("12,34,567.00", POINT, "INR", 123456700),
        ("0", POINT, "EUR", 0),
        ("-0", POINT, "EUR", 0),
        ("007.10", POINT, "EUR", 710),
        ("5", POINT, "EUR", 500),
        ("5.1", POINT, "EUR", 510),
        ("-5.00", POINT, "EUR", -500),
        ("5.00-", POINT, "EUR", -500),
        ("(5.00)", POINT, "EUR", -500),
        ("($5.00)", POINT, "USD", -500),
        ("-$5.00", POINT, "USD", -500),
        ("$-5.00", POINT, "USD", -500),
        ("$4,250.00", POINT, "AUD", 425000),
        ("€ 5,00", COMMA, "EUR", 500),
        ("5,00 €", COMMA, "EUR", 500),
        ("USD 5.00", POINT, "USD", 500),
        ("5.00 USD", POINT, "USD", 500),
        ("1.234", POINT, "BHD", 1234),
        ("1,234", COMMA, "BHD", 1234),
        ("1500", POINT, "JPY", 1500),
        ("1,500", POINT, "JPY", 1500),
        ("1495.0000", POINT, "NZD", 149500),
        ("10000000000.00", POINT, "EUR", 10**12),
        (12.5, POINT, "EUR", 1250),
        (0.1 + 0.2, COMMA, "EUR", 30),
        (1200.0, POINT, "JPY", 1200),
    ],
)
def test_an_amount_is_read_exactly_as_its_format_says(written, numbers, currency, minor):
    assert amount(written, currency=currency, numbers=numbers) == minor


@pytest.mark.parametrize("written", ["", "   ", "\u00a0"])
def test_an_empty_cell_is_no_amount_and_not_zero(written):
    assert amount(written, currency="EUR", numbers=POINT) is None


@pytest.mark.parametrize(
    "written",
    [
        "1_000", "1e2", "1E+3000000", "NaN", "Infinity", "-inf", "0x10", "١٢٣", "１２３", "½", "²",
        "\u22125.00", "--5", "+5", "(-5)", "-(5)", "(5", "5)", "5-5", "1,23", "12,3456.00", "1.2.3",
        "1,,000", ",5", ".5", "5.", "1 00", "1,000 000", "abc", "5 apples", "€", "-", "()", "€€5",
        "USD 5 USD", "5\n6", "5\u200b", "1234567890123456", "9" * 40, "5.1234567", "=5+5", "5%",
        "1.234,56", "TRUE",
    ],
)  # fmt: skip
def test_what_is_no_plain_amount_is_refused_before_any_conversion(written):
    with pytest.raises(BadCell) as problem:
        amount(written, currency="EUR", numbers=POINT)
    assert problem.value.code == "amount-unreadable"
    assert problem.value.remedy


@pytest.mark.parametrize(
    ("written", "currency", "code"),
    [
        ("1.005", "EUR", "too-many-decimals"),
        ("1495.0001", "EUR", "too-many-decimals"),
        ("1.5", "JPY", "too-many-decimals"),
        ("0.0001", "BHD", "too-many-decimals"),
        ("£5.00", "EUR", "currency-contradiction"),
        ("5.00 USD", "EUR", "currency-contradiction"),
        ("$5.00", "EUR", "currency-contradiction"),
        ("10000000000.01", "EUR", "amount-too-large"),
        ("999999999999999", "EUR", "amount-too-large"),
    ],
)
def test_money_is_never_rounded_converted_or_cut(written, currency, code):
    with pytest.raises(BadCell) as problem:
        amount(written, currency=currency, numbers=POINT)
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("written", "formats"),
    [
        ("1,234.56", {POINT}),
        ("1.234,56", {COMMA}),
        ("12.34", {POINT}),
        ("12,34", {COMMA}),
        ("1,234", {POINT, COMMA}),
        ("$1.234", {POINT, COMMA}),
        ("(55)", {POINT, COMMA}),
        ("apples", set()),
    ],
)
def test_which_formats_could_have_written_an_amount(written, formats):
    assert set(readings(written)) == formats
