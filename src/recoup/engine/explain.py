"""Why an account is or is not written to, in words: every rule that applied.

Nothing is decided here. The sentences are read off the frames of `evaluate` for the same
bundle, and the next day of each item is found by asking the same expressions about later days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from recoup.engine import actions as acting
from recoup.engine import gate, outlook
from recoup.engine.bundle import Bundle, Hold
from recoup.engine.evaluate import evaluate
from recoup.engine.facts import fact
from recoup.engine.limits import PLACE
from recoup.engine.outlook import Next
from recoup.engine.standing import Standing, stand
from recoup.kernel.money import currency_code, plain
from recoup.policy.bounds import Bounds
from recoup.policy.rulebook import Rulebook

# Asked late, just before a message leaves; or said already by the rule `no-address`.
_SAID_ONLY_WHEN_BLOCKED = {
    "figures-changed",
    "not-allow-listed",
    "address-bounced",
    "opted-out",
    "no-consent",
}


@dataclass(frozen=True)
class Sentence:
    """One thing that mattered: its code for programs, and the sentence for people."""

    code: str
    text: str
    # For a rule of the gate: it let the message pass. None where nothing was asked.
    is_passed: bool | None = None
    item_id: int | None = None


@dataclass(frozen=True)
class Explanation:
    """Why one account in one currency is or is not written to on a day."""

    account_id: int
    currency: str
    outcome: gate.Outcome | None  # None: nothing is due, so nothing was asked
    step: int | None
    sentences: tuple[Sentence, ...]
    # The day on which, as things stand, something will next be said; None for a person.
    next_date: date | None

    @property
    def conclusion(self) -> str:
        """The last sentence: what happens today, or why nothing does."""
        return self.sentences[-1].text


def explain(
    bundle: Bundle, rulebook: Rulebook, *, names: Mapping[int, str] | None = None
) -> list[Explanation]:
    """One explanation per account and currency; `names` are the invoice numbers of items.

    Meant for the bundle of one debtor: contact caps then see all of the debtor's messages.
    """
    checked = bundle.checked()
    decisions = evaluate(checked, rulebook)
    stands = stand(checked, rulebook)
    facts = _facts_by_key(checked, stands, rulebook)
    actions = {_key(row): row for row in decisions.actions.iter_rows(named=True)}
    lines = {row["item_id"]: row for row in decisions.lines.iter_rows(named=True)}
    upcoming = outlook.next_steps(checked, stands, rulebook)
    words = _Words(checked, rulebook, names or {}, lines, upcoming)
    found = []
    for number, account in enumerate(stands.accounts.iter_rows(named=True)):
        items = stands.items.filter(pl.col("group") == number).to_dicts()
        key = _key(account)
        found.append(words.explanation(account, items, actions.get(key), facts.get(key)))
    return found


def _key(row: Mapping[str, int]) -> tuple[int, int]:
    return row["account_id"], row["currency"]


def _facts_by_key(
    bundle: Bundle, stands: Standing, rulebook: Rulebook
) -> dict[tuple[int, int], dict[str, object]]:
    lines = acting.lines_of(stands, bundle, rulebook)
    facts = acting.facts_of(lines, stands, bundle, rulebook)
    return {(row["account_id"], row["currency"]): row for row in facts.iter_rows(named=True)}


@dataclass(frozen=True)
class _Words:
    """What all sentences of one explanation share."""

    bundle: Bundle
    rulebook: Rulebook
    names: Mapping[int, str]
    lines: Mapping[int, dict[str, int]]
    upcoming: Mapping[int, Next]

    def explanation(
        self,
        account: dict[str, int],
        items: list[dict[str, object]],
        action: dict[str, int] | None,
        facts: dict[str, object] | None,
    ) -> Explanation:
        """Everything about one account in one currency, in the order one would ask."""
        currency = currency_code(account["currency"])
        sentences = [self._balance(account, currency), self._segment(account)]
        sentences += [self._item(item, account["ladder"], currency) for item in items]
        coming = [
            self.upcoming[number]
            for item in items
            if isinstance(number := item["item_id"], int) and number in self.upcoming
        ]
        next_date = min((each.day for each in coming), default=None)
        outcome = None
        if action is not None and facts is not None:
            outcome = gate.outcome(action["blocked_bits"])
            bounds = self._bounds(account["account_id"])
            sentences += _gate(action["blocked_bits"], facts, currency, bounds)
            next_date = outlook.next_try(action["blocked_bits"], facts, self.bundle, self.rulebook)
        sentences.append(self._conclusion(action, account["ladder"], outcome, next_date, currency))
        return Explanation(
            account_id=account["account_id"],
            currency=currency,
            outcome=outcome,
            step=None if action is None else action["step"],
            sentences=tuple(sentences),
            next_date=next_date,
        )

    def _bounds(self, account_id: int) -> Bounds | None:
        places = self.bundle.accounts.filter(pl.col("account_id") == account_id).select(PLACE)
        for country, region, kind in places.iter_rows():
            day = self.rulebook.as_of
            return self.rulebook.bounds(country or "", region or "", kind, on=day)
        return None

    def _balance(self, account: dict[str, int], currency: str) -> Sentence:
        def amount(name: str) -> str:
            return money(account[name], currency)

        late = (
            f"{amount('overdue_minor')} of it is overdue, the oldest by"
            f" {count(account['days_past_due'], 'day')}"
            if account["overdue_minor"] > 0
            else "nothing of it is overdue"
        )
        credit = (
            f" after {amount('credit_minor')} received or credited and not yet applied"
            if account["credit_minor"]
            else ""
        )
        return Sentence(
            "balance",
            f"The balance is {amount('balance_minor')} over"
            f" {count(account['items'], 'open item')}{credit}; {late}.",
        )

    def _segment(self, account: dict[str, int]) -> Sentence:
        if account["segment"] < 0:
            return Sentence("no-segment", "No segment of the policy takes this account.")
        segment = self.rulebook.segments[account["segment"]]
        ladder = self.rulebook.ladders[segment.ladder]
        return Sentence(
            "segment",
            f"Segment {segment.name} takes the account, so procedure {ladder.name} applies.",
        )

    def _item(self, item: dict[str, object], ladder: int, currency: str) -> Sentence:
        number, due = item["item_id"], item["due_date"]
        opened, held = item["open_minor"], item["held_minor"]
        assert isinstance(number, int)
        assert isinstance(due, date)
        assert isinstance(opened, int)
        assert isinstance(held, int)
        days = (self.rulebook.as_of - due).days
        age = f"{count(days, 'day')} late" if days > 0 else "due today" if days == 0 else "not due"
        name = self.names.get(number, f"Item {number}")
        code, state = self._state(item, ladder, days)
        kept = ""
        if held > 0:
            kept = f" {money(held, currency)} of it is on hold{_reasons(item['hold_bits'])}."
        return Sentence(
            code,
            f"{name}, due {due}, {age}, {money(opened, currency)} open.{kept} {state}",
            item_id=number,
        )

    def _state(self, item: dict[str, object], ladder: int, days: int) -> tuple[str, str]:
        """Why the item is, or is not, due for a step today."""
        number, last = item["item_id"], item["last_step"]
        assert isinstance(number, int)
        assert isinstance(last, int)
        line = self.lines.get(number)
        if ladder < 0:
            return "no-procedure", "No procedure applies."
        if line is not None and line["step"] >= 0:
            return "due", f"{self._step(ladder, line['step'])} is due today."
        if line is not None and line["net_minor"] == 0:
            return "covered", "Money received or credited and not yet applied covers it."
        if item["held_minor"] == item["open_minor"]:
            return "held", "Nothing of it may be asked for."
        said = ""
        if item["last_step_date"] is not None:
            said = f"{self._step(ladder, last)} was said on {item['last_step_date']}. "
        coming = self.upcoming.get(number)
        if coming is not None:
            return "later", f"{said}{self._step(ladder, coming.step)} comes on {coming.day}."
        if last >= len(self.rulebook.ladders[ladder].rungs) and days > 0:
            return "finished", f"{said}No step is left; a person decides what comes next."
        return "none", f"{said}No step of the procedure is to come."

    def _step(self, ladder: int, step: int) -> str:
        rungs = self.rulebook.ladders[ladder].rungs
        if step == 0 or step > len(rungs):
            return "The first summary" if step == 0 else f"Step {step}"
        return f'Step {step} "{rungs[step - 1].step.name}"'

    def _conclusion(
        self,
        action: dict[str, int] | None,
        ladder: int,
        outcome: gate.Outcome | None,
        next_date: date | None,
        currency: str,
    ) -> Sentence:
        then = f" Next: {next_date}." if next_date else ""
        if action is None:
            return Sentence("nothing-due", f"Not contacted today: no step is due.{then}")
        what = (
            f"{self._step(ladder, action['step'])}, asking for"
            f" {money(action['asked_minor'], currency)} in {count(action['lines'], 'item')}"
        )
        if outcome is gate.Outcome.SEND:
            return Sentence("send", f"Will be written to: {what}.")
        why = " ".join(gate.sentences(action["blocked_bits"]))
        if outcome is gate.Outcome.WAIT:
            return Sentence("wait", f"Not contacted today, though due: {what}. {why}{then}")
        return Sentence("stop", f"Not contacted: {what} is withheld. {why}")


def _gate(
    bits: int, facts: Mapping[str, object], currency: str, bounds: Bounds | None
) -> list[Sentence]:
    """Every rule of the gate, passed or not, with the fact it looked at."""
    sentences = []
    for rule in gate.RULES:
        is_passed = not bits >> rule.bit & 1
        if is_passed and (rule.bit >= gate.HOLD_BIT or rule.code in _SAID_ONLY_WHEN_BLOCKED):
            continue
        text = fact(rule.code, facts, currency, bounds) or rule.sentence
        sentences.append(Sentence(rule.code, text, is_passed=is_passed))
    if not bits >> gate.HOLD_BIT:
        sentences.append(Sentence("hold", "The account is not on hold.", is_passed=True))
    return sentences


def _reasons(bits: object) -> str:
    assert isinstance(bits, int)
    names = [hold.name.lower().replace("_", " ") for hold in Hold if bits >> hold & 1]
    return f" ({', '.join(names)})" if names else ""


def money(minor: int, currency: str) -> str:
    """The amount with its currency, as programs write it: `1234.50 EUR`."""
    return f"{plain(minor, currency)} {currency}"


def count(number: int, thing: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
