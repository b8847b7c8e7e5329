"""The interest a law gives on a late payment, as a rule that the engine can calculate by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import IntEnum
from functools import partial

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.lookup import PPM_OF_PERCENT, Found, Law, rate_run


class Mode(IntEnum):
    """Whether a running debt keeps its first rate. Numbers stand in frames; never reuse one."""

    FIXED_AT_START = 0
    FIXED_AT_DUE_DATE = 1
    FLOATING = 2


class Compounding(IntEnum):
    """How often interest is added to the debt. Never reuse a number."""

    NONE = 0
    YEARLY = 1
    MONTHLY = 2


class DayCount(IntEnum):
    """What part of a year a day is. Never reuse a number."""

    ACTUAL_365 = 0
    YEARS_THEN_365 = 1


class Rounding(IntEnum):
    """What is rounded to the minor unit. Never reuse a number."""

    TOTAL = 0
    SEGMENT = 1
    DAILY = 2
    DAILY_DOWN = 3


@dataclass(frozen=True)
class YearlyRate:
    """A yearly rate from a day on; `of` says what it is made of."""

    since: date
    annual_rate_ppm: int
    of: str


@dataclass(frozen=True)
class Counting:
    """How days and interest are counted, whatever the rate.

    Days count from `first_day` days after the due date up to and including the day of payment.
    """

    mode: Mode = Mode.FLOATING
    compounding: Compounding = Compounding.NONE
    day_count: DayCount = DayCount.ACTUAL_365
    rounding: Rounding = Rounding.TOTAL
    first_day: int = 1
    # Interest waits for a formal demand.
    needs_demand: bool = False
    # In duplum: interest stops at the principal still open. Nothing compounds then.
    in_duplum: bool = False

    def __post_init__(self) -> None:
        """The engine limits simple interest only."""
        assert not (self.in_duplum and self.compounding is not Compounding.NONE)


@dataclass(frozen=True)
class InterestRule:
    """All that interest on one debt is calculated by.

    `known_until` is the last day for which the newest rate may be used; None for ever.
    """

    law: str
    basis: str  # statutory | contractual
    rates: tuple[YearlyRate, ...]
    known_until: date | None
    counting: Counting
    cites: tuple[Found, ...]


# An agreed rate has no first day of its own.
ALWAYS = date(1900, 1, 1)


def statutory(law: Law, *, on: date, kind: LegalKind) -> InterestRule:
    """The statutory interest on a debt that falls due on the day, for such a debtor.

    Raises Refusal `interest-not-claimable` where the law gives none, and `law-silent`,
    `law-unverified` where the document does not say enough.
    """
    claimable = law.get("interest.claimable", on=on, kind=kind)
    if claimable.entry.value is not True:
        raise Refusal(
            "interest-not-claimable",
            f"{law.document.name}: no statutory interest may be claimed from this debtor"
            f" ({claimable.cite}).",
        )
    rates, until, cites = _rates(law, on=on, kind=kind)
    return InterestRule(
        law=law.code,
        basis="statutory",
        rates=rates,
        known_until=until,
        counting=counting(law, on=on, kind=kind),
        cites=(claimable, *cites, *_limits(law, on=on, kind=kind)),
    )


def contractual(law: Law, *, annual_rate_ppm: int, on: date, kind: LegalKind) -> InterestRule:
    """Interest at an agreed rate: simple, from the first day late, in the law's way of counting."""
    return InterestRule(
        law=law.code,
        basis="contractual",
        rates=(YearlyRate(ALWAYS, annual_rate_ppm, "agreed rate"),),
        known_until=None,
        counting=_agreed_counting(law, on=on, kind=kind),
        cites=_limits(law, on=on, kind=kind),
    )


def _limits(law: Law, *, on: date, kind: LegalKind) -> tuple[Found, ...]:
    """That interest stops at the principal, where the law says so, verified or not."""
    found = law.find("contract.in_duplum", on=on, kind=kind)
    return (found,) if found is not None and found.entry.value is True else ()


