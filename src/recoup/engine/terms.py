"""Which terms hold: the invoice's own, the account's, the tier's, the creditor's, the law's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.kernel.terms import Terms, read_terms, words
from recoup.law.lookup import Law
from recoup.law.payment import by_default
from recoup.policy.terms import TermsRules


class Source(StrEnum):
    """Where terms come from, the nearest first. Codes are evidence: never reuse one."""

    INVOICE = "invoice"
    AGREED = "agreed"
    ACCOUNT = "account"
    TIER = "tier"
    CREDITOR = "creditor"
    LAW = "law"
    NONE = "none"


_BECAUSE = {
    Source.INVOICE: "as the invoice says",
    Source.AGREED: "as agreed with the account",
    Source.ACCOUNT: "as the customer file says",
    Source.TIER: "by the tier {tier}",
    Source.CREDITOR: "by the creditor's own terms",
    Source.LAW: "by law, because nothing was agreed ({cite})",
    Source.NONE: "because nothing was agreed and no law is known",
}


@dataclass(frozen=True)
class Said:
    """What is said of terms for one invoice or account; empty where nothing is."""

    invoice: str = ""
    agreed: str = ""
    account: str = ""
    tier: str = ""
    kind: LegalKind = LegalKind.UNKNOWN


@dataclass(frozen=True)
class Rules:
    """What the creditor chose and what the law of its place says."""

    terms: TermsRules
    law: Law | None


@dataclass(frozen=True)
class TermsOf:
    """The terms that hold, where they come from, and what was passed over as unreadable."""

    terms: Terms
    text: str
    source: Source
    # The paragraph, where the law says them; the tier, where that does.
    detail: str = ""
    unread: tuple[str, ...] = ()

    @property
    def because(self) -> str:
        """The source in words: `as agreed with the account`."""
        because = _BECAUSE[self.source].format(tier=self.detail, cite=self.detail)
        said = ", ".join(f"“{each}”" for each in self.unread)
        return f"{because}; {said} is not understood" if said else because

    @property
    def said(self) -> str:
        """The terms in words, for people of the creditor."""
        return words(self.terms, "en")


def terms_of(said: Said, rules: Rules, *, on: date) -> TermsOf:
    """The nearest terms that can be read; without any, those of the law, or the day of issue."""
    unread: list[str] = []
    for source, text, detail in _sources(said, rules):
        try:
            return TermsOf(read_terms(text), text, source, detail, tuple(unread))
        except Refusal:
            unread.append(text)
    by_law = by_default(rules.law, on=on, kind=said.kind)
    if by_law is None:
        return TermsOf(Terms(), "", Source.NONE, unread=tuple(unread))
    text = words(by_law.terms, "en")
    return TermsOf(by_law.terms, text, Source.LAW, by_law.cite, tuple(unread))


def _sources(said: Said, rules: Rules) -> Iterator[tuple[Source, str, str]]:
    yield from (
        (source, text.strip(), detail)
        for source, text, detail in (
            (Source.INVOICE, said.invoice, ""),
            (Source.AGREED, said.agreed, ""),
            (Source.ACCOUNT, said.account, ""),
            (Source.TIER, rules.terms.tiers.get(said.tier, ""), said.tier),
            (Source.CREDITOR, rules.terms.default or "", ""),
        )
        if text.strip()
    )
