"""What charges go by: the policy's section, the law, and since when both are in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from recoup.books.models import Creditor, PolicyVersion
from recoup.kernel.dates import local_day
from recoup.law.lookup import Law
from recoup.policy import document
from recoup.policy.charging import Charges
from recoup.policy.lawful import law_for


@dataclass(frozen=True)
class Ground:
    """What charges go by: the policy's section, the law, and since when."""

    charges: Charges
    law: Law
    since: date


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
    return Ground(charges, law, since)


@lru_cache(maxsize=256)
def _charges(text: str) -> Charges | None:
    return document.load(text).policy.charges
