"""Interest of the vectors, by the engine that charges it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from conformance.base import Answer
from conformance.vectors.base import Vector, answers, minor, percent, written
from recoup.engine.charges import frames
from recoup.engine.charges.interest import interest, segments
from recoup.kernel.dates import add_months
from recoup.kernel.errors import Refusal
from recoup.kernel.money import currency_number
from recoup.kernel.parties import LegalKind
from recoup.law.bands import by_size
from recoup.law.interest import (
    ALWAYS,
    Compounding,
    Counting,
    InterestRule,
    Mode,
    Rounding,
    YearlyRate,
    counting,
    statutory,
)
from recoup.law.lookup import law, rate_on
from recoup.law.terms import first_interest_date

COMPANY, CONSUMER = LegalKind.COMPANY, LegalKind.CONSUMER
# For vectors that name a number of days only.
SOME_DAY = date(2025, 1, 31)


@dataclass(frozen=True)
class Sum:
    """Interest on one debt, its segments, and what one more day adds."""

    interest_minor: int
    days: int
    per_day_minor: int
    segments: list[tuple[int, int, int]]  # rate in millionths, days, minor units


def charged(rule: InterestRule, principal_minor: int, *, due: date, paid: date) -> Sum:
    """What the engine charges from the rule's first day up to and including the day of payment."""
    start = due + timedelta(days=rule.counting.first_day)
    heads, rates = frames.of_rules([rule])
    claim = {
        "item_id": 1,
        "account_id": 1,
        "debtor_id": 1,
        "currency": currency_number("EUR"),
        "due_date": due,
        "start_date": start,
        "rule": 0,
    }
    balance = {"item_id": 1, "from_date": due, "balance_minor": principal_minor}
    late = frames.Late(
        claims=frames.CLAIMS.of([claim]),
        balances=frames.BALANCES.of([balance]),
        frozen=frames.FROZEN.empty(),
        rules=heads,
        rates=rates,
    ).checked()
    (total,) = interest(late, as_of=paid).iter_rows(named=True)
    parts = segments(late, as_of=paid).select("annual_rate_ppm", "days", "interest_minor")
    assert total["rate_missing_from"] is None, "a rate is missing"
    return Sum(
        total["interest_minor"], total["days"], total["per_day_minor"], list(parts.iter_rows())
    )


def agreed(rate: Decimal, rounding: Rounding = Rounding.TOTAL, **counting: object) -> InterestRule:
    """A rule of one rate in percent."""
    ppm = int(rate * 10_000)
    return InterestRule(
        law="",
        basis="contractual",
        rates=(YearlyRate(ALWAYS, ppm, "of the vector"),),
        known_until=None,
        counting=Counting(rounding=rounding, **counting),
        cites=(),
    )


ROUNDINGS = {
    "total_only": Rounding.TOTAL,
    "daily_to_penny_first": Rounding.DAILY,
    "daily_truncated_to_penny": Rounding.DAILY_DOWN,
    # The factor of a court's form, which rounds up; we hold the exact total instead.
    "daily_to_penny_up": Rounding.TOTAL,
}


def _of_days(vector: Vector, rate: Decimal, rounding: Rounding) -> Sum:
    paid = SOME_DAY + timedelta(days=int(vector.text("days")))
    return charged(agreed(rate, rounding), vector.minor("principal"), due=SOME_DAY, paid=paid)


@answers("interest")
def _plain(vector: Vector) -> Answer:
    found = _of_days(vector, Decimal(vector.text("rate")), Rounding.TOTAL)
    name = "correct" if "correct" in vector.expected else "interest"
    return vector.agrees({name: written(found.interest_minor, vector.expected[name])})


