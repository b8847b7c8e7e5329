"""Interest sheets: of a debt that somebody names, and of an open item in the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl
from babel import Locale

from recoup.engine.charges.frames import BALANCES, CLAIMS, FROZEN, Late, of_rules
from recoup.engine.charges.interest import interest, segments
from recoup.kernel.errors import Refusal
from recoup.kernel.money import check_minor, currency_number
from recoup.kernel.parties import LegalKind
from recoup.law.bands import by_size
from recoup.law.interest import DayCount, InterestRule, Rounding, contractual, statutory
from recoup.law.lookup import Law
from recoup.reports.interest_sheet import Basis, Debt, Extra, InterestSheet, Rate, Stretch
from recoup.reports.statement import Party, Ways

ITEM = 1


@dataclass(frozen=True)
class Asked:
    """A debt as somebody names it, with what was paid of it."""

    law: Law
    kind: LegalKind
    currency: str
    amount_minor: int
    due_date: date
    as_of: date
    payments: tuple[tuple[date, int], ...] = ()
    # An agreed rate; None: the law's.
    annual_rate_ppm: int | None = None
    rounding: Rounding | None = None
    document: str = ""


@dataclass(frozen=True)
class Letterhead:
    """Who writes to whom, and how the reader writes amounts and days."""

    creditor: Party
    debtor: Party
    number: str
    ways: Ways
    paper: str = "a4"


def rule_of(asked: Asked) -> InterestRule:
    """The rule a debt's interest is counted by; Refusal where the law gives none."""
    if asked.annual_rate_ppm is None:
        rule = statutory(asked.law, on=asked.due_date, kind=asked.kind)
    else:
        rule = contractual(
            asked.law, annual_rate_ppm=asked.annual_rate_ppm, on=asked.due_date, kind=asked.kind
        )
    if asked.rounding is None:
        return rule
    return replace(rule, counting=replace(rule.counting, rounding=asked.rounding))


def sheet_of(asked: Asked, letterhead: Letterhead) -> InterestSheet:
    """The interest sheet of a debt that somebody names, with the law's other sums."""
    _check(asked)
    rule = rule_of(asked)
    late = _late(asked, rule)
    paid = tuple(each for each in asked.payments if each[0] <= asked.as_of)
    debt = Debt(
        document=asked.document,
        currency=asked.currency,
        issue_date=None,
        due_date=asked.due_date,
        amount_minor=asked.amount_minor,
        open_minor=asked.amount_minor - sum(minor for _, minor in paid),
        payments=paid,
    )
    return laid_out(
        late, rule, debt, letterhead, as_of=asked.as_of, extras=extras_of(asked), law=asked.law
    )


def laid_out(
    late: Late,
    rule: InterestRule,
    debt: Debt,
    letterhead: Letterhead,
    *,
    as_of: date,
    extras: tuple[Extra, ...],
    law: Law,
) -> InterestSheet:
    """The sheet of one claim, whose frames hold nothing else."""
    total = interest(late, as_of=as_of).row(0, named=True)
    found = [_stretch(row) for row in segments(late, as_of=as_of).iter_rows(named=True)]
    counts_years = rule.counting.day_count is DayCount.YEARS_THEN_365
    stretches = _whole_years(found) if counts_years else tuple(found)
    used = {each.rate_since for each in stretches}
    return InterestSheet(
        creditor=letterhead.creditor,
        debtor=letterhead.debtor,
        number=letterhead.number,
        debt=debt,
        basis=Basis(
            law=name_of(law, letterhead.ways.language),
            basis=rule.basis,
            counting=rule.counting,
            rates=tuple(
                Rate(each.since, each.annual_rate_ppm, each.of)
                for each in rule.rates
                if each.since in used
            ),
            cites=tuple(dict.fromkeys(found.cite for found in rule.cites)),
            signed_by=law.document.lawyer_signed,
        ),
        as_of=as_of,
        stretches=stretches,
        total_minor=int(total["interest_minor"]),
        per_day_minor=int(total["per_day_minor"]),
        rate_missing_from=total["rate_missing_from"],
        is_limited=bool(total["is_limited"]),
        extras=extras,
        ways=letterhead.ways,
        paper=letterhead.paper,
    )


