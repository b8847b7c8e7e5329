"""Scales of the law: fixed sums, fees and costs by the size of the debt."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from recoup.kernel.errors import Refusal
from recoup.kernel.money import exponent
from recoup.kernel.parties import LegalKind
from recoup.law.lookup import Law, minor
from recoup.law.model import Band, Entry


def by_size(
    law: Law, topic: str, *, amount_minor: int, currency: str, on: date, kind: LegalKind
) -> int | None:
    """What a scale gives for an amount, in minor units; None in a currency that it does not know.

    Edges belong to the band below: `up_to: 1000` includes 1,000.00. Refusal `law-silent` when
    the law has no such scale for the day and the kind of debtor, or when the scale ends below
    the amount.
    """
    found = law.get(topic, on=on, kind=kind)
    if currency != (found.entry.currency or found.document.currency):
        return None
    return of_entry(found.entry, amount_minor=amount_minor, currency=currency)


def of_entry(entry: Entry, *, amount_minor: int, currency: str) -> int:
    """The same for one entry."""
    amount = Decimal(amount_minor).scaleb(-exponent(currency))
    result = _slices(entry, amount) if entry.by_slice else _band(entry, amount)
    quantum = Decimal(1).scaleb(-exponent(currency))
    way = ROUND_DOWN if entry.rounding == "down" else ROUND_HALF_UP
    rounded = result.quantize(quantum, rounding=way)
    if entry.least is not None:
        rounded = max(rounded, Decimal(entry.least))
    if entry.most is not None:
        rounded = min(rounded, Decimal(entry.most))
    return minor(rounded, currency)


def _band(entry: Entry, amount: Decimal) -> Decimal:
    band = band_of(entry, amount)
    if band is None:
        raise Refusal(
            "law-silent",
            f"The scale of {entry.cite or 'the law'} is known up to {entry.bands[-1].up_to:,} only,"
            f" and {amount:,} was asked for. Add the rest to the law document.",
        )
    return Decimal(band.amount or 0) + amount * Decimal(band.percent or 0) / 100


def band_of(entry: Entry, amount: Decimal) -> Band | None:
    """The band an amount falls into; None above the last."""
    for band in entry.bands:
        if band.up_to is None or amount <= band.up_to:
            return band
    return None


def _slices(entry: Entry, amount: Decimal) -> Decimal:
    total, below = Decimal(0), Decimal(0)
    for band in entry.bands:
        top = amount if band.up_to is None else min(amount, Decimal(band.up_to))
        if top > below:
            total += (top - below) * Decimal(band.percent or 0) / 100
            below = top
    return total
