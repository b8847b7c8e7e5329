"""A law document as it is written: sources, reference rates, and dated values of topics.

Every value says since when it holds, where it was read, and how well that was verified. Two
switches go with it: whether it may be calculated with, and whether a lawyer has signed it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from recoup.kernel.parties import KIND_OF_WORD
from recoup.law.topics import TOPICS, Kind, Topic

Number = int | Decimal
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == len("2026-01-01") else value
        except ValueError:
            raise PydanticCustomError("day", "write the day as 2026-01-31") from None
    return value


Day = Annotated[date, BeforeValidator(_day)]


class Model(BaseModel):
    """A part of a document: frozen, and unknown words are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Source(Model):
    """Where something was read."""

    title: str
    url: str = ""
    # When it was last seen to say so; empty where the page carries no date.
    seen: str = ""


class Place(Model):
    """Where a law holds: a country, or a region of it (ISO 3166)."""

    country: str
    region: str = ""


class Opening(Model):
    """Weekdays with the hours in which contact is allowed."""

    days: list[Weekday]
    opens: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    closes: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]


class Band(Model):
    """What holds up to and including an amount: a sum, a share, or both as sum plus share."""

    up_to: Number | None = None
    amount: Number | None = None
    percent: Number | None = None


class Entry(Model):
    """One value of a topic: from when, for whom, and how we know."""

    # None: since before anything we keep books of.
    since: Day | None
    until: Day | None = None
    # Kinds of debtor; empty means everybody.
    for_kinds: Annotated[list[str], Field(alias="for")] = []
    value: str | bool | Number | list[str] | list[Opening] | None = None
    bands: list[Band] = []
    currency: str = ""
    # For bands: percentages are of each slice, not of the whole; least and most of the result.
    by_slice: bool = False
    least: Number | None = None
    most: Number | None = None
    rounding: Literal["half_up", "down"] = "half_up"
    sources: Annotated[list[str], Field(min_length=1)]
    cite: str = ""
    verified: Literal["two", "one", "memory"]
    note: str = ""
    usable_for_calculation: bool | None = None
    lawyer_signed: bool = False

    @property
    def is_usable(self) -> bool:
        """May be calculated with; what is known from memory only may not, unless it says so."""
        if self.usable_for_calculation is None:
            return self.verified != "memory"
        return self.usable_for_calculation

    @model_validator(mode="after")
    def _names_kinds(self) -> Self:
        for word in self.for_kinds:
            if word not in KIND_OF_WORD:
                raise PydanticCustomError("kind", "{word} is no kind of debtor", {"word": word})
        return self


class Rate(Model):
    """The value of a reference rate from a day on."""

    since: Day
    # The last day it is known to hold, where values before the next one were not seen.
    until: Day | None = None
    percent: Number
    sources: Annotated[list[str], Field(min_length=1)]
    verified: Literal["two", "one", "memory"]
    note: str = ""


class Series(Model):
    """A reference rate: its values by date. A value says nothing beyond its own period."""

    title: str
    # How long one value holds: a year or a part of it, or until the next one is set.
    period: Literal["year", "half_year", "quarter", "month", "open"]
    # For an open period: the last day on which the newest value was seen to hold.
    seen_until: Day | None = None
    values: Annotated[list[Rate], Field(min_length=1)]


class LawDocument(Model):
    """What one jurisdiction says, as far as we know it."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2,3})?$")]
    name: str
    places: list[Place] = []
    # The wider law that is asked where this one is silent.
    within: str = ""
    currency: str
    languages: list[str]
    checked_on: Day
    review_by: Day
    # Who signed the whole document for use in court, and when; nobody so far.
    lawyer_signed: str = ""
    summary: str
    sources: dict[str, Source]
    series: dict[str, Series] = {}
    values: dict[str, list[Entry]]

    @model_validator(mode="after")
    def _fits_its_topics(self) -> Self:
        for name, entries in self.values.items():
            topic = TOPICS.get(name)
            if topic is None:
                raise PydanticCustomError("topic", "{name} is no topic", {"name": name})
            for entry in entries:
                _check(name, topic, entry, self)
        for name, series in self.series.items():
            days = [rate.since for rate in series.values]
            if days != sorted(set(days)):
                raise PydanticCustomError(
                    "order",
                    "the values of {name} are not in the order of their days",
                    {"name": name},
                )
        return self


def _check(name: str, topic: Topic, entry: Entry, document: LawDocument) -> None:
    problem = _value_problem(topic, entry, document)
    unknown = [key for key in entry.sources if key not in document.sources]
    if unknown:
        problem = f"names a source {unknown[0]} that is not listed"
    if entry.since and entry.until and entry.until < entry.since:
        problem = "ends before it begins"
    if problem:
        raise PydanticCustomError("value", "{name} {problem}", {"name": name, "problem": problem})


def _value_problem(topic: Topic, entry: Entry, document: LawDocument) -> str:
    value, kind = entry.value, topic.kind
    if kind is Kind.BANDS:
        return "" if entry.bands and value is None else "needs bands"
    if entry.bands or value is None:
        return "needs a value"
    if kind is Kind.YES:
        return "" if isinstance(value, bool) else "is true or false"
    if kind in (Kind.CHOICE, Kind.WORDS, Kind.SERIES):
        known = document.series if kind is Kind.SERIES else topic.choices
        fits = isinstance(value, str) and (kind is Kind.WORDS or value in known)
        return "" if fits else f"must be one of {', '.join(known)}"
    if kind is Kind.LIST:
        # An empty list is an answer: nothing does.
        fits = isinstance(value, list) and all(word in topic.choices for word in value)
        return "" if fits else f"must name some of {', '.join(topic.choices)}"
    if kind is Kind.HOURS:
        fits = isinstance(value, list) and all(isinstance(each, Opening) for each in value)
        return "" if fits else "needs days with hours"
    whole = kind not in (Kind.PERCENT, Kind.AMOUNT)
    fits = isinstance(value, int if whole else int | Decimal) and not isinstance(value, bool)
    return "" if fits else "needs a number"
