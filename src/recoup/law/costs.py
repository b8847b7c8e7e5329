"""Out-of-court collection costs by the scale of a law, with the tax on top where it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from recoup.kernel.errors import Refusal
from recoup.kernel.money import divide_half_up
from recoup.kernel.parties import LegalKind
from recoup.law.bands import by_size
from recoup.law.debt import Debt, Event, Happened
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


@dataclass(frozen=True)
class Notice:
    """A notice of costs on record, and the first day on which costs may follow it."""

    sent: date
    received: date
    names_minor: int
    opens: date


def open_from(received: date, days: int) -> date:
    """The first day after the days of a notice; they begin the day after it was received."""
    return received + timedelta(days=days + 1)


def notice_of(debt: Debt, *, days: int, on: date) -> Notice | None:
    """The notice that opens the way to costs first; None while none counts.

    One counts when it went after the due date, names the costs, and the day on which the debtor
    had it is on record.
    """
    counting = [
        Notice(each.on, each.received, each.names_minor, open_from(each.received, days))
        for each in sent_notices(debt, on=on)
        if each.received is not None and each.names_minor is not None
    ]
    return min(counting, key=lambda each: each.opens, default=None)


def sent_notices(debt: Debt, *, on: date) -> list[Event]:
    """Every notice of costs that went after the due date, whether it counts or not."""
    return [
        each
        for each in debt.events
        if each.kind is Happened.COSTS_NOTICE and debt.due_date < each.on <= on
    ]
