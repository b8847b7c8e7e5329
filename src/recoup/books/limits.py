"""How much one person may give away alone, by the policy in force; the doors of money ask it."""

from __future__ import annotations

from functools import lru_cache

from recoup.books.models import Creditor, PolicyVersion
from recoup.engine.matching.frames import MatchPolicy
from recoup.kernel.money import currency_number
from recoup.policy import document
from recoup.policy.cash import Cash
from recoup.policy.parts import amount_minor

# What a person, or a tolerance, gives up alone; a discount was promised and is not given up.
LIMITED = ("write_off", "bank_charges", "refund")


@lru_cache(maxsize=64)
def _cash(text: str) -> Cash:
    return document.load(text).policy.cash


def cash_of(creditor_id: int) -> Cash:
    """What the policy in force says of money."""
    found = PolicyVersion.objects.filter(
        pk__in=Creditor.objects.filter(pk=creditor_id).values("policy_id")
    )
    text = found.values_list("text", flat=True).first()
    return document.standard().policy.cash if text is None else _cash(text)


def limit_minor(cash: Cash, kind: str, currency: str) -> int:
    """The most of one document, or of one receipt, that needs no second person.

    What the policy tolerates of a payment needs none either.
    """
    if kind == "refund":
        return amount_minor(cash.refund.without_approval, currency)
    limit = amount_minor(cash.write_off.without_approval, currency)
    tolerance = MatchPolicy.of(cash).tolerance(currency_number(currency))
    within = tolerance.charges_minor if kind == "bank_charges" else tolerance.rounding_minor
    return max(limit, within)
