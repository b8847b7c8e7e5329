"""Charges from the command line: seen, proposed, posted, waived."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.books.models import Charge
from recoup.cli.exits import Exit
from tests.books.ledgers import Ledger
from tests.jobs.charging import night, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(creditor, at) -> Ledger:
    ledger = Ledger(creditor, date(2026, 1, 2), at.replace(month=1, day=2))
    item = ledger.invoice(
        ledger.account("K1"), 10000_00, due=date(2026, 1, 15), issued=date(2026, 1, 1)
    )
    assert item.document.number == "invoice-1"
    return ledger


def test_charges_are_seen_proposed_posted_and_waived(ledger, recoup, answer):
    publish(ledger, "interest: {mode: invoice}", "courtesy_waiver: none")
    told = answer("charges", "list", "--as-of", "2026-02-28")
    assert told["charges"][0]["total_minor"] == 123_80
    assert "123.80" in recoup("charges", "list", "--as-of", "2026-02-28").stdout
    assert "45.02" in recoup("charges", "propose", "--as-of", "2026-02-01").stdout
    assert not Charge.objects.exists()
    night(ledger, date(2026, 2, 1))
    assert "1 charge posted" in recoup("charges", "post").stdout
    assert "0 charges posted" in recoup("charges", "post").stdout
    assert recoup("charges", "waive", "invoice-1-I1", "--why", "goodwill").exit_code == 0
    assert Charge.objects.get().closed_why == "goodwill"


@pytest.fixture
def said(recoup):
    """All that a command says."""

    def run(*words):
        told = recoup(*words)
        return " ".join((told.stderr + told.stdout).split())

    return run


def test_what_cannot_be_done_is_said(ledger, recoup, said):
    assert "charges nothing" in said("charges", "list")
    assert recoup("charges", "list").exit_code == Exit.REFUSED
    publish(ledger, "interest: {mode: announce}")
    assert "no charge X" in said("charges", "waive", "X", "--why", "goodwill")
    assert "no account Z" in said("charges", "list", "--account", "Z")
    assert "Nothing is to be charged" in said("charges", "propose")


def test_what_accrued_is_invoiced_by_its_number_or_all_at_once(ledger, recoup, answer, said):
    publish(ledger, "interest: {mode: accrue}", "courtesy_waiver: none", "approval: auto")
    night(ledger, date(2026, 2, 1))
    night(ledger, date(2026, 3, 1))
    assert "no charge X" in said("charges", "invoice", "X")
    assert "is over" in said("charges", "invoice", "--due", "2026-01-01")
    assert answer("charges", "invoice", "invoice-1-I1", "--due", "2030-01-31")["invoiced"] == 1
    assert answer("charges", "invoice", "invoice-1-I1")["invoiced"] == 0
    first, second = Charge.objects.order_by("pk")
    assert (first.state, first.due_date) == ("invoiced", date(2030, 1, 31))
    assert second.state == "accrued"
    assert "1 charge invoiced" in recoup("charges", "invoice").stdout
    assert "0 charges invoiced" in recoup("charges", "invoice").stdout


def test_the_interest_sheet_names_what_was_waived(ledger, recoup, answer):
    publish(ledger, "interest: {mode: invoice}", "courtesy_waiver: none", "approval: auto")
    night(ledger, date(2026, 2, 1))
    recoup("charges", "waive", "invoice-1-I1", "--why", "goodwill")
    asked = ("interest", "invoice-1", "--to", "2026-02-28")
    told = answer(*asked)
    assert (told["interest_minor"], told["waived_minor"]) == (123_80, 45_02)
    assert told["claim_minor"] == 10000_00 + 123_80 - 45_02
    assert "Waived: " in recoup(*asked, "--language", "en").stdout
