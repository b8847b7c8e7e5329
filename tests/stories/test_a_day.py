"""A day, and the two after it: from a ledger file to reminders, each step once."""

from __future__ import annotations

import pytest

from recoup.books.models import Document, Intent, OpenItem, Receipt
from tests.cli.letters import CUSTOMERS, INVOICES, PAYMENTS, customer, invoice

pytestmark = pytest.mark.django_db

NAMES = {"A": "Ahorn", "B": "Birke", "C": "Ceder", "D": "Dorn", "E": "Eibe", "F": "Fichte"}
LEDGER = (
    INVOICES,
    # Due on Thursday: "due soon" on Monday, three days before.
    invoice("A", "F-1", "2026-02-03", "2026-03-05", "1000.00"),
    # Due on Friday: "due soon" on Tuesday.
    invoice("B", "F-2", "2026-02-04", "2026-03-06", "250.00"),
    # Late, and paid before anybody looked.
    invoice("C", "F-3", "2026-01-28", "2026-02-27", "99.00"),
    # Due on Saturday, so "due soon" is on Wednesday; paid on Tuesday.
    invoice("D", "F-4", "2026-02-05", "2026-03-07", "480.00"),
    # "Due soon" was on Sunday: caught up on Monday; "due today" on Wednesday is too soon then.
    invoice("E", "F-5", "2026-02-02", "2026-03-04", "75.50"),
    # Two weeks late and half paid: the first reminder, for the other half.
    invoice("F", "F-6", "2026-01-21", "2026-02-20", "600.00"),
)
FIRST_DAY, SECOND_DAY, THIRD_DAY = "2026-03-02", "2026-03-03", "2026-03-04"


@pytest.fixture
def ledger(recoup, creditor, file):
    """The ledger, imported a month ago, and the payments that came since."""
    people = file("customers.csv", CUSTOMERS, *(customer(*each) for each in NAMES.items()))
    invoices = file("invoices.csv", *LEDGER)
    payments = file(
        "payments.csv",
        PAYMENTS,
        "P-1,C,F-3,2026-02-26,EUR,99.00",
        "P-2,F,F-6,2026-02-24,EUR,300.00",
    )
    taken = recoup("import", people, invoices, "--as-of", "2026-02-10")
    assert taken.exit_code == 0, taken.output
    assert recoup("import", payments, "--as-of", "2026-02-27").exit_code == 0
    return invoices, payments


def night(answer, day):
    """Run the day; how many messages of each step were sent on it by now."""
    found = answer("nightly", "--as-of", day)["creditors"][0]
    return {
        each["step"]: each["count"] for each in found["messages"] if each["state"] == "accepted"
    }


def test_each_due_step_is_sent_once_and_nobody_who_paid_is_written_to(
    ledger, recoup, answer, file, mailbox
):
    assert night(answer, FIRST_DAY) == {}, "the first run waits for a person"
    assert recoup("approve", "--as-of", FIRST_DAY, "--yes").exit_code == 0
    assert night(answer, FIRST_DAY) == {"upcoming": 2, "first-reminder": 1}
    assert mailbox.recipients() == ["ahorn", "eibe", "fichte"]

    assert night(answer, SECOND_DAY) == {"upcoming": 1}
    assert mailbox.recipients() == ["ahorn", "birke", "eibe", "fichte"]

    paid = file("bank.csv", PAYMENTS, "P-3,D,F-4,2026-03-03,EUR,480.00")
    assert recoup("import", paid, "--as-of", THIRD_DAY).exit_code == 0
    assert night(answer, THIRD_DAY) == {}
    assert mailbox.recipients() == ["ahorn", "birke", "eibe", "fichte"]
    assert recoup("verify", "--as-of", THIRD_DAY).exit_code == 0


def test_a_half_paid_invoice_is_asked_for_its_other_half(ledger, recoup, answer, mailbox):
    night(answer, FIRST_DAY)
    recoup("approve", "--as-of", FIRST_DAY, "--yes")
    night(answer, FIRST_DAY)
    (mail,) = [each for each in mailbox.mails() if each.to.startswith("fichte")]
    assert "300,00" in mail.text, "as Germany writes it"
    assert "F-6" in mail.text


def test_running_a_day_again_adds_nothing(ledger, recoup, answer, mailbox):
    night(answer, FIRST_DAY)
    recoup("approve", "--as-of", FIRST_DAY, "--yes")
    once = night(answer, FIRST_DAY)
    said, mails = Intent.objects.count(), mailbox.mails()
    again = answer("nightly", "--as-of", FIRST_DAY)["creditors"][0]
    assert night(answer, FIRST_DAY) == once
    assert again["planned"]["new"] == 0
    assert again["composed"] == 0
    assert (Intent.objects.count(), mailbox.mails()) == (said, mails)


def test_importing_again_adds_nothing(ledger, answer):
    before = [model.objects.count() for model in (Document, OpenItem, Receipt)]
    left = dict(OpenItem.objects.values_list("pk", "open_minor"))
    found = answer("import", *ledger, "--as-of", FIRST_DAY)
    assert [each["documents_new"] + each["payments_new"] for each in found["files"]] == [0, 0]
    assert [model.objects.count() for model in (Document, OpenItem, Receipt)] == before
    assert dict(OpenItem.objects.values_list("pk", "open_minor")) == left


def test_a_day_that_has_passed_cannot_be_run_any_more(ledger, recoup, answer):
    night(answer, SECOND_DAY)
    refused = recoup("nightly", "--as-of", FIRST_DAY)
    assert refused.exit_code == 1
    assert "2026-03-03 has been run already" in refused.stderr


def test_old_debt_starts_with_one_polite_summary(recoup, creditor, answer, file, mailbox):
    recoup("import", file("customers.csv", CUSTOMERS, customer("A", "Ahorn")))
    old = invoice("A", "F-9", "2025-09-01", "2025-10-01", "820.00")
    recoup("import", file("invoices.csv", INVOICES, old), "--as-of", FIRST_DAY)
    night(answer, FIRST_DAY)
    recoup("approve", "--as-of", FIRST_DAY, "--yes")
    assert night(answer, FIRST_DAY) == {"summary": 1}
    assert night(answer, SECOND_DAY) == {}, "a week to answer comes first"
    assert mailbox.recipients() == ["ahorn"]