@answers("court_interest", "statutory_interest")
def _rounded(vector: Vector) -> Answer:
    rounding = ROUNDINGS[vector.text("rounding")]
    factor = vector.inputs.get("daily_factor")
    if "base_rate" in vector.inputs:
        rate = Decimal(vector.text("base_rate")) + Decimal(vector.text("margin"))
    else:
        rate = Decimal(8) if factor else Decimal(vector.text("rate"))
    found = _of_days(vector, rate, rounding)
    ours: dict[str, object] = {}
    if "annual" in vector.expected:
        year = charged(agreed(rate), vector.minor("principal"), due=SOME_DAY,
                       paid=SOME_DAY + timedelta(days=365))  # fmt: skip
        ours["annual"] = written(year.interest_minor, vector.expected["annual"])
    if "daily" in vector.expected:
        ours["daily"] = written(found.per_day_minor, vector.expected["daily"])
    ours["interest"] = written(found.interest_minor, vector.expected["interest"])
    if factor:
        return vector.deviates(
            ours,
            {"daily": "0.50", "interest": "30.25"},
            "the form's factor 0.00022 rounds 8 % of 365ths up; we charge the exact rate",
        )
    return vector.agrees(ours)


@answers("daily_amount")
def _daily(vector: Vector) -> Answer:
    rule = agreed(Decimal(vector.text("rate")))
    found = charged(rule, vector.minor("principal"), due=SOME_DAY, paid=SOME_DAY)
    return vector.agrees({"daily": written(found.per_day_minor, vector.expected["daily"])})


@answers("claim_total")
def _claim(vector: Vector) -> Answer:
    found = _of_days(vector, Decimal(vector.text("rate")), Rounding.TOTAL)
    total = vector.minor("principal") + vector.minor("fee") + found.interest_minor
    return vector.agrees({"total": written(total, vector.expected["total"])})


@answers("statutory_interest_dated", "interest_dated")
def _dated(vector: Vector) -> Answer:
    inputs, expected = vector.inputs, vector.expected
    due = date.fromisoformat(
        str(inputs.get("due") or inputs.get("default_from_excl") or inputs.get("from_excl"))
    )
    paid = date.fromisoformat(str(inputs.get("paid") or inputs.get("to")))
    kind = CONSUMER if inputs.get("consumer") else COMPANY
    rule, note = _rule(vector, due, kind)
    if inputs.get("method") == "split":
        rule = replace(rule, counting=replace(rule.counting, mode=Mode.FLOATING))
        note = "by the method it names; our document keeps the rate of the due date"
    found = charged(rule, vector.minor("principal"), due=due, paid=paid)
    ours = _sums(vector, found)
    if vector.id == "DE-063":
        # 180 days at 6.62 and 1 July at 8.12.
        held = {"rate": "6.62", "days": 181, "interest": "328.69"}
        return vector.deviates(
            ours,
            held,
            "the base rate of 1 July holds on 1 July (§ 247 BGB), not from the day after",
        )
    if "lump" in expected:
        lump = by_size(vector.law, "compensation.fixed", amount_minor=vector.minor("principal"),
                       currency="EUR", on=due, kind=kind)  # fmt: skip
        ours["lump"] = written(lump, expected["lump"])
    return vector.agrees(ours, note=note)


def _rule(vector: Vector, due: date, kind: LegalKind) -> tuple[InterestRule, str]:
    """The law's rule; before our documents begin, its counting with the rates of the vector."""
    try:
        return statutory(vector.law, on=due, kind=kind), ""
    except Refusal as refusal:
        told = vector.expected.get("segments")
        if refusal.code != "law-silent" or not isinstance(told, list):
            raise
        since, rates = due + timedelta(days=1), []
        for rate, days, _ in told:
            rates.append(YearlyRate(since, minor(rate) * 100, "of the vector"))
            since += timedelta(days=days)
        own = counting(vector.law, on=due, kind=kind)
        rule = replace(agreed(Decimal(0)), rates=tuple(rates), counting=own)
        return rule, "with the rates it states; our document begins later and refuses by name"


