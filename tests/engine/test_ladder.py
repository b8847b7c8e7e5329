"""The ladder: courtesies lapse, nobody jumps, late runs are caught up, rests are kept."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.engine.making import TODAY, USD, account, credit, decide, item, policy, rows, steps

EVERY_DAY = {
    "window": {"opens": "00:00", "closes": "24:00"},
    "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "contacts_per_7_days_max": 99,
    "contacts_per_30_days_max": 99,
    "days_between": 0,
}


def step_due(**changes: object) -> int | None:
    """The step of today's only message, or None when there is none."""
    by = changes.pop("by", None)
    actions = rows(decide([item(**changes)], by=by).actions)
    return actions[0]["step"] if actions else None


def due(days_past_due: int) -> date:
    return TODAY - timedelta(days=days_past_due)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("days_past_due", "step"),
    [(-4, None), (-3, 1), (-1, 1), (0, 2), (1, 2), (2, 2), (3, 3), (9, 3), (10, 3), (500, 3)],
)
def test_an_item_never_named_starts_with_the_step_of_its_age_and_never_later(days_past_due, step):
    assert step_due(due_date=due(days_past_due)) == step


@pytest.mark.parametrize(
    ("said", "days_ago", "days_past_due", "step"),
    [
        (1, 3, -1, None),  # said once is enough
        (1, 3, 0, 2),
        (1, 2, 0, None),  # the due date comes too soon after it
        (1, 2, 1, None),
        (2, 3, 3, 3),
        (2, 1, 3, None),
        (3, 7, 10, 4),
        (3, 7, 9, None),
        (3, 4, 10, None),  # said late, so the next one waits
        (3, 5, 12, 4),
        (3, 90, 400, 4),  # forgotten for months, and still one step at a time
        (4, 10, 20, 5),
        (5, 30, 60, None),  # nothing is left to say
        (9, 30, 60, None),  # a procedure that was longer once
    ],
)
def test_steps_follow_what_was_said_before(said, days_ago, days_past_due, step):
    found = step_due(due_date=due(days_past_due), last_step=said, last_step_date=ago(days_ago))
    assert found == step


def test_a_courtesy_missed_is_not_made_up_for_once_a_reminder_is_due():
    assert step_due(due_date=due(3)) == 3


@pytest.mark.parametrize("missed_days", range(30))
def test_a_run_that_missed_days_sends_the_same_step_later(missed_days):
    found = step_due(
        due_date=due(10 + missed_days), last_step=3, last_step_date=ago(7 + missed_days)
    )
    assert found == 4


@pytest.mark.parametrize(
    ("named_days_ago", "days_past_due", "step"),
    [(None, 1, 0), (None, 400, 0), (6, 400, None), (7, 400, 3), (60, 400, 3), (None, 0, None)],
)
def test_old_debt_starts_with_one_summary_and_then_the_first_reminder(
    named_days_ago, days_past_due, step
):
    named = None if named_days_ago is None else ago(named_days_ago)
    found = step_due(due_date=due(days_past_due), is_backlog=True, last_step_date=named)
    assert found == step


def test_without_a_courtesy_in_the_policy_old_debt_starts_on_the_ladder():
    found = step_due(due_date=due(400), is_backlog=True, by=policy(first_import=None))
    assert found == 3


@pytest.mark.parametrize(
    ("trigger", "due_date", "comes"),
    [
        ({"days_after_due": 7}, date(2026, 5, 8), True),
        ({"days_after_due": 8}, date(2026, 5, 8), False),
        ({"business_days_after_due": 5}, date(2026, 5, 8), True),
        ({"business_days_after_due": 6}, date(2026, 5, 8), False),
        ({"business_days_after_due": 1}, date(2026, 5, 14), True),
        ({"end_of_month_after_due": 15}, date(2026, 4, 1), True),
        ({"end_of_month_after_due": 15}, date(2026, 4, 30), True),
        ({"end_of_month_after_due": 16}, date(2026, 4, 1), False),
        ({"end_of_month_after_due": 0}, date(2026, 5, 1), False),
        ({"day_of_month_after_due": 15}, date(2026, 4, 30), True),
        ({"day_of_month_after_due": 16}, date(2026, 4, 1), False),
        ({"day_of_month_after_due": 31}, date(2026, 3, 31), True),
    ],
)
def test_every_trigger_comes_up_on_its_day(trigger, due_date, comes):
    by = policy(procedures=steps({"trigger": trigger}), contact=EVERY_DAY)
    assert step_due(due_date=due_date, by=by) == (1 if comes else None)


def test_a_public_holiday_delays_a_trigger_in_business_days():
    by = policy(procedures=steps({"trigger": {"business_days_after_due": 1}}), contact=EVERY_DAY)
    labor_day = {"as_of": date(2026, 5, 1), "country": "DE"}
    late = [item(due_date=date(2026, 4, 30))]
    assert decide(late, by=by, **labor_day).actions.is_empty()
    assert decide(late, by=by, as_of=date(2026, 5, 1)).actions.height == 1


@pytest.mark.parametrize(("days_ago", "step"), [(9, None), (10, 2), (40, 2)])
def test_a_step_may_count_from_the_message_before_it(days_ago, step):
    by = policy(
        procedures=steps(
            {"trigger": {"days_after_due": 3}}, {"trigger": {"days_after_previous": 10}}
        ),
        contact=EVERY_DAY,
    )
    found = step_due(due_date=due(90), last_step=1, last_step_date=ago(days_ago), by=by)
    assert found == step


