"""Explanations: every rule that applied, read off the very decision it explains."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from recoup.engine import gate
from recoup.engine.evaluate import evaluate
from recoup.engine.explain import Explanation, explain
from recoup.engine.gate import Outcome
from tests.engine import worlds
from tests.engine.making import PLAIN, TODAY, account, bundle, credit, item, policy, rules


def one(*given, by=None, names=None, **known) -> Explanation:
    made = bundle(*given, **known)
    (found,) = explain(made, rules(by, as_of=made.facts.as_of), names=names)
    return found


def codes(found: Explanation) -> list[str]:
    return [sentence.code for sentence in found.sentences]


def words_of(found: Explanation, code: str) -> str:
    return " ".join(each.text for each in found.sentences if each.code == code)


def test_a_message_that_goes_out_is_explained():
    found = one([item()], names={100: "Invoice 2026-17"})
    assert found.outcome is Outcome.SEND
    assert found.next_date == TODAY
    assert words_of(found, "due") == (
        "Invoice 2026-17, due 2026-05-05, 10 days late, 100.00 EUR open."
        ' Step 3 "First" is due today.'
    )
    assert found.conclusion == (
        'Will be written to: Step 3 "First", asking for 100.00 EUR in 1 item.'
    )
    assert all(each.is_passed is not False for each in found.sentences)


def test_a_message_that_waits_says_until_when():
    found = one([item()], [account(last_contact_date=TODAY - timedelta(days=1))])
    assert found.outcome is Outcome.WAIT
    # Three days between makes it Sunday, so Monday.
    assert found.next_date == date(2026, 5, 18)
    assert words_of(found, "too-soon") == "Days since the last message: 1. The policy wants 3."
    assert "Not contacted today, though due" in found.conclusion
    assert "too recent" in found.conclusion


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"hold_bits": 2}, "hold-dispute", "disputes"),
        ({"address": 0}, "no-address", "no e-mail address"),
        ({"address": 2}, "address-bounced", "came back"),
        ({"address": None}, "no-address", "not known"),
        ({"contacts_last_7_days": 2}, "too-often-7", "last 7 days: 2. At most 2 are allowed"),
        ({"contacts_last_30_days": None}, "too-often-30", "not known"),
        ({"has_unfinished_message": True}, "unfinished-message", "in doubt"),
        ({"is_public_holiday": True}, "closed-day", "public holiday"),
    ],
)
def test_what_forbids_is_named_with_its_fact(changes, code, said):
    found = one([item()], [account(**changes)])
    (sentence,) = [each for each in found.sentences if each.code == code]
    assert sentence.is_passed is False
    assert said in sentence.text
    assert found.conclusion.startswith("Not contacted")


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"country": "IE", "legal_kind": 3}, "outside-hours", "from 09:00 to 18:00 by the debtor"),
        ({"country": "IE", "legal_kind": 3}, "outside-hours", "Ireland: Consumer Credit Act 1995"),
        ({"country": "AU", "contacts_last_7_days": 3}, "too-often-7", "By law: Australia: ACCC"),
    ],
)
def test_where_the_law_is_stricter_than_the_policy_its_paragraph_is_said(changes, code, said):
    contact = PLAIN["contact"] | {"contacts_per_7_days_max": 5}
    found = one([item()], [account(**changes)], by=policy(contact=contact))
    assert said in words_of(found, code)


def test_where_the_policy_is_stricter_no_law_is_named():
    found = one([item()], [account(country="AU")])
    assert "By law" not in " ".join(each.text for each in found.sentences)


def test_only_a_person_can_lift_what_stops_a_message():
    assert one([item()], [account(hold_bits=2)]).next_date is None


@pytest.mark.parametrize(
    ("changes", "code", "said", "next_date"),
    [
        ({"due_date": date(2026, 6, 18)}, "later", 'Step 1 "Upcoming" comes on 2026-06-15',
         date(2026, 6, 15)),
        ({"due_date": TODAY - timedelta(days=8), "last_step": 3,
          "last_step_date": TODAY - timedelta(days=4)},
         "later", 'Step 3 "First" was said on 2026-05-11. Step 4 "Second" comes on 2026-05-18',
         date(2026, 5, 18)),
        ({"last_step": 5, "last_step_date": TODAY - timedelta(days=9)}, "finished",
         "a person decides", None),
        ({"held_minor": 100_00, "hold_bits": 2}, "held", "is on hold (dispute)", None),
        ({"is_backlog": True, "last_step_date": TODAY - timedelta(days=1)}, "later",
         'The first summary was said on 2026-05-14. Step 3 "First" comes on 2026-05-21',
         date(2026, 5, 21)),
    ],
)  # fmt: skip
def test_an_item_with_no_step_today_says_why_and_when(changes, code, said, next_date):
    found = one([item(**changes)])
    assert said in words_of(found, code)
    assert found.next_date == next_date
    assert found.outcome is None
    assert found.conclusion.startswith("Not contacted today: no step is due.")


def test_what_credits_cover_is_said():
    found = one([item()], credits=[credit(credit_minor=100_00)])
    assert found.outcome is Outcome.STOP
    assert "not yet applied covers it" in words_of(found, "covered")
    assert "apply them first" in found.conclusion


def test_an_account_of_no_segment_is_explained():
    by = policy(segments=[{"name": "big", "when": "balance > 9999", "procedure": "ladder"}])
    assert "No segment" in words_of(one([item()], by=by), "no-segment")


def test_a_partial_hold_says_what_is_kept_out():
    found = one([item(held_minor=40_00, hold_bits=1)])
    assert "40.00 EUR of it is on hold (promise)." in words_of(found, "due")
    assert "60.00 EUR in 1 item" in found.conclusion


def test_next_weekend_is_no_day_to_write():
    found = one([item(due_date=date(2026, 5, 19))], as_of=date(2026, 5, 15))
    assert found.next_date == date(2026, 5, 18)  # three days before is a Saturday


@settings(max_examples=40, deadline=None)
@given(worlds.bundles(), worlds.policies())
def test_an_explanation_never_says_other_than_the_decision(made, chosen):
    for debtor in made.items["debtor_id"].unique().to_list()[:1]:
        mine = made.of_debtor(debtor)
        rulebook = rules(chosen, as_of=mine.facts.as_of, country=mine.facts.country)
        actions = evaluate(mine, rulebook).actions
        found = explain(mine, rulebook)
        decided = {
            (row["account_id"], row["currency"]): row for row in actions.iter_rows(named=True)
        }
        asked = [each for each in found if each.outcome is not None]
        assert len(asked) == len(decided)
        outcomes = sorted(str(gate.outcome(row["blocked_bits"])) for row in decided.values())
        assert sorted(str(each.outcome) for each in asked) == outcomes
        blocked = sum(row["blocked_bits"].bit_count() for row in decided.values())
        said = [s.code for each in found for s in each.sentences if s.is_passed is False]
        assert len(said) == blocked
