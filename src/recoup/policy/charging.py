"""The policy's section `charges`: what being late costs the debtor."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from recoup.policy.parts import (
    Amount,
    Code,
    MinimumAmounts,
    Model,
    check_minimum_amounts,
    minor_of,
)

ChargedKind = Literal["company", "sole_trader", "public_body", "consumer"]
# Announced is told and not owed; accrued stands in the ledger and is not asked for yet.
ChargeMode = Literal["announce", "accrue", "invoice"]
# What is rounded to the minor unit: as the law has it, the sum, each stretch, or the day.
InterestRounding = Literal["law", "total", "segment", "daily"]
GraceDays = Annotated[int, Field(ge=0, le=365)]
Kinds = Annotated[list[ChargedKind], Field(min_length=1, max_length=4)]


class InterestCharge(Model):
    """Interest on what is late: by the law, or at an agreed rate."""

    basis: Literal["statutory", "contractual"] = "statutory"
    annual_rate_percent: Annotated[int | Decimal, Field(gt=0, le=100)] | None = None
    compounding: Literal["none", "yearly", "monthly"] = "none"
    mode: ChargeMode
    grace_days: GraceDays = 0
    # Smaller amounts are not charged; they add up until they reach it.
    minimum_amounts: MinimumAmounts = {}
    rounding: InterestRounding = "law"
    # The creditor states that it is what the law asks of whoever claims: small, registered.
    creditor_qualifies: bool = False
    # When interest that goes on is posted; the last of a paid item is posted at once.
    every: Literal["month", "quarter"] = "month"
    kinds: Kinds | None = None

    _amounts = field_validator("minimum_amounts")(check_minimum_amounts)

    @model_validator(mode="after")
    def _has_a_rate(self) -> Self:
        if (self.basis == "contractual") != (self.annual_rate_percent is not None):
            raise PydanticCustomError(
                "rate", "write annual_rate_percent with `basis: contractual` and only there"
            )
        if self.annual_rate_percent is not None:
            scaled = Decimal(self.annual_rate_percent) * 10_000
            if scaled != int(scaled):
                raise PydanticCustomError("rate", "write the rate with at most four decimals")
        if self.basis == "statutory" and self.compounding != "none":
            raise PydanticCustomError(
                "compounding", "the law says how statutory interest compounds; leave it out"
            )
        return self


class CompensationCharge(Model):
    """The fixed sum that the law gives once for each late invoice."""

    mode: ChargeMode
    grace_days: GraceDays = 0
    kinds: Kinds | None = None


class Fee(Model):
    """What a message of a step costs the debtor, by currency."""

    step: Code
    amounts: Annotated[dict[str, Amount], Field(min_length=1, max_length=50)]

    @field_validator("amounts")
    @classmethod
    def _are_amounts(cls, amounts: dict[str, int | Decimal]) -> dict[str, int | Decimal]:
        for currency, amount in amounts.items():
            minor_of(amount, currency)
        return amounts


class FeeCharge(Model):
    """Fees for reminders, each charged once the message has left."""

    mode: ChargeMode
    steps: Annotated[list[Fee], Field(min_length=1, max_length=30)]
    kinds: Kinds | None = None


class CostCharge(Model):
    """Out-of-court collection costs by the tariff of the law, on what is late for long."""

    mode: ChargeMode
    days_past_due: Annotated[int, Field(ge=1, le=365)]
    kinds: Kinds | None = None


class Charges(Model):
    """What being late costs the debtor; the stricter of this and the law holds."""

    # The code of a law document; without it, the law of the creditor's place.
    law: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z]{2,3})?$")] | None = None
    # From whom; nobody whose kind is unknown is ever charged.
    kinds: Kinds = ["company", "sole_trader", "public_body"]
    interest: InterestCharge | None = None
    compensation: CompensationCharge | None = None
    fees: FeeCharge | None = None
    costs: CostCharge | None = None
    # What is late for the very first time is told and waived.
    courtesy_waiver: Literal["first", "none"] = "first"
    # Whether charges are posted by themselves or wait for a person.
    approval: Literal["auto", "propose"] = "propose"
    # Days to pay a charge once it is invoiced.
    days_to_pay: Annotated[int, Field(ge=0, le=90)] = 14
    # Holds that stop interest beside those of the law.
    frozen_by: list[Literal["dispute", "plan", "promise", "complaint"]] = []
