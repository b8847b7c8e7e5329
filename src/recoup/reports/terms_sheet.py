"""A terms sheet: on one page, when and how to pay, and what happens when a payment is late."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from recoup.kernel.ids import fingerprint
from recoup.reports.pdf import compiled
from recoup.reports.statement import Party
from recoup.reports.terms_words import words

TEMPLATE = Path(__file__).with_name("typst") / "terms.typ"


@dataclass(frozen=True)
class Point:
    """One heading of the sheet: sentences, then facts with their labels."""

    heading: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TermsSheet:
    """What a creditor tells one debtor, or all, about paying; the same facts are the same sheet."""

    language: str
    title: str
    creditor: Party
    # Name, then the lines of the address; empty on the sheet for everybody.
    debtor: tuple[str, ...]
    points: tuple[Point, ...]
    paper: str = "a4"

    @property
    def text(self) -> str:
        """The sheet as plain text: what is shown, accepted and kept."""
        head = [self.title, self.creditor.name, *self.debtor[:1]]
        return "\n".join(["\n".join(head), *(_plain(point) for point in self.points)]) + "\n"

    @property
    def fingerprint(self) -> str:
        """The name of exactly these words."""
        return fingerprint(self.text.encode())

    @property
    def version(self) -> str:
        """The name as people read it out."""
        return version_of(self.fingerprint)


def version_of(name: str) -> str:
    """The first letters of a fingerprint, enough to tell two sheets apart."""
    return name[:10]


def _plain(point: Point) -> str:
    facts = [f"{label}: {value}" for label, value in point.facts]
    return "\n".join(["", point.heading, *point.lines, *facts])


def paragraphs(text: str) -> list[list[str]]:
    """A kept text as the blocks it was made of, each with its heading first."""
    return [block.splitlines() for block in text.strip("\n").split("\n\n")]


def write_terms_pdf(sheet: TermsSheet, *, on: date) -> bytes:
    """The sheet as PDF, with its version at the foot of the page."""
    data = json.dumps(_data(sheet, words(sheet.language)), ensure_ascii=False)
    return compiled(TEMPLATE, data, day=on)


def _data(sheet: TermsSheet, said: Mapping[str, str]) -> dict[str, object]:
    return {
        "title": sheet.title,
        "language": sheet.language,
        "paper": sheet.paper,
        "version": said["version"].format(version=sheet.version),
        "creditor": {"name": sheet.creditor.name, "address": sheet.creditor.address},
        "debtor": sheet.debtor,
        "points": [
            {"heading": point.heading, "lines": point.lines, "facts": point.facts}
            for point in sheet.points
        ],
    }
