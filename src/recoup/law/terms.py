"""When a debt falls due by law where nothing was agreed, and how long terms may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from recoup.kernel.dates import end_of_month
from recoup.kernel.parties import LegalKind
from recoup.law.lookup import Found, Law


@dataclass(frozen=True)
class Due:
    """The last day to pay in time, and the first day that interest is counted for."""

    due_date: date
    first_interest_date: date
    cites: tuple[Found, ...]


@dataclass(frozen=True)
class Longest:
    """The last day that terms may reach.

    Longer terms are cut to it where the law is strict; else they may stand when they are fair
    and expressly made.
    """

    due_date: date
    days: int
    is_strict: bool
    cites: tuple[Found, ...]


def default_due(law: Law, *, start: date, kind: LegalKind) -> Due:
    """When a debt is due for which nothing was agreed.

    `start` is the day that the law counts from (topic `terms.default_from`): invoice or
    delivery, receipt of the invoice, acceptance. Raises Refusal `law-silent` or
    `law-unverified` where the document does not say enough.
    """
    days = law.get("terms.default_days", on=start, kind=kind)
    counts = law.get("terms.default_counts", on=start, kind=kind)
    is_first = counts.entry.value == "starting_day_included"
    number = law.count("terms.default_days", on=start, kind=kind)
    due = start + timedelta(days=number - 1 if is_first else number)
    return Due(due, first_interest_date(law, due_date=due, kind=kind), (days, counts))


def first_interest_date(law: Law, *, due_date: date, kind: LegalKind) -> date:
    """The first day that interest is counted for: the day after, where the law says nothing."""
    found = law.find("interest.first_day", on=due_date, kind=kind)
    days = 1 if found is None else law.count("interest.first_day", on=due_date, kind=kind)
    return due_date + timedelta(days=days)


def longest(law: Law, *, start: date, kind: LegalKind) -> Longest | None:
    """The longest terms such a debtor may be given from a day; None where the law sets none."""
    found = law.find("terms.max_days", on=start, kind=kind)
    if found is None:
        return None
    days = law.count("terms.max_days", on=start, kind=kind)
    strict = law.find("terms.max_strict", on=start, kind=kind)
    is_strict = strict is not None and law.is_so("terms.max_strict", on=start, kind=kind)
    cites = (found,) if strict is None else (found, strict)
    return Longest(start + timedelta(days=days), days, is_strict, cites)


def agreed_due(law: Law, *, start: date, agreed_days: int, kind: LegalKind) -> Due:
    """When a debt with agreed terms is due: what is longer than the law allows is cut.

    Terms above a limit that is not strict stand; `longest` says so.
    """
    due = start + timedelta(days=agreed_days)
    limit = longest(law, start=start, kind=kind)
    if limit is not None and limit.is_strict and due > limit.due_date:
        return Due(
            limit.due_date,
            first_interest_date(law, due_date=limit.due_date, kind=kind),
            limit.cites,
        )
    return Due(due, first_interest_date(law, due_date=due, kind=kind), ())


@dataclass(frozen=True)
class EndOfMonth:
    """Days to the end of month in both readings of the trade; contracts should say which."""

    days_then_month_end: date
    month_end_then_days: date


def end_of_month_readings(*, start: date, days: int) -> EndOfMonth:
    """The two last days that `45 days end of month` may mean."""
    return EndOfMonth(
        days_then_month_end=end_of_month(start + timedelta(days=days)),
        month_end_then_days=end_of_month(start) + timedelta(days=days),
    )


def end_of_month_days(law: Law, *, start: date, kind: LegalKind) -> int:
    """How many days terms to the end of month may count; Refusal `law-silent` where none may."""
    return law.count("terms.max_end_of_month_days", on=start, kind=kind)


def longest_end_of_month(law: Law, *, start: date, kind: LegalKind) -> EndOfMonth:
    """The law's longest terms to the end of month; Refusal `law-silent` where it has none."""
    return end_of_month_readings(start=start, days=end_of_month_days(law, start=start, kind=kind))
