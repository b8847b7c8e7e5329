"""Amounts and dates are written as Babel writes them, only faster."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.money import MAX_MINOR
from recoup.wording.clean import one_line
from recoup.wording.locales import locale_of, long_day, money, number, short_day

LOCALES = ("de_DE", "de_CH", "de_AT", "en_GB", "en_US", "en_IN", "es_ES", "es_MX", "fr_FR", "fr_CH")


@given(
    st.integers(-MAX_MINOR, MAX_MINOR),
    st.sampled_from(["EUR", "USD", "CHF", "GBP"]),
    st.sampled_from(LOCALES),
)
def test_an_amount_is_written_as_babel_writes_it(amount_minor, currency, locale):
    amount = Decimal(amount_minor).scaleb(-2)
    babel = format_currency(amount, currency, locale=locale)
    ours = money(amount_minor, currency, locale)
    # Babel leaves out the space after a currency written in letters.
    assert ours in (babel, babel.replace(currency, f"{currency}\N{NO-BREAK SPACE}"))


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(LOCALES))
def test_a_bare_number_always_shows_its_cents(amount_minor, locale):
    written = number(amount_minor, "EUR", locale)
    whole = format_decimal(
        abs(amount_minor) // 100 * (-1 if amount_minor < 0 else 1), locale=locale
    )
    assert written[:-3] in (whole, "-0")
    assert written[-2:] == f"{abs(amount_minor) % 100:02d}"


@pytest.mark.parametrize(
    ("amount_minor", "currency", "locale", "written"),
    [
        (1_234, "JPY", "en_US", "¥1,234"),
        (1_234_567, "BHD", "en_GB", "BHD\N{NO-BREAK SPACE}1,234.567"),
        (0, "EUR", "en_GB", "€0.00"),
        (-5, "EUR", "de_DE", "-0,05\N{NO-BREAK SPACE}€"),
        (123_456_789_00, "EUR", "en_IN", "€12,34,56,789.00"),
        # CLDR writes forints without their hundredths; the ledger keeps them.
        (1_234_50, "HUF", "en_GB", "HUF\N{NO-BREAK SPACE}1,234.50"),
    ],
)
def test_the_ledgers_digits_are_written(amount_minor, currency, locale, written):
    assert money(amount_minor, currency, locale) == written


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [
        ("de", "CH", "de_CH"),
        ("fr", "be", "fr_BE"),
        ("en", "DE", "en_DE"),
        ("es", "JP", "es"),
        ("en", "", "en"),
    ],
)
def test_a_language_in_a_country_we_do_not_know_together_stands_alone(language, country, locale):
    assert locale_of(language, country) == locale


@pytest.mark.parametrize(
    ("locale", "short", "long"),
    [
        ("de_DE", "01.09.2026", "1. September 2026"),
        ("en_GB", "1 Sept 2026", "1 September 2026"),
        ("en_US", "Sep 1, 2026", "September 1, 2026"),
        ("fr_FR", "1 sept. 2026", "1er septembre 2026"),
        ("es_ES", "1 sept 2026", "1 de septiembre de 2026"),
    ],
)
def test_days_are_written_with_four_digit_years(locale, short, long):
    day = date(2026, 9, 1)
    assert short_day(day, locale) == short
    assert long_day(day, locale).replace("\N{NO-BREAK SPACE}", " ") == long


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("  Brook  ", "Brook"),
        ("Brook\r\nSubject: x", "Brook Subject: x"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202eevil\u2066", "evil"),
        ("half \ud800 pair", "half pair"),
        ("\N{ZERO WIDTH SPACE}", ""),
        ("Müller\N{NO-BREAK SPACE}& Co", "Müller\N{NO-BREAK SPACE}& Co"),
        ("x" * 300, "x" * 119 + "…"),
    ],
)
def test_a_name_is_brought_to_one_visible_line(value, line):
    assert one_line(value) == line
