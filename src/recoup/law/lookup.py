"""Asking a law: the value of a topic on a day for a kind of debtor, with its citation.

A value missing for the day refuses by naming itself. Nothing is carried on beyond what the
document says, and nothing known from memory only is calculated with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from recoup.kernel.dates import add_months
from recoup.kernel.errors import Refusal
from recoup.kernel.money import exponent
from recoup.kernel.parties import LegalKind
from recoup.law.model import Band, Entry, LawDocument, Number, Opening, Rate, Series
from recoup.law.read import document_of, documents
from recoup.law.topics import TOPICS

PPM_OF_PERCENT = 10_000
_MONTHS = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True)
class Found:
    """An entry of a topic, and the document it stands in."""

    topic: str
    entry: Entry
    document: LawDocument

    @property
    def cite(self) -> str:
        """The paragraph for people: as the entry cites it, or the titles of its sources."""
        titles = "; ".join(self.document.sources[key].title for key in self.entry.sources)
        return self.entry.cite or titles

    @property
    def is_signed(self) -> bool:
        """A lawyer has signed this value or its whole document."""
        return self.entry.lawyer_signed or bool(self.document.lawyer_signed)


@dataclass(frozen=True)
class RateStep:
    """A rate a year from a day on, and up to which day it is known."""

    since: date
    annual_rate_ppm: int
    rate: Rate


@dataclass(frozen=True)
class Law:
    """One jurisdiction, and the wider one that is asked where it is silent."""

    document: LawDocument
    wider: Law | None = None

    @property
    def code(self) -> str:
        """The code of the jurisdiction: `GB-EAW`."""
        return self.document.code

    def find(self, topic: str, *, on: date, kind: LegalKind) -> Found | None:
        """What holds on the day for such a debtor, usable or not; None where it is silent."""
        if topic not in TOPICS:
            raise KeyError(topic)
        best: Entry | None = None
        for entry in self.document.values.get(topic, []):
            if _holds(entry, on, kind) and (best is None or _since(entry) >= _since(best)):
                best = entry
        if best is not None:
            return Found(topic, best, self.document)
        return self.wider.find(topic, on=on, kind=kind) if self.wider else None

    def get(self, topic: str, *, on: date, kind: LegalKind) -> Found:
        """The same, fit to calculate with; Refusal `law-silent` or `law-unverified` otherwise."""
        found = self.find(topic, on=on, kind=kind)
        if found is None:
            raise Refusal(
                "law-silent",
                f"{self.document.name}: no value of {topic} is known for {on} and a debtor that is"
                f" {_kind_words(kind)}. Add it to the law document with its source.",
            )
        if not found.entry.is_usable:
            raise Refusal(
                "law-unverified",
                f"{self.document.name}: the value of {topic} for {on} is not verified and is not"
                " calculated with. Check it against the law and say so in the law document.",
            )
        return found

    def percent_ppm(self, topic: str, *, on: date, kind: LegalKind) -> int:
        """A percentage in millionths: 8 is 80,000."""
        return ppm(_number(self.get(topic, on=on, kind=kind)))

    def count(self, topic: str, *, on: date, kind: LegalKind) -> int:
        """A whole number of days, months, years or times."""
        return int(_number(self.get(topic, on=on, kind=kind)))

    def word(self, topic: str, *, on: date, kind: LegalKind) -> str:
        """A choice, the name of a reference rate, or a sentence."""
        return str(self.get(topic, on=on, kind=kind).entry.value)

    def is_so(self, topic: str, *, on: date, kind: LegalKind) -> bool:
        """A yes or no."""
        return self.get(topic, on=on, kind=kind).entry.value is True

    def words(self, topic: str, *, on: date, kind: LegalKind) -> tuple[str, ...]:
        """The words of a list."""
        value = self.get(topic, on=on, kind=kind).entry.value
        return tuple(str(each) for each in value) if isinstance(value, list) else ()

    def amount_minor(self, topic: str, *, on: date, kind: LegalKind) -> tuple[int, str]:
        """An amount in minor units, and its currency."""
        found = self.get(topic, on=on, kind=kind)
        currency = found.entry.currency or found.document.currency
        return minor(_number(found), currency), currency

    def series(self, name: str) -> Series:
        """A reference rate by name, here or in the wider law."""
        if name in self.document.series:
            return self.document.series[name]
        if self.wider is None:
            raise Refusal("law-silent", f"{self.document.name}: no reference rate {name} is known.")
        return self.wider.series(name)


def _holds(entry: Entry, on: date, kind: LegalKind) -> bool:
    if entry.since is not None and entry.since > on:
        return False
    if entry.until is not None and entry.until < on:
        return False
    return not entry.for_kinds or kind.word in entry.for_kinds


def _since(entry: Entry) -> tuple[date, int]:
    """Later is better; what is said for some kinds goes before what is said for all."""
    return entry.since or date.min, 1 if entry.for_kinds else 0


def _number(found: Found) -> Number:
    value = found.entry.value
    assert isinstance(value, int | Decimal)
    return value


def _kind_words(kind: LegalKind) -> str:
    return {
        LegalKind.UNKNOWN: "of unknown kind",
        LegalKind.COMPANY: "a company",
        LegalKind.SOLE_TRADER: "a sole trader",
        LegalKind.CONSUMER: "a consumer",
        LegalKind.PUBLIC_BODY: "a public body",
    }[kind]


def ppm(percent: Number) -> int:
    """A percentage in millionths; it must be whole."""
    scaled = Decimal(percent) * PPM_OF_PERCENT
    assert scaled == int(scaled), f"{percent} percent has too many digits"
    return int(scaled)


def minor(amount: Number, currency: str) -> int:
    """An amount of a document in minor units; it must be whole."""
    scaled = Decimal(amount).scaleb(exponent(currency))
    assert scaled == int(scaled), f"{amount} {currency} has too many digits"
    return int(scaled)


@cache
def law(code: str) -> Law:
    """The law of a code with its wider laws; Refusal `law-unknown` when there is none."""
    document = document_of(code)
    return Law(document, law(document.within) if document.within else None)


@cache
def law_of(country: str, region: str = "") -> Law | None:
    """The law of a place: of its region, or else of its whole country; None when unknown."""
    for wanted in ((country, region), (country, "")):
        for document in documents().values():
            if any((place.country, place.region) == wanted for place in document.places):
                return law(document.code)
    return None


def known_until(series: Series) -> date | None:
    """The last day for which the newest value holds; None when it holds until further notice."""
    newest = series.values[-1]
    if series.period == "open":
        return series.seen_until
    return date.fromordinal(add_months(newest.since, _MONTHS[series.period]).toordinal() - 1)


def rate_on(law_: Law, name: str, on: date) -> RateStep:
    """The reference rate in force on a day; Refusal `rate-missing` that names the period."""
    for step in reversed(rate_steps(law_, name)):
        if step.since <= on:
            _check_known(law_, name, step, on)
            return step
    first = law_.series(name).values[0].since
    raise Refusal(
        "rate-missing",
        f"{law_.document.name}: {law_.series(name).title} is not known before {first}, and {on} was"
        " asked for. Add the earlier values to the law document.",
    )


def rate_steps(law_: Law, name: str) -> tuple[RateStep, ...]:
    """All values of a reference rate in order of their days."""
    return tuple(RateStep(rate.since, ppm(rate.percent), rate) for rate in law_.series(name).values)


def rate_run(law_: Law, name: str, on: date) -> tuple[tuple[RateStep, ...], date | None]:
    """The values that follow one another without a gap around a day, and how long the last holds.

    Around a day before the first value, or in a gap: the values up to the next gap after it, so
    that asking for the day itself is refused by name.
    """
    run: list[RateStep] = []
    for step in rate_steps(law_, name):
        ended = run[-1].rate.until if run else None
        if ended is not None:
            if on <= ended or on < step.since:
                return tuple(run), ended
            run = []
        run.append(step)
    return tuple(run), known_until(law_.series(name))


def _check_known(law_: Law, name: str, step: RateStep, on: date) -> None:
    until = step.rate.until or known_until(law_.series(name))
    if until is not None and on > until:
        raise Refusal(
            "rate-missing",
            f"{law_.document.name}: {law_.series(name).title} is known up to {until}, and {on} was"
            f" asked for ({period_name(on)}). Add the new value to the law document.",
        )


def period_name(on: date) -> str:
    """The half-year of a day: `2027-H1`."""
    return f"{on.year}-H{1 if on.month <= 6 else 2}"


__all__ = [
    "Band",
    "Found",
    "Law",
    "Opening",
    "RateStep",
    "known_until",
    "law",
    "law_of",
    "minor",
    "period_name",
    "ppm",
    "rate_on",
    "rate_run",
    "rate_steps",
]
