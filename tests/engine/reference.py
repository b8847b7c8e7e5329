"""The whole decision once more: slow, row by row, plain Python. The oracle of the engine.

Written from the rules in words, not from the engine; nothing here is shared with it but the
names of columns, the kernel's calendar and the policy document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache

from recoup.engine.bundle import Facts
from recoup.kernel.dates import add_business_days, add_months, end_of_month
from recoup.kernel.money import currency_code, exponent
from recoup.policy.model import Policy, Procedure, Step
from tests.engine.reference_law import KINDS, law_of
from tests.engine.reference_words import holds

Row = Mapping[str, object]

NONE = -1
HOLDS = 14


@dataclass
class Decided:
    """Rows with the columns of ACTIONS, LINES and AGING."""

    actions: list[dict] = field(default_factory=list)
    lines: list[dict] = field(default_factory=list)
    aging: list[dict] = field(default_factory=list)


def decide(
    facts: Facts,
    items: Iterable[Row],
    accounts: Iterable[Row],
    credits: Iterable[Row],
    policy: Policy,
) -> Decided:
    """Decide debtor after debtor."""
    by_debtor: dict[int, list[Row]] = defaultdict(list)
    credit: dict[tuple, int] = defaultdict(int)
    debtors = set()
    for item in items:
        by_debtor[item["debtor_id"]].append(item)
        debtors.add(item["debtor_id"])
    for row in credits:
        credit[row["debtor_id"], row["account_id"], row["currency"]] += row["credit_minor"]
        debtors.add(row["debtor_id"])
    known = {(row["debtor_id"], row["account_id"]): row for row in accounts}
    credit_of: dict[int, dict] = defaultdict(dict)
    for key, minor in credit.items():
        credit_of[key[0]][key] = minor
    decided = Decided()
    for debtor in sorted(debtors):
        _decide_debtor(facts, by_debtor[debtor], credit_of[debtor], known, policy, decided)
    return decided


def _decide_debtor(facts, items, credit, known, policy, decided):
    groups = defaultdict(list)
    for item in items:
        groups[item["debtor_id"], item["account_id"], item["currency"]].append(item)
    for key in credit:
        groups.setdefault(key, [])
    cleared_today = 0
    for key in sorted(groups):
        mine = sorted(groups[key], key=lambda item: (item["due_date"], item["item_id"]))
        account = known.get(key[:2])
        money = credit.get(key, 0)
        aging = _age(facts, key, mine, money)
        segment, procedure_number = (NONE, NONE)
        if mine:
            segment, procedure_number = _segment(facts, policy, aging, account, key)
        procedure = policy.procedures[procedure_number] if procedure_number >= 0 else None
        aging["segment"] = segment
        aging["finished_minor"] = sum(
            _askable(item)
            for item in mine
            if procedure
            and item["due_date"] < facts.as_of
            and item["last_step"] >= len(procedure.steps)
        )
        decided.aging.append(aging)
        if procedure is None:
            continue
        lines = _lines(facts, policy, procedure, mine, money, aging, account, key)
        if not lines:
            continue
        action = _action(key, segment, procedure_number, procedure, policy, lines)
        action["blocked_bits"] = _gate(
            facts, policy, procedure, action, money, account, cleared_today
        )
        cleared_today += action["blocked_bits"] == 0
        action["priority"] = _priority(action, key[2])
        decided.actions.append(action)
        for line in lines:
            line.pop("step_due")
            decided.lines.append(line)


def _askable(item):
    return max(item["open_minor"] - item["held_minor"], 0)


def _age(facts, key, items, credit):
    row = {
        "debtor_id": key[0], "account_id": key[1], "currency": key[2],
        "balance_minor": -credit, "credit_minor": credit, "not_due_minor": 0, "days_1_30_minor": 0,
        "days_31_60_minor": 0, "days_61_90_minor": 0, "days_91_up_minor": 0, "held_minor": 0,
        "overdue_minor": 0, "days_past_due": 0, "finished_minor": 0, "items": len(items),
        "segment": NONE,
    }  # fmt: skip
    late_minor = 0
    for item in items:
        days = (facts.as_of - item["due_date"]).days
        if days <= 0:
            bucket = "not_due_minor"
        elif days <= 30:
            bucket = "days_1_30_minor"
        elif days <= 60:
            bucket = "days_31_60_minor"
        elif days <= 90:
            bucket = "days_61_90_minor"
        else:
            bucket = "days_91_up_minor"
        row[bucket] += item["open_minor"]
        row["balance_minor"] += item["open_minor"]
        row["held_minor"] += item["held_minor"]
        if days > 0 and _askable(item) > 0:
            late_minor += _askable(item)
            row["days_past_due"] = max(row["days_past_due"], days)
    row["overdue_minor"] = max(late_minor - credit, 0)
    return row


def _words(facts, aging, account, key):
    units = Decimal(1).scaleb(-exponent(currency_code(key[2])))
    account = account or {}
    kind = account.get("legal_kind")
    first = account.get("first_invoice_date")
    return {
        "balance": aging["balance_minor"] * units,
        "overdue": aging["overdue_minor"] * units,
        "credit": aging["credit_minor"] * units,
        "held": aging["held_minor"] * units,
        "days_past_due": aging["days_past_due"],
        "items": aging["items"],
        "days_as_customer": None if first is None else (facts.as_of - first).days,
        "tier": account.get("tier"),
        "country": account.get("country"),
        "region": account.get("region"),
        "language": account.get("language"),
        "currency": currency_code(key[2]),
        "legal_kind": KINDS[kind] if kind is not None and 0 <= kind < len(KINDS) else None,
    }


def _segment(facts, policy, aging, account, key):
    words = _words(facts, aging, account, key)
    numbers = {procedure.name: n for n, procedure in enumerate(policy.procedures)}
    for number, segment in enumerate(policy.segments):
        if segment.when is None or holds(segment.when, words) is True:
            return number, numbers[segment.procedure]
    return NONE, NONE


def _lines(facts, policy, procedure, items, credit, aging, account, key):
    lines = []
    conditional = any(step.when for step in procedure.steps)
    words = _words(facts, aging, account, key) if conditional else {}
    units = Decimal(1).scaleb(-exponent(currency_code(key[2])))
    for item in items:
        asked = _askable(item)
        if asked <= 0:
            continue
        days = (facts.as_of - item["due_date"]).days
        if conditional:
            words = words | {
                "days_past_due": days,
                "amount": item["open_minor"] * units,
                "held": item["held_minor"] * units,
            }
        due = _step_due(facts, policy, procedure, item, words)
        covered = min(credit, asked)
        credit -= covered
        if due < 0 and days <= 0:
            continue
        net = asked - covered
        lines.append(
            {
                "debtor_id": key[0], "account_id": key[1], "currency": key[2],
                "item_id": item["item_id"], "due_date": item["due_date"], "days_past_due": days,
                "step": due if net > 0 else NONE, "open_minor": asked, "net_minor": net,
                "step_due": due,
            }
        )  # fmt: skip
    return lines if any(line["step_due"] >= 0 for line in lines) else []


def _step_due(facts, policy, procedure, item, words):
    """The one step due for an item today, if any."""
    today = facts.as_of
    late = item["due_date"] < today
    last, named = item["last_step"], item["last_step_date"]
    first_import = policy.first_import
    if first_import and item["is_backlog"] and named is None and late:
        return 0
    steps = list(enumerate(procedure.steps, start=1))
    place = facts.country, facts.region

    def up(step):
        anchor = item["due_date"]
        if step.trigger.kind == "days_after_previous" and named is not None:
            anchor = named
        return _day(step.trigger.kind, step.trigger.days, anchor, place) <= today

    def rested(step):
        if named is None:
            return True
        between = policy.contact.days_between if step.days_between is None else step.days_between
        if first_import and last == 0 and not step.is_courtesy:
            between = max(between, first_import.wait_days)
        return (today - named).days >= between

    def applies(step):
        return step.when is None or holds(step.when, words) is True

    # Courtesies: the latest one that has come up, unless something later has as well.
    for number, step in reversed(steps):
        if not step.is_courtesy:
            if step.trigger.kind != "days_after_previous" and up(step):
                break
            continue
        if up(step):
            if last < number and not item["is_backlog"] and applies(step) and rested(step):
                return number
            break
    # Reminders: the first one not yet said that applies; later ones wait for it.
    for number, step in steps:
        if step.is_courtesy or number <= last or not applies(step):
            continue
        return number if up(step) and rested(step) else NONE
    return NONE


@cache
def _day(kind, days, anchor, place):
    if kind == "days_before_due":
        return anchor - timedelta(days=days)
    if kind == "business_days_after_due":
        return add_business_days(anchor, days, country=place[0], region=place[1])
    if kind == "end_of_month_after_due":
        return end_of_month(anchor) + timedelta(days=days)
    if kind == "day_of_month_after_due":
        following = add_months(anchor.replace(day=1), 1)
        return following.replace(day=min(days, end_of_month(following).day))
    return anchor + timedelta(days=days)


def _action(key, segment, procedure_number, procedure, policy, lines):
    step = max(line["step"] for line in lines)
    if step < 0:
        step = max(line["step_due"] for line in lines)
    opened = sum(line["open_minor"] for line in lines)
    asked = sum(line["net_minor"] for line in lines)
    return {
        "debtor_id": key[0], "account_id": key[1], "currency": key[2], "segment": segment,
        "ladder": procedure_number, "step": step, "lines": len(lines),
        "days_past_due": max(0, *(line["days_past_due"] for line in lines), 0),
        "open_minor": opened, "credited_minor": opened - asked, "asked_minor": asked,
        "due_minor": sum(line["net_minor"] for line in lines if line["step"] >= 0),
        "minimum_minor": _minimum(policy, procedure, step, key[2]),
    }  # fmt: skip


def _minimum(policy: Policy, procedure: Procedure, step: int, currency: int) -> int:
    code = currency_code(currency)
    amounts = policy.minimum_amounts
    if step > 0 and procedure.steps[step - 1].minimum_amounts:
        amounts = procedure.steps[step - 1].minimum_amounts
    amount = amounts.get(code, amounts.get("default", 0))
    return min(int(Decimal(amount).scaleb(exponent(code))), 10**12)


def _gate(facts, policy, procedure, action, credit, account, cleared_today):
    contact = policy.contact
    step: Step | None = procedure.steps[action["step"] - 1] if action["step"] > 0 else None
    between = contact.days_between
    if step is not None and step.days_between is not None:
        between = step.days_between
    days_max, until = policy.bank_data_days_max, facts.bank_data_until or facts.as_of
    is_old = days_max is not None and (facts.as_of - until).days > days_max
    is_gapped = days_max is not None and facts.has_bank_gap
    stale = (is_old or is_gapped) and action["days_past_due"] > 0
    weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][facts.as_of.weekday()]
    account = account or {}

    def forbids(name, question):
        value = account.get(name)
        return value is None or question(value)

    last = account.get("last_contact_date")
    law = law_of(facts, account)
    closed = weekday not in contact.weekdays or weekday in law.closed
    if not closed and (contact.public_holidays == "skip" or law.rests_on_holidays):
        closed = forbids("is_public_holiday", bool)
    opens = max(contact.window.opens_minute, law.opens)
    closes = min(contact.window.closes_minute, law.closes)
    bits = {
        0: action["due_minor"] <= 0 and credit <= 0,
        1: action["due_minor"] <= 0 and credit > 0,
        2: action["asked_minor"] < action["minimum_minor"],
        3: forbids("address", lambda value: value not in (1, 2, 3, 4)),
        4: forbids("address", lambda value: value == 2),
        5: forbids("address", lambda value: value == 3),
        6: forbids("address", lambda value: value == 4),
        7: forbids(
            "contacts_last_7_days",
            lambda value: (
                value + cleared_today >= min(contact.contacts_per_7_days_max, law.per_7_days)
            ),
        ),
        8: forbids(
            "contacts_last_30_days",
            lambda value: value + cleared_today >= contact.contacts_per_30_days_max,
        ),
        9: not account or (last is not None and (facts.as_of - last).days < between),
        10: forbids("has_unfinished_message", bool),
        11: stale,
        12: facts.is_frozen,
        13: closed,
        14: opens >= closes,
    }
    for hold in range(HOLDS):
        bits[32 + hold] = forbids("hold_bits", lambda value, hold=hold: bool(value >> hold & 1))
    return sum(1 << bit for bit, is_set in bits.items() if is_set)


def _priority(action, currency):
    whole = action["asked_minor"] // 10 ** exponent(currency_code(currency))
    days = min(action["days_past_due"], 2**15 - 1)
    return whole.bit_length() * 2**22 + days * 2**7 + min(action["step"], 2**7 - 1)
