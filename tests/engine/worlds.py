"""Worlds for Hypothesis: bundles and policies small enough to collide and odd enough to hurt."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from recoup.policy.model import Policy
from recoup.policy.triggers import TriggerKind
from tests.engine import making

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
# The second opens after some laws close, the third closes before some open.
WINDOWS = [
    {"opens": "08:00", "closes": "18:00"},
    {"opens": "20:00", "closes": "24:00"},
    {"opens": "06:00", "closes": "07:15"},
]
CURRENCIES = [making.EUR, making.JPY]

ITEM_CONDITIONS = [
    None, None, None, "days_past_due > 8", "amount >= 50", "tier == 'B'", "not (balance < 100.50)",
    "overdue * 2 > amount + 10 or items in (1, 3)", "days_as_customer > 100 and held == 0",
]  # fmt: skip
ACCOUNT_CONDITIONS = [
    "balance >= 120", "tier in ('B', 'C')", "not (tier == 'A') and days_past_due > 5",
    "overdue - credit <= 40.25", "legal_kind == 'consumer' or country != 'ZZ'",
    "1 < items <= 3", "currency == 'JPY'", "days_as_customer < 200",
]  # fmt: skip

days = st.integers(min_value=-12, max_value=45)
amounts = st.sampled_from([1, 4_99, 5_00, 50_00, 100_00, 120_50, 10**12])


@st.composite
def items(draw: st.DrawFn, debtor: int, number: int) -> dict:
    named = draw(st.one_of(st.none(), st.integers(min_value=1, max_value=25)))
    opened = draw(amounts)
    return making.item(
        debtor_id=debtor,
        account_id=debtor * 10 + draw(st.sampled_from([0, 0, 1])),
        item_id=1000 * debtor + number,
        currency=draw(st.sampled_from([making.EUR, making.EUR, making.JPY])),
        due_date=making.TODAY - timedelta(days=draw(days)),
        open_minor=opened,
        held_minor=draw(st.sampled_from([0, 0, 0, min(opened, 3_00), opened])),
        last_step=0 if named is None else draw(st.integers(min_value=0, max_value=7)),
        last_step_date=None if named is None else making.TODAY - timedelta(days=named),
        is_backlog=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def accounts(draw: st.DrawFn, debtor: int, number: int) -> dict:
    often = st.sampled_from([False] * 9 + [True])
    contact = draw(st.one_of(st.none(), st.integers(min_value=1, max_value=20)))
    return making.account(
        debtor_id=debtor,
        account_id=debtor * 10 + number,
        legal_kind=draw(st.integers(min_value=0, max_value=5)),
        country=draw(st.sampled_from(["ZZ", "DE", "AU", "IE", "IN", "", None])),
        tier=draw(st.sampled_from(["A", "B", "C", "", None])),
        hold_bits=draw(st.sampled_from([0] * 8 + [1, 1 << 11, 5, None])),
        address=draw(st.sampled_from([1] * 6 + [0, 2, 3, 4, 9, None])),
        contacts_last_7_days=draw(st.sampled_from([0, 0, 0, 1, 2, 3, None])),
        contacts_last_30_days=draw(st.sampled_from([0, 0, 3, 5, 6])),
        last_contact_date=None if contact is None else making.TODAY - timedelta(days=contact),
        has_unfinished_message=draw(often),
        is_public_holiday=draw(st.sampled_from([False] * 8 + [True, None])),
        first_invoice_date=draw(
            st.sampled_from([None, making.TODAY - timedelta(days=150), making.TODAY])
        ),
    )


@st.composite
def bundles(draw: st.DrawFn):
    owed, known, credits = [], [], []
    for debtor in draw(st.lists(st.integers(min_value=1, max_value=40), max_size=6, unique=True)):
        count = draw(st.integers(min_value=0, max_value=6))
        owed += [draw(items(debtor, number)) for number in range(count)]
        known += [
            draw(accounts(debtor, number))
            for number in (0, 1)
            if draw(st.integers(min_value=0, max_value=9))
        ]
        for number in (0, 1):
            if draw(st.sampled_from([False, False, True])):
                credits.append(
                    making.credit(
                        debtor_id=debtor,
                        account_id=debtor * 10 + number,
                        currency=draw(st.sampled_from(CURRENCIES)),
                        credit_minor=draw(amounts),
                    )
                )
    return making.bundle(
        draw(st.permutations(owed)),
        known,
        credits,
        as_of=making.TODAY + timedelta(days=draw(st.integers(min_value=0, max_value=2))),
        bank_data_until=draw(st.sampled_from([None, making.TODAY, making.TODAY - timedelta(9)])),
        has_bank_gap=draw(st.sampled_from([False, False, True])),
        country=draw(st.sampled_from(["ZZ", "DE", "IE"])),
        is_frozen=draw(st.sampled_from([False] * 9 + [True])),
    )


@st.composite
def procedures(draw: st.DrawFn, name: str) -> dict:
    steps = []
    if draw(st.booleans()):
        steps.append({"trigger": {"days_before_due": draw(st.integers(1, 8))}})
    if draw(st.booleans()):
        steps.append({"trigger": "on_due"})
    after, always_said = 0, False
    for _ in range(draw(st.integers(min_value=0 if steps else 1, max_value=4))):
        after += draw(st.integers(min_value=1, max_value=8))
        kinds = [
            TriggerKind.DAYS_AFTER_DUE,
            TriggerKind.BUSINESS_DAYS_AFTER_DUE,
            TriggerKind.END_OF_MONTH_AFTER_DUE,
            TriggerKind.DAY_OF_MONTH_AFTER_DUE,
            *([TriggerKind.DAYS_AFTER_PREVIOUS] * (2 if always_said else 0)),
        ]
        condition = draw(st.sampled_from(ITEM_CONDITIONS))
        always_said = always_said or condition is None
        kind = draw(st.sampled_from(kinds))
        steps.append({"trigger": {str(kind): min(after, 31)}, "when": condition})
    return {
        "name": name,
        "steps": [
            step
            | {
                "code": f"s{n}",
                "name": f"Step {n}",
                "template": f"t{n}",
                "days_between": draw(st.sampled_from([None, 0, 3, 7])),
                "minimum_amounts": draw(st.sampled_from([{}, {"EUR": 60, "default": 1}])),
            }
            for n, step in enumerate(steps, start=1)
        ],
    }


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    segments = [
        {"name": f"g{n}", "when": condition, "procedure": draw(st.sampled_from(["one", "two"]))}
        for n, condition in enumerate(
            draw(st.lists(st.sampled_from(ACCOUNT_CONDITIONS), max_size=3, unique=True))
        )
    ]
    if not segments or draw(st.booleans()):
        segments.append({"name": "rest", "procedure": draw(st.sampled_from(["one", "two"]))})
    return making.policy(
        bank_data_days_max=draw(st.sampled_from([None, 3])),
        first_import=draw(st.sampled_from([None, {"template": "summary", "wait_days": 6}])),
        minimum_amounts=draw(st.sampled_from([{}, {"EUR": 5, "JPY": 300}, {"default": 2}])),
        contact=making.PLAIN["contact"]
        | {
            "window": draw(st.sampled_from(WINDOWS)),
            "weekdays": draw(st.sampled_from([WORKDAYS, WORKDAYS, [*WORKDAYS, "sat", "sun"]])),
            "public_holidays": draw(st.sampled_from(["skip", "ignore"])),
            "days_between": draw(st.sampled_from([0, 5])),
            "contacts_per_7_days_max": draw(st.integers(min_value=1, max_value=4)),
        },
        segments=segments,
        procedures=[draw(procedures("one")), draw(procedures("two"))],
    )
