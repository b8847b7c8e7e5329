"""Taking files in from the command line."""

from __future__ import annotations

import pytest

from recoup.books.models import Document, OpenItem, SetAsideRow
from recoup.cli.exits import Exit
from tests.cli.letters import CUSTOMERS, INVOICES, customer, invoice

pytestmark = pytest.mark.django_db

# As another program exports them: its dates say nothing of the order of day and month.
FOREIGN = "ContactName,InvoiceNumber,InvoiceDate,DueDate,Total,InvoiceAmountPaid,InvoiceAmountDue,"
FOREIGN += "Currency,Type,Status"


@pytest.fixture
def good(file):
    """Two invoices."""
    rows = [invoice("A", f"F-{n}", "2026-02-01", "2026-03-01", f"{n}00.00") for n in (1, 2)]
    return file("invoices.csv", INVOICES, *rows)


@pytest.fixture
def ambiguous(file):
    """The third of April, or the fourth of March."""
    row = "Ahorn,INV-1,03/02/2026,04/03/2026,80.00,0.00,80.00,EUR,Sales invoice,Awaiting Payment"
    return file("xero.csv", FOREIGN, row)


def test_what_was_taken_is_told_with_its_totals(creditor, recoup, good):
    told = recoup("import", good)
    assert told.exit_code == Exit.DONE
    assert "taken in as Recoup invoices" in told.stdout
    assert "invoice EUR: 2, total 300.00, open 300.00" in told.stdout
    assert OpenItem.objects.count() == 2


def test_a_dry_run_tells_the_same_and_leaves_nothing(creditor, recoup, good):
    told = recoup("import", good, "--dry-run")
    assert told.exit_code == Exit.DONE
    assert "would be taken in" in told.stdout
    assert "total 300.00" in told.stdout
    assert Document.objects.count() == 0


def test_what_is_ambiguous_is_asked_with_the_option_that_answers(creditor, recoup, ambiguous):
    asked = recoup("import", ambiguous)
    assert asked.exit_code == Exit.ASKED
    assert "Answer with --dates" in asked.stdout
    assert Document.objects.count() == 0
    answered = recoup("import", ambiguous, "--dates", "DD/MM/YYYY")
    assert answered.exit_code == Exit.DONE, answered.output
    assert str(OpenItem.objects.get().due_date) == "2026-03-04"


def test_a_program_is_asked_too(creditor, answer, ambiguous):
    (found,) = answer("import", ambiguous, code=Exit.ASKED)["files"]
    (question,) = found["questions"]
    assert (question["about"], question["option"]) == ("dates", "--dates")


def test_a_row_that_cannot_be_taken_is_set_aside_and_the_others_are_taken(creditor, recoup, file):
    rows = [
        invoice("A", "F-1", "2026-02-01", "2026-03-01", "100.00"),
        invoice("A", "F-2", "2026-02-01", "2026-02-31", "200.00"),
    ]
    told = recoup("import", file("invoices.csv", INVOICES, *rows))
    assert told.exit_code == Exit.NEEDS_PERSON
    assert "Set aside: 1 row" in told.stdout
    assert "2026-02-31" in told.stdout
    assert SetAsideRow.objects.get().line == 3
    assert OpenItem.objects.count() == 1


def test_a_file_of_no_known_layout_is_refused_and_the_next_is_taken(creditor, recoup, file, good):
    told = recoup("import", file("notes.csv", "what,when", "tea,four"), good)
    assert told.exit_code == Exit.REFUSED
    # However long the path of the file is, and wherever the lines break for it.
    said = " ".join(told.stderr.split())
    assert "notes.csv: The layout of the file is not one we know" in said
    assert "The page Imports asks for each column" in said
    assert OpenItem.objects.count() == 2


def test_lines_are_all_accounted_for(creditor, answer, file):
    people = file("customers.csv", CUSTOMERS, customer("A", "Ahorn"), customer("B", "Birke"))
    (found,) = answer("import", people)["files"]
    lines = found["lines"]
    assert found["customers"] == 2
    assert lines["total"] == lines["posted"] + lines["duplicate"] + lines["ignored"]


def test_a_file_that_is_not_there_is_a_usage_error(creditor, recoup):
    assert recoup("import", "nowhere.csv").exit_code == Exit.USAGE
