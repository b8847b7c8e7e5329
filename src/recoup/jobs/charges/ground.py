"""What charges go by: the policy's section, the law, and since when both are in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from recoup.books.models import Creditor, PolicyVersion
from recoup.kernel.dates import local_day
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.bands import by_size
from recoup.law.laws import Seller, laws_of
from recoup.law.lookup import Law
from recoup.law.model import Place
from recoup.policy import document
from recoup.policy.charging import Charges
from recoup.policy.lawful import law_for

DAYS_TO_PAY = 14


@dataclass(frozen=True)
class Ground:
    """What charges go by: the policy's section, the law, and since when."""

    charges: Charges
    law: Law
    since: date
    seller: Seller

    def unsettled(self, kind: LegalKind, debtor: Place) -> str:
        """Why nothing is charged to such a debtor there; empty where it may be."""
        laws = laws_of(kind, debtor=debtor, seller=self.seller)
        return laws.unsettled if laws else "No law document is known for either place."

    def by_scale(
        self, scale: str, *, legal_kind: int, currency: str, debt_minor: int, on: date
    ) -> int:
        """What a scale of the law gives for a debt, in minor units.

        Nothing where it may not be claimed, the law is silent, or counts another currency.
        """
        kind = LegalKind(legal_kind)
        topic = scale.partition(".")[0]
        try:
            if not self.law.is_so(f"{topic}.claimable", on=on, kind=kind):
                return 0
            found = by_size(
                self.law, scale, amount_minor=debt_minor, currency=currency, on=on, kind=kind
            )
        except Refusal:
            return 0
        return found or 0

    def ours(self, items: pl.DataFrame) -> pl.DataFrame:
        """The items that the law of the charges governs; of the others nothing is charged."""
        columns = ["legal_kind", "country", "region"]
        parties = items.select(columns).unique(maintain_order=True)
        settled = [
            not self.unsettled(LegalKind(kind), Place(country=country, region=region))
            for kind, country, region in parties.iter_rows()
        ]
        governed = parties.filter(pl.Series(settled, dtype=pl.Boolean))
        return items.join(governed, on=columns, how="semi", maintain_order="left")


def ground_of(creditor: Creditor) -> Ground | None:
    """What charges go by; None when the policy has none."""
    version = creditor.policy
    charges = None if version is None else _charges(version.text)
    if charges is None:
        return None
    since = min(
        local_day(each.published_at, creditor.time_zone)
        for each in PolicyVersion.objects.filter(creditor=creditor)
        if _charges(each.text) is not None
    )
    law = law_for(charges, country=creditor.country, region=creditor.region)
    return Ground(charges, law, since, seller_of(creditor))


def days_to_pay(creditor: Creditor) -> int:
    """Days to pay a charge once it is invoiced, also where the policy no longer charges."""
    ground = ground_of(creditor)
    return DAYS_TO_PAY if ground is None else ground.charges.days_to_pay


def seller_of(creditor: Creditor) -> Seller:
    """Where the creditor is, and the law that the policy in force names for its contracts."""
    charges = None if creditor.policy is None else _charges(creditor.policy.text)
    agreed = (charges.law if charges else None) or ""
    return Seller(Place(country=creditor.country, region=creditor.region), agreed)


@lru_cache(maxsize=256)
def _charges(text: str) -> Charges | None:
    return document.load(text).policy.charges
