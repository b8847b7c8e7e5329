"""The policy document: what a creditor chooses about whom to remind, when and how."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from recoup.policy.cash import Cash
from recoup.policy.charging import Charges
from recoup.policy.parts import Code, MinimumAmounts, Model, check_minimum_amounts
from recoup.policy.terms import TermsRules
from recoup.policy.triggers import COURTESY, DAYS_MAX, TriggerKind

Words = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

# Messages further back than this are not looked for when spacing is kept.
SPACING_DAYS_MAX = 90
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$|^24:00$")


class Window(Model):
    """The hours of the debtor's day in which a message may go out."""

    opens: str
    closes: str

    @field_validator("opens", "closes")
    @classmethod
    def _is_clock(cls, value: str) -> str:
        if not _CLOCK.match(value):
            raise PydanticCustomError("clock", "write the time as 08:00, from 00:00 to 24:00")
        return value

    @property
    def opens_minute(self) -> int:
        """Minutes after midnight at which it opens."""
        return _minute(self.opens)

    @property
    def closes_minute(self) -> int:
        """Minutes after midnight at which it closes; that minute is outside."""
        return _minute(self.closes)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


class Contact(Model):
    """When and how often anybody may be written to."""

    window: Window
    weekdays: Annotated[list[Weekday], Field(min_length=0, max_length=7)]
    public_holidays: Literal["skip", "ignore"] = "skip"
    contacts_per_7_days_max: Annotated[int, Field(ge=0, le=100)]
    contacts_per_30_days_max: Annotated[int, Field(ge=0, le=400)]
    days_between: Annotated[int, Field(ge=0, le=SPACING_DAYS_MAX)]


class FirstImport(Model):
    """The courtesy to debtors whose old debt was found at the first import."""

    template: Code
    channel: Code = "email"
    wait_days: Annotated[int, Field(ge=0, le=365)]


class SizeBrake(Model):
    """A run with more messages than both of these waits for a person."""

    floor: Annotated[int, Field(ge=0, le=10_000_000)]
    factor_percent: Annotated[int, Field(ge=100, le=10_000)]

    def messages_max(self, largest_before: int) -> int:
        """The most messages a run may send by itself, given the largest recent run."""
        return max(self.floor, largest_before * self.factor_percent // 100)


class Trigger(Model):
    """When a step comes up, written as one word and a number: `days_after_due: 3`."""

    kind: TriggerKind
    days: Annotated[int, Field(ge=0, le=DAYS_MAX)]

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: object) -> object:
        if value == TriggerKind.ON_DUE:
            return {"kind": TriggerKind.ON_DUE, "days": 0}
        if isinstance(value, dict) and len(value) == 1:
            (word, days), *_ = value.items()
            if word in set(TriggerKind) - {TriggerKind.ON_DUE}:
                return {"kind": TriggerKind(word), "days": days}
        if isinstance(value, dict) and set(value) == {"kind", "days"}:
            return value
        raise PydanticCustomError(
            "trigger",
            "a trigger is `on_due` or one of {words} with a number of days, as in"
            " `days_after_due: 3`",
            {"words": ", ".join(kind for kind in TriggerKind if kind != TriggerKind.ON_DUE)},
        )

    @model_validator(mode="after")
    def _is_meant(self) -> Self:
        if self.kind == TriggerKind.DAY_OF_MONTH_AFTER_DUE and not 1 <= self.days <= 31:
            raise PydanticCustomError("day_of_month", "a day of the month is from 1 to 31")
        if self.kind not in (TriggerKind.ON_DUE, TriggerKind.END_OF_MONTH_AFTER_DUE) and not (
            self.days
        ):
            raise PydanticCustomError("zero_days", "write at least 1, or use `on_due`")
        return self


class Step(Model):
    """One rung of a procedure: when it comes up and what it says."""

    code: Code
    name: Words
    trigger: Trigger
    template: Code
    channel: Code = "email"
    when: Condition | None = None
    minimum_amounts: MinimumAmounts = {}
    days_between: Annotated[int, Field(ge=0, le=SPACING_DAYS_MAX)] | None = None
    final: bool = False

    _amounts = field_validator("minimum_amounts")(check_minimum_amounts)

    @property
    def is_courtesy(self) -> bool:
        """Said before the item is late; lapses when a later step comes up."""
        return self.trigger.kind in COURTESY


class Procedure(Model):
    """The ladder: its steps are numbered from 1 in this order."""

    name: Code
    steps: Annotated[list[Step], Field(min_length=1, max_length=30)]


class Segment(Model):
    """Who is treated by which procedure; the first segment whose condition holds wins."""

    name: Code
    when: Condition | None = None
    procedure: Code


class Policy(Model):
    """A creditor's whole policy. Published versions are never edited."""

    name: Code
    contact: Contact
    bank_data_days_max: Annotated[int, Field(ge=0, le=365)] | None = None
    cash: Cash = Cash()
    terms: TermsRules = TermsRules()
    first_import: FirstImport | None = None
    size_brake: SizeBrake
    minimum_amounts: MinimumAmounts = {}
    charges: Charges | None = None
    segments: Annotated[list[Segment], Field(min_length=1, max_length=50)]
    procedures: Annotated[list[Procedure], Field(min_length=1, max_length=50)]

    _amounts = field_validator("minimum_amounts")(check_minimum_amounts)
