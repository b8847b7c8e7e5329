"""Amounts and dates as people write them where the debtor lives, fast enough for a night's mail.

Babel decides how; its answer for one sample is taken apart once per locale and currency,
because asking it for every amount costs more than the rest of the message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from recoup.kernel.money import exponent

_DIGITS = re.compile(r"(?P<before>\D*)(?P<core>\d.*\d)(?P<after>\D*)")


@cache
def locale_of(language: str, country: str) -> str:
    """The locale of a language in a country, `de_CH`; the language alone when CLDR has no such."""
    wanted = f"{language}_{country.upper()}" if country else language
    try:
        return str(Locale.parse(wanted))
    except (UnknownLocaleError, ValueError):
        return language


@dataclass(frozen=True)
class _Shape:
    """How a locale writes an amount of a currency."""

    before: str
    after: str
    before_negative: str
    after_negative: str
    group: str
    decimal: str
    digits: int
    secondary: int  # size of the groups left of the first three digits: 2 in India
    groups_from: int  # digits of the whole part from which groups are set apart

    def apply(self, amount_minor: int) -> str:
        """The amount with separators and currency."""
        whole, rest = divmod(abs(amount_minor), 10**self.digits)
        text = self._grouped(str(whole))
        if self.digits:
            text = f"{text}{self.decimal}{rest:0{self.digits}d}"
        if amount_minor < 0:
            return f"{self.before_negative}{text}{self.after_negative}"
        return f"{self.before}{text}{self.after}"

    def _grouped(self, whole: str) -> str:
        if len(whole) < self.groups_from:
            return whole
        parts = [whole[-3:]]
        whole = whole[:-3]
        while whole:
            parts.append(whole[-self.secondary :])
            whole = whole[: -self.secondary]
        return self.group.join(reversed(parts))


def _sample(amount: str, currency: str, locale: str, digits: int) -> str:
    """Babel's own writing; the digits are the ledger's, which CLDR rounds for some currencies."""
    pattern = Locale.parse(locale).currency_formats["standard"].pattern if currency else None
    zeros = "." + "0" * digits if digits else ""
    base = pattern or Locale.parse(locale).decimal_formats[None].pattern
    base = re.sub(r"(#[#,]*0)(\.[0#]+)?", rf"\g<1>{zeros}", base)
    number = Decimal(amount)
    if not currency:
        return format_decimal(number, format=base, locale=locale)
    return format_currency(number, currency, format=base, locale=locale, currency_digits=False)


@cache
def _shape(currency: str, locale: str, digits: int) -> _Shape:
    """The shape, read from a few samples; an empty currency means the bare number."""
    small, large, negative = (
        _DIGITS.fullmatch(_sample(amount, currency, locale, digits))
        for amount in ("1234", "1234567890", "-1234")
    )
    assert small, f"{locale} writes digits we do not know"
    assert large, f"{locale} writes digits we do not know"
    assert negative, f"{locale} writes digits we do not know"
    core = large["core"]
    whole = core[: -digits - 1] if digits else core
    groups = re.split(r"\D", whole)
    first_gap = re.search(r"\D", whole)
    return _Shape(
        before=_spaced(small["before"]),
        after=small["after"],
        before_negative=_spaced(negative["before"]),
        after_negative=negative["after"],
        group=first_gap.group() if first_gap else "",
        decimal=core[-digits - 1] if digits else "",
        digits=digits,
        secondary=len(groups[-2]) if len(groups) > 1 else 3,
        groups_from=4 if re.match(r"1\D234", small["core"]) else 5,
    )


def _spaced(before: str) -> str:
    """A currency written in letters keeps its distance: `CHF 5.00` (CLDR's currency spacing)."""
    return f"{before}\N{NO-BREAK SPACE}" if before[-1:].isalpha() else before


@lru_cache(maxsize=1 << 16)
def money(amount_minor: int, currency: str, locale: str) -> str:
    """The amount with its currency: `1.234,50 €` in Germany, `€1,234.50` in Ireland."""
    return _shape(currency, locale, exponent(currency)).apply(amount_minor)


@lru_cache(maxsize=1 << 16)
def number(amount_minor: int, currency: str, locale: str) -> str:
    """The amount without its currency, for a column that names it once."""
    return _shape("", locale, exponent(currency)).apply(amount_minor)


@lru_cache(maxsize=1 << 14)
def short_day(day: date, locale: str) -> str:
    """The day for a table: four-digit year, never ambiguous in its own locale."""
    return format_date(day, "medium", locale=locale)


@lru_cache(maxsize=1 << 14)
def long_day(day: date, locale: str) -> str:
    """The day for a sentence, the month in words."""
    text = format_date(day, "long", locale=locale)
    # French writes the first of a month as an ordinal, which CLDR leaves to the reader.
    if day.day == 1 and locale.startswith("fr"):
        text = text.replace("1 ", "1er ", 1)
    # No line ends between the day and its month.
    return text.replace(" ", "\N{NO-BREAK SPACE}", 1)
