"""Why an account is or is not written to, as the pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recoup.books.models import Account, Intent
from recoup.engine.gate import Outcome
from recoup.jobs.explain import explain

_STATES = {Outcome.SEND: "done", Outcome.WAIT: "waiting", Outcome.STOP: "late"}
_WORDS = {Outcome.SEND: "Goes out", Outcome.WAIT: "Not now", Outcome.STOP: "Withheld"}


@dataclass(frozen=True)
class Reason:
    """One thing that mattered; `forbids` when it is what keeps the message back."""

    text: str
    forbids: bool


@dataclass(frozen=True)
class Reasoning:
    """The reasons in one currency: what comes of them first, then each rule that applied."""

    currency: str
    state: str
    word: str
    verdict: str
    reasons: tuple[Reason, ...]
    next_date: date | None
    # What became of it today already; the decision itself does not look at its own day.
    message: Intent | None


def why(account: Account, *, as_of: date) -> list[Reasoning]:
    """The reasoning by currency, in the order the explanation gives."""
    messages = {
        each.currency: each
        for each in Intent.objects.filter(account=account, cycle_date=as_of).order_by("pk")
        if each.reason != "superseded"
    }
    return [
        Reasoning(
            currency=each.currency,
            state=_STATES[each.outcome] if each.outcome else "off",
            word=_WORDS[each.outcome] if each.outcome else "Nothing due",
            verdict=each.conclusion,
            reasons=tuple(
                Reason(said.text, forbids=said.is_passed is False) for said in each.sentences[:-1]
            ),
            next_date=each.next_date,
            message=messages.get(each.currency),
        )
        for each in explain(account, as_of=as_of).reasons
    ]
