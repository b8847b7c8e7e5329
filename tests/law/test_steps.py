"""Next lawful steps: open, not yet and from when, never, or not known; each with its why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recoup.kernel.parties import LegalKind
from recoup.law.debt import Event, Happened, Stop
from recoup.law.laws import Laws
from recoup.law.lookup import law
from recoup.law.step import State
from recoup.law.steps import KINDS, steps
from tests.law.making import debt, made_law

ENGLAND = law("GB-EAW")
COMPANY, CONSUMER = LegalKind.COMPANY, LegalKind.CONSUMER
DUE = date(2026, 1, 31)
H = Happened


def step(code, owed, *, on, under=ENGLAND):
    """One step of a debt."""
    return next(each for each in steps(Laws.of(under), owed, on=on) if each.code == code)


def owed_in_pounds(*events, kind=COMPANY, minor=6_000_00, **more):
    return debt(DUE, *events, kind=kind, amount_minor=minor, currency="GBP", **more)


@pytest.mark.parametrize("code", [kind.code for kind in KINDS if kind.code != "write_off"])
def test_nothing_that_asks_is_open_before_the_debt_is_late(code):
    found = step(code, owed_in_pounds(), on=DUE)
    assert found.state is not State.OPEN


@pytest.mark.parametrize(
    ("code", "state", "amount"),
    [
        ("friendly_reminder", State.OPEN, None),
        ("statutory_interest", State.OPEN, None),
        ("fixed_compensation", State.OPEN, 70_00),
        ("letter_of_claim", State.OPEN, None),
        ("statutory_demand", State.OPEN, None),
        ("court_claim", State.LATER, 455_00),
        ("costs_notice", State.NEVER, None),
        ("credit_agency", State.UNKNOWN, None),
        ("vat_relief", State.LATER, None),
        ("write_off", State.OPEN, None),
    ],
)
def test_a_late_company_in_england(code, state, amount):
    found = step(code, owed_in_pounds(), on=date(2026, 2, 1))
    assert (found.state, found.amount_minor) == (state, amount)
    assert found.why.endswith((".", ")."))


@pytest.mark.parametrize("code", ["statutory_interest", "fixed_compensation"])
@pytest.mark.parametrize("kind", [CONSUMER, LegalKind.UNKNOWN])
def test_the_late_payment_act_is_not_for_consumers_nor_for_debtors_of_unknown_kind(code, kind):
    found = step(code, owed_in_pounds(kind=kind), on=date(2026, 2, 1))
    assert found.state is State.NEVER
    assert "1998" in found.citation


@pytest.mark.parametrize(
    ("kind", "events", "on", "state", "first"),
    [
        # A firm has fourteen days, a person thirty.
        (COMPANY, [(H.LETTER_OF_CLAIM, date(2026, 3, 2))], date(2026, 3, 16), State.LATER,
         date(2026, 3, 17)),
        (COMPANY, [(H.LETTER_OF_CLAIM, date(2026, 3, 2))], date(2026, 3, 17), State.OPEN, None),
        (CONSUMER, [(H.LETTER_OF_CLAIM, date(2026, 3, 2))], date(2026, 3, 17), State.LATER,
         date(2026, 4, 2)),
        # After an answer thirty days again, and notice of fourteen, given that day at the earliest.
        (CONSUMER, [(H.LETTER_OF_CLAIM, date(2026, 3, 2)), (H.REPLY_FORM, date(2026, 3, 20))],
         date(2026, 3, 25), State.LATER, date(2026, 4, 20)),
        (CONSUMER, [(H.LETTER_OF_CLAIM, date(2026, 3, 2)), (H.REPLY_FORM, date(2026, 3, 20))],
         date(2026, 4, 20), State.LATER, date(2026, 5, 5)),
        (CONSUMER, [(H.LETTER_OF_CLAIM, date(2026, 3, 2)), (H.REPLY_FORM, date(2026, 3, 20)),
                    (H.DOCUMENTS_SUPPLIED, date(2026, 4, 1)),
                    (H.NOTICE_OF_CLAIM, date(2026, 4, 10))],
         date(2026, 4, 30), State.LATER, date(2026, 5, 2)),
        (CONSUMER, [(H.LETTER_OF_CLAIM, date(2026, 3, 2)), (H.REPLY_FORM, date(2026, 3, 20)),
                    (H.DOCUMENTS_SUPPLIED, date(2026, 4, 1)),
                    (H.NOTICE_OF_CLAIM, date(2026, 4, 10))],
         date(2026, 5, 2), State.OPEN, None),
        (COMPANY, [(H.COURT_CLAIM, date(2026, 3, 20))], date(2026, 4, 1), State.DONE, None),
    ],
)  # fmt: skip
def test_a_claim_waits_for_the_letter_the_answer_and_the_notice(kind, events, on, state, first):
    found = step("court_claim", owed_in_pounds(*events, kind=kind), on=on)
    assert (found.state, found.from_date) == (state, first)
    assert found.is_for_court
    assert not found.is_signed


def test_without_a_letter_the_first_day_of_a_claim_is_not_known():
    found = step("court_claim", owed_in_pounds(), on=date(2026, 2, 1))
    assert (found.state, found.from_date) == (State.LATER, None)
    assert "none is on record" in found.why


def test_the_letter_is_done_once_it_is_on_record():
    sent = (H.LETTER_OF_CLAIM, date(2026, 3, 2))
    found = step("letter_of_claim", owed_in_pounds(sent, kind=CONSUMER), on=date(2026, 3, 3))
    assert found.state is State.DONE
    wanted = step("letter_of_claim", owed_in_pounds(kind=CONSUMER), on=date(2026, 3, 3))
    assert "reply form" in wanted.why


@pytest.mark.parametrize(
    ("kind", "minor", "state"),
    [
        (COMPANY, 750_00, State.NEVER),
        (COMPANY, 750_01, State.OPEN),
        (CONSUMER, 4_999_99, State.NEVER),
        (CONSUMER, 5_000_01, State.OPEN),
        (LegalKind.UNKNOWN, 9_000_00, State.UNKNOWN),
    ],
)
def test_a_statutory_demand_is_for_large_debts(kind, minor, state):
    found = step("statutory_demand", owed_in_pounds(kind=kind, minor=minor), on=date(2026, 2, 5))
    assert found.state is state


STOPPABLE = (
    "friendly_reminder",
    "letter_of_claim",
    "statutory_demand",
    "agency",
    "credit_agency",
)


@pytest.mark.parametrize("code", STOPPABLE)
@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("insolvency", State.NEVER),
        ("breathing_space", State.LATER),
        ("deceased", State.LATER),
        ("represented", State.LATER),
        ("cease_request", State.NEVER),
    ],
)
def test_what_stops_asking_stops_every_step_towards_the_debtor(code, word, state):
    stops = (Stop(word, date(2026, 2, 2)),)
    found = step(code, owed_in_pounds(stops=stops, kind=CONSUMER), on=date(2026, 2, 10))
    assert found.state is state


def test_a_dispute_stops_asking_but_not_the_court():
    stops = (Stop("dispute", date(2026, 2, 2)),)
    sent = (H.LETTER_OF_CLAIM, date(2026, 2, 1))
    contested = owed_in_pounds(sent, stops=stops)
    on = date(2026, 3, 1)
    assert step("friendly_reminder", contested, on=on).state is State.LATER
    assert step("statutory_demand", contested, on=on).state is State.NEVER
    assert step("court_claim", contested, on=on).state is State.OPEN


@pytest.mark.parametrize(
    ("last", "first"), [(date(2026, 3, 1), date(2026, 3, 2)), (None, date(2026, 4, 3))]
)
def test_a_breathing_space_ends_on_its_day_or_when_the_law_says(last, first):
    stops = (Stop("breathing_space", date(2026, 2, 2), last),)
    found = step("court_claim", owed_in_pounds(stops=stops, kind=CONSUMER), on=date(2026, 2, 10))
    assert (found.state, found.from_date) == (State.LATER, first)
    interest = step("statutory_interest", owed_in_pounds(stops=stops), on=date(2026, 2, 10))
    assert interest.state is State.LATER


def test_a_stop_that_is_over_stops_nothing():
    stops = (Stop("insolvency", date(2026, 2, 2), date(2026, 2, 9)),)
    found = step("friendly_reminder", owed_in_pounds(stops=stops), on=date(2026, 2, 10))
    assert found.state is State.OPEN


def test_no_court_is_asked_once_time_has_run_out_but_a_reminder_may_go():
    on = date(2032, 2, 1)
    assert step("court_claim", owed_in_pounds(), on=on).state is State.NEVER
    assert step("letter_of_claim", owed_in_pounds(), on=on).state is State.NEVER
    assert step("friendly_reminder", owed_in_pounds(), on=on).state is State.OPEN


@pytest.mark.parametrize(
    "more",
    [
        {"limitation__extinguishes": "true"},
        {"limitation__extinguishes": "true | verified: memory"},
        {"stop__states": "[statute_barred]"},
    ],
)
def test_where_the_debt_dies_nothing_may_be_asked_any_more(more):
    nowhere = made_law(limitation__years="5", limitation__from="due_date", **more)
    for code in ("friendly_reminder", "court_claim", "fixed_compensation", "agency"):
        found = step(code, debt(DUE), on=date(2031, 2, 1), under=nowhere)
        assert found.state is State.NEVER
        assert "31 January 2031" in found.why
    assert step("write_off", debt(DUE), on=date(2031, 2, 1), under=nowhere).state is State.OPEN


def costs_law():
    return made_law(
        costs__claimable="true",
        costs__notice_days="14 | for: [consumer]",
        costs__tariff="bands: [{percent: 10}] | least: 25",
    )


def notice(day, **more):
    """A notice of costs of a day in February, received on the next."""
    on = date(2026, 2, day)
    said = {"on": on, "received": date(2026, 2, day + 1), "names_minor": 150_00} | more
    return Event(H.COSTS_NOTICE, **said)


@pytest.mark.parametrize(
    ("kind", "events", "on", "state", "first"),
    [
        (COMPANY, [], date(2026, 2, 1), State.OPEN, None),
        (CONSUMER, [], date(2026, 2, 1), State.LATER, None),
        (CONSUMER, [notice(2)], date(2026, 2, 17), State.LATER, date(2026, 2, 18)),
        (CONSUMER, [notice(2)], date(2026, 2, 18), State.OPEN, None),
        # A second notice does not begin the days anew.
        (CONSUMER, [notice(2), notice(9)], date(2026, 2, 18), State.OPEN, None),
        # Neither when it was received nor what it names is guessed.
        (CONSUMER, [notice(2, received=None)], date(2026, 3, 30), State.LATER, None),
        (CONSUMER, [notice(2, names_minor=None)], date(2026, 3, 30), State.LATER, None),
        # One that went before the debt was late is none.
        (CONSUMER, [notice(2, on=DUE)], date(2026, 3, 30), State.LATER, None),
    ],
)
def test_a_consumer_owes_costs_only_after_the_days_of_a_notice(kind, events, on, state, first):
    owed = replace(debt(DUE, kind=kind), events=tuple(events))
    found = step("collection_costs", owed, on=on, under=costs_law())
    assert (found.state, found.from_date, found.amount_minor) == (state, first, 100_00)


@pytest.mark.parametrize(
    ("events", "state", "word"),
    [
        ([], State.OPEN, "names them"),
        ([notice(2, received=None)], State.OPEN, "does not count"),
        ([notice(2)], State.DONE, "Received on 3 February 2026"),
    ],
)
def test_the_notice_is_done_once_it_counts(events, state, word):
    owed = replace(debt(DUE, kind=CONSUMER), events=tuple(events))
    found = step("costs_notice", owed, on=date(2026, 2, 10), under=costs_law())
    assert (found.state, word in found.why) == (state, True)


def test_no_more_is_owed_than_the_notice_names():
    owed = replace(debt(DUE, kind=CONSUMER), events=(notice(2, names_minor=80_00),))
    found = step("collection_costs", owed, on=date(2026, 2, 18), under=costs_law())
    assert found.amount_minor == 80_00


@pytest.mark.parametrize(
    ("starts", "events", "state"),
    [
        ("due_date", [], State.OPEN),
        ("demand", [], State.LATER),
        ("demand", [(H.REMINDER, date(2026, 2, 5))], State.LATER),
        ("demand", [(H.WRITTEN_DEMAND, date(2026, 2, 5))], State.OPEN),
    ],
)
def test_interest_waits_for_a_formal_demand_where_the_law_says_so(starts, events, state):
    nowhere = made_law(interest__claimable="true", interest__rate="5", interest__starts=starts)
    found = step("statutory_interest", debt(DUE, *events), on=date(2026, 3, 1), under=nowhere)
    assert found.state is state


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("interest__claimable", "statutory_interest"),
        ("compensation__claimable", "fixed_compensation"),
        ("costs__claimable", "collection_costs"),
    ],
)
def test_what_is_not_verified_is_not_known_and_never_open(topic, code):
    nowhere = made_law(**{topic: "true | verified: memory"}, interest__rate="5")
    assert step(code, debt(DUE), on=date(2026, 3, 1), under=nowhere).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("on", "written_off", "state"),
    [
        (date(2026, 7, 30), True, State.LATER),
        (date(2026, 7, 31), False, State.LATER),
        (date(2026, 8, 1), True, State.OPEN),
        (date(2030, 8, 1), True, State.NEVER),
    ],
)
def test_tax_comes_back_after_the_wait_when_written_off_and_not_for_ever(on, written_off, state):
    events = [(H.WRITTEN_OFF, date(2026, 5, 1))] if written_off else []
    assert step("vat_relief", owed_in_pounds(*events), on=on).state is state


def test_a_waiting_time_from_memory_opens_no_tax_relief():
    nowhere = made_law(vat__wait_months="6 | verified: memory")
    found = step("vat_relief", debt(DUE), on=date(2027, 1, 1), under=nowhere)
    assert found.state is State.UNKNOWN


def test_an_amount_in_another_currency_gets_no_figure():
    foreign = replace(owed_in_pounds(), currency="EUR")
    for code in ("fixed_compensation", "court_claim"):
        assert step(code, foreign, on=date(2026, 2, 5)).amount_minor is None


def test_a_fixed_sum_goes_by_what_the_debt_was_at_first():
    rest = replace(owed_in_pounds(minor=10_00), original_minor=20_000_00)
    assert step("fixed_compensation", rest, on=date(2026, 2, 5)).amount_minor == 100_00


def test_the_same_question_gets_the_same_answer():
    owed = owed_in_pounds((H.LETTER_OF_CLAIM, date(2026, 3, 2)))
    laws = Laws.of(ENGLAND)
    assert steps(laws, owed, on=date(2026, 3, 9)) == steps(laws, owed, on=date(2026, 3, 9))


def test_the_debt_follows_its_own_law_and_the_court_that_of_the_place():
    nowhere = made_law(
        limitation__years="3", limitation__from="due_date", interest__claimable="false"
    )
    found = steps(Laws(ENGLAND, nowhere, ENGLAND), owed_in_pounds(), on=date(2029, 3, 1))
    said = {each.code: each for each in found}
    assert said["statutory_interest"].law == "GB-EAW"
    assert said["court_claim"].law == "ZZ"
    # Either law may let time run out; the first of them counts.
    assert said["court_claim"].state is State.NEVER


def test_what_rests_on_memory_says_that_it_is_not_verified():
    stops = (Stop("insolvency", date(2026, 2, 2)),)
    found = step("friendly_reminder", owed_in_pounds(stops=stops), on=date(2026, 2, 10))
    assert not found.is_verified
    assert found.why.endswith("Not verified.")
