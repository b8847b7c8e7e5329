"""The laws that meet in one debt: which governs it, and who asks whom for what. Decided here only.

Between businesses it is the law they agreed on, or else the seller's. Consumers, and debtors of
unknown kind, keep the protection of their own: towards them nothing is owed for being late
unless theirs and the seller's are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from recoup.kernel.parties import LegalKind
from recoup.law.lookup import Law, law, law_of
from recoup.law.model import Place

BUSINESS = (LegalKind.COMPANY, LegalKind.SOLE_TRADER, LegalKind.PUBLIC_BODY)


@dataclass(frozen=True)
class Seller:
    """Where the creditor is, and the code of the law that its contracts name, if they do."""

    place: Place
    agreed: str = ""

    @property
    def law(self) -> Law | None:
        """The law of its contracts with businesses; None where there is no document of it."""
        return law(self.agreed) if self.agreed else self.home

    @property
    def home(self) -> Law | None:
        """The law of its own place."""
        return law_of(self.place.country, self.place.region)


@dataclass(frozen=True)
class Laws:
    """The laws that may meet in one debt; where all is in one place they are the same."""

    # Governs the debt itself: interest, compensation, costs.
    contract: Law
    # Where the debtor is: how to ask, what goes before a claim, the court.
    place: Law
    # Where the creditor is taxed.
    home: Law
    # Why nothing may be charged by the law that governs; empty where it may.
    unsettled: str = ""

    @classmethod
    def of(cls, law: Law) -> Laws:
        """One law for everything."""
        return cls(law, law, law)

    @property
    def of_time(self) -> tuple[Law, ...]:
        """The laws under which time may run out."""
        same = self.contract.code == self.place.code
        return (self.contract,) if same else (self.contract, self.place)


@cache
def laws_of(kind: LegalKind, *, debtor: Place, seller: Seller) -> Laws | None:
    """The laws that meet in a debt, by where both are; None where neither place has a document.

    A place without a document is answered by the other's; a debtor whose place is unknown counts
    as the seller's neighbor.
    """
    at, home, sellers = seller.place, seller.home, seller.law
    place = law_of(debtor.country, debtor.region) if debtor.country else home
    known = place or sellers
    if known is None:
        return None
    is_business = kind in BUSINESS
    contract = (sellers or known) if is_business else known
    unsettled = ""
    if sellers is None:
        unsettled = f"There is no law document for {at.country}, where the seller is."
    elif not is_business and (place is None or place.code != sellers.code):
        unsettled = (
            f"Such a debtor keeps the law of their own place, {debtor.country or at.country},"
            f" and the seller's is {sellers.document.name}. Where the two differ nothing is"
            " charged; ask a lawyer."
        )
    return Laws(contract, place or known, home or known, unsettled)
