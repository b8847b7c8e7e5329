"""Where the law of the creditor's place narrows when and how often a policy may write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from recoup.kernel.parties import LegalKind
from recoup.law.lookup import Found
from recoup.policy.bounds import Bounds, bounds, in_words, of_policy
from recoup.policy.lawful import people
from recoup.policy.lint import Finding, Path
from recoup.policy.model import WEEKDAYS, Policy

# Of one limit: where it stands in the policy, the law, and what it comes to.
Limited = tuple[Path, str, str]


def contact_against_law(policy: Policy, *, country: str, region: str, on: date) -> list[Finding]:
    """Never an error: the stricter of both holds by itself, and the policy says so here.

    Debtors elsewhere have the limits of their own place.
    """
    whom: dict[Limited, list[LegalKind]] = defaultdict(list)
    for kind in LegalKind:
        days: dict[Limited, list[str]] = defaultdict(list)
        for number in range(7):
            day = on + timedelta(days=number)
            found = bounds(
                policy.contact, country=country, region=region, legal_kind=int(kind), on=day
            )
            for limited in _limits(found, of_policy(policy.contact, on=day)):
                days[limited].append(WEEKDAYS[day.weekday()])
        for (path, law, what), named in days.items():
            whom[path, law, _on(what, named)].append(kind)
    return [
        Finding(
            path,
            f"Messages to {_whom(kinds)} are limited by {law} {what}.",
            is_error=False,
        )
        for (path, law, what), kinds in whom.items()
    ]


def _whom(kinds: list[LegalKind]) -> str:
    every = len(kinds) == len(LegalKind)
    return "everybody" if every else _and([people(kind) for kind in kinds])


def _limits(found: Bounds, ours: Bounds) -> Iterator[Limited]:
    for code, laws in found.laws.items():
        for each in laws:
            yield _worded(code, found, ours, each)


def _worded(code: str, found: Bounds, ours: Bounds, law: Found) -> Limited:
    if code == "outside-hours":
        window = _window(found) if found.opens_minute < found.closes_minute else "no hour"
        return ("contact", "window"), in_words(law), f"from {_window(ours)} to {window}{{days}}"
    if code == "closed-day":
        of_holidays = law.topic == "contact.public_holidays"
        when = " on public holidays" if of_holidays else "{days}"
        return ("contact", "weekdays"), in_words(law), f"to none{when}"
    name = f"contacts_per_{7 if code.endswith('-7') else 30}_days_max"
    most, mine = getattr(found, name), getattr(ours, name)
    span = "seven" if code.endswith("-7") else "thirty"
    return ("contact", name), in_words(law), f"from {mine} to {most} in {span} days"


def _on(what: str, days: list[str]) -> str:
    every = len(days) == len(WEEKDAYS)
    named = sorted(days, key=WEEKDAYS.index)
    return what.format(days="" if every else f" on {_and([each.capitalize() for each in named])}")


def _window(found: Bounds) -> str:
    return f"{_clock(found.opens_minute)}–{_clock(found.closes_minute)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
