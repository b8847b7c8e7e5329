"""The gate: each rule forbids on its own, and what is not known forbids as well."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from recoup.engine import gate
from recoup.engine.bundle import Hold
from recoup.engine.gate import BY_CODE, FACTS, NEVER, Outcome
from tests.engine.making import EUR, JPY, TODAY, USD, account, credit, decide, item, policy, rows

CLEAR = {
    "asked_minor": 100_00, "due_minor": 100_00, "credit_minor": 0, "minimum_minor": 5_00,
    "message_minor": 100_00, "hold_bits": 0, "address": 1, "contacts_last_7_days": 0,
    "contacts_per_7_days_max": 2, "contacts_last_30_days": 0, "contacts_per_30_days_max": 6,
    "days_since_contact": NEVER, "days_between": 5, "has_unfinished_message": False,
    "is_bank_data_stale": False, "is_frozen": False, "is_closed_day": False,
    "local_minute": 600, "opens_minute": 480, "closes_minute": 1080, "is_allow_listed": True,
}  # fmt: skip


def codes(**changes: object) -> list[str]:
    return gate.codes(gate.check(FACTS.of([CLEAR | changes]))["blocked_bits"].item())


def test_when_nothing_speaks_against_it_the_message_goes_out():
    assert codes() == []
    assert gate.outcome(0) is Outcome.SEND


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"due_minor": 0}, "nothing-net-due"),
        ({"due_minor": 0, "credit_minor": 1}, "covered-by-credit"),
        ({"asked_minor": 4_99, "message_minor": 4_99}, "below-minimum"),
        ({"address": 0}, "no-address"),
        ({"address": 77}, "no-address"),
        ({"address": 2}, "address-bounced"),
        ({"address": 3}, "opted-out"),
        ({"address": 4}, "no-consent"),
        ({"contacts_last_7_days": 2}, "too-often-7"),
        ({"contacts_last_30_days": 6}, "too-often-30"),
        ({"days_since_contact": 4}, "too-soon"),
        ({"has_unfinished_message": True}, "unfinished-message"),
        ({"is_bank_data_stale": True}, "bank-data-stale"),
        ({"is_frozen": True}, "sending-frozen"),
        ({"is_closed_day": True}, "closed-day"),
        ({"local_minute": 479}, "outside-hours"),
        ({"local_minute": 1080}, "outside-hours"),
        ({"message_minor": 100_01}, "figures-changed"),
        ({"is_allow_listed": False}, "not-allow-listed"),
        *(
            ({"hold_bits": 1 << hold}, f"hold-{hold.name.lower().replace('_', '-')}")
            for hold in Hold
        ),
    ],
)
def test_each_rule_forbids_on_its_own(changes, code):
    assert codes(**changes) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"asked_minor": 5_00, "message_minor": 5_00},
        {"contacts_last_7_days": 1},
        {"contacts_last_30_days": 5},
        {"days_since_contact": 5},
        {"local_minute": 480},
        {"local_minute": 1079},
    ],
)
def test_the_limit_itself_is_allowed(changes):
    assert codes(**changes) == []


# What credits there are matters only where nothing is due.
@pytest.mark.parametrize("name", sorted(set(FACTS.columns) - {"credit_minor"}))
def test_a_fact_that_is_not_known_forbids(name):
    assert codes(**{name: None}) != []


def test_two_reasons_are_both_told():
    assert codes(hold_bits=3, is_frozen=True) == ["sending-frozen", "hold-promise", "hold-dispute"]


@pytest.mark.parametrize(
    ("blocking", "outcome"),
    [
        (["too-soon"], Outcome.WAIT),
        (["closed-day", "bank-data-stale"], Outcome.WAIT),
        (["too-soon", "opted-out"], Outcome.STOP),
        (["hold-manual"], Outcome.STOP),
        (["covered-by-credit"], Outcome.STOP),
    ],
)
def test_a_message_waits_only_when_time_alone_may_help(blocking, outcome):
    assert gate.outcome(sum(1 << BY_CODE[code].bit for code in blocking)) is outcome


def test_bits_and_codes_are_evidence_and_stay_what_they_are():
    """Decisions of years ago name these; a change here would change the past."""
    assert {rule.code: rule.bit for rule in gate.RULES} == {
        "nothing-net-due": 0, "covered-by-credit": 1, "below-minimum": 2, "no-address": 3,
        "address-bounced": 4, "opted-out": 5, "no-consent": 6, "too-often-7": 7,
        "too-often-30": 8, "too-soon": 9, "unfinished-message": 10, "bank-data-stale": 11,
        "sending-frozen": 12, "closed-day": 13, "outside-hours": 14, "figures-changed": 15,
        "not-allow-listed": 16, "hold-promise": 32, "hold-dispute": 33, "hold-plan": 34,
        "hold-reply": 35, "hold-do-not-contact": 36, "hold-insolvency": 37,
        "hold-breathing-space": 38, "hold-legal": 39, "hold-deceased": 40, "hold-complaint": 41,
        "hold-manual": 42, "hold-payment-in-progress": 43, "hold-advance": 44,
        "hold-not-invoiced": 45,
    }  # fmt: skip


def test_every_rule_has_a_sentence_for_people():
    assert all(rule.sentence.endswith(".") for rule in gate.RULES)
    assert gate.sentences(1 << 12) == ["All sending is stopped."]


def bits_of(*given, **known: object) -> list[str]:
    (action,) = rows(decide(*given, **known).actions)
    return gate.codes(action["blocked_bits"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hold_bits": 1 << Hold.DISPUTE}, "hold-dispute"),
        ({"is_public_holiday": True}, "closed-day"),
        ({"is_public_holiday": None}, "closed-day"),
        ({"last_contact_date": TODAY - timedelta(days=2)}, "too-soon"),
        ({"contacts_last_7_days": 2}, "too-often-7"),
        ({"has_unfinished_message": True}, "unfinished-message"),
        ({"address": 3}, "opted-out"),
    ],
)
def test_facts_of_the_account_reach_the_gate(changes, code):
    assert bits_of([item()], [account(**changes)]) == [code]


def test_an_account_we_know_nothing_about_is_left_alone():
    codes_ = bits_of([item()], [])
    assert "no-address" in codes_
    assert "too-soon" in codes_
    assert "hold-insolvency" in codes_


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"is_frozen": True}, "sending-frozen"),
        ({"as_of": TODAY + timedelta(days=1)}, "closed-day"),
        ({"by": policy(bank_data_days_max=3), "bank_data_until": TODAY - timedelta(days=4)},
         "bank-data-stale"),
        ({"by": policy(bank_data_days_max=3), "bank_data_until": TODAY, "has_bank_gap": True},
         "bank-data-stale"),
    ],
)  # fmt: skip
def test_facts_of_the_day_reach_the_gate(known, code):
    assert bits_of([item()], **known) == [code]


@pytest.mark.parametrize("until", [None, TODAY - timedelta(days=3), TODAY])
def test_bank_data_that_are_recent_or_not_kept_here_stop_nothing(until):
    assert bits_of([item()], by=policy(bank_data_days_max=3), bank_data_until=until) == []


STALE = {"bank_data_until": TODAY - timedelta(days=9), "has_bank_gap": True}


@pytest.mark.parametrize(
    ("days_late", "is_stopped"),
    [((-3,), False), ((0,), False), ((3,), True), ((0, 3), True), ((0, 1), True)],
)
def test_stale_bank_data_stop_what_names_anything_late_and_no_courtesy(days_late, is_stopped):
    items = [
        item(item_id=number, due_date=TODAY - timedelta(days=late))
        for number, late in enumerate(days_late, start=1)
    ]
    codes_ = bits_of(items, by=policy(bank_data_days_max=3), **STALE)
    assert codes_ == (["bank-data-stale"] if is_stopped else [])


def test_a_policy_without_a_limit_of_age_is_not_tied_to_bank_data():
    assert bits_of([item()], by=policy(bank_data_days_max=None), **STALE) == []


@pytest.mark.parametrize(
    ("currency", "open_minor", "is_stopped"),
    [(EUR, 4_99, True), (EUR, 5_00, False), (JPY, 299, True), (JPY, 300, False), (USD, 1, False)],
)
def test_minimum_amounts_are_those_of_the_currency(currency, open_minor, is_stopped):
    by = policy(minimum_amounts={"EUR": 5, "JPY": 300, "default": 0})
    found = bits_of([item(currency=currency, open_minor=open_minor)], by=by)
    assert found == (["below-minimum"] if is_stopped else [])


def test_an_account_covered_by_its_credits_is_withheld_and_told():
    found = decide([item()], credits=[credit(credit_minor=100_00)])
    (action,) = rows(found.actions)
    assert gate.codes(action["blocked_bits"]) == ["covered-by-credit", "below-minimum"]
    assert action["asked_minor"] == 0


@pytest.mark.parametrize(
    ("had", "code"),
    [({"contacts_last_7_days": 1}, "too-often-7"), ({"contacts_last_30_days": 5}, "too-often-30")],
)
def test_a_debtor_with_three_accounts_is_one_person_to_the_cap(had, code):
    items = [item(account_id=number, item_id=number) for number in (10, 11, 12)]
    accounts = [account(account_id=number, **had) for number in (10, 11, 12)]
    bits = decide(items, accounts).actions["blocked_bits"].to_list()
    assert [gate.codes(each) for each in bits] == [[], [code], [code]]


def test_a_withheld_message_does_not_count_against_the_next_account():
    items = [item(account_id=number, item_id=number) for number in (10, 11)]
    accounts = [
        account(account_id=10, contacts_last_7_days=1, hold_bits=1),
        account(account_id=11, contacts_last_7_days=1),
    ]
    bits = decide(items, accounts).actions["blocked_bits"].to_list()
    assert [gate.codes(each) for each in bits] == [["hold-promise"], []]


def test_the_gate_asks_the_same_of_one_row_as_of_many():
    many = FACTS.of([CLEAR, CLEAR | {"hold_bits": 1}, CLEAR | {"address": None}])
    together = gate.check(many)["blocked_bits"].to_list()
    alone = [gate.check(many[n : n + 1])["blocked_bits"].item() for n in range(3)]
    assert together == alone
    assert many.schema["hold_bits"] == pl.Int32
