"""The policy's say about money, in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from recoup.engine.matching.frames import MatchPolicy, Tolerance
from recoup.kernel.money import currency_number, plain
from recoup.policy.cash import Alone, Cash

_ALLOCATIONS = {
    "as_said": "as the payer says; a payment that names nothing pays in the order of the law,"
    " or the oldest first where the law has none",
    "oldest_first": "always the oldest first",
    "costs_interest_principal": "costs first, then interest, then the oldest invoices",
    "interest_principal": "interest first, then the oldest of the rest",
}


def amounts(given: Mapping[str, int | Decimal]) -> str:
    """Amounts by currency in one line; empty when there are none."""
    return ", ".join(
        f"{amount} in any other currency" if currency == "default" else f"{currency} {amount}"
        for currency, amount in given.items()
    )


def money_rules(cash: Cash) -> list[tuple[str, str]]:
    """What may happen to money without a person, or with only one: headings and sentences."""
    sure = f"{cash.maybe_paid_percent} % sure"
    return [
        (
            "Posted by itself",
            f"what is at least {cash.auto_post_percent} % sure; the rest is proposed"
            if cash.auto_post_percent < 100
            else "nothing; everything is proposed",
        ),
        ("A payment may differ by", _tolerances(cash)),
        (
            "Early-payment discount",
            f"may be taken {cash.discount_grace_days} day"
            f"{'' if cash.discount_grace_days == 1 else 's'} after its last day",
        ),
        (
            "Maybe paid already",
            f"nobody is written to whose payment is in the bank and not applied, when it is {sure}"
            if cash.maybe_paid == "hold"
            else f"the message mentions a payment that is {sure} to be theirs",
        ),
        ("Given up by one person", _alone(cash.write_off)),
        ("Paid back by one person", _alone(cash.refund)),
        ("Money pays", _ALLOCATIONS[cash.allocation]),
    ]


def _alone(limit: Alone) -> str:
    if not limit.without_approval:
        return "nothing; a second person approves everything"
    return f"at most {amounts(limit.without_approval)}; more is approved by a second person"


def _tolerances(cash: Cash) -> str:
    policy = MatchPolicy.of(cash)
    named = [
        f"{currency} {_tolerance(policy.tolerance(currency_number(currency)), currency)}"
        for currency in cash.tolerances
    ]
    usual = policy.otherwise
    rest = (
        f"{'in other currencies ' if named else ''}{usual.rounding_minor} of the smallest units in"
        f" rounding, {usual.short_minor} short, {usual.over_minor} over,"
        f" {usual.charges_minor} in bank charges"
    )
    return "; ".join([*named, rest])


def _tolerance(tolerance: Tolerance, currency: str) -> str:
    said = (
        (tolerance.rounding_minor, "in rounding"),
        (tolerance.short_minor, "short"),
        (tolerance.over_minor, "over"),
        (tolerance.charges_minor, "in bank charges"),
    )
    return ", ".join(f"{plain(minor, currency)} {what}" for minor, what in said)
