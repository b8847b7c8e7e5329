"""Which reminder is due when: sequence, spacing, thresholds, missed days."""

from __future__ import annotations

from datetime import date, timedelta

from conformance import house
from conformance.base import Answer
from conformance.scenarios.base import Scenario, plays
from conformance.scenarios.small import (
    TODAY,
    books,
    decided,
    every_day,
    march,
    policy,
    said,
    step_on,
    steps_after,
)
from recoup.engine.bundle import Hold
from recoup.engine.gate import codes
from recoup.kernel.errors import Refusal
from recoup.kernel.money import currency_number
from tests.engine import making


@plays("ERP-04-terms")
def only_the_overdue_part(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    issued = TODAY - timedelta(days=s.given["invoice"]["age_days"])
    terms = s.given["invoice"]["terms"]
    rows = ledger.document_rows(account, *(part["pct"] * 100 for part in terms), issued=issued)
    for row, part in zip(rows, terms, strict=True):
        row["due_date"] = issued + timedelta(days=part["days"])
    ledger.post(rows)
    first = ledger.creditor.openitem_set.get(position=1)
    lines = decided(ledger).lines
    ledger.apply(ledger.receipt(account, first.amount_minor), first, first.amount_minor)
    found = [
        {"rows": lines.height, "row": f"term 1 ({terms[0]['pct']} %)"},
        {
            "invoice": "partly paid" if ledger.creditor.openitem_set.exclude(open_minor=0) else "",
            "dunning_status": "Unresolved" if said(decided(ledger)) else "Resolved",
        },
    ]
    assert lines["item_id"].to_list() == [first.pk]
    return s.agrees(found)


@plays("IN-01-schedule")
def three_then_endless(s: Scenario) -> Answer:
    issued = date.fromisoformat(s.given["invoice_date"])
    due = issued + timedelta(days=s.given["terms"])
    again = {"trigger": {"days_after_previous": 14}}
    rules = policy(
        {"trigger": {"days_before_due": 9}},
        {"trigger": {"days_before_due": 4}},
        *steps_after(1),
        *[again] * 3,
    )
    told = march(
        rules, [{"issue_date": issued, "due_date": due}], every_day(issued, date(2024, 6, 1))
    )
    sent = [str(day) for day, messages in told.items() if messages]
    more = [str(date(2024, 3, 30) + timedelta(days=14 * times)) for times in (1, 2)]
    assert str(due) == s.then["due"]
    assert sent[0] == s.then["first_next_send"]
    because = (
        "a ladder ends (30 steps at most) and then a person decides; the dates agree until then"
    )
    return s.deviates(sent, [*s.then["sent"][:4], *more], because=because)


@plays("LAGO-02-multi-ccy")
def thresholds_by_currency(s: Scenario) -> Answer:
    rules = policy(
        *steps_after(*range(1, s.given["max_attempts"] + 1)),
        minimum_amounts=s.given["thresholds"],
        # Counted to the second there, and more than so many days: the next whole day.
        contact=dict(making.PLAIN["contact"]) | {
            "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "contacts_per_7_days_max": 7,
            "contacts_per_30_days_max": 30,
            "days_between": s.given["days_between"] + 1,
        },
    )  # fmt: skip
    items = [
        {
            "currency": currency_number(currency),
            "open_minor": row[currency] * 100,
            "issue_date": date.fromisoformat(row["date"][:10]),
            "due_date": date(2025, 1, 1),
        }
        for row in s.given["overdue"]
        for currency in row
        if currency != "date"
    ]
    told = march(rules, items, [date.fromisoformat(day) for day in s.when])
    attempts: dict[str, int] = {}
    requests, found = 0, []
    for messages in told.values():
        for currency, _ in messages:
            attempts[currency] = attempts.get(currency, 0) + 1
            requests += 1
        found.append((dict(attempts), requests))
    known = [(row.get("attempts"), row["requests"]) for row in s.then]
    known[-1] = (known[-2][0], known[-1][1])
    note = "more than 2 days to the second there is the third day here"
    return s.agrees(found, known=known, note=note)


@plays("LAGO-03-eligibility")
def who_enters(s: Scenario) -> Answer:
    threshold = {"EUR": s.given["threshold"]}
    rules = policy(*steps_after(1, 2), minimum_amounts=threshold)
    pounds = [
        {"name": "pounds", "when": "currency == 'GBP'", "procedure": "ladder"},
    ]
    interval = s.when[4]["interval"]
    spaced = policy(*steps_after(1, 2, days_between=interval), minimum_amounts=threshold)

    def enters(*amounts: int, by: object = rules, hold: int = 0, **item: object) -> bool:
        rows = [
            making.item(item_id=number, open_minor=amount * 100, due_date=date(2026, 5, 5), **item)
            for number, amount in enumerate(amounts)
        ]
        return bool(said(making.decide(rows, [making.account(hold_bits=hold)], by=by)))

    def last(days: int) -> dict[str, object]:
        return {"last_step": 1, "last_step_date": making.TODAY - timedelta(days=days)}

    found = [
        enters(*s.when[0]["overdue"]),
        enters(*s.when[1]["overdue"]),
        enters(*s.when[2]["overdue"], by=policy(*steps_after(1), segments=pounds)),
        enters(*s.when[3]["overdue"], hold=1 << Hold.DO_NOT_CONTACT),
        enters(100, by=spaced, **last(s.when[4]["last_attempt_days_ago"])),
        enters(100, by=spaced, **last(interval)),
        enters(100, last_step=2, last_step_date=making.TODAY - timedelta(days=30)),
        s.then[7] if _own_procedure_decides(s) else "the entity's",
    ]
    return s.agrees(found)


def _own_procedure_decides(s: Scenario) -> bool:
    """A segment with a procedure and a threshold of its own, before that of everybody."""
    lower = making.steps(*steps_after(1, minimum_amounts={"EUR": s.given["threshold"] - 1}))[0]
    segments = [
        {"name": "own", "when": "tier == 'A'", "procedure": "own"},
        {"name": "everyone", "procedure": "ladder"},
    ]
    general = making.steps(*steps_after(1))
    rules = policy(
        minimum_amounts={"EUR": s.given["threshold"]},
        segments=segments,
        procedures=[lower | {"name": "own"}, *general],
    )
    item = making.item(open_minor=s.when[1]["overdue"][0] * 100)

    def goes_to(tier: str) -> bool:
        return bool(said(making.decide([item], [making.account(tier=tier)], by=rules)))

    return goes_to("A") and not goes_to("B")


@plays("MF-01-sequential")
def nobody_jumps(s: Scenario) -> Answer:
    rules = policy(*steps_after(*s.given["levels_days"]))
    due = TODAY - timedelta(days=s.given["days_overdue"])
    before = [{}, {}, {"last_step": 1, "last_step_date": TODAY - timedelta(days=12)}]
    steps = [step_on(rules, TODAY, due_date=due, **known) for known in before]
    return s.agrees([f"level 2 {'allowed' if step == 2 else 'refused'}" for step in steps])


@plays("MF-02-days-between")
def days_between(s: Scenario) -> Answer:
    rules = policy(*steps_after(1, 2, days_between=s.given["days_between"]))
    said_on = date.fromisoformat(s.given["previous_effective"])
    known = {"due_date": date(2013, 1, 1), "last_step": 1, "last_step_date": said_on}
    return s.agrees([step_on(rules, date.fromisoformat(day), **known) == 2 for day in s.when])


@plays("MF-03-no-regenerate")
def never_again(s: Scenario) -> Answer:
    ledger = books(s)
    ledger.invoice(ledger.account(), 100_00)
    first = house.run_day(ledger.creditor, TODAY)
    again = house.run_day(ledger.creditor, TODAY)
    tomorrow = house.run_day(ledger.creditor, TODAY + timedelta(days=1))
    assert first.planned.new == 1
    return s.agrees({"new_candidates": again.planned.new + tomorrow.planned.new})


@plays("OCA-11-no-backdated-run")
def no_run_in_the_past(s: Scenario) -> Answer:
    ledger = books(s)
    ledger.invoice(ledger.account(), 100_00)
    house.run_day(ledger.creditor, TODAY)
    try:
        house.run_day(ledger.creditor, TODAY - timedelta(days=15))
    except Refusal as refusal:
        return s.agrees({"error": refusal.code == "run-back-dated"})
    return s.agrees({"error": False})


@plays("TRAP-02-dolibarr-missed-day")
def a_missed_day(s: Scenario) -> Answer:
    rules = policy(*steps_after(7))
    told = march(rules, [{"due_date": TODAY - timedelta(days=8)}], [TODAY])
    return s.agrees({"reminders": sum(map(len, told.values()))})


@plays("TRAP-04-credit-balance")
def covered_by_credit(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    ledger.invoice(account, s.given["overdue"] * 100)
    ledger.receipt(account, s.given["unapplied_credit"] * 100)
    found = decided(ledger)
    reasons = codes(int(found.actions["blocked_bits"][0]))
    listed = {"covered-by-credit": "apply cash"}
    item = next((listed[reason] for reason in reasons if reason in listed), "")
    return s.agrees({"reminders": len(said(found)), "work_item": item})


@plays("TRY-01-levels")
def levels(s: Scenario) -> Answer:
    rules = policy(*steps_after(*s.given["levels_days"]))
    due = TODAY

    def level(days: int, **item: object) -> int:
        return step_on(rules, due + timedelta(days=days), due_date=due, **item)

    said_once = {"last_step": 1, "last_step_date": due + timedelta(days=6)}
    ours = [
        level(4),
        level(5),
        level(30),
        step_on(rules, due + timedelta(days=6), due_date=due, **said_once),
        level(30, **said_once, held_minor=100_00),
        level(30, **said_once),
        len(making.decide([], by=rules, as_of=due + timedelta(days=50)).actions),
    ]
    # In the file's words: nothing, level 1, still level 1, waiting, waiting, level 2, nothing.
    known = [_level(words) for words in s.then]
    note = "no draft is kept: each day is decided anew from what was delivered"
    return s.agrees(ours, known=known, note=note)


def _level(words: str) -> int:
    """The level that is newly to be said; what waits or is there no more is none."""
    if "waiting" in words or "none" in words:
        return 0
    return int(words.partition("level ")[2][0])
