"""Bank data that are old or not whole: courtesies go out, what presses waits, Today says why."""

from __future__ import annotations

import pytest

from tests.cli.letters import CUSTOMERS, INVOICES, customer, invoice
from tests.web.cash_books import IBAN, mt940

pytestmark = pytest.mark.django_db

DAY = "2026-03-03"


@pytest.fixture
def owed(recoup, creditor, file):
    """One debtor three days late, and one whose invoice is due in three days."""
    people = file("customers.csv", CUSTOMERS, customer("A", "Ahorn"), customer("B", "Birke"))
    rows = [
        invoice("A", "F-1", "2026-01-28", "2026-02-27", "400.00"),
        invoice("B", "F-2", "2026-02-04", "2026-03-06", "90.00"),
    ]
    invoices = file("invoices.csv", INVOICES, *rows)
    assert recoup("import", people, invoices, "--as-of", "2026-02-10").exit_code == 0


@pytest.fixture
def bring(recoup, tmp_path):
    """Take a statement in."""

    def brought(text: str, name: str) -> None:
        path = tmp_path / name
        path.write_text(text)
        assert recoup("bank", "import", str(path)).exit_code == 0

    return brought


def went(recoup, answer, mailbox) -> list[str]:
    answer("nightly", "--as-of", DAY)
    recoup("approve", "--as-of", DAY, "--yes")
    answer("nightly", "--as-of", DAY)
    return mailbox.recipients()


def test_old_bank_data_stop_the_reminder_and_not_the_courtesy(owed, bring, recoup, answer, mailbox):
    bring(mt940((5_00, "Somebody", "x"), day="260220"), "old.sta")
    assert went(recoup, answer, mailbox) == ["birke"]
    why = answer("explain", "A", "--as-of", DAY)
    assert "The bank data are older than the policy allows" in str(why)
    bring(mt940((5_00, "Else", "y"), day="260302", number=2, opening="5,00"), "new.sta")
    assert went(recoup, answer, mailbox) == ["ahorn", "birke"]


def test_a_missing_statement_stops_it_until_a_person_says_that_none_is(
    owed, bring, recoup, answer, mailbox
):
    bring(mt940((5_00, "Somebody", "x"), day="260227"), "one.sta")
    bring(mt940((5_00, "Else", "y"), day="260302", number=3, opening="75,00"), "three.sta")
    assert went(recoup, answer, mailbox) == ["birke"]
    said = recoup("bank", "no-gap", IBAN, "--why", "The bank renumbered its statements")
    assert "nothing is missing" in said.stdout
    assert went(recoup, answer, mailbox) == ["ahorn", "birke"]


def test_an_account_no_longer_used_stops_nothing(owed, bring, recoup, answer, mailbox):
    bring(mt940((5_00, "Somebody", "x"), day="260120"), "old.sta")
    said = recoup("bank", "close", IBAN, "--why", "We bank elsewhere now")
    assert "waited for any more" in said.stdout
    assert went(recoup, answer, mailbox) == ["ahorn", "birke"]
    assert recoup("bank", "close", "DE00", "--why", "x").exit_code == 1
