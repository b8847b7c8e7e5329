"""Limitation: the last day to act, what moves it, and what is never assumed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.parties import LegalKind
from recoup.law.debt import Event, Happened
from recoup.law.limitation import Standing, earliest, limitation
from recoup.law.lookup import law
from tests.law.making import debt, made_law

DUE = date(2021, 5, 10)
H = Happened


def asked(*, years="3", restarts="", counted="due_date", **more):
    """A law of limitation."""
    topics = {"limitation__years": years, "limitation__from": counted} | more
    if restarts:
        topics["limitation__restarts"] = restarts
    return made_law(**topics)


@pytest.mark.parametrize(
    ("counted", "years", "last"),
    [
        ("due_date", "6", date(2027, 5, 10)),
        ("due_date", "3", date(2024, 5, 10)),
        ("end_of_year", "3", date(2024, 12, 31)),
    ],
)
def test_time_runs_from_the_due_date_or_from_the_end_of_its_year(counted, years, last):
    found = limitation(asked(years=years, counted=counted), debt(DUE))
    assert (found.last_date, found.is_verified) == (last, True)


@pytest.mark.parametrize(
    ("restarts", "event", "last"),
    [
        ("[written_demand]", H.WRITTEN_DEMAND, date(2026, 2, 1)),
        ("[written_demand]", H.LETTER_OF_CLAIM, date(2026, 2, 1)),
        ("[written_demand]", H.ACKNOWLEDGMENT, date(2024, 5, 10)),
        ("[acknowledgment]", H.ACKNOWLEDGMENT, date(2026, 2, 1)),
        ("[acknowledgment]", H.WRITTEN_ACKNOWLEDGMENT, date(2026, 2, 1)),
        ("[written_acknowledgment]", H.ACKNOWLEDGMENT, date(2024, 5, 10)),
        ("[part_payment]", H.PART_PAYMENT, date(2026, 2, 1)),
        ("[interest_payment]", H.INTEREST_PAYMENT, date(2026, 2, 1)),
        ("[enforcement]", H.ENFORCEMENT, date(2026, 2, 1)),
        ("[part_payment]", H.WRITTEN_DEMAND, date(2024, 5, 10)),
    ],
)
def test_each_law_names_what_starts_time_anew(restarts, event, last):
    found = limitation(asked(restarts=restarts), debt(DUE, (event, date(2023, 2, 1))))
    assert found.last_date == last


def test_a_new_start_counts_from_its_own_day_even_where_the_first_ends_with_the_year():
    nowhere = asked(counted="end_of_year", restarts="[acknowledgment]")
    found = limitation(nowhere, debt(DUE, (H.ACKNOWLEDGMENT, date(2024, 6, 15))))
    assert found.last_date == date(2027, 6, 15)


def test_a_new_start_never_shortens_what_was_left():
    nowhere = asked(counted="end_of_year", restarts="[acknowledgment]")
    found = limitation(nowhere, debt(DUE, (H.ACKNOWLEDGMENT, date(2021, 6, 15))))
    assert found.last_date == date(2024, 12, 31)


def test_a_new_period_is_no_longer_than_its_cap():
    nowhere = asked(years="20", restarts="[written_demand]", limitation__restart_years_max="5")
    early = limitation(nowhere, debt(DUE, (H.WRITTEN_DEMAND, date(2022, 1, 1))))
    assert early.last_date == date(2041, 5, 10)
    late = limitation(nowhere, debt(DUE, (H.WRITTEN_DEMAND, date(2040, 1, 1))))
    assert late.last_date == date(2045, 1, 1)


@pytest.mark.parametrize(
    ("revives", "last", "perhaps"),
    [
        ("true", date(2028, 1, 1), None),
        ("false", date(2024, 5, 10), None),
        ("true | verified: memory", date(2024, 5, 10), date(2028, 1, 1)),
    ],
)
def test_what_comes_after_the_end_revives_only_where_that_is_certain(revives, last, perhaps):
    nowhere = asked(restarts="[part_payment]", limitation__revives=revives)
    found = limitation(nowhere, debt(DUE, (H.PART_PAYMENT, date(2025, 1, 1))))
    assert (found.last_date, found.perhaps_until) == (last, perhaps)


@pytest.mark.parametrize(
    ("restarts", "event"),
    [
        # The law's list is from memory.
        ("[acknowledgment] | verified: memory", Event(H.ACKNOWLEDGMENT, date(2023, 2, 1))),
        # Nobody has confirmed the event.
        ("[part_payment]", Event(H.PART_PAYMENT, date(2023, 2, 1), is_certain=False)),
        # A friendly reminder is perhaps no demand.
        ("[written_demand]", Event(H.REMINDER, date(2023, 2, 1))),
        ("[acknowledgment]", Event(H.PART_PAYMENT, date(2023, 2, 1))),
    ],
)
def test_what_is_not_certain_makes_nothing_later_and_is_named_beside(restarts, event):
    found = limitation(asked(restarts=restarts), replace(debt(DUE), events=(event,)))
    assert (found.last_date, found.perhaps_until) == (date(2024, 5, 10), date(2026, 2, 1))
    assert "may be as late as 1 February 2026; do not rely on it" in found.sentence


def test_a_period_from_memory_is_an_if_and_never_a_fact():
    found = limitation(asked(years="5 | verified: memory"), debt(DUE))
    assert (found.last_date, found.is_verified) == (date(2026, 5, 10), False)
    assert found.sentence == (
        "Time to claim runs out at the earliest after 10 May 2026, if the period is 5 years"
        " (s 1); not verified."
    )


def test_a_law_that_says_nothing_has_no_last_day():
    found = limitation(made_law(terms__max_days="30"), debt(DUE))
    assert found.last_date is None
    assert found.standing(date(2050, 1, 1)) is Standing.UNKNOWN
    assert "not known" in found.sentence


def test_a_consumers_shorter_time_holds_for_a_debtor_of_unknown_kind_as_well():
    nowhere = made_law(
        limitation__years="2 | for: [consumer]", limitation__from="due_date"
    )  # others: silent
    found = limitation(nowhere, debt(DUE, kind=LegalKind.UNKNOWN))
    assert (found.last_date, found.is_verified) == (date(2023, 5, 10), False)
    assert "if the debtor is a consumer" in found.sentence
    assert limitation(nowhere, debt(DUE, kind=LegalKind.COMPANY)).last_date is None


@pytest.mark.parametrize(
    ("until", "last", "since"),
    [
        (date(2022, 4, 11), date(2024, 8, 18), None),
        (None, date(2024, 5, 10), date(2022, 1, 1)),
    ],
)
def test_negotiations_stop_time_for_as_long_as_they_are_known_to_have_lasted(until, last, since):
    event = Event(H.NEGOTIATION, date(2022, 1, 1), until=until)
    nowhere = asked(limitation__suspends="[negotiation]")
    found = limitation(nowhere, replace(debt(DUE), events=(event,)))
    assert (found.last_date, found.stopped_since) == (last, since)


@pytest.mark.parametrize(
    ("suspends", "event", "acted"),
    [
        ("[service_of_claim]", H.CLAIM_SERVED, True),
        ("[service_of_claim]", H.COURT_CLAIM, False),
        ("[court_action]", H.COURT_CLAIM, True),
        ("[negotiation]", H.COURT_CLAIM, True),
    ],
)
def test_a_claim_in_time_is_an_act_when_it_is_the_one_the_law_asks_for(suspends, event, acted):
    nowhere = asked(limitation__suspends=suspends)
    found = limitation(nowhere, debt(DUE, (event, date(2024, 5, 9))))
    assert (found.acted_on is not None) is acted


def test_a_claim_too_late_is_no_act():
    found = limitation(asked(), debt(DUE, (H.COURT_CLAIM, date(2024, 5, 11))))
    assert found.acted_on is None
    assert found.standing(date(2024, 6, 1)) is Standing.RUN_OUT


def test_a_judgment_has_a_time_of_its_own():
    nowhere = asked(limitation__judgment_years="30")
    found = limitation(nowhere, debt(DUE, (H.JUDGMENT, date(2023, 3, 3))))
    assert found.last_date == date(2053, 3, 3)


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2024, 2, 9), Standing.RUNNING),
        (date(2024, 2, 10), Standing.SOON),
        (date(2024, 5, 10), Standing.SOON),
        (date(2024, 5, 11), Standing.RUN_OUT),
    ],
)
def test_the_end_is_told_months_ahead(on, standing):
    assert limitation(asked(limitation__warn_months="3"), debt(DUE)).standing(on) is standing


def test_england_keeps_what_it_has_from_memory_out_of_the_last_day():
    found = limitation(law("GB-EAW"), debt(DUE, (H.PART_PAYMENT, date(2024, 1, 1))))
    assert (found.last_date, found.perhaps_until) == (date(2027, 5, 10), date(2030, 1, 1))


def test_of_two_laws_that_may_govern_the_first_to_end_counts():
    three, five = asked(), asked(years="5")
    found = earliest((five, three), debt(DUE))
    assert (found.last_date, found.perhaps_until) == (date(2024, 5, 10), date(2026, 5, 10))
    assert "if the law of Nowhere governs the debt" in found.sentence
    assert earliest((five, five), debt(DUE)).is_verified


EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(list(Happened)).filter(lambda kind: kind is not H.JUDGMENT),
        st.dates(date(2021, 1, 1), date(2030, 1, 1)),
        st.booleans(),
    ),
    max_size=6,
)


@given(EVENTS, st.booleans())
def test_what_happens_never_makes_the_last_day_earlier(events, memory):
    verified = " | verified: memory" if memory else ""
    nowhere = asked(
        restarts=f"[acknowledgment, part_payment, written_demand]{verified}",
        limitation__suspends="[negotiation]",
    )
    bare = limitation(nowhere, debt(DUE))
    found = limitation(nowhere, replace(debt(DUE), events=tuple(events)))
    assert bare.last_date is not None
    assert found.last_date is not None
    assert found.last_date >= bare.last_date
    assert found.perhaps_until is None or found.perhaps_until > found.last_date
    if memory:
        assert found.last_date == bare.last_date
