"""A policy says where the law narrows its hours and caps: from what, to what, and why."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.policy import document

ON = date(2026, 11, 27)
STANDARD = document.standard().text


def limits(text, country, region=""):
    limited, refused = document.lawful(document.load(text), country=country, region=region, on=ON)
    assert refused == []
    return [each.sentence for each in limited]


def changed(**values):
    lines = STANDARD.splitlines()
    for name, value in values.items():
        (at,) = [n for n, line in enumerate(lines) if line.strip().startswith(f"{name}:")]
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines[at] = f"{indent}{name}: {value}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("values", "country", "words"),
    [
        ({}, "AU", ["everybody", "RG 96", "from 08:00–18:00 to 09:00–18:00 on Sat and Sun"]),
        ({}, "IE", ["debtors of unknown kind and consumers", "s 46", "to 09:00–18:00 on Mon"]),
        ({"contacts_per_7_days_max": 20, "contacts_per_30_days_max": 60}, "AU",
         ["from 20 to", "in seven days"]),
    ],
)  # fmt: skip
def test_a_policy_says_where_the_law_narrows_it(values, country, words):
    said = " ".join(limits(changed(**values), country))
    for each in words:
        assert each in said, said


def test_a_policy_within_the_law_says_nothing():
    assert limits(STANDARD, "DE") == []


def test_the_line_of_the_limit_is_named():
    limited, _ = document.lawful(document.load(STANDARD), country="AU", region="", on=ON)
    assert [each.line for each in limited] == [
        n for n, line in enumerate(STANDARD.splitlines(), 1) if line.strip().startswith("window")
    ]
