"""Terms by law: when a debt is due where nothing was agreed, and how long terms may be."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.kernel.terms import read_terms
from recoup.law.lookup import law
from recoup.law.payment import too_long
from recoup.law.terms import agreed_due, default_due, end_of_month_readings, longest
from tests.law.making import made_law

COMPANY, PUBLIC = LegalKind.COMPANY, LegalKind.PUBLIC_BODY
START = date(2026, 2, 3)


@pytest.mark.parametrize(
    ("counts", "due", "interest"),
    [
        ("starting_day_included", date(2026, 3, 4), date(2026, 3, 5)),
        ("starting_day_excluded", date(2026, 3, 5), date(2026, 3, 6)),
    ],
)
def test_thirty_days_begin_on_the_starting_day_or_the_day_after(counts, due, interest):
    found = default_due(
        made_law(terms__default_days="30", terms__default_counts=counts), start=START, kind=COMPANY
    )
    assert (found.due_date, found.first_interest_date) == (due, interest)


def test_the_first_interest_day_is_the_laws():
    nowhere = made_law(
        terms__default_days="10",
        terms__default_counts="starting_day_excluded",
        interest__first_day="30",
    )
    found = default_due(nowhere, start=date(2026, 1, 1), kind=COMPANY)
    assert found.first_interest_date == date(2026, 2, 10)


def test_england_counts_the_starting_day():
    assert default_due(law("GB-EAW"), start=START, kind=COMPANY).due_date == date(2026, 3, 4)


def test_a_law_that_says_nothing_refuses():
    with pytest.raises(Refusal, match=r"terms\.default_days"):
        default_due(made_law(terms__max_days="60"), start=START, kind=COMPANY)


@pytest.mark.parametrize(
    ("strict", "agreed", "due"),
    [
        ("true", 30, date(2026, 3, 5)),
        ("true", 60, date(2026, 4, 4)),
        ("true", 61, date(2026, 4, 4)),
        ("true", 120, date(2026, 4, 4)),
        ("false", 120, date(2026, 6, 3)),
    ],
)
def test_terms_above_a_strict_limit_are_cut_and_others_stand(strict, agreed, due):
    nowhere = made_law(terms__max_days="60", terms__max_strict=strict)
    assert agreed_due(nowhere, start=START, agreed_days=agreed, kind=COMPANY).due_date == due


def test_a_limit_nobody_verified_is_not_cut_by():
    nowhere = made_law(terms__max_days="60 | verified: memory", terms__max_strict="true")
    with pytest.raises(Refusal, match="not verified"):
        agreed_due(nowhere, start=START, agreed_days=90, kind=COMPANY)


@pytest.mark.parametrize(("kind", "days", "is_strict"), [(COMPANY, 60, False), (PUBLIC, 30, True)])
def test_england_gives_public_bodies_thirty_days_and_firms_sixty(kind, days, is_strict):
    found = longest(law("GB-EAW"), start=START, kind=kind)
    assert found is not None
    assert (found.days, found.is_strict) == (days, is_strict)


def test_a_law_without_a_limit_lets_terms_stand():
    nowhere = made_law(terms__default_days="30")
    assert longest(nowhere, start=START, kind=COMPANY) is None
    assert agreed_due(nowhere, start=START, agreed_days=365, kind=COMPANY).due_date == date(
        2027, 2, 3
    )


@pytest.mark.parametrize(
    ("start", "days_first", "month_end_first"),
    [
        (date(2026, 1, 10), date(2026, 2, 28), date(2026, 3, 17)),
        (date(2026, 3, 20), date(2026, 5, 31), date(2026, 5, 15)),
    ],
)
def test_days_to_the_end_of_month_are_read_both_ways(start, days_first, month_end_first):
    found = end_of_month_readings(start=start, days=45)
    assert (found.days_then_month_end, found.month_end_then_days) == (days_first, month_end_first)


@pytest.mark.parametrize(
    ("text", "is_too_long"),
    [
        ("60 jours", False),
        ("61 jours", True),
        # Days and then to the end of month, or to the end of month and then days.
        ("45 jours fin de mois", False),
        ("EOM + 45", False),
        ("50 jours fin de mois", True),
        ("EOM + 46", True),
        ("45 jours fin de mois, next business day", True),
    ],
)
def test_france_lets_firms_count_to_the_end_of_month(text, is_too_long):
    found = too_long(read_terms(text), law("FR"), on=START, kind=COMPANY)
    assert (found is not None) is is_too_long


def test_where_no_law_counts_to_the_end_of_month_the_days_decide():
    nowhere = made_law(terms__max_days="60", terms__max_strict="true")
    terms = read_terms("45 jours fin de mois")
    assert too_long(terms, nowhere, on=START, kind=COMPANY) is not None
