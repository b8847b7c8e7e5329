"""Policies from the command line: checked with every line, published, printed."""

from __future__ import annotations

import pytest

from recoup.books.models import Creditor, PolicyVersion
from recoup.cli.exits import Exit
from recoup.policy import document

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(file):
    """The standard policy, a little more patient."""
    text = document.standard().text.replace("days_after_due: 3", "days_after_due: 5")
    return file("patient.yaml", *text.splitlines())


@pytest.fixture
def wrong(patient):
    """Two mistakes on two lines."""
    text = patient.read_text()
    patient.write_text(text.replace("window:", "windov:").replace("on_due", "on_dew"))
    return patient


def test_a_policy_in_order_is_counted(recoup, patient):
    told = recoup("policy", "check", patient)
    assert told.exit_code == 0
    assert "1 segment, 5 steps" in " ".join(told.stdout.split())


def test_every_problem_is_told_with_its_line(recoup, wrong, answer):
    told = recoup("policy", "check", wrong)
    assert told.exit_code == Exit.REFUSED
    text = " ".join(told.stdout.split())
    assert "Did you mean window?" in text
    lines = wrong.read_text().splitlines()
    found = answer("policy", "check", wrong, code=Exit.REFUSED)["problems"]
    assert {each["line"] for each in found} >= {
        number for number, line in enumerate(lines, 1) if "windov" in line or "on_dew" in line
    }


def test_publishing_makes_it_the_creditor_s_own(creditor, recoup, patient):
    assert recoup("policy", "publish", patient).exit_code == 0
    assert Creditor.objects.get().policy.text == patient.read_text()
    assert recoup("policy", "show").stdout == patient.read_text()
    recoup("policy", "publish", patient)
    assert PolicyVersion.objects.count() == 1


def test_a_policy_with_problems_is_not_published(creditor, recoup, wrong):
    assert recoup("policy", "publish", wrong).exit_code == Exit.REFUSED
    assert PolicyVersion.objects.count() == 0


def test_without_one_of_its_own_a_creditor_has_the_standard_policy(creditor, recoup):
    assert recoup("policy", "show").stdout == document.standard().text
    assert recoup("policy", "show", "--standard").stdout == document.standard().text


def test_what_the_law_forbids_is_told_with_its_paragraph(creditor, recoup, patient):
    text = patient.read_text()
    charges = "charges:\n  compensation: {mode: invoice, kinds: [consumer]}\nsegments:"
    patient.write_text(text.replace("segments:", charges))
    told = recoup("policy", "check", patient, "--country", "de")
    assert told.exit_code == Exit.REFUSED
    assert "§ 288(5) BGB" in " ".join(told.stdout.split())
    assert recoup("policy", "publish", patient).exit_code == Exit.REFUSED
    assert not PolicyVersion.objects.exists()
