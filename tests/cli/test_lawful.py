"""`recoup law`: next steps of an account, and what runs out of time."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.books.models import DebtEvent, Debtor
from tests.cli.letters import CUSTOMERS, INVOICES, customer, invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(recoup, creditor, file):
    """A business in England with a late invoice and a very old one."""
    creditor.country = "GB"
    creditor.save()
    rows = [
        invoice("A", "I-1", "2026-01-01", "2026-01-31", "6000.00"),
        invoice("A", "I-2", "2020-04-01", "2020-05-01", "100.00"),
    ]
    taken = recoup(
        "import",
        file("customers.csv", CUSTOMERS, customer("A", "Alder")),
        file("invoices.csv", INVOICES, *rows),
        "--as-of",
        "2026-02-10",
    )
    assert taken.exit_code == 0, taken.output
    Debtor.objects.update(legal_kind=1, country="GB")
    return creditor


def test_the_steps_of_an_account_come_with_paragraphs_and_for_programs(books, recoup, answer):
    told = recoup("law", "steps", "alder").stdout
    for words in ("A Alder", "Claim at court", "Not signed by a lawyer", "not legal advice"):
        assert words in told
    old, new = answer("law", "steps", "A")["debts"]
    assert (old["number"], old["limitation"]["last_date"]) == ("I-2", "2026-05-01")
    steps = {each["code"]: each for each in new["steps"]}
    assert steps["letter_of_claim"]["state"] == "open"
    assert steps["court_claim"]["state"] == "later"
    assert not steps["court_claim"]["is_lawyer_signed"]


def test_what_runs_out_is_listed_within_the_months_asked_for(books, recoup, answer):
    assert [each["document"] for each in answer("law", "limitation")["items"]] == ["I-2"]
    assert answer("law", "limitation", "--months", 1)["items"] == []
    assert "I-2" in recoup("law", "limitation").stdout
    assert "runs out on nothing" in recoup("law", "limitation", "--months", 0).stdout


def test_a_notice_of_costs_is_recorded_with_what_it_names(books, recoup, answer):
    said = ("--received", "2026-02-09", "--names", "150.00", "--invoice", "I-1")
    told = recoup("law", "happened", "A", "costs_notice", "--on", "2026-02-08", *said).stdout
    assert "Notice of collection costs sent on 08 February 2026 is recorded for A." in told
    event = DebtEvent.objects.get()
    assert (event.names_minor, event.received_date) == (150_00, date(2026, 2, 9))
    again = answer("law", "happened", "A", "costs_notice", "--on", "2026-02-08", *said)
    assert again["event"] == event.pk


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (("--invoice", "I-9"), "nothing open that is named I-9"),
        (("--names", "12,50"), "Write it as 1234.50"),
        (("--names", "12.505"), "Write it as 1234.50"),
        (("--received", "2026-02-01"), "received between the day it went and today"),
    ],
)
def test_what_cannot_have_happened_is_refused(books, recoup, said, complaint):
    told = recoup("law", "happened", "A", "costs_notice", "--on", "2026-02-08", *said)
    assert complaint in " ".join((told.stderr + told.stdout).split())
    assert not DebtEvent.objects.exists()
