"""What the law says of payment terms: how long where nothing is agreed, and how long at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.kernel.terms import Kind, Part, Roll, Terms, longest_days
from recoup.law.lookup import Law
from recoup.law.terms import default_due, end_of_month_days, longest


@dataclass(frozen=True)
class ByLaw:
    """A number of days from the issue date, and the paragraph that says so."""

    days: int
    cite: str
    # For a longest: whether no agreement may go beyond it.
    is_strict: bool = False

    @property
    def terms(self) -> Terms:
        """The same as terms."""
        return Terms((Part(days=self.days),))


@dataclass(frozen=True)
class TooLong:
    """Terms beyond the law's longest for a kind of debtor."""

    days: int
    longest: ByLaw
    kind: LegalKind

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, with the paragraph."""
        who = self.kind.word.replace("_", " ")
        is_strict = self.longest.is_strict
        rest = (
            "Longer terms do not bind"
            if is_strict
            else "Longer ones stand only if fair and expressly agreed"
        )
        return (
            f"These terms come to {self.days} days; for a {who} the longest is"
            f" {self.longest.days} ({self.longest.cite}). {rest}; shorten them."
        )


def too_long(terms: Terms, law: Law | None, *, on: date, kind: LegalKind) -> TooLong | None:
    """Whether terms go beyond the law's longest for such a debtor; None where they do not."""
    most = by_longest(law, on=on, kind=kind)
    if most is None or terms.kind is not Kind.CREDIT:
        return None
    days = longest_days(terms)
    if days <= most.days or _is_to_month_end(terms, law, most, on=on, kind=kind):
        return None
    return TooLong(days, most, kind)


def _is_to_month_end(
    terms: Terms, law: Law | None, most: ByLaw, *, on: date, kind: LegalKind
) -> bool:
    """Whether what goes beyond the longest counts to the end of month, as the law lets it too."""
    try:
        allowed = end_of_month_days(law, start=on, kind=kind) if law else 0
    except Refusal:
        return False
    # A closed day that moves a due date on would take it beyond what the law counts.
    stays = terms.roll in (Roll.NONE, Roll.PRECEDING)
    return stays and all(
        longest_days(Terms((part,))) <= most.days
        or part
        in (
            Part(weight=part.weight, days=min(part.days, allowed), to_month_end=True),
            Part(weight=part.weight, days_more=min(part.days_more, allowed), to_month_end=True),
        )
        for part in terms.parts
    )


def by_default(law: Law | None, *, on: date, kind: LegalKind) -> ByLaw | None:
    """The terms where nothing was agreed; None where the law is silent, unknown or unverified.

    The law often counts from delivery or receipt, which our books do not know; we count from the
    issue date, which is the earliest of them.
    """
    try:
        due = default_due(law, start=on, kind=kind) if law else None
    except Refusal:
        return None
    return ByLaw((due.due_date - on).days, due.cites[0].cite) if due else None


def by_longest(law: Law | None, *, on: date, kind: LegalKind) -> ByLaw | None:
    """The longest terms that may be agreed with such a debtor; None where none are known."""
    try:
        found = longest(law, start=on, kind=kind) if law else None
    except Refusal:
        return None
    return ByLaw(found.days, found.cites[0].cite, found.is_strict) if found else None
