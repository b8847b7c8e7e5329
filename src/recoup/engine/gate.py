"""The gate: every rule that forbids a message today, on one page.

Asked twice with the same function: when deciding, over all actions of the day, and late,
over one row of fresh facts just before a message leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from recoup.engine.bundle import Address, Hold
from recoup.kernel.frames import Frame

FACTS = Frame(
    "facts",
    {
        # What the message asks for now, net of credits and holds; and the part that is due.
        "asked_minor": pl.Int64,
        "due_minor": pl.Int64,
        "credit_minor": pl.Int64,
        "minimum_minor": pl.Int64,
        # What the message says it asks for. When deciding: the same as `asked_minor`.
        "message_minor": pl.Int64,
        "hold_bits": pl.Int32,
        "address": pl.Int8,
        "contacts_last_7_days": pl.Int16,
        "contacts_per_7_days_max": pl.Int16,
        "contacts_last_30_days": pl.Int16,
        "contacts_per_30_days_max": pl.Int16,
        # Since anybody wrote to the debtor; NEVER when nobody did. Null would mean unknown.
        "days_since_contact": pl.Int32,
        "days_between": pl.Int16,
        "has_unfinished_message": pl.Boolean,
        # And the message names something late: a courtesy before that presses nobody.
        "is_bank_data_stale": pl.Boolean,
        "is_frozen": pl.Boolean,
        "is_closed_day": pl.Boolean,
        # The debtor's own clock. When deciding: the first minute of the window.
        # Windows and caps are the stricter of the policy and the law of the debtor's place.
        "local_minute": pl.Int16,
        "opens_minute": pl.Int16,
        "closes_minute": pl.Int16,
        # A test installation may write to nobody else. When deciding: true.
        "is_allow_listed": pl.Boolean,
    },
)

NEVER = 1_000_000


class Outcome(StrEnum):
    """What becomes of an action today."""

    SEND = "send"
    WAIT = "wait"  # time alone may lift it
    STOP = "stop"  # withheld until a fact or a person changes it


@dataclass(frozen=True)
class Rule:
    """A reason not to write to someone. Codes and bits are evidence: never reuse one."""

    bit: int
    code: str
    outcome: Outcome
    forbids: pl.Expr
    sentence: str


def _is_held(hold: Hold) -> pl.Expr:
    return (pl.col("hold_bits") & (1 << hold)) != 0


_address = pl.col("address")
_STOP, _WAIT = Outcome.STOP, Outcome.WAIT

_HOLD_SENTENCES = {
    Hold.PROMISE: "A payment is promised and the promised day has not passed.",
    Hold.DISPUTE: "The debtor disputes what is asked.",
    Hold.PLAN: "A payment plan is being kept.",
    Hold.REPLY: "The debtor has written to us and waits for an answer.",
    Hold.DO_NOT_CONTACT: "The debtor asked not to be contacted.",
    Hold.INSOLVENCY: "The debtor is insolvent.",
    Hold.BREATHING_SPACE: "The debtor is in a breathing space.",
    Hold.LEGAL: "The claim is with counsel or a court.",
    Hold.DECEASED: "The debtor has died.",
    Hold.COMPLAINT: "A complaint is open.",
    Hold.MANUAL: "Somebody here stopped reminders by hand.",
    Hold.PAYMENT_IN_PROGRESS: "A payment is on its way.",
    Hold.ADVANCE: "It is asked for in advance, and nothing is delivered before it is paid.",
    Hold.NOT_INVOICED: "The charge is booked and not asked for yet.",
}

# A hold's bit is this much more than its value; bits below are the other rules'.
HOLD_BIT = 32

RULES = (
    Rule(
        0,
        "nothing-net-due",
        _STOP,
        (pl.col("due_minor") <= 0) & (pl.col("credit_minor") <= 0),
        "Nothing is due any more.",
    ),
    Rule(
        1,
        "covered-by-credit",
        _STOP,
        (pl.col("due_minor") <= 0) & (pl.col("credit_minor") > 0),
        "Money or credit notes not yet applied cover everything due; apply them first.",
    ),
    Rule(
        2,
        "below-minimum",
        _STOP,
        pl.col("asked_minor") < pl.col("minimum_minor"),
        "The amount is below the minimum for a message.",
    ),
    Rule(
        3,
        "no-address",
        _STOP,
        ~_address.is_in([int(known) for known in Address if known is not Address.MISSING]),
        "There is no e-mail address to write to.",
    ),
    Rule(
        4,
        "address-bounced",
        _STOP,
        _address == Address.BOUNCED,
        "The last message to the e-mail address came back.",
    ),
    Rule(
        5,
        "opted-out",
        _STOP,
        _address == Address.OPTED_OUT,
        "The debtor does not want e-mail.",
    ),
    Rule(
        6,
        "no-consent",
        _STOP,
        _address == Address.NO_CONSENT,
        "Nobody has agreed to e-mail at this address.",
    ),
    Rule(
        7,
        "too-often-7",
        _WAIT,
        pl.col("contacts_last_7_days") >= pl.col("contacts_per_7_days_max"),
        "The debtor has had as many messages in 7 days as are allowed.",
    ),
    Rule(
        8,
        "too-often-30",
        _WAIT,
        pl.col("contacts_last_30_days") >= pl.col("contacts_per_30_days_max"),
        "The debtor has had as many messages in 30 days as are allowed.",
    ),
    Rule(
        9,
        "too-soon",
        _WAIT,
        pl.col("days_since_contact") < pl.col("days_between"),
        "The last message to the debtor is too recent.",
    ),
    Rule(
        10,
        "unfinished-message",
        _WAIT,
        pl.col("has_unfinished_message"),
        "An earlier message is still waiting, on its way or in doubt.",
    ),
    Rule(
        11,
        "bank-data-stale",
        _WAIT,
        pl.col("is_bank_data_stale"),
        "The bank data are older than the policy allows, or a statement is missing: bring it.",
    ),
    Rule(12, "sending-frozen", _WAIT, pl.col("is_frozen"), "All sending is stopped."),
    Rule(
        13,
        "closed-day",
        _WAIT,
        pl.col("is_closed_day"),
        "Nothing is sent on this day: policy or law keep it free, or it is a public holiday.",
    ),
    Rule(
        14,
        "outside-hours",
        _WAIT,
        (pl.col("local_minute") < pl.col("opens_minute"))
        | (pl.col("local_minute") >= pl.col("closes_minute")),
        "It is outside the hours in which messages go out, by the debtor's clock.",
    ),
    Rule(
        15,
        "figures-changed",
        _STOP,
        pl.col("message_minor") != pl.col("asked_minor"),
        "What is owed has changed since the message was written.",
    ),
    Rule(
        16,
        "not-allow-listed",
        _STOP,
        ~pl.col("is_allow_listed"),
        "This installation may write only to addresses on its list, and this is not one.",
    ),
    *(
        Rule(
            HOLD_BIT + hold,
            f"hold-{hold.name.lower().replace('_', '-')}",
            _STOP,
            _is_held(hold),
            _HOLD_SENTENCES[hold],
        )
        for hold in Hold
    ),
)

BY_CODE = {rule.code: rule for rule in RULES}
STOP_BITS = sum(1 << rule.bit for rule in RULES if rule.outcome is Outcome.STOP)


def check(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `blocked_bits`, one bit per rule that forbids the action; zero means cleared.

    A rule that cannot be decided, because a fact is missing, forbids.
    """
    return frame.with_columns(blocked_bits())


def blocked_bits() -> pl.Expr:
    """The bits of the rules that forbid, over the columns of FACTS."""
    return pl.sum_horizontal(
        rule.forbids.fill_null(value=True).cast(pl.Int64) * (1 << rule.bit) for rule in RULES
    ).alias("blocked_bits")


def codes(bits: int) -> list[str]:
    """The bits as codes, for the timeline and for programs."""
    return [rule.code for rule in RULES if bits >> rule.bit & 1]


def sentences(bits: int) -> list[str]:
    """The bits in words, for people."""
    return [rule.sentence for rule in RULES if bits >> rule.bit & 1]


def outcome(bits: int) -> Outcome:
    """Send when no rule forbids; wait when time alone may help; stop otherwise."""
    if bits == 0:
        return Outcome.SEND
    return Outcome.STOP if bits & STOP_BITS else Outcome.WAIT
