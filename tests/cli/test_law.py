"""The law on the command line: listed, shown on a day, checked for what is due."""

from __future__ import annotations

import pytest

from recoup.cli.exits import Exit
from recoup.law.read import documents


def test_every_document_is_listed(recoup, answer):
    told = recoup("law", "list")
    assert told.exit_code == 0
    assert "nobody" in told.stdout
    assert {each["code"] for each in answer("law", "list")["documents"]} == set(documents())


def test_a_law_is_shown_with_paragraph_source_and_age(recoup):
    told = recoup("law", "show", "gb-eaw", "--on", "2026-11-21")
    assert told.exit_code == 0
    words = " ".join(told.stdout.split())
    assert "Not legal advice" in words
    assert "SI 2002/1675, art 4. Two sources, seen 2026-10-08 (44 days ago)" in words
    assert "From memory. Not calculated with." in words


def test_a_program_reads_every_value_with_its_two_switches(answer):
    told = answer("law", "show", "DE", "--on", "2026-11-21", "--kind", "company")
    values = {each["topic"]: each for each in told["values"]}
    assert values["interest.margin"] == {
        "topic": "interest.margin",
        "law": "DE",
        "value": "9 %",
        "kinds": ["company"],
        "since": "2014-07-29",
        "until": None,
        "cite": "§ 288(2) BGB",
        "sources": [
            "Wirtschaftsförderung on receivables of small firms",
            "Published late-fee program, rates of the second half of 2026",
        ],
        "seen_on": "2026-11-21",
        "age_days": 0,
        "verified": "two",
        "usable_for_calculation": True,
        "lawyer_signed": False,
        "note": "For debts that arose from this day on; the day is from memory"
        " (Art. 229 § 34 EGBGB).",
    }
    assert values["terms.max_days"]["law"] == "EU"
    assert not values["limitation.restarts"]["usable_for_calculation"]
    rates = {each["name"]: each for each in told["rates"]}
    assert rates["basiszinssatz"]["annual_rate_ppm"] == 15_200


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("ZZ",), "law-unknown", "no law document 'ZZ'"),
        (("DE", "--on", "1900-01-01", "--topic", "interest.margin"), "law-silent",
         "no value of interest.margin is known for 1900-01-01"),
        (("NL", "--on", "2026-11-21", "--topic", "court.fee"), "law-silent",
         "no value of court.fee is known for 2026-11-21"),
        (("DE", "--topic", "interest.margn"), "topic-unknown", "no topic 'interest.margn'"),
        (("CA-ON", "--on", "1500-01-01", "--kind", "company", "--topic", "limitation.years"),
         "law-silent", "known for 1500-01-01"),
    ],
)  # fmt: skip
def test_what_is_missing_is_refused_by_name(answer, words, code, said):
    refused = answer("law", "show", *words, code=Exit.REFUSED)["error"]
    assert refused["code"] == code
    assert said in refused["sentence"]


def test_one_topic_can_be_asked_for(recoup):
    told = recoup("law", "show", "NL", "--on", "2026-11-21", "--topic", "costs.tariff")
    assert told.exit_code == 0
    assert "up to 2,500: 15 %" in told.stdout
    assert "interest.margin" not in told.stdout


def test_a_rate_that_is_missing_is_shown_as_missing(recoup):
    told = recoup("law", "show", "IE", "--on", "2027-01-01")
    assert told.exit_code == 0
    assert "missing" in told.stdout
    assert "2027-H1" in told.stdout


def test_the_check_says_what_is_overdue_and_its_exit_code_says_so(recoup, answer):
    told = recoup("law", "check", "--on", "2027-01-01")
    assert told.exit_code == Exit.REFUSED
    assert "ECB reference rate of 2027-H1 is missing" in told.stdout
    assert "limitation.years" not in told.stdout
    each = recoup("law", "check", "--on", "2027-01-01", "--values")
    assert "Italy: limitation.years is known from memory only." in each.stdout
    findings = answer("law", "check", "--on", "2027-01-01", code=Exit.REFUSED)["findings"]
    assert {"rate-overdue", "unverified", "old"} <= {each["matter"] for each in findings}
