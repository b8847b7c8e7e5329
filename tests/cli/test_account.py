"""Corrections between accounts from the command line."""

from __future__ import annotations

import pytest

from recoup.books.models import Account, OpenItem
from tests.books.ledgers import Ledger
from tests.jobs.charging import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(creditor, today, at):
    """An invoice on each of two accounts."""
    books = Ledger(creditor, today, at)
    books.invoice(books.account("K1", name="Ahorn"), 100_00, key="R-1")
    books.invoice(books.account("K2", name="Birke"), 70_00, key="R-2")
    return books


def owed(number):
    return sum(OpenItem.objects.filter(account__number=number).values_list("open_minor", flat=True))


def test_a_document_moves_when_it_is_not_only_shown(ledger, recoup, answer):
    words = ["account", "move", "R-1", "--from", "K1", "--to", "K2", "--why", "mixed up"]
    shown = answer(*words, "--dry-run")
    assert shown["is_done"] is False
    assert owed("K1") == 100_00
    done = recoup(*words)
    assert done.exit_code == 0
    assert "Done." in done.stdout
    assert (owed("K1"), owed("K2")) == (0, 170_00)


def test_accounts_are_merged_and_taken_apart(ledger, recoup, answer):
    merged = answer("account", "merge", "K1", "--into", "K2", "--why", "the same firm")
    assert merged["balances"] == [
        {"account": "K1", "currency": "EUR", "before_minor": 100_00, "after_minor": 0},
        {"account": "K2", "currency": "EUR", "before_minor": 70_00, "after_minor": 170_00},
    ]
    assert "Birke" in recoup("explain", "K1").stdout
    assert recoup("account", "apart", "K1", "--why", "two firms").exit_code == 0
    assert (owed("K1"), owed("K2")) == (100_00, 70_00)
    assert recoup("account", "apart", "K1", "--why", "two firms").exit_code == 1


def test_a_second_debtor_is_split_off(ledger, recoup):
    words = ["--number", "K1-B", "--name", "Ahorn Werk", "--document", "R-1", "--why", "two"]
    assert recoup("account", "split", "K1", *words).exit_code == 0
    assert owed("K1-B") == 100_00
    assert Account.objects.get(number="K1-B").name == "Ahorn Werk"


@pytest.mark.parametrize(
    "words",
    [
        ("move", "R-9", "--from", "K1", "--to", "K2", "--why", "x"),
        ("move", "R-1", "--from", "K1", "--to", "K9", "--why", "x"),
        ("merge", "K1", "--into", "K1", "--why", "x"),
        ("split", "K1", "--number", "K2", "--name", "x", "--why", "x"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(ledger, recoup, words):
    assert recoup("account", *words).exit_code == 1
    assert (owed("K1"), owed("K2")) == (100_00, 70_00)


@pytest.mark.parametrize("words", [("statement", "K1", "--from", "2025-01-01"), ("terms", "sheet")])
def test_a_paper_is_written_where_it_is_asked_for(ledger, recoup, tmp_path, words):
    path = tmp_path / "paper.pdf"
    done = recoup(*words, "--pdf", str(path))
    assert done.exit_code == 0
    assert path.read_bytes().startswith(b"%PDF-")
    assert "R-1" not in done.stdout
    unknown = recoup("statement", "K9", "--from", "2025-01-01")
    assert "has no account" in unknown.stdout + unknown.stderr


def test_an_invoice_that_moved_is_one_interest_sheet(ledger, recoup, answer):
    publish(ledger, "approval: auto", "interest: {mode: announce}")
    words = ["account", "move", "R-1", "--from", "K1", "--to", "K2", "--why", "mixed up"]
    before = answer("interest", "R-1")
    answer(*words)
    after = answer("interest", "R-1")
    assert after["interest_minor"] == before["interest_minor"]
    assert [each["amount_minor"] for each in after["moves"]] == [100_00]
