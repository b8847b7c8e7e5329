"""When, how and how often the law lets a debtor be asked; and when value-added tax comes back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.contact import (
    WEEKDAYS,
    Asked,
    Way,
    call_objection,
    coverage,
    next_call_date,
    objection,
    restrictions_at,
    validation,
)
from recoup.law.lookup import law
from recoup.law.read import documents
from recoup.law.vat import BadDebt, State, relief, tax_in

COMPANY, CONSUMER, UNKNOWN = LegalKind.COMPANY, LegalKind.CONSUMER, LegalKind.UNKNOWN
MONDAY, SATURDAY = "2026-03-02", "2026-03-07"


@pytest.mark.parametrize(
    ("code", "way", "at", "kind", "is_allowed"),
    [
        ("AU", Way.CALL, f"{MONDAY} 07:29", COMPANY, False),
        ("AU", Way.CALL, f"{MONDAY} 07:30", COMPANY, True),
        ("AU", Way.CALL, f"{MONDAY} 21:00", COMPANY, True),
        ("AU", Way.CALL, f"{MONDAY} 21:01", COMPANY, False),
        ("AU", Way.CALL, f"{SATURDAY} 08:59", COMPANY, False),
        ("AU", Way.VISIT, f"{MONDAY} 08:00", CONSUMER, False),
        ("AU", Way.VISIT, f"{MONDAY} 09:00", CONSUMER, True),
        ("US", Way.EMAIL, f"{MONDAY} 07:59", CONSUMER, False),
        ("US", Way.TEXT, f"{MONDAY} 08:00", CONSUMER, True),
        ("US-TX", Way.CALL, f"{MONDAY} 21:01", UNKNOWN, False),
        ("US", Way.EMAIL, f"{MONDAY} 22:00", COMPANY, True),
        ("US", Way.LETTER, f"{MONDAY} 22:00", CONSUMER, True),
        ("IN", Way.EMAIL, f"{MONDAY} 19:01", CONSUMER, False),
        ("GB-EAW", Way.EMAIL, f"{MONDAY} 23:00", CONSUMER, True),
    ],
)
def test_hours_are_those_of_the_place_the_way_and_the_kind(code, way, at, kind, is_allowed):
    found = objection(
        law(code), way=way, at=datetime.fromisoformat(at), is_public_holiday=False, kind=kind
    )
    assert (found is None) is is_allowed
    assert found is None or found.cite


def test_australia_rests_on_public_holidays():
    at = datetime(2026, 1, 26, 10)
    for is_holiday in (True, False):
        found = objection(
            law("AU"), way=Way.CALL, at=at, is_public_holiday=is_holiday, kind=COMPANY
        )
        assert (found is not None) is is_holiday


@pytest.mark.parametrize(("calls", "is_allowed"), [(0, True), (6, True), (7, False), (9, False)])
def test_the_eighth_call_in_seven_days_is_one_too_many(calls, is_allowed):
    found = call_objection(
        law("US"),
        calls_last_7_days=calls,
        last_conversation=None,
        on=date(2026, 3, 2),
        kind=CONSUMER,
    )
    assert (found is None) is is_allowed


@pytest.mark.parametrize(
    ("on", "is_allowed"),
    [(date(2026, 9, 9), False), (date(2026, 9, 14), False), (date(2026, 9, 15), True)],
)
def test_a_conversation_keeps_the_telephone_quiet_for_seven_days_its_own_day_the_first(
    on, is_allowed
):
    talked = date(2026, 9, 8)
    found = call_objection(
        law("US-CA"), calls_last_7_days=1, last_conversation=talked, on=on, kind=CONSUMER
    )
    assert (found is None) is is_allowed
    assert next_call_date(law("US-CA"), conversation=talked, kind=CONSUMER) == date(2026, 9, 15)
    assert next_call_date(law("GB-EAW"), conversation=talked, kind=CONSUMER) == talked


def test_proof_may_be_asked_for_in_thirty_days_from_the_assumed_receipt():
    """Five days without weekends and Labor Day, then thirty days of the calendar."""
    found = validation(law("US"), sent=date(2026, 9, 4), kind=CONSUMER)
    assert found is not None
    assert found.assumed_receipt == date(2026, 9, 14)
    assert found.last_date == date(2026, 10, 14)
    assert validation(law("AU"), sent=date(2026, 9, 4), kind=CONSUMER) is None


@pytest.mark.parametrize(
    ("code", "changes", "kind", "is_bound"),
    [
        ("US", {"is_business_debt": False, "is_own": True}, CONSUMER, False),
        ("US", {"is_business_debt": False, "is_own": False}, CONSUMER, True),
        ("US", {"is_own": False}, COMPANY, False),
        ("US-CA", {"is_business_debt": False, "is_own": True}, CONSUMER, True),
        ("US-CA", {"total_minor": 400_000_00}, CONSUMER, True),
        ("US-CA", {"total_minor": 500_000_00}, CONSUMER, True),
        ("US-CA", {"total_minor": 600_000_00}, CONSUMER, False),
        ("US-CA", {"entered_on": date(2025, 6, 30)}, CONSUMER, False),
        ("US-CA", {"is_natural_person": False}, COMPANY, False),
        ("AU", {"is_natural_person": False}, COMPANY, True),
        ("GB-EAW", {}, COMPANY, True),
    ],
)
def test_whom_the_rules_on_asking_bind(code, changes, kind, is_bound):
    facts = {
        "is_business_debt": True, "is_natural_person": True, "is_own": True,
        "total_minor": 1_000_00, "currency": "USD", "entered_on": date(2025, 8, 1),
    }  # fmt: skip
    found = coverage(law(code), Asked(**facts | changes), on=date(2026, 3, 2), kind=kind)
    assert found.is_bound is is_bound


@given(
    st.sampled_from(
        sorted({(p.country, p.region) for d in documents().values() for p in d.places})
    ),
    st.sampled_from(LegalKind),
    st.dates(date(2020, 1, 1), date(2027, 12, 31)),
)
def test_a_debtor_of_unknown_kind_or_region_is_protected_most(place, kind, on):
    country, region = place
    known = restrictions_at(country, region, kind, on)
    for open_ in (
        restrictions_at(country, region, UNKNOWN, on),
        restrictions_at(country, "", kind, on),
    ):
        assert known.opens is None or open_.opens.value >= known.opens.value
        assert known.closes is None or open_.closes.value <= known.closes.value
        assert known.holidays is None or open_.holidays is not None
        assert known.closed is None or open_.closed is not None
        for name in ("per_7_days_max", "per_30_days_max"):
            ours, theirs = getattr(known, name), getattr(open_, name)
            assert ours is None or theirs.value <= ours.value


def test_what_is_known_from_memory_only_restricts_nobody():
    sunday = date(2026, 3, 1)
    assert WEEKDAYS[sunday.weekday()] == "sun"
    ontario = restrictions_at("CA", "ON", CONSUMER, sunday)
    assert ontario.opens is None
    assert ontario.per_7_days_max is not None
    assert ontario.per_7_days_max.value == 3


@pytest.mark.parametrize(
    ("code", "debt", "on", "state"),
    [
        ("SG", {"written_off_on": "2026-01-10"}, "2026-02-28", State.WAIT),
        ("SG", {"written_off_on": "2026-01-10"}, "2026-03-01", State.OPEN),
        ("SG", {}, "2026-03-01", State.WRITE_OFF),
        (
            "SG",
            {"written_off_on": "2025-07-01", "insolvent_on": "2025-06-01"},
            "2025-07-01",
            State.OPEN,
        ),
        ("AU", {}, "2026-03-31", State.WAIT),
        ("AU", {}, "2026-04-01", State.OPEN),
        ("AU", {"written_off_on": "2025-05-01"}, "2025-05-01", State.OPEN),
        ("GB-EAW", {"written_off_on": "2025-09-01"}, "2025-09-30", State.WAIT),
        ("GB-EAW", {"written_off_on": "2025-09-01"}, "2025-10-01", State.OPEN),
        ("GB-EAW", {"written_off_on": "2025-12-01"}, "2025-11-30", State.WAIT),
        ("GB-EAW", {}, "2025-10-01", State.WRITE_OFF),
        ("GB-EAW", {"written_off_on": "2025-09-01"}, "2029-10-01", State.LATE),
    ],
)
def test_tax_on_a_bad_debt_comes_back_when_the_law_says(code, debt, on, state):
    """Supplied on 1 March 2025, due on 31 March 2025."""
    days = {name: date.fromisoformat(day) for name, day in debt.items()}
    bad = BadDebt(supplied_on=date(2025, 3, 1), due_date=date(2025, 3, 31), **days)
    found = relief(law(code), bad, on=date.fromisoformat(on))
    assert found.state is state
    assert found.cites


def test_where_the_wait_is_not_known_nothing_is_promised():
    bad = BadDebt(supplied_on=date(2020, 1, 1), due_date=date(2020, 1, 31))
    for code in ("CA", "ZA", "US"):
        with pytest.raises(Refusal):
            relief(law(code), bad, on=date(2026, 1, 1))


def test_an_eleventh_of_an_australian_price_is_tax():
    assert tax_in(law("AU"), price_minor=1_100_00, on=date(2026, 1, 1)) == 100_00
