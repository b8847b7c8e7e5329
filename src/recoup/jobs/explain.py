"""Explaining: why an account is or is not contacted on a day, in words, from the same functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from recoup.books import lookup, maybe_paid
from recoup.books.models import Account, Intent
from recoup.engine import explain as engine
from recoup.jobs.decide import decide
from recoup.policy.rulebook import Rulebook


@dataclass(frozen=True)
class Explanation:
    """What the engine says of an account on a day, and what became of it since."""

    account: Account
    as_of: date
    # By currency, every rule that applied; the conclusion is each one's last sentence.
    reasons: tuple[engine.Explanation, ...]
    # What the outbox knows of the day's messages, in words.
    outbox: tuple[str, ...]

    @property
    def sentences(self) -> dict[str, list[str]]:
        """By currency, the conclusion first and then each rule that applied."""
        return {
            each.currency: [each.conclusion, *(said.text for said in each.sentences[:-1])]
            for each in self.reasons
        }


def explain(account: Account, *, as_of: date) -> Explanation:
    """Every rule that applied to an account on a day, one explanation per currency."""
    decided = decide(account.creditor, as_of=as_of, debtor_ids=[account.debtor_id])
    names = lookup.numbers_of(decided.bundle.items["item_id"].to_list())
    maybe = _maybe_paid(account, decided.rulebook)
    found = [
        replace(each, sentences=(*each.sentences[:-1], *maybe, each.sentences[-1]))
        for each in engine.explain(decided.bundle, decided.rulebook, names=names)
        if each.account_id == account.pk
    ]
    messages = Intent.objects.filter(account=account, cycle_date=as_of).order_by("pk")
    return Explanation(account, as_of, tuple(found), tuple(_told(each) for each in messages))


def _maybe_paid(account: Account, rulebook: Rulebook) -> tuple[engine.Sentence, ...]:
    """Each payment that may be theirs, and what the policy has done about it."""
    cash = rulebook.policy.cash
    is_held = cash.maybe_paid == "hold"
    meanwhile = "nothing is written meanwhile" if is_held else "the message mentions the likeliest"
    found = maybe_paid.likely(
        account.creditor_id,
        account_ids=[account.pk],
        as_of=rulebook.as_of,
        from_ppm=cash.maybe_paid_ppm,
    ).sort("booked_date", "line_id")
    return tuple(
        engine.Sentence(
            "maybe-paid",
            f"{engine.money(row['amount_minor'], row['line_currency'])} of {row['booked_date']} is"
            f" not applied yet and may be theirs ({row['confidence_ppm'] // 10_000} % sure; it"
            f" counts from {cash.maybe_paid_percent} %): {meanwhile}.",
        )
        for row in found.iter_rows(named=True)
    )


def _told(intent: Intent) -> str:
    """One message of the day in words."""
    reason = f" ({intent.reason})" if intent.reason else ""
    state = intent.get_state_display()
    return f"Message “{intent.step_code}” of {intent.cycle_date}: {state}{reason}."
