"""When and how often a debtor may be written to: the stricter of the policy and the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from recoup.kernel.parties import LegalKind
from recoup.law.contact import Limit, restrictions_at
from recoup.law.lookup import Found
from recoup.policy.model import WEEKDAYS, Contact

_KINDS = {int(kind): kind for kind in LegalKind}


@dataclass(frozen=True)
class Bounds:
    """What a debtor's place and kind leave of a day; minutes are after the debtor's midnight."""

    opens_minute: int
    closes_minute: int  # that minute is outside
    is_closed_weekday: bool
    skips_holidays: bool
    contacts_per_7_days_max: int
    contacts_per_30_days_max: int
    # By the code of the gate's rule: what the law says, where it is stricter than the policy.
    laws: Mapping[str, tuple[Found, ...]] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[int, int, bool, bool, int, int]:
        """The bounds without their reasons."""
        return (
            self.opens_minute,
            self.closes_minute,
            self.is_closed_weekday,
            self.skips_holidays,
            self.contacts_per_7_days_max,
            self.contacts_per_30_days_max,
        )


def of_policy(contact: Contact, *, on: date) -> Bounds:
    """What the policy alone allows on a day."""
    return Bounds(
        opens_minute=contact.window.opens_minute,
        closes_minute=contact.window.closes_minute,
        is_closed_weekday=WEEKDAYS[on.weekday()] not in contact.weekdays,
        skips_holidays=contact.public_holidays == "skip",
        contacts_per_7_days_max=contact.contacts_per_7_days_max,
        contacts_per_30_days_max=contact.contacts_per_30_days_max,
    )


def bounds(
    contact: Contact, *, country: str, region: str, legal_kind: int | None, on: date
) -> Bounds:
    """The stricter of the policy and the law of the debtor's place on a day.

    A kind we do not know is protected most. The window may close before it opens: then
    nothing goes out.
    """
    ours = of_policy(contact, on=on)
    kind = _KINDS.get(legal_kind or 0, LegalKind.UNKNOWN)
    theirs = restrictions_at(country, region, kind, on)
    laws: dict[str, tuple[Found, ...]] = {}

    def stricter(code: str, mine: int, limit: Limit | None, *, is_least: bool) -> int:
        if limit is None or (limit.value >= mine if is_least else limit.value <= mine):
            return mine
        laws[code] = (*(each for each in laws.get(code, ()) if each != limit.found), limit.found)
        return limit.value

    opens = stricter("outside-hours", ours.opens_minute, theirs.opens, is_least=False)
    closes = stricter("outside-hours", ours.closes_minute, theirs.closes, is_least=True)
    days = [
        found
        for found, is_ours in (
            (theirs.closed, ours.is_closed_weekday),
            (theirs.holidays, ours.skips_holidays),
        )
        if found is not None and not is_ours
    ]
    if days:
        laws["closed-day"] = tuple(days)
    return Bounds(
        opens_minute=opens,
        closes_minute=closes,
        is_closed_weekday=ours.is_closed_weekday or theirs.closed is not None,
        skips_holidays=ours.skips_holidays or theirs.holidays is not None,
        contacts_per_7_days_max=stricter(
            "too-often-7", ours.contacts_per_7_days_max, theirs.per_7_days_max, is_least=True
        ),
        contacts_per_30_days_max=stricter(
            "too-often-30", ours.contacts_per_30_days_max, theirs.per_30_days_max, is_least=True
        ),
        laws=laws,
    )


def in_words(found: Found) -> str:
    """The law and its paragraph: `Australia: … (RG 96), part 2 s 4`."""
    return f"{found.document.name}: {found.cite}"
