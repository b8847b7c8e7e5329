"""Everything a law says on a day, with how it is known: for pages and the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from recoup.kernel.dates import end_of_month
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.lookup import Found, Law, RateStep, known_until, rate_on
from recoup.law.model import Band, Entry, LawDocument, Number, Opening, Series
from recoup.law.topics import TOPICS, Kind

_SEEN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_UNITS = {Kind.DAYS: "day", Kind.MONTHS: "month", Kind.YEARS: "year"}


@dataclass(frozen=True)
class Held:
    """A value in force, and for which kinds of debtor."""

    found: Found
    kinds: tuple[LegalKind, ...]

    @property
    def is_for_all(self) -> bool:
        """It holds for every kind of debtor."""
        return len(self.kinds) == len(LegalKind)

    @property
    def sources(self) -> tuple[str, ...]:
        """The titles of where it was read."""
        found = self.found
        return tuple(found.document.sources[key].title for key in found.entry.sources)

    @property
    def seen_on(self) -> date | None:
        """The last day on which a source was seen to say so; None where none carries a date."""
        return last_seen(self.found.document, self.found.entry.sources)


@dataclass(frozen=True)
class RateHeld:
    """A reference rate on a day; where it is not known, the sentence that says so."""

    name: str
    series: Series
    document: LawDocument
    step: RateStep | None
    known_until: date | None
    missing: str


def in_force(law: Law, *, on: date, kind: LegalKind | None = None) -> tuple[Held, ...]:
    """Every value in force, in the order of the topics; of one kind of debtor or of all."""
    kinds = tuple(LegalKind) if kind is None else (kind,)
    held: list[Held] = []
    for topic in TOPICS:
        pairs = [(each, law.find(topic, on=on, kind=each)) for each in kinds]
        by_entry: dict[int, tuple[Found, list[LegalKind]]] = {}
        for each, found in pairs:
            if found is not None:
                by_entry.setdefault(id(found.entry), (found, []))[1].append(each)
        held += [Held(found, tuple(those)) for found, those in by_entry.values()]
    return tuple(held)


def rates_in_force(law: Law, *, on: date) -> tuple[RateHeld, ...]:
    """Every reference rate of the law and of its wider ones, known for the day or not."""
    found: dict[str, RateHeld] = {}
    each: Law | None = law
    while each is not None:
        for name, series in each.document.series.items():
            if name not in found:
                found[name] = _rate(each, name, series, on)
        each = each.wider
    return tuple(found.values())


def _rate(law: Law, name: str, series: Series, on: date) -> RateHeld:
    try:
        step, missing = rate_on(law, name, on), ""
    except Refusal as refusal:
        step, missing = None, refusal.sentence
    return RateHeld(name, series, law.document, step, known_until(series), missing)


def last_seen(document: LawDocument, sources: list[str]) -> date | None:
    """The newest day on which one of the sources was seen.

    A month or a year counts to its end, but not beyond the day the document was checked.
    """
    days = [_seen_on(document.sources[key].seen, document.checked_on) for key in sources]
    return max((day for day in days if day is not None), default=None)


def _seen_on(written: str, latest: date) -> date | None:
    match = _SEEN.fullmatch(written)
    if match is None:
        return None
    year, month, day = match.groups()
    if day:
        return date.fromisoformat(written)
    return min(end_of_month(date(int(year), int(month or 12), 1)), latest)


def value_words(found: Found) -> str:
    """A value as people read it: `30 days`, `8 %`, `up to 1,000: 40 EUR; above: 70 EUR`."""
    entry, kind = found.entry, TOPICS[found.topic].kind
    currency = entry.currency or found.document.currency
    if kind is Kind.BANDS:
        return _bands_words(entry, currency)
    value = entry.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_part_words(each) for each in value) or "nothing"
    if isinstance(value, str):
        return value if kind in (Kind.WORDS, Kind.SERIES) else value.replace("_", " ")
    assert value is not None
    if kind is Kind.AMOUNT:
        return f"{value:,} {currency}"
    if kind is Kind.PERCENT:
        return f"{value} %"
    unit = _UNITS.get(kind, "")
    return f"{value:,} {unit}{'' if value == 1 else 's'}" if unit else f"{value:,}"


def _part_words(part: str | Opening) -> str:
    if isinstance(part, Opening):
        return f"{' '.join(part.days)} {part.opens} to {part.closes}"
    return part.replace("_", " ")


def _bands_words(entry: Entry, currency: str) -> str:
    is_one = len(entry.bands) == 1 and entry.bands[0].up_to is None
    said = [
        _band_words(band, currency)
        if is_one
        else f"{_edge(band.up_to)}: {_band_words(band, currency)}"
        for band in entry.bands
    ]
    if entry.least is not None:
        said.append(f"at least {entry.least:,} {currency}")
    if entry.most is not None:
        said.append(f"at most {entry.most:,} {currency}")
    return "; ".join(said)


def _edge(up_to: Number | None) -> str:
    return "above" if up_to is None else f"up to {up_to:,}"


def _band_words(band: Band, currency: str) -> str:
    amount = "" if band.amount is None else f"{band.amount:,} {currency}"
    share = "" if band.percent is None else f"{band.percent} %"
    return " + ".join(each for each in (amount, share) if each)
