"""What a proposal says, in words: how sure, why, what speaks against it, what is left over."""

from __future__ import annotations

from recoup.engine.matching.frames import Reason

# Why a proposal is made, as one reads it after "because".
FOR = {
    Reason.GIVEN_ACCOUNT: "the account was given",
    Reason.KNOWN_BANK_ACCOUNT: "they have paid from this bank account before",
    Reason.KNOWN_MANDATE: "the mandate is theirs",
    Reason.SAME_NAME: "the payer has their name",
    Reason.SIMILAR_NAME: "the payer's name is much like theirs",
    Reason.KNOWN_REFERENCE: "the reference is known to be theirs",
    Reason.NUMBER_NAMED: "the text names the document",
    Reason.STRUCTURED_REFERENCE: "the structured reference is the document's",
    Reason.NUMBER_IN_PART: "the text names a part of the number",
    Reason.NUMBER_MISTYPED: "the text names the number with a slip",
    Reason.ADVICE_LISTED: "their remittance advice lists it",
    Reason.AMOUNT_EXACT: "the amount is exact",
    Reason.CREDIT_NETTED: "credit notes are taken off",
    Reason.OLDEST_FIRST: "nothing is named, so the oldest comes first",
    Reason.WHOLE_BALANCE: "it is all that they owe",
}
# What a person should know before they accept.
AGAINST = {
    Reason.OTHER_PAYER: "somebody else seems to have paid",
    Reason.ALREADY_TAKEN: "another payment asks for the same document",
    Reason.NAMES_UNKNOWN_NUMBER: "the text also names a number that is not open here",
    Reason.SEARCH_CUT_SHORT: "there were too many combinations to try them all",
    Reason.OTHER_CURRENCY: "it was ordered in another currency",
    Reason.SEVERAL_ACCOUNTS: "the documents belong to several accounts",
    Reason.SEVERAL_RECEIPTS: "several payments fit",
}
_SURE = ((990_000, "nearly certain"), (950_000, "very likely"), (800_000, "likely"))
_MAYBE = ((500_000, "possible"), (0, "a guess"))
_NEVER = "your policy leaves every payment to a person"
RESIDUALS = {
    "charges": "short by what banks keep; given up as bank charges",
    "rounding": "short by a rounding; given up",
    "over": "stays as a credit",
    "discount-in-time": "early-payment discount, taken in time",
    "discount-late": "early-payment discount, taken late",
}


def said(reason_bits: int, words: dict[Reason, str]) -> list[str]:
    """The words of those reasons that are among the bits."""
    return [text for reason, text in words.items() if reason_bits >> reason & 1]


def sureness(confidence_ppm: int) -> str:
    """How sure, in a word."""
    return next(word for least, word in (*_SURE, *_MAYBE) if confidence_ppm >= least)


def percent(confidence_ppm: int) -> str:
    """How sure, as a percentage that never rounds up to certainty."""
    if confidence_ppm >= 999_000:
        return "over 99.9\N{NARROW NO-BREAK SPACE}%"
    if confidence_ppm < 10_000:
        return "under 1\N{NARROW NO-BREAK SPACE}%"
    return f"{confidence_ppm // 10_000}\N{NARROW NO-BREAK SPACE}%"


def guess(combinations: int, reason_bits: int, confidence_ppm: int, least_ppm: int) -> str:
    """Why a suggestion that is not certain is a guess."""
    said_against = said(reason_bits, AGAINST)
    if combinations > 0 or said_against:
        return others(combinations) or said_against[0]
    if confidence_ppm < least_ppm:
        least = f"{least_ppm / 10_000:g}\N{NARROW NO-BREAK SPACE}%"
        return f"less sure than the {least} of your policy" if least_ppm <= 10**6 else _NEVER
    return "the document is not named"


def others(combinations: int) -> str:
    """How many other combinations fit as well; empty when none does."""
    if combinations < 1:
        return ""
    noun = "combination fits" if combinations == 1 else "combinations fit"
    return f"{combinations} other {noun} as well"
