"""The fact behind each rule of the gate, in words: what it looked at, passed or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from recoup.engine.bundle import Address
from recoup.engine.gate import NEVER
from recoup.kernel.money import plain
from recoup.policy.bounds import Bounds, in_words

Facts = Mapping[str, object]

_ADDRESSES = {
    Address.MISSING: "There is no e-mail address to write to.",
    Address.USABLE: "There is an e-mail address to write to.",
    Address.BOUNCED: "The last message to the e-mail address came back.",
    Address.OPTED_OUT: "The debtor does not want e-mail.",
    Address.NO_CONSENT: "Nobody has agreed to e-mail at this address.",
}


def fact(code: str, facts: Facts, currency: str, bounds: Bounds | None = None) -> str | None:
    """What the rule of this code looked at; None when it was not known or has no words here.

    Where the law and not the policy set the limit, its paragraph is named.
    """
    words = _WORDS.get(code)
    if words is None:
        return None
    laws = bounds.laws.get(code, ()) if bounds is not None else ()
    by_law = f" By law: {'; '.join(in_words(found) for found in laws)}." if laws else ""
    return words(facts, currency) + by_law


def _amount(facts: Facts, name: str, currency: str) -> str:
    minor = facts[name]
    assert isinstance(minor, int)
    return f"{plain(minor, currency)} {currency}"


def _due(facts: Facts, currency: str) -> str:
    return f"Due, less credits: {_amount(facts, 'due_minor', currency)}."


def _credit(facts: Facts, currency: str) -> str:
    credit = _amount(facts, "credit_minor", currency)
    return f"Received or credited and not yet applied: {credit}. {_due(facts, currency)}"


def _minimum(facts: Facts, currency: str) -> str:
    asked = _amount(facts, "asked_minor", currency)
    return (
        f"{asked} would be asked for; the minimum is {_amount(facts, 'minimum_minor', currency)}."
    )


def _address(facts: Facts, _: str) -> str:
    number = facts["address"]
    if isinstance(number, int) and number in set(Address):
        return _ADDRESSES[Address(number)]
    return "Whether there is an address is not known."


def _contacts(days: int) -> Callable[[Facts, str], str]:
    def words(facts: Facts, _: str) -> str:
        had = facts[f"contacts_last_{days}_days"]
        if had is None:
            return f"How many messages the debtor had in {days} days is not known."
        most = facts[f"contacts_per_{days}_days_max"]
        return f"Messages to the debtor in the last {days} days: {had}. At most {most} are allowed."

    return words


def _since(facts: Facts, _: str) -> str:
    days = facts["days_since_contact"]
    if days is None:
        return "When the debtor was last written to is not known."
    if days == NEVER:
        return "The debtor has not been written to before."
    return f"Days since the last message: {days}. The policy wants {facts['days_between']}."


def _either(name: str, yes: str, no: str, unknown: str) -> Callable[[Facts, str], str]:
    def words(facts: Facts, _: str) -> str:
        value = facts[name]
        return unknown if value is None else yes if value else no

    return words


def _figures(facts: Facts, currency: str) -> str:
    said, owed = facts["message_minor"], _amount(facts, "asked_minor", currency)
    if said is None:
        return "What the message says is owed is not known."
    return f"The message says {_amount(facts, 'message_minor', currency)}; owed is {owed}."


def _hours(facts: Facts, _: str) -> str:
    opens, closes = _clock(facts["opens_minute"]), _clock(facts["closes_minute"])
    return f"Messages go out from {opens} to {closes} by the debtor's clock."


def _clock(minute: object) -> str:
    assert isinstance(minute, int)
    return f"{minute // 60:02d}:{minute % 60:02d}"


_WORDS: Mapping[str, Callable[[Facts, str], str]] = {
    "nothing-net-due": _due,
    "covered-by-credit": _credit,
    "below-minimum": _minimum,
    "no-address": _address,
    "address-bounced": _address,
    "opted-out": _address,
    "no-consent": _address,
    "too-often-7": _contacts(7),
    "too-often-30": _contacts(30),
    "too-soon": _since,
    "unfinished-message": _either(
        "has_unfinished_message",
        "An earlier message is still waiting, on its way or in doubt.",
        "No earlier message is waiting or in doubt.",
        "Whether an earlier message is waiting is not known.",
    ),
    "bank-data-stale": _either(
        "is_bank_data_stale",
        "The bank data are older than the policy allows, or a statement is missing.",
        "The bank data are recent enough, none are kept here, or nothing late is asked for.",
        "How old the bank data are is not known.",
    ),
    "sending-frozen": _either(
        "is_frozen",
        "All sending is stopped.",
        "Sending is not stopped.",
        "Whether sending is stopped is not known.",
    ),
    "closed-day": _either(
        "is_closed_day",
        "Nothing is sent on this day: policy or law keep it free, or it is a public holiday.",
        "The day is one on which messages go out.",
        "Whether the day is a public holiday for the debtor is not known.",
    ),
    "outside-hours": _hours,
    "figures-changed": _figures,
    "not-allow-listed": _either(
        "is_allow_listed",
        "The address is one this installation may write to.",
        "This installation may write only to addresses on its list, and this is not one.",
        "Whether this installation may write to the address is not known.",
    ),
}
