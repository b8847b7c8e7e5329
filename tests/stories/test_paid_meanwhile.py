"""Money that comes between two steps, or between deciding and sending: nobody is chased for it."""

from __future__ import annotations

import pytest

from recoup.books.models import Intent, OpenItem
from tests.cli.letters import CUSTOMERS, INVOICES, PAYMENTS, customer, invoice

pytestmark = pytest.mark.django_db

DAY, NEXT_DAY = "2026-03-02", "2026-03-03"


@pytest.fixture
def late(recoup, creditor, file):
    """Two debtors, three working days late."""
    people = file("customers.csv", CUSTOMERS, customer("A", "Ahorn"), customer("B", "Birke"))
    rows = [
        invoice("A", "F-1", "2026-01-28", "2026-02-27", "400.00"),
        invoice("B", "F-2", "2026-01-28", "2026-02-27", "90.00"),
    ]
    invoices = file("invoices.csv", INVOICES, *rows)
    assert recoup("import", people, invoices, "--as-of", "2026-02-10").exit_code == 0


def test_what_is_paid_between_approval_and_sending_is_withheld_at_the_last_moment(
    late, recoup, answer, file, mailbox
):
    answer("nightly", "--as-of", DAY)
    recoup("approve", "--as-of", DAY, "--yes")
    paid = file("bank.csv", PAYMENTS, "P-1,A,F-1,2026-03-02,EUR,400.00")
    assert recoup("import", paid, "--as-of", DAY).exit_code == 0
    sent = answer("send", "--as-of", DAY)
    assert (sent["accepted"], sent["withheld"]) == (1, 1)
    assert mailbox.recipients() == ["birke"]
    withheld = Intent.objects.get(account__number="A")
    assert withheld.state == "cancelled"
    assert "nothing-net-due" in withheld.reason
    assert recoup("verify", "--as-of", DAY).exit_code == 0


def test_a_part_paid_meanwhile_is_asked_for_with_the_right_amount(
    late, recoup, answer, file, mailbox
):
    answer("nightly", "--as-of", DAY)
    recoup("approve", "--as-of", DAY, "--yes")
    paid = file("bank.csv", PAYMENTS, "P-1,A,F-1,2026-03-02,EUR,150.00")
    recoup("import", paid, "--as-of", DAY)
    answer("nightly", "--as-of", DAY)
    (mail,) = [each for each in mailbox.mails() if each.to.startswith("ahorn")]
    assert "250,00" in mail.text
    assert mailbox.recipients() == ["ahorn", "birke"]
    assert recoup("verify", "--as-of", DAY).exit_code == 0


def test_a_later_export_that_shows_an_invoice_paid_closes_it(late, recoup, answer, file, mailbox):
    rows = [
        invoice("A", "F-1", "2026-01-28", "2026-02-27", "400.00", "0.00"),
        invoice("B", "F-2", "2026-01-28", "2026-02-27", "90.00"),
    ]
    found = answer("import", file("later.csv", INVOICES, *rows), "--as-of", DAY)
    assert found["files"][0]["documents_new"] == 0
    left = dict(OpenItem.objects.values_list("document__number", "open_minor"))
    assert left == {"F-1": 0, "F-2": 90_00}
    answer("nightly", "--as-of", NEXT_DAY)
    recoup("approve", "--as-of", NEXT_DAY, "--yes")
    answer("nightly", "--as-of", NEXT_DAY)
    assert mailbox.recipients() == ["birke"]
    assert recoup("verify", "--as-of", NEXT_DAY).exit_code == 0
