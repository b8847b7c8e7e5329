"""Collection costs by the scale of a law."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.costs import collection_costs
from tests.law.making import made_law

ON = date(2026, 2, 1)


def costs(minor, *, claimable="true", vat="true", currency="EUR", is_vat_lost=False):
    nowhere = made_law(
        costs__claimable=claimable,
        costs__tariff="bands: [{up_to: 1000, percent: 10}, {percent: 5}]"
        " | by_slice: true, least: 25",
        costs__vat=vat,
        vat__rate="20",
    )
    return collection_costs(
        nowhere, amount_minor=minor, currency=currency, on=ON, kind=LegalKind.COMPANY,
        is_vat_lost=is_vat_lost,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("minor", "is_vat_lost", "due"),
    [
        (100_00, False, 25_00),
        (1_000_00, False, 100_00),
        (3_000_00, False, 200_00),
        (3_000_00, True, 240_00),
        (250_01, True, 30_00),
    ],
)
def test_costs_go_by_slices_with_a_least_and_with_tax_where_it_is_lost(minor, is_vat_lost, due):
    assert costs(minor, is_vat_lost=is_vat_lost) == due


def test_no_tax_where_the_law_adds_none_and_no_figure_in_another_currency():
    assert costs(3_000_00, vat="false", is_vat_lost=True) == 200_00
    assert costs(3_000_00, currency="USD") is None


def test_a_law_that_gives_none_refuses():
    with pytest.raises(Refusal, match="no collection costs"):
        costs(3_000_00, claimable="false")
