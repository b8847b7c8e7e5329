"""Invariants: sound books pass every one, and each catches the harm it is there for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books.invariants import LIMIT
from recoup.books.models import Attempt, Creditor, OpenItem, SourceFile
from recoup.books.query import execute
from recoup.jobs.verify import ALL, verify
from tests.books.harms import HARMLESS_TO_DEBTORS, HARMS, Books, guard_removed
from tests.books.histories import remind
from tests.books.sabotage import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(ledger, settings, tmp_path) -> Books:
    settings.DATA = tmp_path
    account = ledger.account("K1")
    item = ledger.invoice(account, 100_00)
    paid = ledger.invoice(account, 40_00)
    ledger.items(account, 34_00, 33_00, 33_00, due=ledger.today + timedelta(days=30))
    credit = ledger.credit_note(account, 10_00)
    receipt = ledger.receipt(account, 50_00)
    applied = ledger.apply(receipt, paid, 30_00)
    ledger.apply(credit, paid, 10_00)
    dollars = ledger.invoice(ledger.account("K2"), 70_00, currency="USD")
    run = remind(ledger, [replace_open(item, 170_00 + 10_00), dollars])
    attempt = Attempt.objects.get(intent__account=account)
    file = SourceFile.objects.create(
        creditor=ledger.creditor,
        name="invoices.csv",
        sha256="f" * 64,
        size_bytes=1,
        received_at=ledger.at,
        by="tests",
        state="done",
        lines_total=5,
        lines_posted=4,
        lines_duplicate=1,
    )
    other = ledger.other("second")
    other.invoice(other.account("K1"), 5_00)
    return Books(ledger, other, account, item, credit, receipt, applied, run, attempt, file)


def replace_open(item: OpenItem, balance: int) -> OpenItem:
    """The item as the decision names it: here its account owes this balance."""
    item = OpenItem.objects.get(pk=item.pk)
    item.open_minor = balance
    return item


def findings(books: Books, creditor: Creditor | None = None):
    ledger = books.ledger
    return verify(creditor, as_of=ledger.today, at=ledger.at, by="verify")


def broken(books: Books) -> set[tuple[str, str]]:
    return {(each.code, each.title) for each in findings(books) if not each.holds}


def test_sound_books_break_nothing(books):
    assert broken(books) == set()
    assert not Creditor.objects.filter(frozen_since__isnull=False).exists()


def test_every_invariant_is_shown_to_fail():
    assert {(each.code, each.title) for each in ALL} == {harm[:2] for harm in HARMS}


@pytest.mark.parametrize(("code", "title", "harm"), HARMS, ids=[harm[2].__name__ for harm in HARMS])
def test_harm_is_caught_and_stops_sending(books, code, title, harm):
    with unguarded():
        harm(books)
        found = {(each.code, each.title): each for each in findings(books)}
        stopped = Creditor.objects.get(pk=books.ledger.creditor.pk).frozen_since
    finding = found[code, title]
    assert not finding.holds
    assert 1 <= len(finding.rows) <= LIMIT
    assert all(list(row)[:2] == ["creditor_id", "id"] for row in finding.rows)
    if (code, title) in HARMLESS_TO_DEBTORS:
        assert finding.freezes == ()
    else:
        assert stopped == books.ledger.at
    assert finding.sentence.startswith(f"{code} is broken in 1 places: {title}") or (
        len(finding.rows) > 1
    )


def test_a_breach_stops_only_the_creditor_concerned(books):
    first, second = books.ledger.creditor, books.other.creditor
    execute("UPDATE books_openitem SET open_minor = 1 WHERE creditor_id = %s", [second.pk])
    assert all(each.holds for each in findings(books, first))
    [finding] = [each for each in findings(books) if each.code == "M2"]
    frozen = Creditor.objects.get(frozen_since__isnull=False)
    assert finding.freezes == (second.pk,)
    assert frozen == second
    assert frozen.frozen_reason.startswith("verify found broken: M2 What is open")


def test_a_guard_that_is_gone_stops_every_creditor(books):
    with unguarded():
        guard_removed(books)
        findings(books)
        assert not Creditor.objects.filter(frozen_since__isnull=True).exists()


def test_twenty_rows_of_a_breach_are_enough(books):
    account = books.account
    for _ in range(LIMIT + 5):
        books.ledger.invoice(account, 2)
    execute("UPDATE books_openitem SET open_minor = 1 WHERE amount_minor = 2")
    [finding] = [each for each in findings(books, books.ledger.creditor) if each.code == "M2"]
    assert len(finding.rows) == LIMIT
    assert f"in at least {LIMIT} places" in finding.sentence
