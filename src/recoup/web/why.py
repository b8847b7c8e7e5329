"""Why an account is or is not written to, as the pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recoup.books.models import Account
from recoup.jobs.explain import explain


@dataclass(frozen=True)
class Reasoning:
    """The reasons in one currency: what comes of them first, then each rule that applied."""

    currency: str
    verdict: str
    sentences: tuple[str, ...]


def why(account: Account, *, as_of: date) -> list[Reasoning]:
    """The reasoning by currency, in the order the explanation gives."""
    explained = explain(account, as_of=as_of)
    found = []
    for currency, sentences in explained.sentences.items():
        first, *rest = sentences or ["Nothing is open."]
        found.append(Reasoning(currency, first, tuple(rest)))
    return found
