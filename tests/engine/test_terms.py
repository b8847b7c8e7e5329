"""Payment terms: the days they mean, and the phrases people write."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.engine.terms import (
    Discount,
    Part,
    Terms,
    discount_minor,
    due_date,
    installments,
    read_terms,
)
from recoup.kernel.errors import Refusal

EOM = Part(to_month_end=True)


@pytest.mark.parametrize(
    ("part", "issued", "due"),
    [
        (Part(), date(2026, 3, 31), date(2026, 3, 31)),
        (Part(days=30), date(2026, 1, 31), date(2026, 3, 2)),
        (Part(days=30), date(2028, 1, 31), date(2028, 3, 1)),
        (EOM, date(2026, 2, 1), date(2026, 2, 28)),
        (EOM, date(2028, 2, 29), date(2028, 2, 29)),
        (Part(to_month_end=True, days_more=30), date(2026, 1, 5), date(2026, 3, 2)),
        (Part(days=45, to_month_end=True), date(2026, 1, 10), date(2026, 2, 28)),
        (Part(day_of_next_month=15), date(2026, 12, 31), date(2027, 1, 15)),
        (Part(day_of_next_month=31), date(2026, 1, 31), date(2026, 2, 28)),
        (Part(days=20, day_of_next_month=10), date(2026, 6, 15), date(2026, 8, 10)),
        (Part(days=3, is_business_days=True), date(2026, 5, 14), date(2026, 5, 19)),
    ],
)
def test_terms_give_the_due_date(part, issued, due):
    assert due_date(part, issue_date=issued) == due


def test_a_public_holiday_is_no_business_day():
    part = Part(days=1, is_business_days=True)
    assert due_date(part, issue_date=date(2026, 4, 30), country="DE") == date(2026, 5, 4)


def test_installments_come_in_order_and_lose_nothing():
    terms = Terms(parts=(Part(weight=70, days=45), Part(weight=30, days=15)))
    parts = installments(terms, issue_date=date(2026, 1, 1), amount_minor=100_01)
    assert [(part.due_date, part.amount_minor) for part in parts] == [
        (date(2026, 1, 16), 30_00),
        (date(2026, 2, 15), 70_01),
    ]


@given(
    st.integers(min_value=-(10**12), max_value=10**12),
    st.lists(st.integers(min_value=1, max_value=1000), min_size=1, max_size=12),
)
def test_any_amount_in_any_parts_adds_up(amount_minor, weights):
    terms = Terms(parts=tuple(Part(weight=weight) for weight in weights))
    parts = installments(terms, issue_date=date(2026, 1, 1), amount_minor=amount_minor)
    assert sum(part.amount_minor for part in parts) == amount_minor


def one(part: Part) -> Terms:
    return Terms(parts=(part,))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Net 30", one(Part(days=30))),
        ("net30", one(Part(days=30))),
        ("N/45", one(Part(days=45))),
        ("30", one(Part(days=30))),
        ("  14  Days. ", one(Part(days=14))),
        ("30 Tage netto", one(Part(days=30))),
        ("30 jours", one(Part(days=30))),
        ("60 días fecha factura", one(Part(days=60))),
        ("Due on receipt", one(Part())),
        ("Upon receipt", one(Part())),
        ("sofort fällig", one(Part())),
        ("à réception", one(Part())),
        ("EOM", one(EOM)),
        ("End of month", one(EOM)),
        ("Net 30 EOM", one(Part(to_month_end=True, days_more=30))),
        ("30 days EOM", one(Part(to_month_end=True, days_more=30))),
        ("EOM + 10", one(Part(to_month_end=True, days_more=10))),
        ("10 days after end of month", one(Part(to_month_end=True, days_more=10))),
        ("30 jours fin de mois", one(Part(days=30, to_month_end=True))),
        ("15th of next month", one(Part(day_of_next_month=15))),
        ("15 MFI", one(Part(day_of_next_month=15))),
        ("10th prox", one(Part(day_of_next_month=10))),
        ("10 business days", one(Part(days=10, is_business_days=True))),
        ("2/10 net 30", Terms(parts=(Part(days=30),), discount=Discount(20_000, 10))),
        ("1.5% 8 days, net 45", Terms(parts=(Part(days=45),), discount=Discount(15_000, 8))),
        (
            "50% 15 days, 50% 45 days",
            Terms(parts=(Part(weight=50, days=15), Part(weight=50, days=45))),
        ),
    ],
)
def test_the_usual_phrases_are_read(text, terms):
    assert read_terms(text) == terms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "net",
        "-5 days",
        "net thirty",
        "30/",
        "2/10",
        "30 weeks",
        "9" * 50,
        "30 " * 999,
        "35th prox",
    ],
)
def test_what_is_not_plainly_terms_is_refused(text):
    with pytest.raises(Refusal, match=r"Write them as|Correct the number"):
        read_terms(text)


def test_shares_that_are_not_the_whole_are_refused():
    with pytest.raises(Refusal, match="100 %"):
        read_terms("50% 15 days, 40% 45 days")


@pytest.mark.parametrize(("amount", "less"), [(1000_00, 20_00), (1, 0), (25, 1), (-50, -1)])
def test_an_early_payment_discount_is_rounded_half_up(amount, less):
    assert discount_minor(read_terms("2/10 net 30"), amount_minor=amount) == less