def _sums(vector: Vector, found: Sum) -> dict[str, object]:
    expected = vector.expected
    ours: dict[str, object] = {}
    name = "correct" if "correct" in expected else "interest"
    ours[name] = written(found.interest_minor, expected[name])
    if "days" in expected:
        ours["days"] = found.days
    if "rate" in expected:
        ours["rate"] = percent(found.segments[0][0], expected["rate"])
    if "segments" in expected:
        ours["segments"] = [
            [percent(rate, "0.00"), days, written(amount, "0.00")]
            for rate, days, amount in found.segments
        ]
    return ours


@answers("msmed_amount")
def _compound(vector: Vector) -> Answer:
    rule = agreed(Decimal(vector.text("rate")), compounding=Compounding.MONTHLY)
    due = date(2024, 12, 31)
    paid = add_months(due, int(vector.text("months")))
    principal = vector.minor("principal")
    found = charged(rule, principal, due=due, paid=paid)
    return vector.agrees(
        {
            "interest": written(found.interest_minor, "0.00"),
            "amount": written(principal + found.interest_minor, "0.00"),
        }
    )


@answers("penalty")
def _penalty(vector: Vector) -> Answer:
    return vector.not_covered(
        "counts in months and in whole euro; here interest counts days and cents"
    )


@answers("rate_lookup")
def _rates(vector: Vector) -> Answer:
    days = vector.inputs["on"]
    known = vector.expected["correct"]
    assert isinstance(days, list)
    assert isinstance(known, list)
    ours = [
        percent(_rate(vector.jurisdiction, date.fromisoformat(day)), like)
        for day, like in zip(days, known, strict=True)
    ]
    return vector.agrees({"correct": ours})


def _rate(code: str, on: date) -> int:
    """The statutory rate of a debt between businesses that falls due on the day."""
    rule = statutory(law(code), on=on, kind=COMPANY)
    return next(each.annual_rate_ppm for each in reversed(rule.rates) if each.since <= on)


def half_year(text: str) -> date:
    """The first day of `2024-H2`."""
    year, _, half = text.partition("-H")
    return date(int(year), 1 if half == "1" else 7, 1)


@answers("default_rate")
def _default_rate(vector: Vector) -> Answer:
    on = half_year(vector.text("half_year"))
    return vector.agrees({"rate": percent(_rate("FR", on), vector.expected["rate"])})


@answers("msmed_rate")
def _times(vector: Vector) -> Answer:
    wanted = minor(vector.text("bank_rate")) * 100
    india = vector.law
    on = next(
        step.since
        for step in india.series("rbi-bank-rate").values
        if int(Decimal(step.percent) * 10_000) == wanted
    )
    return vector.agrees({"rate": percent(_rate("IN", on), vector.expected["rate"])})


@answers("contract_rate_floor")
def _floor(vector: Vector) -> Answer:
    france, on = vector.law, half_year(vector.text("half_year"))
    name = france.word("contract.interest_floor_of", on=on, kind=COMPANY)
    times = france.count("contract.interest_floor_times", on=on, kind=COMPANY)
    floor = rate_on(france, name, on).annual_rate_ppm * times
    return vector.agrees({"floor": percent(floor, vector.expected["floor"])})


@answers("prescribed_rate")
def _prescribed(vector: Vector) -> Answer:
    changed = vector.day("repo_changed")
    lag = vector.law.count("interest.reference_lag_months", on=changed, kind=COMPANY)
    effective = add_months(changed.replace(day=1), lag)
    rate = rate_on(vector.law, "za-prescribed", effective).annual_rate_ppm
    return vector.agrees(
        {"rate": percent(rate, vector.expected["rate"]), "effective": str(effective)}
    )


@answers("legal_interest_start")
def _first_day(vector: Vector) -> Answer:
    due = vector.day("due")
    first = first_interest_date(vector.law, due_date=due, kind=COMPANY)
    rate = _rate(vector.jurisdiction, due)
    return vector.agrees({"rate": percent(rate, vector.expected["rate"]), "from": str(first)})
