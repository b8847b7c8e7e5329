"""What a policy may not ask for: the paragraph that forbids it is named, with the line."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.policy.document import STANDARD_PATH, PolicyRefusal, load, publishable

TEXT = STANDARD_PATH.read_text(encoding="utf-8")
TODAY = date(2026, 5, 15)


def policy(*lines: str) -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return TEXT.replace("segments:\n", f"charges:\n{body}segments:\n", 1)


def refused(text: str, country: str, region: str = "") -> list[str]:
    with pytest.raises(PolicyRefusal) as caught:
        publishable(text, country=country, region=region, on=TODAY)
    lines = text.splitlines()
    for problem in caught.value.problems:
        assert 0 < problem.line <= len(lines)
    return [str(problem) for problem in caught.value.problems]


def limits(text: str, country: str, region: str = "") -> list[str]:
    return [
        str(each) for each in publishable(text, country=country, region=region, on=TODAY).warnings
    ]


def test_what_the_law_gives_may_be_asked():
    text = policy("interest: {mode: announce}", "compensation: {mode: invoice}")
    assert limits(text, "DE") == []
    assert limits(text, "GB", "ENG") == []


@pytest.mark.parametrize(
    ("country", "region", "lines", "paragraph"),
    [
        ("DE", "", ["compensation: {mode: invoice, kinds: [consumer]}"], "§ 288(5) BGB"),
        ("DE", "", ["kinds: [company, consumer]", "compensation: {mode: announce}"], "§ 288(5)"),
        ("GB", "", ["interest: {mode: accrue, kinds: [consumer]}"], "s 2"),
        ("DE", "", ["interest: {mode: accrue, basis: contractual, annual_rate_percent: 9,"
                    " compounding: yearly}"], "§ 289 BGB"),
        ("US", "NY", ["interest: {mode: accrue, basis: contractual, annual_rate_percent: 30}"],
         "%"),
        ("DE", "", ["fees: {mode: invoice, steps: [{step: second-reminder, amounts: {EUR: 5}}]}"],
         "2.50 EUR by §§ 280, 286 BGB"),
        ("DE", "", ["fees: {mode: invoice, steps: [{step: first-reminder, amounts: {EUR: 2}}]}"],
         "The first reminder is free by §§ 280, 286 BGB"),
        ("DE", "", ["costs: {mode: invoice, days_past_due: 30}"], "Collection costs"),
        ("IN", "", ["interest: {mode: announce}"], "micro or small enterprise"),
        ("CA", "ON", ["interest: {mode: accrue, basis: contractual, annual_rate_percent: 61}"],
         "% a year is more than"),
        ("PL", "", ["interest: {mode: announce}"], "no law document for PL"),
        ("DE", "", ["law: ZZ", "interest: {mode: announce}"], "no law document 'ZZ'"),
    ],
)  # fmt: skip
def test_more_than_the_law_allows_is_not_published(country, region, lines, paragraph):
    assert any(paragraph in each for each in refused(policy(*lines), country, region))


def test_what_only_some_debtors_are_spared_is_a_limit():
    text = policy("costs: {mode: announce, days_past_due: 30, kinds: [company, consumer]}")
    said = limits(text, "NL")
    assert any("consumers" in each and "days after a notice" in each for each in said)


def test_the_creditor_may_state_that_it_is_what_the_law_asks_for():
    assert limits(policy("interest: {mode: announce, creditor_qualifies: true}"), "IN") == []


def test_a_way_of_rounding_that_is_not_the_laws_is_a_limit():
    (said,) = limits(policy("interest: {mode: announce, rounding: daily}"), "GB", "ENG")
    assert "on small amounts it may come to more" in said
    assert limits(policy("interest: {mode: announce, rounding: total}"), "GB", "ENG") == []


def test_a_law_named_in_the_policy_goes_before_the_place():
    text = policy("law: DE", "interest: {mode: announce}")
    assert limits(text, "PL") == []


def test_without_charges_no_law_is_asked():
    assert limits(TEXT, "PL") == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["interest: {mode: announce, annual_rate_percent: 9}"], "`basis: contractual`"),
        (["interest: {mode: announce, basis: contractual}"], "annual_rate_percent"),
        (["interest: {mode: announce, compounding: yearly}"], "the law says how"),
        (["interest: {mode: announce, kinds: [unknown]}"], "must be one of"),
        (["fees: {mode: invoice, steps: [{step: nobody, amounts: {EUR: 2}}]}"],
         "There is no step nobody"),
        (["fees: {mode: invoice, steps: [{step: final-notice, amounts: {EUR: 2.555}}]}"],
         "digits after the point"),
    ],
)  # fmt: skip
def test_charges_that_cannot_be_meant_are_refused(lines, said):
    with pytest.raises(PolicyRefusal) as caught:
        load(policy(*lines))
    assert any(said in str(problem) for problem in caught.value.problems)
