"""Small bundles and policies by hand: a valid row, and what differs from it."""

from __future__ import annotations

from datetime import date

import polars as pl

from recoup.engine.bundle import ACCOUNTS, CREDITS, ITEMS, Bundle, Facts
from recoup.engine.evaluate import Decisions, evaluate
from recoup.kernel.money import currency_number
from recoup.policy.model import Policy
from recoup.policy.rulebook import Rulebook, rulebook_for

# A Friday, and no holiday in ZZ, which is no country.
TODAY = date(2026, 5, 15)
EUR = currency_number("EUR")
JPY = currency_number("JPY")
USD = currency_number("USD")

PLAIN = {
    "name": "plain",
    "contact": {
        "window": {"opens": "08:00", "closes": "18:00"},
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "contacts_per_7_days_max": 2,
        "contacts_per_30_days_max": 6,
        "days_between": 5,
    },
    "first_import": {"template": "summary", "wait_days": 7},
    "size_brake": {"floor": 20, "factor_percent": 150},
    "minimum_amounts": {"EUR": 5, "default": 0},
    "segments": [{"name": "everyone", "procedure": "ladder"}],
    "procedures": [
        {
            "name": "ladder",
            "steps": [
                {"code": "upcoming", "name": "Upcoming", "trigger": {"days_before_due": 3},
                 "template": "upcoming"},
                {"code": "today", "name": "Due today", "trigger": "on_due", "template": "due",
                 "days_between": 3},
                {"code": "first", "name": "First", "trigger": {"days_after_due": 3},
                 "template": "first", "days_between": 3},
                {"code": "second", "name": "Second", "trigger": {"days_after_due": 10},
                 "template": "second"},
                {"code": "last", "name": "Last", "trigger": {"days_after_due": 20},
                 "template": "last", "final": True},
            ],
        }
    ],
}  # fmt: skip


def policy(**changes: object) -> Policy:
    return Policy.model_validate(PLAIN | changes)


def steps(*given: dict) -> list[dict]:
    """One procedure of these steps; each needs only what matters."""
    full = [
        {"code": f"s{n}", "name": f"Step {n}", "template": f"t{n}"} | step
        for n, step in enumerate(given, start=1)
    ]
    return [{"name": "ladder", "steps": full}]


def rules(chosen: Policy | None = None, *, as_of: date = TODAY, country: str = "ZZ") -> Rulebook:
    return rulebook_for(chosen or policy(), version="v", as_of=as_of, country=country)


def item(**changes: object) -> dict:
    return {
        "debtor_id": 1, "account_id": 10, "item_id": 100, "currency": EUR,
        "issue_date": date(2026, 4, 1), "due_date": date(2026, 5, 5), "open_minor": 100_00,
        "held_minor": 0, "hold_bits": 0, "last_step": 0, "last_step_date": None,
        "is_backlog": False,
    } | changes  # fmt: skip


def account(**changes: object) -> dict:
    return {
        "debtor_id": 1, "account_id": 10, "legal_kind": 1, "country": "ZZ", "region": "",
        "language": "en", "tier": "A", "hold_bits": 0, "address": 1, "contacts_last_7_days": 0,
        "contacts_last_30_days": 0, "last_contact_date": None, "has_unfinished_message": False,
        "is_public_holiday": False, "first_invoice_date": date(2025, 1, 1),
    } | changes  # fmt: skip


def credit(**changes: object) -> dict:
    return {"debtor_id": 1, "account_id": 10, "currency": EUR, "credit_minor": 10_00} | changes


def facts(**changes: object) -> Facts:
    known = {
        "creditor_id": 1, "as_of": TODAY, "country": "ZZ", "region": "", "bank_data_until": None,
        "is_frozen": False,
    } | changes  # fmt: skip
    return Facts(**known)


def bundle(
    items: list[dict], accounts: list[dict] | None = None, credits: list[dict] = (), **known: object
) -> Bundle:
    """The rows as a bundle; an account for each item when none are given."""
    if accounts is None:
        keys = sorted({(row["debtor_id"], row["account_id"]) for row in items})
        accounts = [account(debtor_id=debtor, account_id=number) for debtor, number in keys]
    frames = [
        frame.of(rows).sort("debtor_id")
        for frame, rows in ((ITEMS, items), (ACCOUNTS, accounts), (CREDITS, list(credits)))
    ]
    return Bundle(facts(**known), *frames)


def decide(
    items: list[dict],
    accounts: list[dict] | None = None,
    credits: list[dict] = (),
    *,
    by: Policy | None = None,
    **known: object,
) -> Decisions:
    """Decide these rows."""
    given = bundle(items, accounts, credits, **known)
    return evaluate(given, rules(by, as_of=given.facts.as_of, country=given.facts.country))


def rows(frame: pl.DataFrame) -> list[dict]:
    return list(frame.iter_rows(named=True))