def test_a_step_whose_condition_does_not_hold_is_left_out():
    by = policy(
        procedures=steps(
            {"trigger": {"days_after_due": 3}},
            {"trigger": {"days_after_due": 5}, "when": "amount >= 1000"},
            {"trigger": {"days_after_due": 8}},
        ),
        contact=EVERY_DAY,
    )
    said = {"last_step": 1, "last_step_date": ago(7), "due_date": due(10), "by": by}
    assert step_due(open_minor=999_99, **said) == 3
    assert step_due(open_minor=1000_00, **said) == 2


@pytest.mark.parametrize(
    ("tier", "country", "segment"),
    [("A", "ZZ", 0), ("B", "FR", 1), ("B", "ZZ", 2), (None, "ZZ", 2)],
)
def test_the_first_segment_whose_condition_holds_takes_the_account(tier, country, segment):
    by = policy(
        segments=[
            {"name": "best", "when": "tier == 'A'", "procedure": "ladder"},
            {"name": "abroad", "when": "country != 'ZZ'", "procedure": "ladder"},
            {"name": "rest", "procedure": "ladder"},
        ]
    )
    decided = decide([item()], [account(tier=tier, country=country)], by=by)
    assert decided.actions["segment"].to_list() == [segment]


def test_an_account_of_no_segment_is_left_alone():
    by = policy(segments=[{"name": "big", "when": "balance > 9999", "procedure": "ladder"}])
    decided = decide([item()], by=by)
    assert decided.actions.is_empty()
    assert decided.aging["segment"].to_list() == [-1]


def test_one_message_has_the_tone_of_its_highest_step_and_each_item_its_own():
    decided = decide(
        [
            item(item_id=1, due_date=due(12), last_step=3, last_step_date=ago(7)),
            item(item_id=2, due_date=due(4)),
            item(item_id=3, due_date=due(8), last_step=3, last_step_date=ago(5)),
            item(item_id=4, due_date=due(-2)),
            item(item_id=5, due_date=due(-20)),
        ]
    )
    (action,) = rows(decided.actions)
    assert action["step"] == 4
    assert action["asked_minor"] == 400_00
    assert action["due_minor"] == 300_00
    steps_by_item = {line["item_id"]: line["step"] for line in rows(decided.lines)}
    assert steps_by_item == {1: 4, 2: 3, 3: -1, 4: 1}


def test_currencies_are_spoken_of_in_messages_of_their_own():
    decided = decide([item(item_id=1), item(item_id=2, currency=USD)])
    assert decided.actions["currency"].n_unique() == 2
    assert decided.actions["asked_minor"].to_list() == [100_00, 100_00]


@pytest.mark.parametrize(
    ("credit_minor", "nets", "steps_named", "asked_minor"),
    [
        (1, [99_99, 100_00], [3, 3], 199_99),
        (100_00, [0, 100_00], [-1, 3], 100_00),
        (150_00, [0, 50_00], [-1, 3], 50_00),
    ],
)
def test_credits_cover_the_oldest_first(credit_minor, nets, steps_named, asked_minor):
    decided = decide(
        [item(item_id=1, due_date=due(9)), item(item_id=2, due_date=due(5))],
        credits=[credit(credit_minor=credit_minor)],
    )
    assert decided.lines["net_minor"].to_list() == nets
    assert decided.lines["step"].to_list() == steps_named
    assert decided.actions["asked_minor"].to_list() == [asked_minor]
    assert decided.actions["credited_minor"].to_list() == [200_00 - asked_minor]


def test_a_credit_in_another_currency_covers_nothing():
    decided = decide([item()], credits=[credit(currency=USD, credit_minor=999_00)])
    assert decided.actions["asked_minor"].to_list() == [100_00]


def test_what_is_held_is_owed_and_never_asked_for():
    decided = decide([item(held_minor=40_00)])
    assert decided.actions["asked_minor"].to_list() == [60_00]
    assert decided.aging["balance_minor"].to_list() == [100_00]
    assert decided.aging["overdue_minor"].to_list() == [60_00]
    assert decide([item(held_minor=100_00)]).actions.is_empty()


def test_a_finished_ladder_is_for_a_person():
    decided = decide([item(due_date=due(60), last_step=5, last_step_date=ago(30))])
    assert decided.actions.is_empty()
    assert decided.aging["finished_minor"].to_list() == [100_00]


def test_a_debtor_is_followed_through_the_whole_ladder_day_by_day():
    """Six weeks of days, some missed: every step once, in order, never two close together."""
    first = date(2026, 4, 28)
    said: list[tuple[date, int]] = []
    state = {"last_step": 0, "last_step_date": None}
    for number in range(60):
        today = first + timedelta(days=number)
        if number in (3, 6, 14, 15, 16):
            continue
        contacts = [day for day, _ in said]
        known = account(
            contacts_last_7_days=sum((today - day).days <= 7 for day in contacts),
            contacts_last_30_days=sum((today - day).days <= 30 for day in contacts),
            last_contact_date=max(contacts, default=None),
        )
        decided = decide([item(due_date=date(2026, 5, 1), **state)], [known], as_of=today)
        for action in rows(decided.actions):
            if action["blocked_bits"] == 0:
                said.append((today, action["step"]))
                state = {"last_step": action["step"], "last_step_date": today}
    numbers = [step for _, step in said]
    assert numbers == sorted(set(numbers))
    assert numbers[-3:] == [3, 4, 5]
    gaps = [(later - before).days for (before, _), (later, _) in pairwise(said)]
    assert min(gaps) >= 3
    assert all(day.weekday() < 5 for day, _ in said)
