"""Money: whole minor units, ISO exponents, one rounding, a split that loses nothing."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.errors import Refusal
from recoup.kernel.money import (
    MAX_MINOR,
    check_minor,
    currency_code,
    currency_number,
    divide_half_up,
    exponent,
    from_plain,
    plain,
    share,
)

WITHOUT_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
TEN_THOUSANDTHS = "CLF UYW"
HUNDREDTHS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD
MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
DIGITS = {0: WITHOUT_MINOR_UNIT, 2: HUNDREDTHS, 3: THOUSANDTHS, 4: TEN_THOUSANDTHS}
CURRENCIES = [(code, digits) for digits, codes in DIGITS.items() for code in codes.split()]

amounts = st.integers(min_value=-MAX_MINOR, max_value=MAX_MINOR)
currencies = st.sampled_from([code for code, _ in CURRENCIES])
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30).filter(any)
letters = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)


@pytest.mark.parametrize(("currency", "digits"), CURRENCIES)
def test_a_currency_has_the_minor_unit_that_iso_4217_gives_it(currency, digits):
    assert exponent(currency) == digits


@pytest.mark.parametrize("code", ["", "EURO", "eur", "QQQ", "€"])
def test_what_is_no_currency_is_refused_by_name(code):
    with pytest.raises(Refusal, match="is not a currency") as refused:
        exponent(code)
    assert refused.value.code == "currency-unknown"


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [
        (0, "EUR", "0.00"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (-123_450, "EUR", "-1234.50"),
        (1_500, "JPY", "1500"),
        (-1, "JPY", "-1"),
        (1_234_567, "KWD", "1234.567"),
        (12_345, "CLF", "1.2345"),
    ],
)
def test_a_plain_amount_reads_as_a_decimal_number(amount_minor, currency, text):
    assert plain(amount_minor, currency) == text


@given(amounts, currencies)
def test_a_plain_amount_reads_back_as_the_same_minor_units(amount_minor, currency):
    assert Decimal(plain(amount_minor, currency)).scaleb(exponent(currency)) == amount_minor


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("1234.50", "EUR", 1234_50),
        ("7.5", "EUR", 7_50),
        (" 12 ", "JPY", 12),
        ("1.005", "BHD", 1005),
    ],
)
def test_an_amount_as_programs_write_it_is_read(written, currency, minor):
    assert from_plain(written, currency) == minor


@pytest.mark.parametrize(
    ("written", "currency"),
    [("", "EUR"), ("-1", "EUR"), ("1,5", "EUR"), ("1.005", "EUR"), ("1.x", "EUR"), ("1.5", "JPY"),
     ("9" * 40, "EUR"), ("٣", "EUR")],
)  # fmt: skip
def test_what_programs_would_not_write_is_no_amount(written, currency):
    with pytest.raises(Refusal, match="Write it as"):
        from_plain(written, currency)


@pytest.mark.parametrize("amount_minor", [0, 1, -1, MAX_MINOR, -MAX_MINOR])
def test_an_amount_up_to_the_limit_is_taken_as_it_is(amount_minor):
    assert check_minor(amount_minor) == amount_minor


@pytest.mark.parametrize("amount_minor", [MAX_MINOR + 1, -MAX_MINOR - 1, 2**63])
def test_an_amount_above_the_limit_is_refused(amount_minor):
    with pytest.raises(Refusal) as refused:
        check_minor(amount_minor)
    assert refused.value.code == "amount-too-large"


def test_nine_million_of_the_largest_amounts_still_sum_within_64_bits():
    assert 9_000_000 * MAX_MINOR < 2**63


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (25, 10, 3), (0, 7, 0)],
)
def test_half_a_unit_rounds_away_from_zero(numerator, denominator, quotient):
    assert divide_half_up(numerator, denominator) == quotient


@given(st.integers(), st.integers(min_value=1))
def test_the_rounded_quotient_is_the_nearest_whole_number(numerator, denominator):
    distance = abs(divide_half_up(numerator, denominator) - Fraction(numerator, denominator))
    assert distance <= Fraction(1, 2)


@given(amounts, st.integers(min_value=1, max_value=10**6))
def test_rounding_agrees_with_decimal_arithmetic(numerator, denominator):
    exact = Decimal(numerator) / Decimal(denominator)
    assert divide_half_up(numerator, denominator) == exact.to_integral_value(ROUND_HALF_UP)


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_denominator_is_positive(denominator):
    with pytest.raises(ValueError, match="positive"):
        divide_half_up(1, denominator)


@pytest.mark.parametrize(
    ("amount_minor", "parts", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (1, [1, 1], [1, 0]),
        (10, [0, 5, 0, 5], [0, 5, 0, 5]),
        (7, [3], [7]),
        (0, [1, 2], [0, 0]),
        (5, [1, 3], [1, 4]),
    ],
)
def test_a_split_follows_its_weights(amount_minor, parts, shares):
    assert share(amount_minor, parts) == shares


@given(amounts, weights)
def test_a_split_loses_nothing(amount_minor, parts):
    assert sum(share(amount_minor, parts)) == amount_minor


@given(amounts, weights)
def test_every_part_is_within_one_unit_of_its_exact_share(amount_minor, parts):
    for part, weight in zip(share(amount_minor, parts), parts, strict=True):
        assert abs(part - Fraction(amount_minor * weight, sum(parts))) < 1
        assert weight or not part


@given(amounts, weights)
def test_a_debt_and_a_credit_split_alike(amount_minor, parts):
    assert share(-amount_minor, parts) == [-part for part in share(amount_minor, parts)]


@pytest.mark.parametrize("parts", [[0], [0, 0], [1, -1], [3, -1]])
def test_weights_are_not_negative_and_not_all_zero(parts):
    with pytest.raises(ValueError, match="weights"):
        share(100, parts)


@given(letters)
def test_a_currency_survives_being_a_number(code):
    number = currency_number(code)
    assert 0 <= number < 26**3
    assert currency_code(number) == code


@given(letters, letters)
def test_numbers_of_currencies_sort_as_their_letters(one, other):
    assert (one < other) == (currency_number(one) < currency_number(other))
