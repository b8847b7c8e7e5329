"""Law: what the state says where debtors live, since when, and how well that is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse

from recoup.access import Act, asks
from recoup.books.models import Creditor, Seat
from recoup.kernel.errors import Refusal
from recoup.law import check, inventory
from recoup.law.check import Finding, Matter
from recoup.law.inventory import Held, RateHeld
from recoup.law.lookup import Law, law
from recoup.law.model import LawDocument, Source
from recoup.law.read import documents
from recoup.law.topics import TOPICS, Kind
from recoup.web import clock
from recoup.web.page import show
from recoup.web.treatment import day_of

# The chapters of a law in the order one asks, each with the topics it takes.
CHAPTERS = (
    ("Interest", ("interest", "contract")),
    ("Compensation and costs", ("compensation", "costs", "fee")),
    ("Terms of payment", ("terms", "default")),
    ("Limitation", ("limitation",)),
    ("Contact", ("contact",)),
    ("Before and at court", ("preaction", "demand", "court")),
    ("What stops everything", ("stop",)),
    ("What a payment pays", ("allocation",)),
    ("Tax and records", ("vat", "records", "licence")),
    ("What is coming", ("coming",)),
)
_YEAR = timedelta(days=365)
_VERIFIED = {"two": "Two sources", "one": "One source", "memory": "From memory"}
# What a person must look after first.
_ORDER = (Matter.RATE_OVERDUE, Matter.REVIEW_PASSED, Matter.RATE_DUE)


@dataclass(frozen=True)
class Line:
    """A law in the list, with what is to be done about it."""

    document: LawDocument
    findings: tuple[Finding, ...]
    values: int
    from_memory: int

    @property
    def rank(self) -> tuple[int, str]:
        """Overdue rates first, then passed reviews, then rates that are due; then by name."""
        found = {each.matter for each in self.findings}
        first = next((n for n, matter in enumerate(_ORDER) if matter in found), len(_ORDER))
        return first, self.document.name

    @property
    def overdue_rates(self) -> int:
        """Rates that are missing for the day."""
        return sum(each.matter is Matter.RATE_OVERDUE for each in self.findings)

    @property
    def due_rates(self) -> int:
        """Rates that end soon."""
        return sum(each.matter is Matter.RATE_DUE for each in self.findings)

    @property
    def is_review_passed(self) -> bool:
        """The document was to be read again before the day."""
        return any(each.matter is Matter.REVIEW_PASSED for each in self.findings)


@dataclass(frozen=True)
class Value:
    """A value of a topic for some kinds of debtor, ready to be read."""

    held: Held
    words: str
    on: date
    # The wider law it stands in, where it is not the law of the page itself.
    wider: str

    @property
    def kinds(self) -> str:
        """The kinds of debtor it holds for; empty when for all."""
        if self.held.is_for_all:
            return ""
        return ", ".join(kind.word.replace("_", " ") for kind in self.held.kinds).capitalize()

    @property
    def verified(self) -> str:
        """How well it is known."""
        return _VERIFIED[self.held.found.entry.verified]

    @property
    def is_old(self) -> bool:
        """Nobody has seen it for more than a year."""
        seen = self.held.seen_on
        return seen is not None and seen + _YEAR < self.on

    @property
    def sources(self) -> list[Source]:
        """Where it was read."""
        found = self.held.found
        return [found.document.sources[key] for key in found.entry.sources]


@dataclass(frozen=True)
class Question:
    """A topic with its values on the day."""

    code: str
    meaning: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Chapter:
    """Topics that belong together."""

    title: str
    anchor: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class RateLine:
    """A reference rate on the day, and the day from which the next one is needed."""

    held: RateHeld
    next_on: date | None
    is_due: bool

    @property
    def sources(self) -> list[Source]:
        """Where the value was read."""
        if self.held.step is None:
            return []
        return [self.held.document.sources[key] for key in self.held.step.rate.sources]


def lines(*, on: date) -> list[Line]:
    """Every law, with what is overdue first."""
    found = [_line(document, on) for document in documents().values()]
    return sorted(found, key=lambda each: each.rank)


def _line(document: LawDocument, on: date) -> Line:
    entries = [entry for entries in document.values.values() for entry in entries]
    return Line(
        document=document,
        findings=check.of_document(document, on=on),
        values=len(entries),
        from_memory=sum(entry.verified == "memory" for entry in entries),
    )


def chapters(asked: Law, *, on: date) -> list[Chapter]:
    """Everything the law says on a day; chapters without a word are left out."""
    by_topic: dict[str, list[Value]] = {}
    for held in inventory.in_force(asked, on=on):
        by_topic.setdefault(held.found.topic, []).append(_value(asked, held, on))
    found = []
    for title, heads in CHAPTERS:
        questions = tuple(
            Question(topic, TOPICS[topic].meaning.rstrip("."), tuple(values))
            for topic, values in by_topic.items()
            if topic.split(".")[0] in heads
        )
        if questions:
            found.append(Chapter(title, heads[0], questions))
    return found


def _value(asked: Law, held: Held, on: date) -> Value:
    found = held.found
    words = inventory.value_words(found)
    if TOPICS[found.topic].kind is Kind.SERIES:
        words = asked.series(words).title
    is_own = found.document.code == asked.code
    return Value(held, words, on, "" if is_own else found.document.name)


def rates(asked: Law, *, on: date) -> list[RateLine]:
    """Every reference rate with the next one due."""
    return list(_rates(asked, on))


def _rates(asked: Law, on: date) -> Iterator[RateLine]:
    for held in inventory.rates_in_force(asked, on=on):
        until = held.known_until
        is_due = until is not None and on + timedelta(days=check.DUE_DAYS) > until
        yield RateLine(held, None if until is None else until + timedelta(days=1), is_due)


def asked_day(request: HttpRequest, creditor: Creditor) -> tuple[date, Refusal | None]:
    """The day the address asks for, today when it names none or none we can read."""
    today = clock.today(creditor)
    try:
        return day_of(request.GET.get("on", ""), "The day") or today, None
    except Refusal as refusal:
        return today, refusal


@asks(Act.SEE)
def laws(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every law we hold, what is overdue first."""
    on, refusal = asked_day(request, seat.creditor)
    context = {"here": "law", "on": on, "refusal": refusal, "lines": lines(on=on)}
    return show(request, seat, "law.html", context)


@asks(Act.SEE)
def one(request: HttpRequest, seat: Seat, law_code: str) -> HttpResponse:
    """All that one law says on a day, chapter by chapter."""
    on, refusal = asked_day(request, seat.creditor)
    try:
        asked = law(law_code)
    except Refusal as unknown:
        raise Http404(unknown.sentence) from unknown
    findings = check.of_document(asked.document, on=on)
    context = {
        "here": "law",
        "on": on,
        "refusal": refusal,
        "law": asked,
        "document": asked.document,
        "urgent": [each for each in findings if each.is_urgent],
        "chapters": chapters(asked, on=on),
        "rates": rates(asked, on=on),
    }
    return show(request, seat, "law_of.html", context)
