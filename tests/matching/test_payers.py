"""Who paid: bank accounts, mandates, customer numbers, and names as banks mangle them."""

from __future__ import annotations

import pytest

from recoup.engine.matching import payers, tokens
from recoup.engine.matching.payers import ALIKE, GIVEN, KNOWN, NAMED, SHARED_BY, SIMILAR
from tests.matching.making import IBAN, given, payer, receipt


def who(paid: dict[str, object], known: list[dict[str, object]]) -> dict[int, int]:
    frames = given([paid], [], known).checked()
    grams = tokens.grams(tokens.texts(frames.receipts))
    found = payers.who(frames.receipts, frames.payers, grams)
    return dict(found.select("account_id", "who").iter_rows())


@pytest.mark.parametrize(
    ("more", "kind", "value", "strength"),
    [
        ({"account_id": 7}, "name", "whoever", GIVEN),
        ({}, "iban", "de02 1203 0000 0000 2020 51", KNOWN),
        ({"mandate_id": "M-17"}, "mandate", "m17", KNOWN),
        ({"remittance": "Kd.Nr. 20-034"}, "reference", "20034", NAMED),
        ({"remittance": "Kd.Nr. 20-035"}, "reference", "20034", 0),
        ({}, "iban", "DE99", 0),
    ],
)
def test_what_identifies_an_account(
    more: dict[str, object], kind: str, value: str, strength: int
) -> None:
    assert who(receipt(**more), [payer(7, kind, value)]).get(7, 0) == strength


@pytest.mark.parametrize(
    ("written", "strength"),
    [
        ("Müllerhof Gärten GmbH", NAMED),
        ("MUELLERHOF GAERTEN GMBH", NAMED),
        ("Mullerhof Garten", NAMED),
        ("Gärten Müllerhof", NAMED),
        ("Müllerhof Gärten G.m.b.H.", NAMED),
        ("MUELLERHOF GAER", SIMILAR),
        ("Müllerhof Gärtn GmbH", SIMILAR),
        ("Müllerhof Gartenbedarf", ALIKE),
        ("Steinwerk Ulm GmbH", 0),
        ("GmbH & Co. KG", 0),
        ("", 0),
    ],
)
def test_a_name_is_known_in_its_variants(written: str, strength: int) -> None:
    known = [payer(7, "name", "Müllerhof Gärten GmbH")]
    found = who(receipt(payer_name=written, payer_account=None), known)
    assert found.get(7, 0) == strength


def test_a_bank_account_of_several_accounts_points_to_all_of_them() -> None:
    assert who(receipt(), [payer(7), payer(8)]) == {7: KNOWN, 8: KNOWN}


def test_the_bank_account_of_a_payment_provider_points_to_nobody() -> None:
    assert who(receipt(), [payer(n, "iban", IBAN) for n in range(SHARED_BY + 1)]) == {}


def test_a_known_bank_account_outweighs_a_name() -> None:
    paid = receipt(payer_name="Ulmenhof")
    assert who(paid, [payer(7), payer(8, "name", "Ulmenhof")]) == {7: KNOWN}
