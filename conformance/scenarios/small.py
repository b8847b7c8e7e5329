"""Small worlds for scenarios: policies of a few steps, single items, and firms with books."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from conformance import house
from conformance.scenarios.base import Scenario
from recoup.books.models import OpenItem
from recoup.books.publish import publish_policy
from recoup.engine.evaluate import Decisions
from recoup.jobs.decide import decide
from recoup.kernel.money import currency_number
from recoup.policy import document
from recoup.policy.model import Policy
from tests.books.ledgers import Ledger
from tests.engine import making

TODAY = date(2026, 11, 20)
# Nothing but the ladder decides: any day, any hour, as often as it likes.
ANY_TIME = {
    "window": {"opens": "00:00", "closes": "24:00"},
    "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "public_holidays": "ignore",
    "contacts_per_7_days_max": 100,
    "contacts_per_30_days_max": 400,
    "days_between": 0,
}


def steps_after(*days: int, **words: object) -> list[dict[str, Any]]:
    """Reminders so many days after the due date."""
    return [{"trigger": {"days_after_due": day}, "template": "reminder_1"} | words for day in days]


def ladder(*steps: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A policy document of these steps and nothing else."""
    return (
        making.PLAIN
        | {
            "contact": ANY_TIME,
            "first_import": None,
            "minimum_amounts": {},
            "procedures": making.steps(*steps),
        }
        | changes
    )


def policy(*steps: dict[str, Any], **changes: object) -> Policy:
    """The same, read."""
    return document.load(json.dumps(ladder(*steps, **changes))).policy


def said(decisions: Decisions) -> list[tuple[str, int]]:
    """Currency and step of every message that goes out."""
    going = decisions.actions.filter(decisions.actions["blocked_bits"] == 0)
    codes = {currency_number(code): code for code in ("EUR", "USD", "GBP", "JPY")}
    return [(codes[row["currency"]], row["step"]) for row in going.iter_rows(named=True)]


def step_on(rules: Policy, day: date, **item: object) -> int:
    """The step that one item takes on a day; 0 when none."""
    found = said(making.decide([making.item(**item)], by=rules, as_of=day))
    return found[0][1] if found else 0


def march(rules: Policy, items: list[dict[str, Any]], days: Iterable[date]) -> dict[date, Any]:
    """What goes out day after day, when everything that goes out is delivered."""
    told: dict[date, Any] = {}
    known = [making.item(item_id=number, **item) for number, item in enumerate(items, start=1)]
    contact: date | None = None
    for day in days:
        here = [item for item in known if item["issue_date"] <= day]
        accounts = [making.account(last_contact_date=contact)]
        decisions = making.decide(here, accounts, by=rules, as_of=day)
        told[day] = said(decisions)
        if told[day]:
            contact = day
        currencies = {currency_number(code) for code, _ in told[day]}
        for line in decisions.lines.iter_rows(named=True):
            if line["step"] > 0 and line["currency"] in currencies:
                item = next(each for each in known if each["item_id"] == line["item_id"])
                item |= {"last_step": line["step"], "last_step_date": day}
    return told


def every_day(first: date, last: date) -> list[date]:
    """Both days and all between."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def books(scenario: Scenario, *steps: dict[str, Any]) -> Ledger:
    """A firm with empty books and a policy of these steps."""
    code = scenario.id.lower()[:50]
    creditor = house.firm(code, country="DE", currency="EUR")
    text = json.dumps(ladder(*(steps or steps_after(1))))
    document.load(text)
    publish_policy(creditor=creditor, name=code, text=text, at=house.AT, by=house.BY)
    return Ledger(creditor, TODAY, house.AT)


def decided(ledger: Ledger, day: date = TODAY) -> Decisions:
    """What the books of a firm lead to on a day."""
    ledger.creditor.refresh_from_db()
    return decide(ledger.creditor, as_of=day).decisions


def euros(minor: int) -> float:
    """Minor units as the scenarios write amounts."""
    return minor / 100


def outstanding(ledger: Ledger) -> list[float]:
    """What every item that is not settled still has open."""
    items = OpenItem.objects.filter(creditor=ledger.creditor).exclude(open_minor=0)
    return [euros(item.open_minor) for item in items.order_by("pk")]