def _whole_years(stretches: list[Stretch]) -> tuple[Stretch, ...]:
    """The day that a leap year has beyond a whole year belongs to the stretch before it."""
    shown = []
    for each, following in zip(stretches, [*stretches[1:], None], strict=True):
        gap = timedelta(0) if following is None else following.first - each.last
        is_leap_day = gap == timedelta(days=2)
        shown.append(replace(each, last=each.last + timedelta(days=1)) if is_leap_day else each)
    return tuple(shown)


def extras_of(asked: Asked) -> tuple[Extra, ...]:
    """The fixed sum and the collection costs that the law gives on such a debt."""
    topics = (("compensation", "compensation.fixed"), ("costs", "costs.tariff"))
    named = (_extra(asked, word, topic) for word, topic in topics)
    found = [each for each in named if each is not None]
    credited = asked.law.find("compensation.credited", on=asked.due_date, kind=asked.kind)
    if len(found) > 1 and credited is not None and credited.entry.value is True:
        # The fixed sum is part of the costs: only the larger of the two is owed.
        found = [max(found, key=lambda each: each.amount_minor)]
    return tuple(found)


def _extra(asked: Asked, word: str, topic: str) -> Extra | None:
    law, on, kind = asked.law, asked.due_date, asked.kind
    if asked.as_of <= asked.due_date:
        return None
    allowed = law.find(f"{word}.claimable", on=on, kind=kind)
    scale = law.find(topic, on=on, kind=kind)
    if scale is None or not scale.entry.is_usable:
        return None
    if allowed is None or allowed.entry.value is not True:
        return None
    amount = by_size(
        law, topic, amount_minor=asked.amount_minor, currency=asked.currency, on=on, kind=kind
    )
    return Extra(word, amount, scale.cite) if amount else None


def _check(asked: Asked) -> None:
    check_minor(asked.amount_minor)
    if asked.amount_minor <= 0:
        raise Refusal("amount-missing", "Interest needs an amount above zero. Enter what is owed.")
    if sum(minor for _, minor in asked.payments) > asked.amount_minor:
        raise Refusal(
            "paid-too-much", "The payments come to more than the amount. Correct one of them."
        )


def _late(asked: Asked, rule: InterestRule) -> Late:
    rules, rates = of_rules([rule])
    claim = {
        "item_id": ITEM,
        "account_id": ITEM,
        "debtor_id": ITEM,
        "currency": currency_number(asked.currency),
        "due_date": asked.due_date,
        "start_date": asked.due_date + timedelta(days=rule.counting.first_day),
        "rule": 0,
    }
    return Late(
        claims=CLAIMS.of([claim]),
        balances=_balances(asked),
        frozen=FROZEN.empty(),
        rules=rules,
        rates=rates,
    )


def _balances(asked: Asked) -> pl.DataFrame:
    """What is open from which day on: a payment counts from the day after it."""
    left, rows = asked.amount_minor, {asked.due_date: asked.amount_minor}
    for day, minor in sorted(asked.payments):
        left -= minor
        rows[max(day, asked.due_date) + timedelta(days=1)] = left
    return BALANCES.of(
        [{"item_id": ITEM, "from_date": day, "balance_minor": left} for day, left in rows.items()]
    )


def name_of(law: Law, language: str) -> str:
    """The law's name: of a whole country in the reader's language, of a part as we call it."""
    country = Locale.parse(language).territories.get(law.code)
    return str(country or law.document.name)


def _stretch(row: Mapping[str, object]) -> Stretch:
    first, last, since = row["first_date"], row["last_date"], row["rate_since"]
    assert isinstance(first, date)
    assert isinstance(last, date)
    assert isinstance(since, date)

    def whole(name: str) -> int:
        return int(str(row[name]))

    return Stretch(
        first=first,
        last=last,
        days=whole("days"),
        balance_minor=whole("balance_minor") + whole("joined_minor"),
        annual_rate_ppm=whole("annual_rate_ppm"),
        rate_since=since,
        interest_minor=whole("interest_minor"),
        interest_micro=whole("interest_micro"),
    )
