"""Payment terms: the days they mean, and the phrases people write."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.dates import is_closed
from recoup.kernel.errors import Refusal
from recoup.kernel.terms import (
    Discount,
    Kind,
    Part,
    Roll,
    Terms,
    discount_minor,
    discount_on,
    due_date,
    installments,
    longest_days,
    read_terms,
    words,
)
from recoup.kernel.terms.model import simplest
from recoup.kernel.terms.phrases import LANGUAGES

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
        (Part(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Part(months=1), date(2028, 1, 31), date(2028, 2, 29)),
        (Part(months=12), date(2028, 2, 29), date(2029, 2, 28)),
        (Part(day_of_next_month=29), date(2028, 1, 5), date(2028, 2, 29)),
        (Part(days=30, weekday=4), date(2026, 1, 2), date(2026, 2, 6)),
        (Part(days=28, weekday=4), date(2026, 1, 2), date(2026, 1, 30)),
        (Part(to_month_end=True, weekday=0), date(2026, 2, 10), date(2026, 3, 2)),
    ],
)
def test_terms_give_the_due_date(part, issued, due):
    assert due_date(part, issue_date=issued) == due


def test_a_public_holiday_is_no_business_day():
    part = Part(days=1, is_business_days=True)
    assert due_date(part, issue_date=date(2026, 4, 30), country="DE") == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("roll", "due"),
    [
        (Roll.NONE, date(2026, 5, 31)),
        (Roll.FOLLOWING, date(2026, 6, 1)),
        (Roll.PRECEDING, date(2026, 5, 29)),
        (Roll.MODIFIED, date(2026, 5, 29)),
    ],
)
def test_a_due_date_on_a_sunday_rolls_as_agreed(roll, due):
    assert due_date(EOM, issue_date=date(2026, 5, 4), country="DE", roll=roll) == due


@pytest.mark.parametrize(
    ("country", "due"), [("DE", date(2026, 5, 4)), ("US", date(2026, 5, 1)), ("", date(2026, 5, 1))]
)
def test_a_due_date_rolls_over_the_holidays_of_its_place(country, due):
    part = Part(days=30)
    rolled = due_date(part, issue_date=date(2026, 4, 1), country=country, roll=Roll.FOLLOWING)
    assert rolled == due


def test_a_due_date_rolls_over_easter_in_england():
    part, issued = Part(days=30), date(2026, 3, 4)
    rolled = due_date(part, issue_date=issued, country="GB", region="ENG", roll=Roll.FOLLOWING)
    assert rolled == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("text", "amount", "parts"),
    [
        (
            "70% 45 days, 30% 15 days",
            100_01,
            [(date(2026, 1, 16), 30_00), (date(2026, 2, 15), 70_01)],
        ),
        (
            "30% on order, rest in 3 monthly parts",
            1000_00,
            [
                (date(2026, 1, 1), 300_00),
                (date(2026, 2, 1), 233_33),
                (date(2026, 3, 1), 233_33),
                (date(2026, 4, 1), 233_34),
            ],
        ),
        (
            "30% deposit, balance 30 days",
            99_99,
            [(date(2026, 1, 1), 30_00), (date(2026, 1, 31), 69_99)],
        ),
        (
            "in 3 monthly parts",
            2,
            [(date(2026, 2, 1), 1), (date(2026, 3, 1), 1), (date(2026, 4, 1), 0)],
        ),
    ],
)
def test_installments_come_in_order_with_the_rounding_on_the_last(text, amount, parts):
    found = installments(read_terms(text), issue_date=date(2026, 1, 1), amount_minor=amount)
    assert [(part.due_date, part.amount_minor) for part in found] == parts


@given(
    st.integers(min_value=-(10**12), max_value=10**12),
    st.lists(st.integers(min_value=1, max_value=1000), min_size=1, max_size=12),
)
def test_any_amount_in_any_parts_adds_up(amount_minor, weights):
    terms = Terms(parts=tuple(Part(weight=weight) for weight in weights))
    parts = installments(terms, issue_date=date(2026, 1, 1), amount_minor=amount_minor)
    assert sum(part.amount_minor for part in parts) == amount_minor
    assert all(part.amount_minor * amount_minor >= 0 for part in parts)


def one(part: Part) -> Terms:
    return Terms(parts=(part,))


def days(count: int) -> Part:
    return Part(days=count)


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
        ("2/10 net 30", Terms(parts=(Part(days=30),), discounts=(Discount(20_000, 10),))),
        ("1.5% 8 days, net 45", Terms(parts=(Part(days=45),), discounts=(Discount(15_000, 8),))),
        (
            "50% 15 days, 50% 45 days",
            Terms(parts=(Part(days=15), Part(days=45))),
        ),
        (
            "3/10 2/20 net 30",
            Terms(parts=(Part(days=30),), discounts=(Discount(30_000, 10), Discount(20_000, 20))),
        ),
        (
            "3 % 8 Tage, 2 % 14 Tage, 30 Tage netto",
            Terms(parts=(Part(days=30),), discounts=(Discount(30_000, 8), Discount(20_000, 14))),
        ),
        (
            "2/10 net 30 EOM",
            Terms(
                parts=(Part(to_month_end=True, days_more=30),), discounts=(Discount(20_000, 10),)
            ),
        ),
        (
            "30% on order, rest in 3 monthly parts",
            Terms(
                parts=(
                    Part(weight=9),
                    Part(weight=7, months=1),
                    Part(weight=7, months=2),
                    Part(weight=7, months=3),
                )
            ),
        ),
        ("1/3 30 days, 1/3 60 days, 1/3 90 days", Terms(parts=tuple(map(days, (30, 60, 90))))),
        ("25% down payment, balance 60 days", Terms(parts=(Part(1), Part(3, days=60)))),
        ("Friday after 30 days", one(Part(days=30, weekday=4))),
        ("Net 14, the following Monday", one(Part(days=14, weekday=0))),
        ("2 months", one(Part(months=2))),
        ("net 30, next business day", Terms(parts=(days(30),), roll=Roll.FOLLOWING)),
        ("EOM modified following", Terms(parts=(EOM,), roll=Roll.MODIFIED)),
        ("15 days previous working day", Terms(parts=(days(15),), roll=Roll.PRECEDING)),
        ("Proforma", Terms(kind=Kind.ADVANCE)),
        ("Payment in advance", Terms(kind=Kind.ADVANCE)),
        ("CIA", Terms(kind=Kind.ADVANCE)),
        ("Vorkasse", Terms(kind=Kind.ADVANCE)),
        ("pago por adelantado", Terms(kind=Kind.ADVANCE)),
        ("COD", Terms(kind=Kind.ON_DELIVERY)),
        ("Cash on delivery", Terms(kind=Kind.ON_DELIVERY)),
        ("Nachnahme", Terms(kind=Kind.ON_DELIVERY)),
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


@pytest.mark.parametrize(
    "text",
    [
        "50% 15 days, 40% 45 days",
        "60% 15 days, 60% 45 days",
        "100% 15 days, rest in 3 monthly parts",
    ],
)
def test_shares_that_are_not_the_whole_are_refused(text):
    with pytest.raises(Refusal, match="100 %"):
        read_terms(text)


@pytest.mark.parametrize("text", ["2/20 3/10 net 30", "2/10 3/20 net 30", "4/5 3/10 2/20 net 30"])
def test_a_discount_that_grows_with_waiting_is_refused(text):
    with pytest.raises(Refusal, match="the later one is smaller"):
        read_terms(text)


@pytest.mark.parametrize(("amount", "less"), [(1000_00, 20_00), (1, 0), (25, 1), (-50, -1)])
def test_an_early_payment_discount_is_rounded_half_up(amount, less):
    (discount,) = read_terms("2/10 net 30").discounts
    assert discount_minor(discount, amount_minor=amount) == less


@pytest.mark.parametrize(
    ("paid", "ppm"),
    [
        (date(2026, 1, 1), 30_000),
        (date(2026, 1, 11), 30_000),
        (date(2026, 1, 12), 20_000),
        (date(2026, 1, 21), 20_000),
        (date(2026, 1, 22), None),
    ],
)
def test_the_discount_of_a_day_is_the_largest_that_still_stands(paid, ppm):
    terms = read_terms("3/10 2/20 net 30")
    found = discount_on(terms, issue_date=date(2026, 1, 1), paid_date=paid)
    assert (found.ppm if found else None) == ppm


@pytest.mark.parametrize(
    ("text", "longest"),
    [("Net 30", 30), ("EOM", 30), ("EOM + 10", 40), ("30 jours fin de mois", 60), ("COD", 0)],
)
def test_the_longest_that_terms_come_to_is_known(text, longest):
    assert longest_days(read_terms(text)) == longest


PARTS = st.builds(
    Part,
    months=st.integers(0, 24),
    days=st.integers(1, 400),
    is_business_days=st.booleans(),
    to_month_end=st.booleans(),
    days_more=st.integers(0, 60),
    weekday=st.none() | st.integers(0, 6),
) | st.builds(
    Part,
    months=st.integers(0, 2),
    day_of_next_month=st.integers(1, 31),
    weekday=st.none() | st.integers(0, 6),
)
LADDERS = st.sampled_from(
    [
        (),
        (Discount(20_000, 10),),
        (Discount(15_000, 1),),
        (Discount(33_300, 8), Discount(20_000, 14)),
    ]
)
MONTHLY = st.builds(
    lambda first, count: (
        Part(weight=first * count, days=3),
        *(Part(weight=100 - first, months=month) for month in range(1, count + 1)),
    ),
    st.integers(1, 99),
    st.integers(2, 12),
)
WEIGHED = st.lists(st.tuples(st.integers(1, 30), PARTS), min_size=1, max_size=4).map(
    lambda found: tuple(Part(**{**vars(part), "weight": weight}) for weight, part in found)
)
TERMS = st.builds(
    lambda parts, discounts, roll: Terms(simplest(parts), discounts, roll),
    WEIGHED | MONTHLY | PARTS.map(lambda part: (part,)),
    LADDERS,
    st.sampled_from(Roll),
) | st.builds(Terms, discounts=LADDERS, roll=st.sampled_from(Roll), kind=st.sampled_from(Kind))


@given(TERMS, st.sampled_from(LANGUAGES))
def test_what_is_printed_is_read_as_the_same_terms(terms, language):
    assert read_terms(words(terms, language)) == terms


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), PARTS, st.sampled_from(Roll))
def test_a_rolled_due_date_is_open_and_near(issued, part, roll):
    plain = due_date(part, issue_date=issued, country="FR")
    rolled = due_date(part, issue_date=issued, country="FR", roll=roll)
    assert abs(rolled - plain) <= timedelta(days=6)
    if roll is not Roll.NONE:
        assert not is_closed(rolled, country="FR")
    if roll is Roll.MODIFIED:
        assert (rolled.year, rolled.month) == (plain.year, plain.month)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("2/10 net 30", "en", "within 30 days; 2% discount within 10 days"),
        ("2/10 net 30", "de", "innerhalb von 30 Tagen; 2 % Skonto innerhalb von 10 Tagen"),
        ("1.5/8 EOM", "fr", "en fin de mois; 1,5 % d’escompte sous 8 jours"),
        (
            "30% on order, rest in 2 monthly parts",
            "es",
            "30 % al recibo, el resto en 2 mensualidades",
        ),
        ("Proforma", "en", "in advance, before delivery"),
        ("EOM", "de", "zum Monatsende"),
    ],
)
def test_terms_are_said_in_the_language_of_the_reader(text, language, said):
    assert words(read_terms(text), language) == said
