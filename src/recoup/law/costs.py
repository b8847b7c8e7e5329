"""Out-of-court collection costs by the scale of a law, with the tax on top where it is lost."""

from __future__ import annotations

from datetime import date

from recoup.kernel.errors import Refusal
from recoup.kernel.money import divide_half_up
from recoup.kernel.parties import LegalKind
from recoup.law.bands import by_size
from recoup.law.lookup import Law

_MILLION = 1_000_000


def collection_costs(
    law: Law,
    *,
    amount_minor: int,
    currency: str,
    on: date,
    kind: LegalKind,
    is_vat_lost: bool = False,
) -> int | None:
    """What the scale gives for a debt; None in a currency that it does not know.

    A creditor who cannot recover the tax on the agency's fee adds it where the law lets it.
    Refusal `law-silent` or `law-unverified` where the document does not say enough, and
    `costs-not-claimable` where the law gives no costs towards such a debtor.
    """
    if not law.is_so("costs.claimable", on=on, kind=kind):
        raise Refusal(
            "costs-not-claimable",
            f"{law.document.name}: no collection costs may be claimed from this debtor.",
        )
    costs = by_size(
        law, "costs.tariff", amount_minor=amount_minor, currency=currency, on=on, kind=kind
    )
    if costs is None or not is_vat_lost or not law.is_so("costs.vat", on=on, kind=kind):
        return costs
    rate = law.percent_ppm("vat.rate", on=on, kind=kind)
    return divide_half_up(costs * (_MILLION + rate), _MILLION)
