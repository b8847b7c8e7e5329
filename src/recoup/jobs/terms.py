"""Which terms hold for an account or an invoice, asked in one place."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from recoup.books import terms as read
from recoup.books.models import Account, Creditor
from recoup.engine.terms import Rules, Said, TermsOf
from recoup.engine.terms import terms_of as nearest
from recoup.kernel.parties import LegalKind
from recoup.law.lookup import law_of
from recoup.policy import document
from recoup.policy.model import Policy


def policy_of(creditor: Creditor) -> Policy:
    """The policy in force: the published one, or the standard one while there is none."""
    version = creditor.policy
    return document.standard().policy if version is None else _policy(version.text)


@lru_cache(maxsize=64)
def _policy(text: str) -> Policy:
    return document.load(text).policy


def rules_of(creditor: Creditor) -> Rules:
    """The terms of the creditor's policy, and the law of its place."""
    return Rules(policy_of(creditor).terms, law_of(creditor.country, creditor.region))


def terms_of(account: Account, *, on: date, invoice: str = "") -> TermsOf:
    """The terms of an account on a day, or of an invoice that says something of its own."""
    return nearest(said_of(account, on=on, invoice=invoice), rules_of(account.creditor), on=on)


def said_of(account: Account, *, on: date, invoice: str = "") -> Said:
    """What is said of an account's terms on a day, by everybody who says something."""
    agreed = read.agreed_on(account, on)
    return Said(
        invoice=invoice,
        agreed=agreed.text if agreed else "",
        account=account.terms,
        tier=account.tier,
        kind=LegalKind(account.debtor.legal_kind),
    )
