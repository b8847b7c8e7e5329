"""Terms of a policy beside the law: too long for companies is refused, for public bodies told."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.policy import document
from recoup.policy.document import PolicyRefusal, publishable

ON = date(2026, 3, 3)


def policy(terms: str) -> str:
    return f"{document.standard().text}\nterms: {terms}\n"


def warned(terms: str, country: str, region: str = "") -> list[str]:
    read = publishable(policy(terms), country=country, region=region, on=ON)
    return [each.sentence for each in read.warnings if each.path.startswith("terms")]


@pytest.mark.parametrize(
    ("terms", "count"),
    [
        ("{default: 30 days}", 0),
        ("{default: 60 days}", 1),
        ("{default: 90 days}", 2),
        ("{tiers: {gold: 45 days}}", 1),
        ("{default: EOM}", 0),
        ("{default: payment in advance}", 0),
    ],
)
def test_longer_terms_than_the_law_are_told_with_the_paragraph(terms, count):
    found = warned(terms, "GB", "ENG")
    assert len(found) == count
    assert all("s 4" in each for each in found)


def test_where_no_law_is_known_nothing_is_said():
    assert warned("{default: 120 days}", "AQ") == []


@pytest.mark.parametrize("text", ["{default: whenever}", "{tiers: {gold: soon}}", "{defalt: 30}"])
def test_what_is_no_terms_is_refused_with_its_line(text):
    with pytest.raises(PolicyRefusal) as refused:
        document.load(policy(text))
    assert refused.value.problems[0].line > 20
