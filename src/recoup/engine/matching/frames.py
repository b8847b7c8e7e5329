"""What cash application reads and answers: the frames at its border, and the creditor's policy.

Currencies are numbers (`kernel.money.currency_number`), amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

import polars as pl

from recoup.kernel.frames import Frame
from recoup.kernel.money import currency_number
from recoup.policy.cash import Allocation, Cash
from recoup.policy.cash import Tolerance as SaidTolerance
from recoup.policy.parts import minor_of

RECEIPTS = Frame(
    "receipts",
    {
        "receipt_id": pl.Int64,
        "account_id": pl.Int64,  # null: nobody has said who paid
        "currency": pl.Int16,
        "amount_minor": pl.Int64,  # what is still unapplied, above zero
        "received_date": pl.Date,
        "payer_name": pl.String,
        "payer_account": pl.String,  # IBAN or any other number of a bank account
        "payer_bic": pl.String,
        "remittance": pl.String,
        "structured_reference": pl.String,
        "end_to_end_id": pl.String,
        "mandate_id": pl.String,
        "charges_minor": pl.Int64,  # what banks say they kept; null or zero when they do not
        # What the payer ordered, where the bank changed the money; null otherwise.
        "original_currency": pl.Int16,
        "original_minor": pl.Int64,
    },
)

ITEMS = Frame(
    "open items",
    {
        "item_id": pl.Int64,
        "account_id": pl.Int64,
        "debtor_id": pl.Int64,
        "currency": pl.Int16,
        "number": pl.String,
        "reference": pl.String,  # structured reference printed on the document; may be null
        "issue_date": pl.Date,
        "due_date": pl.Date,
        "open_minor": pl.Int64,  # credit notes below zero
        "discount_ppm": pl.Int32,  # early-payment discount; zero or null for none
        "discount_days": pl.Int16,  # from the issue date
        "kind": pl.String,  # invoice, credit_note, charge; of our own charges theirs, or accrued
        # A second, smaller step of the discount that stands longer; zero or null for none.
        "later_ppm": pl.Int32,
        "later_days": pl.Int16,
        # What was paid of it before and counts when the whole is paid in time.
        "paid_minor": pl.Int64,
    },
)

# How an account's payments may be known: its names, and what people taught us.
PAYERS = Frame(
    "payers",
    {
        "account_id": pl.Int64,
        "kind": pl.String,  # name | iban | mandate | reference
        "value": pl.String,
        "count": pl.Int32,  # how often a person or a posting confirmed it
    },
)

# A payer's own list of what is paid; it names its receipt or, failing that, its account.
ADVICE = Frame(
    "remittance advice",
    {
        "advice_id": pl.Int64,
        "receipt_id": pl.Int64,
        "account_id": pl.Int64,
        "currency": pl.Int16,  # null: that of the receipt
        "document": pl.String,
        "amount_minor": pl.Int64,  # credit notes below zero
        # Discount and deductions that the payer lists: what explains that less is paid.
        "taken_off_minor": pl.Int64,
    },
)

PROPOSALS = Frame(
    "proposals",
    {
        "receipt_id": pl.Int64,
        "rank": pl.Int16,  # 1 is the best
        "kind": pl.String,
        "account_id": pl.Int64,
        "confidence_ppm": pl.Int32,
        "combinations": pl.Int32,  # how many others fit as well
        # What the items come to, less what came in: short above zero, over below.
        "residual_minor": pl.Int64,
        "residual_kind": pl.String,
        "reason_bits": pl.Int32,
        "bucket": pl.String,  # the row of the confidence table it was read from
    },
)

LINES = Frame(
    "proposal lines",
    {
        "receipt_id": pl.Int64,
        "rank": pl.Int16,
        "item_id": pl.Int64,
        "account_id": pl.Int64,
        "currency": pl.Int16,
        "applied_minor": pl.Int64,  # of a credit note below zero
        "discount_minor": pl.Int64,
    },
)

VERDICTS = Frame("verdicts", {"receipt_id": pl.Int64, "verdict": pl.String})

MAYBE_PAID = Frame(
    "maybe paid",
    {
        "account_id": pl.Int64,
        "currency": pl.Int16,
        "maybe_minor": pl.Int64,  # at most what the account has open
        "receipts": pl.Int32,
        "confidence_ppm": pl.Int32,  # of the likeliest of these receipts
    },
)

# The accounts that may have sent a receipt that is not posted, whatever it pays.
MAYBE_PAYER = Frame(
    "maybe payer",
    {
        "receipt_id": pl.Int64,
        "account_id": pl.Int64,
        "confidence_ppm": pl.Int32,
        "bucket": pl.String,
    },
)

POST = "post"
PROPOSE = "propose"
UNIDENTIFIED = "unidentified"


class Reason(IntEnum):
    """Why a proposal is made or not posted; the value is the bit. Never reuse one."""

    GIVEN_ACCOUNT = 0
    KNOWN_BANK_ACCOUNT = 1
    KNOWN_MANDATE = 2
    SAME_NAME = 3
    SIMILAR_NAME = 4
    KNOWN_REFERENCE = 5
    NUMBER_NAMED = 6
    STRUCTURED_REFERENCE = 7
    NUMBER_IN_PART = 8
    NUMBER_MISTYPED = 9
    ADVICE_LISTED = 10
    AMOUNT_EXACT = 11
    CREDIT_NETTED = 12
    OLDEST_FIRST = 13
    WHOLE_BALANCE = 14
    OTHER_PAYER = 15
    SEVERAL_FIT = 16
    ALREADY_TAKEN = 17
    NAMES_UNKNOWN_NUMBER = 18
    SEARCH_CUT_SHORT = 19
    OTHER_CURRENCY = 20
    SEVERAL_ACCOUNTS = 21
    SEVERAL_RECEIPTS = 22


def bits(*reasons: Reason) -> int:
    """The reasons as one number."""
    return sum(1 << reason for reason in set(reasons))


def reason_codes(reason_bits: int) -> list[str]:
    """The bits as words, for the explanation."""
    return [reason.name.lower().replace("_", "-") for reason in Reason if reason_bits >> reason & 1]


@dataclass(frozen=True)
class Tolerance:
    """How far a payment may be off in one currency, in minor units."""

    rounding_minor: int = 2
    short_minor: int = 100
    over_minor: int = 100
    charges_minor: int = 3_000


@dataclass(frozen=True)
class MatchPolicy:
    """What the creditor lets happen without a person."""

    tolerances: Mapping[int, Tolerance] = field(default_factory=dict)
    otherwise: Tolerance = field(default_factory=Tolerance)
    discount_grace_days: int = 3
    # A payment in part and in time earns its share of the discount; else only the whole does.
    discounts_parts: bool = False
    # Confidence from which a proposal is posted by itself.
    auto_post_ppm: int = 995_000
    # Confidence in the account from which a receipt counts as maybe paid.
    hold_ppm: int = 200_000
    # How many proposals a person is shown for one receipt.
    ranks: int = 5
    # What a payment that names nothing pays first.
    allocation: Allocation = "as_said"

    @classmethod
    def of(cls, cash: Cash) -> MatchPolicy:
        """What the creditor's policy says of money, as cash application reads it."""
        return cls(
            tolerances={
                currency_number(currency): _tolerance(said, currency)
                for currency, said in cash.tolerances.items()
            },
            discount_grace_days=cash.discount_grace_days,
            auto_post_ppm=cash.auto_post_ppm,
            hold_ppm=cash.maybe_paid_ppm,
            allocation=cash.allocation,
        )

    def tolerance(self, currency: int) -> Tolerance:
        """The tolerance of a currency."""
        return self.tolerances.get(currency, self.otherwise)


