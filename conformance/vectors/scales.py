"""Fees, fixed sums, tariffs and caps of the vectors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from conformance.base import Answer
from conformance.vectors.base import Vector, answers, percent, written
from recoup.kernel.parties import LegalKind
from recoup.law.bands import band_of, by_size
from recoup.law.costs import collection_costs
from recoup.law.lookup import ppm

COMPANY, CONSUMER = LegalKind.COMPANY, LegalKind.CONSUMER
CURRENCY = {"GB-EAW": "GBP", "DE": "EUR", "IE": "EUR", "NL": "EUR", "CA": "CAD"}
SOME_DAY = date(2026, 11, 21)


def _scale(vector: Vector, topic: str, amount: str, on: date) -> int | None:
    return by_size(
        vector.law, topic, amount_minor=vector.minor(amount),
        currency=CURRENCY[vector.jurisdiction], on=on, kind=COMPANY,
    )  # fmt: skip


FEES = {
    "issue_fee": ("court.fee", "amount_incl_interest"),
    "small_claims_hearing_fee": ("court.hearing_fee", "amount"),
    "mahnbescheid_fee": ("court.fee", "amount"),
}


@answers(*FEES)
def _fee(vector: Vector) -> Answer:
    topic, amount = FEES[vector.op]
    fee = _scale(vector, topic, amount, vector.day("on"))
    return vector.agrees({"fee": written(fee, vector.expected["fee"])})


@answers("fixed_compensation")
def _fixed(vector: Vector) -> Answer:
    found = _scale(vector, "compensation.fixed", "debt", SOME_DAY)
    return vector.agrees({"compensation": written(found, vector.expected["compensation"])})


@answers("bik")
def _tariff(vector: Vector) -> Answer:
    found = collection_costs(
        vector.law, amount_minor=vector.minor("principal"), currency="EUR", on=SOME_DAY,
        kind=CONSUMER, is_vat_lost=bool(vector.inputs.get("creditor_cannot_recover_vat")),
    )  # fmt: skip
    return vector.agrees({"costs": written(found, vector.expected["costs"])})


@answers("max_apr")
def _cap(vector: Vector) -> Answer:
    kind = CONSUMER if vector.inputs["natural_person"] else COMPANY
    on, like = vector.day("on"), vector.expected["max_apr"]
    scale = vector.law.find("contract.interest_max_by_size", on=on, kind=kind)
    if scale is None:
        cap = vector.law.percent_ppm("contract.interest_max", on=on, kind=kind)
        return vector.agrees({"max_apr": percent(cap, like)})
    band = band_of(scale.entry, Decimal(vector.text("credit")))
    ours = None if band is None or band.percent is None else percent(ppm(band.percent), like)
    return vector.agrees({"max_apr": ours})
