"""The policy's say about money that comes in: what needs no person, one, or two."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator

from recoup.policy.parts import Amount, MinimumAmounts, Model, check_minimum_amounts, minor_of

_PPM_PER_PERCENT = 10_000
# In which order a payment that names nothing pays; see `engine.allocation`.
Allocation = Literal["as_said", "oldest_first", "costs_interest_principal", "interest_principal"]
ALLOCATIONS: tuple[Allocation, ...] = get_args(Allocation)
# What becomes of a message to whom money in the bank may belong.
MaybePaid = Literal["hold", "mention"]
# More than any confidence.
NEVER_PPM = 1_000_001

Percent = Annotated[int | Decimal, Field(ge=0, le=100)]


def ppm_of(percent: int | Decimal) -> int:
    """The percentage in millionths."""
    return int(Decimal(percent) * _PPM_PER_PERCENT)


class Tolerance(Model):
    """How far a payment may be off in one currency; what is not said is as for all others."""

    rounding: Amount | None = None
    short: Amount | None = None
    over: Amount | None = None
    bank_charges: Amount | None = None


class Alone(Model):
    """How much one person may give away alone; more waits for a second one."""

    without_approval: MinimumAmounts

    _amounts = field_validator("without_approval")(check_minimum_amounts)


class Cash(Model):
    """What a creditor lets happen to money; every word may be left out."""

    # How sure a proposal must be to be posted by itself; at 100 nothing is.
    auto_post_percent: Annotated[Percent, Field(ge=50)] = Decimal("99.5")
    tolerances: Annotated[dict[str, Tolerance], Field(max_length=200)] = {}
    discount_grace_days: Annotated[int, Field(ge=0, le=60)] = 3
    maybe_paid: MaybePaid = "hold"
    # How sure it must be that a payment is theirs, to hold or to mention it.
    maybe_paid_percent: Annotated[Percent, Field(ge=1)] = 20
    write_off: Alone = Alone(without_approval={"default": 5})
    refund: Alone = Alone(without_approval={"default": 100})
    allocation: Allocation = "as_said"

    @field_validator("tolerances")
    @classmethod
    def _whole(cls, tolerances: dict[str, Tolerance]) -> dict[str, Tolerance]:
        for currency, tolerance in tolerances.items():
            for amount in (0, *vars(tolerance).values()):
                if amount is not None:
                    minor_of(amount, currency)
        return tolerances

    @property
    def auto_post_ppm(self) -> int:
        """The confidence from which a proposal is posted by itself, in millionths."""
        return ppm_of(self.auto_post_percent)

    @property
    def maybe_paid_ppm(self) -> int:
        """The confidence from which a payment counts as maybe theirs, in millionths."""
        return ppm_of(self.maybe_paid_percent)