def _tolerance(said: SaidTolerance, currency: str) -> Tolerance:
    named = {
        "rounding_minor": said.rounding,
        "short_minor": said.short,
        "over_minor": said.over,
        "charges_minor": said.bank_charges,
    }
    here = {name: amount for name, amount in named.items() if amount is not None}
    return replace(Tolerance(), **{name: minor_of(here[name], currency) for name in here})


@dataclass(frozen=True)
class Given:
    """All that is known when money is to be applied: of one creditor."""

    receipts: pl.DataFrame
    items: pl.DataFrame
    payers: pl.DataFrame
    advice: pl.DataFrame

    def checked(self) -> Given:
        """The same frames, checked, in the order of their ids: the order given means nothing."""
        return Given(
            RECEIPTS.check(self.receipts).filter(pl.col("amount_minor") > 0).sort("receipt_id"),
            ITEMS.check(self.items).filter(pl.col("open_minor") != 0).sort("item_id"),
            PAYERS.check(self.payers).sort("account_id", "kind", "value"),
            ADVICE.check(self.advice).sort("advice_id", "document", "amount_minor"),
        )


@dataclass(frozen=True)
class Answer:
    """Proposals with their lines, one verdict per receipt, and what may already be paid."""

    proposals: pl.DataFrame
    lines: pl.DataFrame
    verdicts: pl.DataFrame
    maybe_payer: pl.DataFrame
    maybe_paid: pl.DataFrame
