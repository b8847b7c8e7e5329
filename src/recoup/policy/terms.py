"""The policy's say about terms: when invoices are due that do not say so themselves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from recoup.kernel.errors import Refusal
from recoup.kernel.terms import read_terms
from recoup.policy.parts import Model

Tier = Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)]


def check_terms(text: str) -> str:
    """The terms, when they are plainly terms."""
    try:
        read_terms(text)
    except Refusal as refusal:
        raise PydanticCustomError("terms", "{sentence}", {"sentence": refusal.sentence}) from None
    return text


TermsText = Annotated[
    str, StringConstraints(min_length=1, max_length=400), AfterValidator(check_terms)
]


class TermsRules(Model):
    """The terms of those with whom nothing was agreed; every word may be left out."""

    default: TermsText | None = None
    # By the tier of the account, as the customer file writes it.
    tiers: Annotated[dict[Tier, TermsText], Field(max_length=50)] = {}
    # What a payment in part earns of a discount: none unless the whole is paid in time, or its
    # share of what came in time.
    part_payment_discount: Literal["none", "its_share"] = "none"

    @property
    def discounts_parts(self) -> bool:
        """A part paid in time earns its share of the discount."""
        return self.part_payment_discount == "its_share"