def _rates(
    law: Law, *, on: date, kind: LegalKind
) -> tuple[tuple[YearlyRate, ...], date | None, tuple[Found, ...]]:
    """One number, or a reference rate and a margin."""
    flat = law.find("interest.rate", on=on, kind=kind)
    named = law.find("interest.reference", on=on, kind=kind)
    if flat is not None and (named is None or _is_nearer(flat, named, law)):
        found = law.get("interest.rate", on=on, kind=kind)
        rate = law.percent_ppm("interest.rate", on=on, kind=kind)
        return (YearlyRate(ALWAYS, rate, found.cite),), None, (found,)
    reference = law.get("interest.reference", on=on, kind=kind)
    margin = law.find("interest.margin", on=on, kind=kind)
    above = law.percent_ppm("interest.margin", on=on, kind=kind) if margin is not None else 0
    multiple = law.find("interest.times", on=on, kind=kind)
    times = law.count("interest.times", on=on, kind=kind) if multiple is not None else 1
    name = str(reference.entry.value)
    title = law.series(name).title
    steps, until = rate_run(law, name, on)
    rates = tuple(
        YearlyRate(
            step.since,
            step.annual_rate_ppm * times + above,
            _made_of(title, step.annual_rate_ppm, times, above),
        )
        for step in steps
    )
    others = (each for each in (multiple, margin) if each is not None)
    return rates, until, (reference, *others)


def _is_nearer(flat: Found, reference: Found, law: Law) -> bool:
    """The law's own number goes before a reference rate of the wider law."""
    return flat.document.code == law.code and reference.document.code != law.code


def _made_of(title: str, reference_ppm: int, times: int, margin_ppm: int) -> str:
    if times == 1 and not margin_ppm:
        return title
    multiple = f" × {times}" if times != 1 else ""
    margin = f" + {percent(margin_ppm)}" if margin_ppm else ""
    return f"{title} {percent(reference_ppm)} %{multiple}{margin}"


def percent(rate_ppm: int) -> str:
    """A rate as people write it: 82,500 is `8.25`."""
    return f"{(Decimal(rate_ppm) / PPM_OF_PERCENT).normalize():f}"


def counting(law: Law, *, on: date, kind: LegalKind) -> Counting:
    """How the law counts; where it does not say: floating, simple, 365ths, one rounding.

    Refusal `law-unverified` where it says so from memory only. Whether interest waits for a
    demand is then taken to be so: that never gives too much.
    """
    ask = partial(_choice, law, on=on, kind=kind)
    first = law.find("interest.first_day", on=on, kind=kind)
    starts = law.find("interest.starts", on=on, kind=kind)
    agreed = _agreed_counting(law, on=on, kind=kind)
    compounding = Compounding[ask("interest.compounding", "none").upper()]
    return replace(
        agreed,
        mode=Mode[ask("interest.mode", "floating").upper()],
        # What must not pass the principal never joins it: that never gives too much.
        compounding=Compounding.NONE if agreed.in_duplum else compounding,
        first_day=1 if first is None else law.count("interest.first_day", on=on, kind=kind),
        needs_demand=starts is not None
        and (starts.entry.value == "demand" or not starts.entry.is_usable),
    )


def _agreed_counting(law: Law, *, on: date, kind: LegalKind) -> Counting:
    """What of the law's counting holds for an agreed rate too: parts of a year, and rounding."""
    ask = partial(_choice, law, on=on, kind=kind)
    return Counting(
        day_count=DayCount[ask("interest.day_count", "actual_365").upper()],
        rounding=Rounding[ask("interest.rounding", "total").upper()],
        in_duplum=bool(_limits(law, on=on, kind=kind)),
    )


def _choice(law: Law, topic: str, otherwise: str, *, on: date, kind: LegalKind) -> str:
    """The law's word for it, verified; what is usual where it says nothing."""
    silent = law.find(topic, on=on, kind=kind) is None
    return otherwise if silent else law.word(topic, on=on, kind=kind)
