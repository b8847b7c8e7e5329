"""What some laws say of writing to people, by hand: for the slow reference of the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace

KINDS = ["unknown", "company", "sole_trader", "consumer", "public_body"]


@dataclass(frozen=True)
class Law:
    """What some laws say of writing to people, by hand; minutes after midnight."""

    opens: int = 0
    closes: int = 24 * 60
    closed: tuple[str, ...] = ()
    rests_on_holidays: bool = False
    per_7_days: int = 1000


# By country and kind; a kind that is not known is protected like a consumer.
AUSTRALIA = Law(rests_on_holidays=True, per_7_days=3)
LAWS = {
    ("AU", "consumer"): AUSTRALIA,
    ("AU", "sole_trader"): AUSTRALIA,
    ("AU", "company"): AUSTRALIA,
    ("AU", "public_body"): AUSTRALIA,
    ("IE", "consumer"): Law(9 * 60, 21 * 60, closed=("sun",), rests_on_holidays=True),
    ("IN", "consumer"): Law(8 * 60, 19 * 60),
    ("IN", "sole_trader"): Law(8 * 60, 19 * 60),
}


def law_of(facts, account):
    """What the law says of writing to an account's debtor on the day; nothing where unknown."""
    kind = account.get("legal_kind")
    word = KINDS[kind] if kind is not None and 0 < kind < len(KINDS) else "consumer"
    country = account.get("country") or facts.country
    law = LAWS.get((country, word), Law())
    if country == "AU" and account:
        is_weekend = facts.as_of.weekday() >= 5
        return replace(law, opens=9 * 60 if is_weekend else 7 * 60 + 30, closes=21 * 60)
    return law if account else Law()
