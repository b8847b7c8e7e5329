"""Debts by the hundred, drawn by a seeded dice, and as the frames of the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from recoup.engine.charges.frames import BALANCES, CLAIMS, FROZEN, Late, of_rules
from recoup.law.interest import (
    Compounding,
    Counting,
    DayCount,
    InterestRule,
    Mode,
    Rounding,
    YearlyRate,
)
from tests.engine.calculator import Debt

EPOCH = date(2019, 1, 1)


def rule(*rates: tuple[date, int], known_until: date | None = None, **counting) -> InterestRule:
    """A rule of the given rates."""
    steps = tuple(YearlyRate(since, ppm, "") for since, ppm in rates)
    return InterestRule("ZZ", "statutory", steps, known_until, Counting(**counting), ())


def late(debts: list[Debt]) -> Late:
    """The debts as frames; the n-th is item n."""
    rules: list[InterestRule] = []
    for debt in debts:
        if debt.rule not in rules:
            rules.append(debt.rule)
    heads, rates = of_rules(rules)
    numbered = list(enumerate(debts))
    claims = [
        {
            "item_id": number,
            "account_id": 1,
            "debtor_id": 1,
            "currency": 1,
            "due_date": debt.due,
            "start_date": debt.start,
            "rule": rules.index(debt.rule),
        }
        for number, debt in numbered
    ]
    balances = [
        {"item_id": number, "from_date": since, "balance_minor": balance}
        for number, debt in numbered
        for since, balance in debt.balances
    ]
    frozen = [
        {"item_id": number, "first_date": first, "last_date": last}
        for number, debt in numbered
        for first, last in debt.frozen
    ]
    return Late(CLAIMS.of(claims), BALANCES.of(balances), FROZEN.of(frozen), heads, rates).checked()


def known_by(debt: Debt, day: date) -> Debt:
    """The debt as the books of a day know it."""
    balances = tuple(each for each in debt.balances if each[0] <= day + timedelta(days=1))
    return Debt(debt.due, debt.start, balances, debt.frozen, debt.rule)


def rules(dice: Random) -> list[InterestRule]:
    """Twenty rules of every mode, compounding, day count and rounding, and five that stop early."""
    return [_rule(dice) for _ in range(20)] + [_in_duplum(dice) for _ in range(5)]


def _in_duplum(dice: Random) -> InterestRule:
    """A rule with rates so high that interest soon comes to the principal."""
    drawn = _rule(dice)
    rates = tuple(
        replace(each, annual_rate_ppm=each.annual_rate_ppm * dice.choice([1, 10, 20]))
        for each in drawn.rates
    )
    counting = replace(drawn.counting, compounding=Compounding.NONE, in_duplum=True)
    return replace(drawn, rates=rates, counting=counting)


def _rule(dice: Random) -> InterestRule:
    since, rates = EPOCH + timedelta(days=dice.randint(0, 400)), []
    for _ in range(dice.randint(1, 8)):
        rates.append((since, dice.randrange(0, 300_000, 100)))
        since += timedelta(days=dice.choice([1, 30, 181, 184, 365]))
    return rule(
        *rates,
        known_until=dice.choice([None, since]),
        mode=dice.choice(list(Mode)),
        compounding=dice.choice(list(Compounding)),
        day_count=dice.choice(list(DayCount)),
        rounding=dice.choice(list(Rounding)),
        first_day=dice.choice([1, 1, 1, 30]),
    )


def debt(dice: Random, rule: InterestRule) -> Debt:
    """A debt with payments, money that came back, and frozen spans."""
    due = EPOCH + timedelta(days=dice.randint(0, 500))
    days = dice.choice([30, 200, 200, 400])
    amount = dice.choice([1, dice.randint(1, 999), dice.randint(1, 10**6), 10**12])
    balances = [(due - timedelta(days=dice.randint(0, 40)), amount)]
    for _ in range(dice.randint(0, 5)):
        since = balances[-1][0] + timedelta(days=dice.randint(1, days // 2))
        balances.append((since, dice.choice([0, amount, dice.randint(0, amount)])))
    frozen = []
    for _ in range(dice.choice([0, 0, 1, 3])):
        first = due + timedelta(days=dice.randint(-20, days))
        frozen.append((first, first + timedelta(days=dice.randint(0, 90))))
    start = due + timedelta(days=rule.counting.first_day)
    return Debt(due, start, tuple(balances), tuple(frozen), rule)
