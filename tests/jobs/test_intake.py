"""Taking files in: nothing twice, nothing lost, nothing half, and every mistake with a remedy."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.books.models import (
    Account,
    ContactPoint,
    Document,
    HoldRecord,
    OpenItem,
    Receipt,
    SetAsideRow,
    SourceFile,
)
from recoup.engine.bundle import Hold
from recoup.formats.days import DateFormat
from recoup.jobs import intake
from recoup.jobs.intake.correct import header_of
from recoup.kernel.errors import Refusal
from tests.jobs.importing import AT, INVOICES, TODAY, imported, received

HEADER = INVOICES.splitlines()[0]


def open_amounts() -> dict[str, int]:
    return dict(OpenItem.objects.values_list("document__number", "open_minor"))


def test_a_ledger_becomes_accounts_documents_and_what_is_open(creditor):
    done = imported(creditor, INVOICES)
    assert done.is_done
    assert set(Account.objects.values_list("number", "name")) == {
        ("K1", "Ahorn GmbH"),
        ("K2", "Birke KG"),
    }
    assert open_amounts() == {"R-1": 100_00, "R-2": 50_00, "R-3": 80_00, "G-1": -30_00}
    assert ContactPoint.objects.get().value == "zahlung@ahorn.example"


def test_what_the_ledger_says_is_paid_becomes_a_receipt_on_that_invoice(creditor):
    imported(creditor, INVOICES)
    receipt = Receipt.objects.get()
    assert (receipt.amount_minor, receipt.unapplied_minor) == (200_00, 0)


def test_the_same_file_again_adds_nothing(creditor):
    imported(creditor, INVOICES)
    before = [model.objects.count() for model in (Document, OpenItem, Receipt, ContactPoint)]
    again = imported(creditor, INVOICES)
    after = [model.objects.count() for model in (Document, OpenItem, Receipt, ContactPoint)]
    assert before == after
    assert again.source_file.lines_duplicate == 4


def test_rows_in_another_order_and_overlapping_add_only_what_is_new(creditor):
    head, *rows = INVOICES.splitlines()
    imported(creditor, "\n".join([head, *rows[:3]]))
    imported(creditor, "\n".join([head, *reversed(rows[1:])]))
    assert open_amounts() == {"R-1": 100_00, "R-2": 50_00, "R-3": 80_00, "G-1": -30_00}


def test_a_newer_export_with_less_open_posts_the_difference(creditor):
    imported(creditor, INVOICES)
    imported(creditor, INVOICES.replace("250.00,50.00", "250.00,0.00"))
    assert open_amounts()["R-2"] == 0
    assert sorted(Receipt.objects.values_list("amount_minor", flat=True)) == [50_00, 200_00]


def test_an_older_export_does_not_reopen_what_is_paid(creditor):
    imported(creditor, INVOICES.replace("250.00,50.00", "250.00,0.00"))
    imported(creditor, INVOICES)
    assert open_amounts()["R-2"] == 0


def test_a_dry_run_writes_nothing_and_says_the_same(creditor):
    file = received(creditor, INVOICES)
    seen = intake.import_file(
        file,
        declared=intake.declared_from({}),
        today=TODAY,
        latest=TODAY,
        at=AT,
        by="vera",
        dry_run=True,
    )
    assert seen.brought.documents_new == 4
    assert not Document.objects.exists()
    assert not Account.objects.exists()


def test_a_row_that_cannot_be_taken_is_set_aside_and_the_rest_goes_in(creditor):
    bad = f"{HEADER}\nK1,Ahorn GmbH,,invoice,R-1,2026-02-30,2026-03-01,EUR,10.00,10.00\n"
    done = imported(creditor, bad + INVOICES.splitlines()[4] + "\n")
    row = SetAsideRow.objects.get()
    assert (row.line, row.field) == (2, "issue_date")
    assert row.reason
    assert row.remedy
    assert done.source_file.lines_set_aside == 1
    assert open_amounts() == {"R-3": 80_00}


def test_a_set_aside_row_is_corrected_and_taken_in_like_any_other(creditor):
    imported(creditor, f"{HEADER}\nK1,Ahorn,,invoice,R-1,2026-02-30,2026-03-01,EUR,10.00,10.00\n")
    row = SetAsideRow.objects.get()
    cells = [cell.replace("2026-02-30", "2026-02-28") for cell in row.raw]
    assert len(header_of(row)) == len(cells)
    done = intake.correct_row(row, cells=cells, today=TODAY, latest=TODAY, at=AT, by="vera")
    assert done.is_taken
    assert open_amounts() == {"R-1": 10_00}
    assert SetAsideRow.objects.get().state == "corrected"


def test_a_correction_that_is_still_wrong_says_so_and_takes_nothing(creditor):
    imported(creditor, f"{HEADER}\nK1,Ahorn,,invoice,R-1,2026-02-30,2026-03-01,EUR,10.00,10.00\n")
    row = SetAsideRow.objects.get()
    done = intake.correct_row(row, cells=row.raw, today=TODAY, latest=TODAY, at=AT, by="vera")
    assert not done.is_taken
    assert done.mistakes.height == 1
    assert SetAsideRow.objects.get().state == "open"


def test_a_dismissed_row_stays_on_record(creditor):
    imported(creditor, f"{HEADER}\nK1,Ahorn,,invoice,R-1,2026-02-30,2026-03-01,EUR,10.00,10.00\n")
    intake.dismiss_row(SetAsideRow.objects.get(), at=AT, by="vera")
    assert SetAsideRow.objects.get().state == "dismissed"
    with pytest.raises(Refusal, match="settled already"):
        intake.dismiss_row(SetAsideRow.objects.get(), at=AT, by="vera")


def test_a_number_known_with_another_total_is_a_conflict_and_changes_nothing(creditor):
    imported(creditor, INVOICES)
    done = imported(creditor, INVOICES.replace("80.00,80.00", "90.00,90.00"))
    assert SetAsideRow.objects.get().code == "document-conflict"
    assert done.source_file.lines_set_aside == 1
    assert open_amounts()["R-3"] == 80_00


def test_a_payment_of_tomorrow_is_a_mistake_and_would_hide_a_debt(creditor):
    payments = (
        "account_number,document_number,date,currency,amount,reference\n"
        "K1,R-1,2026-03-04,EUR,100.00,A\n"
    )
    imported(creditor, INVOICES)
    imported(creditor, payments)
    assert SetAsideRow.objects.get().code == "date-in-future"
    assert open_amounts()["R-1"] == 100_00


def test_a_payment_goes_to_the_invoice_it_names_and_the_rest_is_credit(creditor):
    imported(creditor, INVOICES)
    payments = (
        "account_number,document_number,date,currency,amount,reference\n"
        "K1,R-1,2026-03-02,EUR,120.00,A\nK2,,2026-03-02,EUR,10.00,B\n"
    )
    imported(creditor, payments)
    assert open_amounts()["R-1"] == 0
    left = Receipt.objects.filter(source="import").values_list("unapplied_minor", flat=True)
    assert sorted(left) == [10_00, 20_00]


def test_a_disputed_invoice_is_held_from_its_day(creditor):
    text = f"{HEADER},disputed\nK1,Ahorn,,invoice,R-9,2026-01-05,2026-02-04,EUR,10.00,10.00,yes\n"
    imported(creditor, text)
    imported(creditor, text)
    held = HoldRecord.objects.get()
    assert (held.reason, held.first_date) == (Hold.DISPUTE, date(2026, 1, 5))


def test_an_installment_invoice_is_one_document_with_several_due_dates(creditor):
    text = (
        "account_number,account_name,number,installment,issue_date,due_date,currency,total,open\n"
        "K1,Ahorn,R-5,1,2026-01-05,2026-02-04,EUR,30.00,0.00\n"
        "K1,Ahorn,R-5,2,2026-01-05,2026-03-04,EUR,70.00,70.00\n"
    )
    imported(creditor, text)
    document = Document.objects.get()
    assert document.total_minor == 100_00
    amounts = document.items.order_by("position").values_list("amount_minor", "open_minor")
    assert list(amounts) == [(30_00, 0), (70_00, 70_00)]


def test_terms_give_the_due_date_that_a_row_lacks(creditor):
    text = (
        "account_number,account_name,number,issue_date,due_date,terms,currency,total\n"
        "K1,Ahorn,R-6,2026-01-05,,30 days,EUR,30.00\n"
    )
    imported(creditor, text)
    assert OpenItem.objects.get().due_date == date(2026, 2, 4)


def test_an_unknown_layout_is_refused_and_the_original_kept(creditor):
    file = received(creditor, "a,b\n1,2\n")
    with pytest.raises(Refusal, match="layout"):
        intake.import_file(
            file, declared=intake.declared_from({}), today=TODAY, latest=TODAY, at=AT, by="vera"
        )
    assert SourceFile.objects.get().state == "refused"


def test_a_file_that_leaves_something_open_asks_and_writes_nothing(creditor):
    text = "Customer,Invoice no,Invoice date,Amount\nAhorn,R-1,03/04/2026,10.00\n"
    look = intake.look(received(creditor, text), intake.declared_from({}))
    assert look.proposal is not None
    assert look.proposal.column_map is not None
    done = imported(creditor, text, column_map=look.proposal.column_map.model_dump(mode="json"))
    assert {question.about for question in done.questions} == {"dates", "currency"}
    assert not Document.objects.exists()


def test_a_saved_map_is_used_for_every_file_with_the_same_header(creditor):
    text = "Customer,Invoice no,Invoice date,Amount\nAhorn,R-1,03/04/2026,10.00\n"
    file = received(creditor, text)
    column_map = intake.look(file, intake.declared_from({})).proposal.column_map
    complete = column_map.model_copy(update={"dates": DateFormat.DAY_MONTH, "currency": "EUR"})
    intake.save_map(file, column_map=complete, name="Old program", at=AT, by="vera")
    done = imported(creditor, text.replace("R-1", "R-2").replace("03/04/2026", "03/02/2026"))
    assert done.is_done
    assert OpenItem.objects.get().issue_date == date(2026, 2, 3)


def test_every_line_of_a_file_is_in_exactly_one_place(creditor):
    bad = "K1,Ahorn GmbH,,invoice,R-7,nonsense,2026-03-01,EUR,10.00,10.00\n"
    done = imported(creditor, INVOICES + bad + "\n\n")
    file = done.source_file
    parts = (
        file.lines_posted,
        file.lines_duplicate,
        file.lines_set_aside,
        file.lines_ignored,
    )
    assert sum(parts) == file.lines_total
    assert parts[:3] == (4, 0, 1)


def test_a_complete_list_settles_what_it_does_not_name_any_more(creditor):
    imported(creditor, INVOICES)
    shorter = "\n".join(INVOICES.splitlines()[:3])
    done = intake.import_file(
        received(creditor, shorter),
        declared=intake.declared_from({}),
        today=TODAY,
        latest=TODAY,
        at=AT,
        by="vera",
        is_complete=True,
    )
    assert done.brought.gone == 2
    assert open_amounts() == {"R-1": 100_00, "R-2": 50_00, "R-3": 0, "G-1": 0}


def test_a_list_with_rows_set_aside_is_not_complete(creditor):
    imported(creditor, INVOICES)
    with pytest.raises(Refusal, match="set aside"):
        intake.import_file(
            received(
                creditor, f"{HEADER}\nK1,Ahorn,,invoice,R-1,nonsense,2026-03-01,EUR,1.00,1.00"
            ),
            declared=intake.declared_from({}),
            today=TODAY,
            latest=TODAY,
            at=AT,
            by="vera",
            is_complete=True,
        )
    assert open_amounts()["R-3"] == 80_00
