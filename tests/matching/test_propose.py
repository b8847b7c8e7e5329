"""Which receipt pays what, told as cases: what came in, what is open, what follows."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.engine.matching.frames import MatchPolicy, Reason, Tolerance, reason_codes
from recoup.engine.matching.references import rf_of
from tests.matching.making import (
    DUE,
    EUR,
    USD,
    answer,
    applied,
    best,
    item,
    listed,
    payer,
    receipt,
    verdict,
)

OTHERS = [item(21, 333_00, number="INV-2026-00777"), item(22, 444_00, number="INV-2026-00778")]


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-00123",
        "inv-2026-00123",
        "Rechnung INV-2026-00123 vom 03.03.2026",
        "INV2026 00123",
        "INV 2026 00123",
        "INV202600123",
        "2026-00123",
        "202600123",
        "RG.NR.2026/00123",
        "INV-2O26-OO123",
        "INV-2026-00I23",
        "INV-2026-001\n23",
        "INV-20 26-00123",
        "SVWZ+INV-2026-00123 DATUM 03.03.2026",
        "/INV/INV-2026-00123",
    ],
)
def test_a_number_is_read_however_it_is_written(text: str) -> None:
    items = [item(number="INV-2026-00123"), *OTHERS]
    found = answer([receipt(remittance=text, payer_account=None)], items)
    assert applied(found) == {11: 100_00}
    assert verdict(found) == "post"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Rechnung 123", Reason.NUMBER_IN_PART),
        ("INV-2026-00132", Reason.NUMBER_MISTYPED),
        ("INV-2026-0123", Reason.NUMBER_IN_PART),
        ("INV-2026-0012", Reason.NUMBER_IN_PART),
    ],
)
def test_a_short_or_mistyped_number_is_read_where_the_payer_is_known(
    text: str, reason: Reason
) -> None:
    items = [item(number="INV-2026-00123"), *OTHERS]
    found = answer([receipt(remittance=text)], items)
    row = best(found)
    assert row is not None
    assert row["reason_bits"] >> reason & 1
    assert applied(found) == {11: 100_00}


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-00123, INV-2026-00124",
        "INV-2026-00123 + 124",
        "INV202600123INV202600124",
        "202600123202600124",
        "00123 und 00124",
    ],
)
def test_several_numbers_in_one_text_are_all_read(text: str) -> None:
    items = [
        item(1, 60_00, number="INV-2026-00123"),
        item(2, 40_00, number="INV-2026-00124"),
        *OTHERS,
    ]
    assert applied(answer([receipt(remittance=text)], items)) == {1: 60_00, 2: 40_00}


@pytest.mark.parametrize("text", [rf_of("4711"), "RF" + rf_of("4711")[2:4] + " 4711"])
def test_a_structured_reference_names_its_item(text: str) -> None:
    items = [item(reference=rf_of("4711")), item(12, reference=rf_of("4712"))]
    assert applied(answer([receipt(structured_reference=text)], items, [])) == {11: 100_00}


@pytest.mark.parametrize(
    ("amount", "more", "policy", "kind", "residual"),
    [
        (100_00, {}, {}, "none", 0),
        (99_99, {}, {}, "rounding", 1),
        (99_40, {}, {}, "short", 60),
        (100_70, {}, {}, "over", -70),
        (88_00, {"charges_minor": 12_00}, {}, "charges", 12_00),
        (85_00, {}, {}, "charges", 15_00),
        (85_01, {}, {}, "short", 14_99),
        (40_00, {}, {}, "short", 60_00),
        (150_00, {}, {}, "over", -50_00),
        (99_40, {}, {"short_minor": 0}, "short", 60),
    ],
)
def test_what_is_left_has_a_name(
    amount: int, more: dict[str, object], policy: dict[str, int], kind: str, residual: int
) -> None:
    rules = MatchPolicy(tolerances={EUR: Tolerance(**policy)})
    paid = receipt(1, amount, remittance="INV-2026-00011", **more)
    row = best(answer([paid], [item()], policy=rules))
    assert row is not None
    assert (row["residual_kind"], row["residual_minor"]) == (kind, residual)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 3, 5), "discount-in-time"),
        (date(2026, 3, 14), "discount-in-time"),
        (date(2026, 3, 15), "discount-late"),
    ],
)
def test_a_discount_is_in_time_until_its_grace_has_passed(day: date, kind: str) -> None:
    items = [item(discount_ppm=20_000, discount_days=10)]
    paid = receipt(1, 98_00, received_date=day, remittance="INV-2026-00011")
    found = answer([paid], items)
    row = best(found)
    assert row is not None
    assert row["residual_kind"] == kind
    assert found.lines["discount_minor"].to_list() == [2_00]
    assert applied(found) == {11: 98_00}


def test_a_credit_note_is_netted_beside_what_is_named() -> None:
    items = [item(), item(12, -30_00, number="CN-77"), item(13, 55_00)]
    found = answer([receipt(1, 70_00, remittance="INV-2026-00011")], items)
    row = best(found)
    assert row is not None
    assert row["kind"] == "netted"
    assert applied(found) == {11: 100_00, 12: -30_00}


def test_a_bare_sum_that_fits_in_several_ways_is_never_posted() -> None:
    items = [item(1, 60_00), item(2, 40_00), item(3, 100_00)]
    found = answer([receipt()], items)
    row = best(found)
    assert row is not None
    assert row["combinations"] == 1
    assert "several-fit" in reason_codes(row["reason_bits"])
    assert applied(found) == {3: 100_00}
    assert verdict(found) == "propose"


@pytest.mark.parametrize(
    ("amount", "kind", "paid"),
    [
        (10_00, "single", {1: 10_00}),
        (30_00, "run", {1: 10_00, 2: 20_00}),
        (50_00, "subset", {1: 10_00, 3: 40_00}),
        (70_00, "statement", {1: 10_00, 2: 20_00, 3: 40_00}),
    ],
)
def test_an_amount_without_words_finds_its_combination(
    amount: int, kind: str, paid: dict[int, int]
) -> None:
    items = [item(n, 10_00 * 2 ** (n - 1), due_date=date(2026, 3, n)) for n in (1, 2, 3)]
    found = answer([receipt(1, amount)], items)
    row = best(found)
    assert row is not None
    assert row["kind"] == kind
    assert applied(found) == paid


def test_money_that_fits_nothing_is_proposed_for_the_oldest() -> None:
    items = [
        item(1, 50_00, due_date=date(2026, 1, 1)),
        item(2, 20_00, due_date=date(2026, 1, 1)),
        item(3, 31_00, due_date=date(2027, 1, 1)),
    ]
    found = answer([receipt(1, 80_49)], items)
    assert applied(found) == {1: 50_00, 2: 20_00, 3: 10_49}
    assert verdict(found) == "propose"


def test_the_same_money_twice_pays_once() -> None:
    twice = [
        receipt(n, remittance="INV-2026-00011", received_date=date(2026, 3, n)) for n in (2, 1)
    ]
    found = answer(twice, [item()])
    assert [verdict(found, n) for n in (1, 2)] == ["post", "propose"]
    row = best(found, 2)
    assert row is not None
    assert (row["kind"], applied(found, 2)) == ("duplicate", {})


def test_two_parts_pay_one_invoice() -> None:
    parts = [receipt(1, 30_00), receipt(2, 70_00)]
    parts = [part | {"remittance": "INV-2026-00011"} for part in parts]
    found = answer(parts, [item()])
    assert [applied(found, n) for n in (1, 2)] == [{11: 30_00}, {11: 70_00}]
    assert found.verdicts["verdict"].to_list() == ["post", "post"]


def test_two_receipts_without_words_that_are_one_invoice_are_shown_to_a_person() -> None:
    found = answer([receipt(1, 31_07), receipt(2, 68_93)], [item(), item(12, 5_000_00)])
    joint = found.proposals.filter(kind="several-receipts")
    assert joint["receipt_id"].to_list() == [1, 2]
    assert [applied(found, n, joint["rank"][n - 1]) for n in (1, 2)] == [{11: 31_07}, {11: 68_93}]
    assert "post" not in found.verdicts["verdict"].to_list()


def test_a_third_party_may_pay_what_it_names_and_the_answer_says_so() -> None:
    paid = receipt(remittance="INV-2026-00011")
    found = answer([paid], [item(), item(99, 5_00, account_id=8)], [payer(8)])
    row = best(found)
    assert row is not None
    assert row["account_id"] == 7
    assert "other-payer" in reason_codes(row["reason_bits"])


@pytest.mark.parametrize("receipt_id", [1, None])
def test_advice_says_what_a_receipt_without_words_pays(receipt_id: int | None) -> None:
    items = [item(1, 60_00), item(2, 60_00), item(3, 70_00)]
    advice = [
        listed("INV-2026-00003", 40_00, receipt_id),
        listed("inv 2026 00002", 60_00, receipt_id),
    ]
    found = answer([receipt()], items, [payer()], advice)
    row = best(found)
    assert row is not None
    assert (row["kind"], applied(found)) == ("advice", {2: 60_00, 3: 40_00})
    assert verdict(found) == "post"


def test_advice_that_does_not_add_up_still_names() -> None:
    advice = [listed("INV-2026-00011", 100_00), listed("INV-2026-99999", 5_00)]
    found = answer([receipt()], [item()], [payer()], advice)
    row = best(found)
    assert row is not None
    assert (row["kind"], applied(found)) == ("reference", {11: 100_00})


def test_currencies_never_mix() -> None:
    found = answer([receipt(remittance="INV-2026-00011")], [item(currency=USD)])
    row = best(found)
    assert row is not None
    assert (row["kind"], applied(found), verdict(found)) == ("currency", {}, "propose")


def test_a_stated_original_amount_finds_its_item_for_a_person() -> None:
    paid = receipt(1, 92_00, original_currency=USD, original_minor=100_00)
    found = answer([paid], [item(currency=USD), item(12, 92_00, account_id=9)])
    row = best(found)
    assert row is not None
    assert row["kind"] == "currency"
    assert found.lines["currency"].to_list() == [USD]
    assert (applied(found), verdict(found)) == ({11: 100_00}, "propose")


def test_what_points_nowhere_is_unidentified() -> None:
    found = answer([receipt(1, 12_34, payer_account="XX1", remittance="thanks")], [item()])
    assert verdict(found) == "unidentified"
    assert best(found) is None


def test_a_proposal_below_the_policy_waits_for_a_person() -> None:
    strict = MatchPolicy(auto_post_ppm=999_001)
    found = answer([receipt(remittance="INV-2026-00011")], [item()], policy=strict)
    assert verdict(found) == "propose"
    assert applied(found) == {11: 100_00}


def test_money_that_waits_may_already_have_paid_its_account_and_no_more_than_is_owed() -> None:
    found = answer([receipt(1, 300_00), receipt(2, 5_00)], [item(), item(12, 50_00)])
    assert found.maybe_paid.to_dicts() == [
        {
            "account_id": 7,
            "currency": EUR,
            "maybe_minor": 150_00,
            "receipts": 2,
            "confidence_ppm": 999_000,
        }
    ]


def test_posted_money_is_not_maybe_paid() -> None:
    assert answer([receipt(remittance="INV-2026-00011")], [item()]).maybe_paid.is_empty()


def test_no_receipts_and_no_items_are_an_answer_too() -> None:
    assert answer([], []).proposals.is_empty()
    assert verdict(answer([receipt()], [])) == "propose"


def test_the_order_of_the_input_means_nothing() -> None:
    receipts = [receipt(n, 10_00 * n, remittance=f"{n}") for n in range(1, 6)]
    items = [item(n, 10_00 * (n % 3 + 1), due_date=DUE) for n in range(1, 9)]
    one = answer(receipts, items, [payer(), payer(7, "name", "Ulmenhof")])
    other = answer(receipts[::-1], items[::-1], [payer(7, "name", "Ulmenhof"), payer()])
    for name in ("proposals", "lines", "verdicts", "maybe_paid", "maybe_payer"):
        assert getattr(one, name).equals(getattr(other, name))
