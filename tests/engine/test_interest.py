"""Interest: what the published examples say, and what a clerk works out day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import polars as pl
import pytest

from recoup.engine.charges.frames import LINES
from recoup.engine.charges.interest import interest, segments
from recoup.kernel.parties import LegalKind
from recoup.law.interest import Compounding, DayCount, Mode, Rounding, statutory
from recoup.law.lookup import law
from tests.engine import calculator, lateness
from tests.engine.calculator import Debt
from tests.engine.lateness import known_by, late, rule

LONG_AGO = date(2000, 1, 1)
# Points above the base rate of each half-year, as the German business rate had them.
DE = (
    (date(2022, 7, 1), 81_200),
    (date(2023, 1, 1), 106_200),
    (date(2023, 7, 1), 121_200),
    (date(2024, 1, 1), 126_200),
    (date(2024, 7, 1), 123_700),
    (date(2025, 1, 1), 112_700),
    (date(2025, 7, 1), 102_700),
    (date(2026, 1, 1), 102_700),
    (date(2026, 7, 1), 105_200),
)
IT = (
    (date(2010, 1, 1), 80_000),
    (date(2010, 7, 1), 80_000),
    (date(2011, 1, 1), 80_000),
    (date(2011, 7, 1), 82_500),
    (date(2012, 1, 1), 80_000),
)
NL = {"compounding": Compounding.YEARLY, "day_count": DayCount.YEARS_THEN_365}


def owed(rule, amount_minor, due, *later, frozen=()):
    issued = due - timedelta(days=14)
    start = due + timedelta(days=rule.counting.first_day)
    return Debt(due, start, ((issued, amount_minor), *later), tuple(frozen), rule)


def of(debt, as_of):
    (row,) = interest(late([debt]), as_of=as_of).rows(named=True)
    return row


def at(ppm, **counting):
    return rule((LONG_AGO, ppm), **counting)


@pytest.mark.parametrize(
    ("example", "rule", "amount_minor", "due", "paid", "minor"),
    [
        ("GB, the day rounded", at(85_000, rounding=Rounding.DAILY),
         1000_00, date(2026, 1, 1), date(2026, 2, 20), 11_50),
        ("GB, exact", at(85_000), 1000_00, date(2026, 1, 1), date(2026, 2, 20), 11_64),
        ("GB, court, the day cut off", at(80_000, rounding=Rounding.DAILY_DOWN),
         3000_00, date(2026, 1, 1), date(2026, 4, 11), 65_00),
        ("GB, court, a penny for long", at(80_000), 1, LONG_AGO, date(2027, 5, 19), 2),
        ("DE, six half-years", rule(*DE), 10000_00, date(2023, 1, 15), date(2025, 10, 2), 3170_18),
        ("DE, over 1 July", rule(*DE), 10000_00, date(2026, 5, 31), date(2026, 8, 31), 263_11),
        ("NL, two whole years", at(80_000, **NL),
         1000_00, date(2019, 12, 31), date(2021, 12, 31), 166_40),
        ("IN, twelve monthly rests", at(195_000, compounding=Compounding.MONTHLY),
         100000_00, date(2019, 12, 31), date(2020, 12, 31), 21340_76),
        ("IT, each half-year rounded", rule(*IT, rounding=Rounding.SEGMENT),
         1000_00, date(2010, 1, 1), date(2012, 1, 1), 161_26),
        ("nothing on the due date", at(85_000), 1000_00, date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)  # fmt: skip
def test_published_examples_come_out_to_the_minor_unit(
    example, rule, amount_minor, due, paid, minor
):
    assert of(owed(rule, amount_minor, due), paid)["interest_minor"] == minor, example


@pytest.mark.parametrize(
    ("due", "paid", "ppm", "days", "minor"),
    [
        (date(2025, 12, 20), date(2026, 2, 20), 122_500, 62, 208_08),
        (date(2023, 11, 15), date(2024, 3, 15), 130_000, 121, 430_96),
        # Due on the last day of a half-year in which the rate fell: the lower one holds.
        (date(2025, 12, 31), date(2026, 1, 31), 117_500, 31, 99_79),
    ],
)
def test_an_english_debt_keeps_the_rate_of_its_start(due, paid, ppm, days, minor):
    english = statutory(law("GB-EAW"), on=due, kind=LegalKind.COMPANY)
    debt = owed(english, 10000_00, due)
    found = of(debt, paid)
    (segment,) = segments(late([debt]), as_of=paid).rows(named=True)
    assert (found["days"], found["interest_minor"]) == (days, minor)
    assert segment["annual_rate_ppm"] == ppm


def test_the_day_of_payment_bears_interest_and_the_next_does_not():
    paid = date(2026, 1, 11)
    debt = owed(at(36_500), 100_000_00, date(2026, 1, 1), (paid + timedelta(days=1), 0))
    assert of(debt, paid)["interest_minor"] == 100_00
    after = of(debt, date(2026, 6, 1))
    assert (after["interest_minor"], after["last_date"], after["per_day_minor"]) == (
        100_00,
        paid,
        0,
    )


def test_a_hold_of_the_law_freezes_its_days_and_no_others():
    frozen = [(date(2026, 1, 5), date(2026, 1, 6)), (date(2026, 1, 6), date(2026, 1, 8))]
    debt = owed(at(36_500), 100_000_00, date(2026, 1, 1), frozen=frozen)
    found = of(debt, date(2026, 1, 11))
    assert (found["days"], found["interest_minor"]) == (6, 60_00)
    assert of(debt, date(2026, 1, 5))["per_day_minor"] == 0


def test_interest_stops_where_the_rate_is_not_known_and_says_since_when():
    until = date(2026, 6, 30)
    halves = ((date(2026, 1, 1), 36_500),)
    floating = owed(rule(*halves, known_until=until), 100_000_00, date(2026, 6, 20))
    found = of(floating, date(2026, 7, 10))
    assert (found["days"], found["rate_missing_from"]) == (10, date(2026, 7, 1))
    fixed = owed(
        rule(*halves, known_until=until, mode=Mode.FIXED_AT_START), 100_000_00, date(2026, 6, 20)
    )
    assert of(fixed, date(2026, 7, 10))["days"] == 20
    late_start = owed(fixed.rule, 100_000_00, date(2026, 7, 2))
    assert of(late_start, date(2026, 7, 10))["rate_missing_from"] == date(2026, 7, 3)
    paid = owed(floating.rule, 100_000_00, date(2026, 6, 20), (date(2026, 6, 25), 0))
    assert of(paid, date(2026, 7, 10))["rate_missing_from"] is None


def test_the_german_sheet_shows_every_half_year():
    debt = owed(rule(*DE), 10000_00, date(2023, 1, 15))
    found = segments(late([debt]), as_of=date(2025, 10, 2))
    assert found.select("annual_rate_ppm", "days", "interest_minor").rows() == [
        (106_200, 166, 482_99),
        (121_200, 184, 610_98),
        (126_200, 182, 629_27),
        (123_700, 184, 623_58),
        (112_700, 181, 558_87),
        (102_700, 94, 264_49),
    ]


IN_DUPLUM = {"in_duplum": True}


@pytest.mark.parametrize(
    ("case", "later", "minor", "last", "per_day"),
    [
        # 1,000.00 at 36.5 % is 1.00 a day: on day 1,000 it has come to the principal.
        ("stops at the principal", (), 1000_00, 1000, 0),
        ("what has arisen stays when a payment lowers the principal", ((500, 300_00),),
         500_00, 500, 0),
        ("and goes on below it: 500 days of 1.00, then 0.60 a day",
         ((500, 600_00),), 600_00, 667, 0),
        ("a principal that comes back lets it go on",
         ((500, 300_00), (1200, 1000_00)), 1000_00, 1700, 0),
        ("nothing is open: what has arisen stays", ((400, 0),), 400_00, 400, 0),
    ],
)  # fmt: skip
def test_in_duplum_interest_stops_at_the_principal_still_open(case, later, minor, last, per_day):
    due = date(2018, 1, 1)
    changes = [(due + timedelta(days=day + 1), left) for day, left in later]
    debt = owed(at(365_000, **IN_DUPLUM), 1000_00, due, *changes)
    as_of = due + timedelta(days=2000)
    found = of(debt, as_of)
    assert found["interest_minor"] == minor == calculator.interest(debt, as_of=as_of), case
    assert found["last_date"] == due + timedelta(days=last)
    assert found["per_day_minor"] == per_day
    assert found["is_limited"] == (case != "nothing is open: what has arisen stays")
    rows = segments(late([debt]), as_of=as_of)
    assert rows["interest_minor"].sum() == minor
    assert rows["last_date"].max() == found["last_date"]


def test_the_last_day_adds_only_what_there_is_room_for():
    debt = owed(at(365_000, **IN_DUPLUM), 1000_50, date(2018, 1, 1), (date(2018, 1, 1), 1000_50))
    day = date(2018, 1, 1) + timedelta(days=999)
    found = of(debt, day)
    assert (found["interest_minor"], found["per_day_minor"]) == (999_50, 1_00)
    assert (of(debt, day)["is_limited"], of(debt, day + timedelta(days=1))["per_day_minor"]) == (
        False,
        0,
    )


# Drawn once and for ever; 20 × 500 debts, so ten thousand.
@pytest.mark.parametrize("seed", range(20))
def test_the_engine_agrees_with_a_clerk_who_counts_day_by_day(seed):
    dice = Random(seed)
    rules = lateness.rules(dice)
    debts = [lateness.debt(dice, dice.choice(rules)) for _ in range(500)]
    as_of = lateness.EPOCH + timedelta(days=dice.choice([200, 400, 400, 600, 1000]))
    found = interest(late(debts), as_of=as_of).sort("item_id")["interest_minor"].to_list()
    by_hand = [calculator.interest(debt, as_of=as_of) for debt in debts]
    differ = [n for n, pair in enumerate(zip(found, by_hand, strict=True)) if pair[0] != pair[1]]
    assert not differ, (debts[differ[0]], found[differ[0]], by_hand[differ[0]])


@pytest.mark.parametrize("seed", range(10))
def test_however_a_period_is_cut_into_runs_the_total_is_the_same(seed):
    dice = Random(1000 + seed)
    rules = lateness.rules(dice)
    debts = [lateness.debt(dice, dice.choice(rules)) for _ in range(200)]
    last = lateness.EPOCH + timedelta(days=1000)
    runs = sorted(dice.sample(range(1000), 5))
    charged = pl.Series([0] * len(debts))
    for day in [*(lateness.EPOCH + timedelta(days=each) for each in runs), last]:
        # A run knows what the books knew on its day, and charges what is new.
        known = late([known_by(debt, day) for debt in debts])
        now = interest(known, as_of=day).sort("item_id")["interest_minor"]
        charged = charged + (now - charged)
    whole = interest(late(debts), as_of=last).sort("item_id")["interest_minor"]
    assert charged.to_list() == whole.to_list()


@pytest.mark.parametrize("seed", range(5))
def test_segments_add_up_to_the_interest(seed):
    dice = Random(2000 + seed)
    rules = lateness.rules(dice)
    debts = [lateness.debt(dice, dice.choice(rules)) for _ in range(200)]
    as_of = lateness.EPOCH + timedelta(days=900)
    found = interest(late(debts), as_of=as_of)
    parts = (
        segments(late(debts), as_of=as_of)
        .group_by("item_id")
        .agg(pl.col("days").sum(), pl.col("interest_minor").sum(), pl.col("interest_micro").sum())
    )
    joined = found.join(parts, on="item_id", how="inner", suffix="_of_parts")
    assert joined.filter(pl.col("days") != pl.col("days_of_parts")).is_empty()
    exact = pl.col("interest_micro") / 1_000_000 - pl.col("interest_minor")
    whole = [
        n for n, debt in enumerate(debts)
        if debt.rule.counting.rounding is Rounding.TOTAL
        or debt.rule.counting.compounding is not Compounding.NONE
    ]  # fmt: skip
    assert joined.filter(pl.col("item_id").is_in(whole) & (exact.abs() > 0.6)).is_empty()
    apart = joined.filter(~pl.col("item_id").is_in(whole))
    assert apart["interest_minor"].to_list() == apart["interest_minor_of_parts"].to_list()


@pytest.mark.parametrize("compounding", list(Compounding))
@pytest.mark.parametrize("seed", range(12))
def test_parts_of_a_debt_that_moved_bear_to_the_cent_what_the_whole_bears(compounding, seed):
    dice = Random(seed)
    ours = rule((date(2019, 1, 1), 73_000), compounding=compounding)
    day, amount = date(2026, 1, 2), dice.randint(1, 10**8)
    left = [amount, 0, 0]
    parts, whole = [[(day, amount)], [], []], [(day, amount)]
    for _ in range(dice.randint(1, 6)):
        day += timedelta(days=dice.randint(1, 60))
        one, other = dice.sample(range(3), 2)
        minor = dice.choice((left[one], dice.randint(0, left[one])))
        left[one] -= minor
        parts[one].append((day, left[one]))
        if dice.random() < 0.3:
            whole.append((day, sum(left)))
        else:
            left[other] += minor
            parts[other].append((day, left[other]))
    debts = [
        Debt(date(2026, 1, 15), date(2026, 1, 16), tuple(each), (), ours)
        for each in [*parts, whole]
    ]
    lines = LINES.of([{"item_id": part, "root_id": 0} for part in range(3)])
    found = interest(replace(late(debts), lines=lines), as_of=day + timedelta(days=400))
    borne = found["interest_minor"].to_list()
    assert sum(borne[:3]) == borne[3]
    assert min(borne) >= 0
