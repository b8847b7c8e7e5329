"""Small laws made up for tests, and debts under them."""

from __future__ import annotations

from datetime import date

from recoup.kernel.parties import LegalKind
from recoup.law.debt import Debt, Event, Happened
from recoup.law.lookup import Law
from recoup.law.read import parse

HEAD = """
code: ZZ
name: Nowhere
currency: EUR
languages: [en]
checked_on: 2026-01-01
review_by: 2027-01-01
summary: Made up for a test.
sources:
  act: {title: "Act of Nowhere"}
values:
"""


def made_law(**topics: str) -> Law:
    """A law of these topics: `limitation__years="5"`, or more of an entry after a bar.

    `"5 | verified: memory"` is a value from memory; lists and words are written as YAML.
    """
    lines = []
    for name, written in topics.items():
        value, _, more = written.partition("|")
        told = more.strip()
        verified = "" if "verified" in told else "verified: two, "
        extra = f", {told}" if told else ""
        inner = value.strip() if value.strip().startswith("bands:") else f"value: {value.strip()}"
        entry = f"{{since: 1900-01-01, {inner}, sources: [act], {verified}cite: s 1{extra}}}"
        lines.append(f"  {name.replace('__', '.')}:\n    - {entry}")
    return Law(parse(HEAD + "\n".join(lines) + "\n"))


def debt(
    due: date = date(2021, 5, 10),
    *events: tuple[Happened, date],
    kind: LegalKind = LegalKind.COMPANY,
    **more: object,
) -> Debt:
    """A debt of 1,000.00 with certain events."""
    told = {"amount_minor": 1_000_00, "currency": "EUR"} | more
    return Debt(
        kind=kind, due_date=due, events=tuple(Event(each, on) for each, on in events), **told
    )
