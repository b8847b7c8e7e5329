"""What every part of the policy document is made of: frozen models, and amounts in whole units."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from recoup.kernel.errors import Refusal
from recoup.kernel.money import MAX_MINOR, exponent

DEFAULT = "default"
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]


class Model(BaseModel):
    """A part of the document: frozen, and unknown words are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Amount = Annotated[int | Decimal, Field(ge=0)]
MinimumAmounts = Annotated[dict[str, Amount], Field(max_length=200)]


def check_minimum_amounts(amounts: dict[str, int | Decimal]) -> dict[str, int | Decimal]:
    """The amounts, when each is whole minor units of a known currency."""
    for currency, amount in amounts.items():
        if currency != DEFAULT:
            minor_of(amount, currency)
        elif amount != int(amount):
            raise PydanticCustomError(
                "default_amount", "the amount for all other currencies must be a whole number"
            )
    return amounts


def minor_of(amount: int | Decimal, currency: str) -> int:
    """The amount in minor units of the currency; a value error when it is no whole number."""
    try:
        digits = exponent(currency)
    except Refusal as refusal:
        raise PydanticCustomError(
            "currency", "{sentence}", {"sentence": refusal.sentence}
        ) from None
    minor = Decimal(amount).scaleb(digits)
    if minor != int(minor):
        raise PydanticCustomError(
            "digits",
            "{currency} has {digits} digits after the point; write the amount with no more",
            {"currency": currency, "digits": digits},
        )
    if minor > MAX_MINOR:
        raise PydanticCustomError("too_large", "the amount is too large to be meant")
    return int(minor)


def amount_minor(amounts: dict[str, int | Decimal], currency: str) -> int:
    """The amount for a currency, or the one for every currency not named, or nothing."""
    if currency in amounts:
        return minor_of(amounts[currency], currency)
    minor: int = int(amounts.get(DEFAULT, 0)) * 10 ** exponent(currency)
    return min(minor, MAX_MINOR)
