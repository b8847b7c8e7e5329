"""Files that name what was moved or merged: they find it where it stands, and chase nobody."""

from __future__ import annotations

import pytest

from recoup.books.models import Account, Document, HoldRecord, OpenItem, Receipt
from recoup.engine.bundle import Hold
from recoup.jobs import accounts, cash, intake
from recoup.jobs.accounts import moving
from recoup.jobs.verify import verify
from tests.jobs.importing import AT, INVOICES, TODAY, imported, received

ACT = cash.Act(today=TODAY, at=AT, by="vera", why="booked on the wrong account")
OPEN = {"R-1": 100_00, "R-2": 50_00, "R-3": 80_00, "G-1": -30_00}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def ledger_file(creditor):
    """The list taken in once."""
    imported(creditor, INVOICES)
    return creditor


def account(number):
    return Account.objects.get(number=number)


def open_of(number):
    items = OpenItem.objects.filter(account__number=number).exclude(open_minor=0)
    return dict(items.values_list("document__number", "open_minor"))


def item(number):
    return OpenItem.objects.exclude(open_minor=0).get(document__number=number)


def move(number, to, amount=None):
    return accounts.move([moving.Piece(item(number), amount)], to=account(to), act=ACT)[0]


def complete(creditor, text):
    """The text taken in as a list of everything that is open."""
    return intake.import_file(
        received(creditor, text),
        declared=intake.declared_from({}),
        today=TODAY,
        latest=TODAY,
        at=AT,
        by="vera",
        is_complete=True,
    )


def sound(creditor):
    found = verify(creditor, as_of=TODAY, at=AT, by="verify")
    return [each.sentence for each in found if not each.holds] == []


def test_the_same_file_adds_nothing_after_a_merge(ledger_file):
    accounts.merge(account("K1"), account("K2"), act=ACT)
    before = [model.objects.count() for model in (Document, OpenItem, Receipt, Account)]
    again = imported(ledger_file, INVOICES)
    after = [model.objects.count() for model in (Document, OpenItem, Receipt, Account)]
    assert before == after
    assert again.source_file.lines_duplicate == 4
    assert (open_of("K1"), open_of("K2")) == ({}, OPEN)
    assert sound(ledger_file)


def test_a_new_invoice_under_the_old_number_is_the_survivors(ledger_file):
    accounts.merge(account("K1"), account("K2"), act=ACT)
    row = "K1,Ahorn GmbH,,invoice,R-9,2026-02-20,2026-03-22,EUR,10.00,10.00\n"
    imported(ledger_file, INVOICES.splitlines()[0] + "\n" + row)
    assert open_of("K2")["R-9"] == 10_00


@pytest.mark.parametrize("move_all", [True, False])
def test_what_the_source_says_is_paid_is_paid_where_it_stands(ledger_file, move_all):
    move("R-1", "K2", None if move_all else 40_00)
    paid = INVOICES.replace("100.00,100.00", "100.00,0.00")
    imported(ledger_file, paid)
    imported(ledger_file, paid)
    assert "R-1" not in open_of("K1") | open_of("K2")
    assert sound(ledger_file)


def test_part_paid_at_the_source_is_taken_first_where_it_first_stood(ledger_file):
    move("R-1", "K2", 40_00)
    imported(ledger_file, INVOICES.replace("100.00,100.00", "100.00,30.00"))
    assert (open_of("K1").get("R-1"), open_of("K2")["R-1"]) == (None, 30_00)
    imported(ledger_file, INVOICES)
    assert open_of("K2")["R-1"] == 30_00


def test_a_complete_list_that_names_it_leaves_it_open(ledger_file):
    move("R-1", "K2")
    complete(ledger_file, INVOICES)
    assert open_of("K2")["R-1"] == 100_00
    without = "\n".join(line for line in INVOICES.splitlines() if ",R-1," not in line)
    complete(ledger_file, without)
    assert "R-1" not in open_of("K2")


@pytest.mark.parametrize("how", ["move", "merge"])
def test_a_dispute_named_by_a_file_holds_it_where_it_stands(ledger_file, how):
    if how == "move":
        move("R-1", "K2")
    else:
        accounts.merge(account("K1"), account("K2"), act=ACT)
    head, *rows = INVOICES.splitlines()
    text = "\n".join([f"{head},hold", *(f"{row},dispute" for row in rows if ",R-1," in row)])
    imported(ledger_file, text)
    held = HoldRecord.objects.get(open_item=item("R-1"))
    assert (held.reason, held.account.number) == (Hold.DISPUTE, "K2")


def test_a_source_that_corrected_the_account_itself_is_no_conflict(ledger_file):
    move("R-1", "K2")
    row = "K2,Birke KG,,invoice,R-1,2026-01-05,2026-02-04,EUR,100.00,100.00\n"
    done = imported(ledger_file, INVOICES.splitlines()[0] + "\n" + row)
    assert done.source_file.lines_duplicate == 1
    assert open_of("K2")["R-1"] == 100_00


def test_a_preview_changes_nothing_and_says_what_would_be(ledger_file):
    mine, theirs = account("K1"), account("K2")
    pairs = accounts.preview(
        lambda: accounts.merge(mine, theirs, act=ACT), [mine, theirs], today=ACT.today
    )
    assert [(before.balances, after.balances) for before, after in pairs] == [
        ({"EUR": 120_00}, {}),
        ({"EUR": 80_00}, {"EUR": 200_00}),
    ]
    assert open_of("K2") == {"R-3": 80_00}
    assert account("K1").merged_into is None
