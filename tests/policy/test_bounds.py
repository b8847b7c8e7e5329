"""Hours and caps: never earlier, later or more often than the policy or the law allows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.parties import LegalKind
from recoup.law.contact import Way, laws_at, objection, restrictions_at
from recoup.law.read import documents
from recoup.policy.bounds import bounds, in_words, of_policy
from recoup.policy.model import WEEKDAYS, Contact

PLACES = sorted({(place.country, place.region) for d in documents().values() for place in d.places})
MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)


def contact(**changes: object) -> Contact:
    plain = {
        "window": {"opens": "06:00", "closes": "23:00"},
        "weekdays": list(WEEKDAYS),
        "public_holidays": "ignore",
        "contacts_per_7_days_max": 5,
        "contacts_per_30_days_max": 20,
        "days_between": 0,
    }
    return Contact.model_validate(plain | changes)


clocks = st.integers(min_value=0, max_value=24 * 4).map(
    lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"
)
contacts = st.builds(
    contact,
    window=st.fixed_dictionaries({"opens": clocks, "closes": clocks}),
    weekdays=st.lists(st.sampled_from(WEEKDAYS), unique=True),
    public_holidays=st.sampled_from(["skip", "ignore"]),
    contacts_per_7_days_max=st.integers(min_value=0, max_value=9),
    contacts_per_30_days_max=st.integers(min_value=0, max_value=30),
)


@given(
    contacts,
    st.sampled_from([*PLACES, ("ZZ", ""), ("US", "NV")]),
    st.sampled_from([*LegalKind, 77, None]),
    st.dates(date(2022, 1, 1), date(2027, 12, 31)),
    st.integers(min_value=0, max_value=24 * 60 - 1),
    st.booleans(),
)
def test_what_the_bounds_let_through_neither_policy_nor_law_forbids(
    policy, place, kind, on, minute, is_holiday
):
    found = bounds(policy, country=place[0], region=place[1], legal_kind=kind, on=on)
    ours = of_policy(policy, on=on)
    assert found.contacts_per_7_days_max <= ours.contacts_per_7_days_max
    assert found.contacts_per_30_days_max <= ours.contacts_per_30_days_max
    is_let_through = (
        found.opens_minute <= minute < found.closes_minute
        and not found.is_closed_weekday
        and not (is_holiday and found.skips_holidays)
    )
    if not is_let_through:
        return
    assert ours.opens_minute <= minute < ours.closes_minute
    assert WEEKDAYS[on.weekday()] in policy.weekdays
    assert not (is_holiday and policy.public_holidays == "skip")
    known = kind if isinstance(kind, LegalKind) else LegalKind.UNKNOWN
    at = datetime.combine(on, datetime.min.time()) + timedelta(minutes=minute)
    for law in laws_at(*place):
        for each in LegalKind if known is LegalKind.UNKNOWN else [known]:
            assert not objection(law, way=Way.EMAIL, at=at, is_public_holiday=is_holiday, kind=each)


@given(contacts, st.sampled_from(PLACES), st.sampled_from(LegalKind))
def test_where_the_law_says_nothing_the_policy_stands_as_it_is(policy, place, kind):
    found = bounds(policy, country=place[0], region=place[1], legal_kind=kind, on=MONDAY)
    if not found.laws:
        assert found == of_policy(policy, on=MONDAY)
    theirs = restrictions_at(*place, kind, MONDAY)
    if theirs.per_7_days_max is None:
        assert found.contacts_per_7_days_max == policy.contacts_per_7_days_max


@pytest.mark.parametrize(
    ("place", "kind", "on", "said"),
    [
        (("AU", ""), LegalKind.COMPANY, MONDAY, {"outside-hours", "too-often-7", "closed-day"}),
        (("IE", ""), LegalKind.CONSUMER, MONDAY, {"outside-hours", "closed-day"}),
        (("IE", ""), LegalKind.UNKNOWN, SUNDAY, {"closed-day"}),
        (("IE", ""), LegalKind.COMPANY, MONDAY, set()),
        (("IN", ""), LegalKind.CONSUMER, MONDAY, {"outside-hours"}),
        (("ZZ", ""), LegalKind.CONSUMER, MONDAY, set()),
    ],
)
def test_where_the_law_is_stricter_its_paragraph_is_named(place, kind, on, said):
    found = bounds(contact(), country=place[0], region=place[1], legal_kind=kind, on=on)
    assert set(found.laws) == said
    for cites in found.laws.values():
        assert all(": " in in_words(each) for each in cites)
