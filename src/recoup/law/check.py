"""What is to be done about the law documents on a day: rates due, reviews, values to verify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from recoup.kernel.dates import add_months
from recoup.kernel.errors import Fault
from recoup.law.inventory import Held, in_force, last_seen
from recoup.law.lookup import Law, known_until, period_name
from recoup.law.model import LawDocument, Series
from recoup.law.read import documents

# A rate is due this many days before the one before it ends: most are set in the last weeks.
DUE_DAYS = 45
MONTHS_OF_YEAR = 12


class Matter(StrEnum):
    """What a finding is about. Words are for ever."""

    MALFORMED = "malformed"
    RATE_OVERDUE = "rate-overdue"
    RATE_DUE = "rate-due"
    REVIEW_PASSED = "review-passed"
    UNVERIFIED = "unverified"
    OLD = "old"


URGENT = (Matter.MALFORMED, Matter.RATE_OVERDUE, Matter.REVIEW_PASSED)


@dataclass(frozen=True)
class Finding:
    """One thing to look after: in which law, about what, and since or until which day."""

    matter: Matter
    law: str
    subject: str
    sentence: str
    on: date | None = None

    @property
    def is_urgent(self) -> bool:
        """Something is refused already, or the whole document must be read again."""
        return self.matter in URGENT


def check(*, on: date) -> tuple[Finding, ...]:
    """Every finding about every document on a day; what is urgent comes first."""
    try:
        found = documents()
    except Fault as fault:
        return (Finding(Matter.MALFORMED, "", "", str(fault)),)
    findings = [each for document in found.values() for each in of_document(document, on=on)]
    order = list(Matter)
    return tuple(sorted(findings, key=lambda each: order.index(each.matter)))


def of_document(document: LawDocument, *, on: date) -> tuple[Finding, ...]:
    """The findings about one document, without its wider ones."""
    findings: list[Finding] = []
    for name, series in document.series.items():
        findings += _rate(document, name, series, on)
    if on > document.review_by:
        findings.append(
            Finding(
                Matter.REVIEW_PASSED,
                document.code,
                "",
                f"{document.name}: the document was to be read again by {document.review_by}.",
                document.review_by,
            )
        )
    for held in in_force(Law(document), on=on):
        findings += _value(document, held, on)
    return tuple(findings)


def _rate(document: LawDocument, name: str, series: Series, on: date) -> list[Finding]:
    findings: list[Finding] = []
    newest, until = series.values[-1], known_until(series)
    what = f"{document.name}: {series.title}"
    if until is not None and on > until:
        findings.append(
            Finding(Matter.RATE_OVERDUE, document.code, name, _overdue(what, series, until), until)
        )
    elif until is not None and on + timedelta(days=DUE_DAYS) > until:
        findings.append(
            Finding(Matter.RATE_DUE, document.code, name, _due(what, series, until), until)
        )
    if newest.verified == "memory":
        sentence = f"{what} of {newest.since} is known from memory only."
        findings.append(Finding(Matter.UNVERIFIED, document.code, name, sentence))
    return findings


def _overdue(what: str, series: Series, until: date) -> str:
    if series.period == "open":
        return f"{what} was last seen on {until}; what followed is missing."
    return f"{what} of {_next(series, until)} is missing. The newest is known up to {until}."


def _due(what: str, series: Series, until: date) -> str:
    if series.period == "open":
        return f"{what} was last seen on {until} and is to be looked up again."
    return f"{what} of {_next(series, until)} is due. The newest is known up to {until}."


def _next(series: Series, until: date) -> str:
    """The name of the period after the last known one."""
    first = until + timedelta(days=1)
    if series.period == "year":
        return str(first.year)
    if series.period == "half_year":
        return period_name(first)
    if series.period == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return f"{first:%Y-%m}"


def _value(document: LawDocument, held: Held, on: date) -> list[Finding]:
    topic, entry = held.found.topic, held.found.entry
    if entry.verified == "memory":
        sentence = f"{document.name}: {topic} is known from memory only."
        return [Finding(Matter.UNVERIFIED, document.code, topic, sentence)]
    seen = last_seen(document, entry.sources)
    if seen is None:
        sentence = f"{document.name}: {topic} rests on pages without a date."
        return [Finding(Matter.OLD, document.code, topic, sentence)]
    if add_months(seen, MONTHS_OF_YEAR) < on:
        sentence = f"{document.name}: {topic} was last seen on {seen}, over a year ago."
        return [Finding(Matter.OLD, document.code, topic, sentence, seen)]
    return []
