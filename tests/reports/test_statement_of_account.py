"""Statements of account from the books: every figure is the ledger's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books import adjust, agree, correct
from recoup.books.apply_cash import unapply
from recoup.books.models import Account, Creditor, Debtor
from recoup.books.move import Piece, move, take_back_move
from recoup.jobs import report
from recoup.jobs.account_statement import account_statement
from recoup.kernel.errors import Refusal
from recoup.reports.statement import tables
from recoup.reports.statement_pdf import write_pdf
from tests.books.ledgers import Ledger


@pytest.fixture
def books(creditor, today, at):
    """A month of one account: invoice, credit note, money applied, taken back, returned."""
    ledger = Ledger(creditor, today - timedelta(days=30), at)
    account = ledger.account("K1", name="Ahorn Handels GmbH")
    item = ledger.invoice(account, 100_00, key="R-1")
    ledger.items(account, 30_00, 20_00, currency="USD", key="R-2")
    note = ledger.credit_note(account, 10_00, key="C-1")
    ledger.today += timedelta(days=10)
    money = ledger.receipt(account, 80_00)
    applied = ledger.apply(money, item, 60_00)
    ledger.apply(note, item, 10_00)
    ledger.today += timedelta(days=5)
    unapply(application=applied, **ledger.told)
    correct.refund(receipt=money, amount_minor=5_00, **ledger.told)
    ledger.today += timedelta(days=5)
    late = ledger.receipt(account, 12_00)
    correct.bounce(receipt=late, **ledger.told)
    ledger.today = today
    ledger.invoice(account, 40_00, key="R-3")
    return ledger


def of(books, first_day=400, last_day=0, **more):
    account = Account.objects.get(creditor=books.creditor, number="K1")
    first, last = (books.today - timedelta(days=days) for days in (first_day, last_day))
    return account_statement(account, first=first, last=last, **more)


@pytest.mark.parametrize(("first_day", "last_day"), [(400, 0), (20, 0), (19, 12), (60, 60), (5, 5)])
def test_the_closing_balance_is_the_aging_of_that_day(books, first_day, last_day):
    found = of(books, first_day, last_day)
    aged = {
        row["currency"]: row["balance_minor"]
        for row in report.aging(books.creditor, as_of=found.last).rows
    }
    closing = {each.currency: each.closing_minor for each in found.sections}
    assert {key: minor for key, minor in closing.items() if minor} == aged


@pytest.mark.parametrize("days", [1, 3, 7, 11])
def test_each_statement_goes_on_where_the_one_before_it_ended(books, days):
    closings = {}
    for start in range(60, 0, -days):
        found = of(books, start, max(start - days + 1, 0))
        for each in found.sections:
            assert each.opening_minor == closings.get(each.currency, each.opening_minor)
            balance = each.opening_minor
            for line in each.lines:
                balance += (line.charge_minor or 0) - (line.credit_minor or 0)
                assert line.balance_minor == balance
            closings[each.currency] = each.closing_minor


def test_it_tells_everything_that_happened(books):
    euros = of(books).sections[0]
    said = " ".join(line.what for line in euros.lines)
    for word in ("R-1", "C-1", "R-3", "Zahlungseingang", "Storno", "Erstattung", "zurückgenommen"):
        assert word in said


def test_it_speaks_the_debtors_language_and_writes_amounts_as_they_do(books):
    assert "Rechnung R-1" in {line.what for line in of(books).sections[0].lines}
    Debtor.objects.update(language="fr", country="FR")
    french = of(books)
    assert french.ways.language == "fr"
    assert french.ways.number(1234_50, "EUR") == "1\u202f234,50"
    assert of(books, language="es").ways.language == "es"


def test_american_debtors_get_american_paper(books):
    assert of(books).paper == "a4"
    Debtor.objects.update(country="US")
    assert of(books).paper == "us-letter"


def test_where_to_pay_is_said_when_it_is_known(books):
    assert of(books).pay_to == ()
    Creditor.objects.update(bank_iban="DE02120300000000202051", bank_holder="Lindenhof")
    assert of(books).pay_to == (
        "Lindenhof",
        "IBAN DE02 1203 0000 0000 2020 51",
        "Verwendungszweck K1",
    )


@pytest.mark.parametrize(
    ("address", "name", "rest"),
    [
        ("", "Lindenhof Supplies", ()),
        ("Hof 1\n12345 Ort\n", "Lindenhof Supplies", ("Hof 1", "12345 Ort")),
        ("Lindenhof Supplies GmbH\nHof 1", "Lindenhof Supplies GmbH", ("Hof 1",)),
    ],
)
def test_the_letterhead_says_the_name_once(books, address, name, rest):
    Creditor.objects.update(postal_address=address)
    creditor = of(books).creditor
    assert (creditor.name, creditor.address) == (name, rest)


def test_it_can_be_printed(books):
    assert b"pdfuaid:part" in write_pdf(of(books))


def test_an_account_without_movements_owes_nothing(books):
    books.account("K2")
    quiet = account_statement(Account.objects.get(number="K2"), first=books.today, last=books.today)
    assert [(each.currency, each.closing_minor) for each in quiet.sections] == [("EUR", 0)]


def test_a_period_that_ends_before_it_begins_is_refused(books):
    with pytest.raises(Refusal, match="before it begins"):
        of(books, 0, 10)


def discounted(books, *, days_old=4):
    """An invoice of 1,000 that grants 2 % within 10 days."""
    issued = books.today - timedelta(days=days_old)
    account = books.account("K7", name="Birke KG")
    due = issued + timedelta(days=30)
    item = books.invoice(account, 1000_00, key="R-7", due=due, issued=issued)
    row = {"kind": "invoice", "key": "R-7", "text": "2/10 net 30", "source": "agreed"}
    row |= {"is_counted": False, "discount_ppm": 20_000, "discount_days": 10}
    row |= {"later_ppm": 0, "later_days": 0}
    agree.note_document_terms(creditor=books.creditor, terms=agree.DOCUMENT_TERMS.of([row]))
    return item


def open_lines(books, number, *, last_day=0):
    account = Account.objects.get(creditor=books.creditor, number=number)
    day = books.today - timedelta(days=last_day)
    return account_statement(account, first=day, last=day, language="en").sections[0].open_lines


@pytest.mark.parametrize(("days_old", "less"), [(4, 20_00), (10, 20_00), (11, 0)])
def test_an_open_invoice_says_what_may_be_deducted_and_until_when(books, days_old, less):
    item = discounted(books, days_old=days_old)
    [line] = open_lines(books, "K7")
    assert line.discount_minor == less
    if less:
        assert line.discount_until == item.issue_date + timedelta(days=10)
        assert "980,00" in line.discount


def test_what_was_paid_in_time_counts_for_the_discount_of_the_whole(books):
    item = discounted(books)
    books.apply(books.receipt(item.account, 400_00), item, 400_00)
    [line] = open_lines(books, "K7")
    assert (line.open_minor, line.discount_minor) == (600_00, 20_00)


@pytest.mark.parametrize(
    ("paid", "moved", "less"),
    [
        # All that is left moves: what was paid before counts as it did.
        (0, None, 20_00),
        (400_00, None, 20_00),
        # A part is a whole of its own.
        (0, 500_00, 10_00),
        (400_00, 300_00, 6_00),
    ],
)
def test_an_invoice_keeps_its_discount_where_it_moves(books, paid, moved, less):
    item, other = discounted(books), books.account("K8")
    if paid:
        books.apply(books.receipt(item.account, paid), item, paid)
    item.refresh_from_db()
    [done] = move(pieces=[Piece(item, moved)], to=other, **books.told)
    [line] = open_lines(books, "K8")
    assert line.discount_minor == less
    assert line.discount_until == item.issue_date + timedelta(days=10)
    take_back_move(move=done, **books.told)
    [line] = open_lines(books, "K7")
    assert line.discount_minor == 20_00


def test_a_discount_taken_where_the_invoice_moved_is_told_and_ties_to_the_ledger(books):
    item = discounted(books)
    [done] = move(pieces=[Piece(item)], to=books.account("K8"), **books.told)
    there = done.to_item
    books.apply(books.receipt(there.account, 980_00), there, 980_00)
    row = {"account_id": there.account_id, "open_item_id": there.pk, "currency": "EUR"}
    row |= {"amount_minor": 20_00, "kind": "discount", "key": "d", "effective_date": books.today}
    adjust.adjust(creditor=books.creditor, adjustments=adjust.ADJUSTMENTS.of([row]), **books.told)
    found = account_statement(there.account, first=books.today, last=books.today, language="en")
    [section] = found.sections
    assert (section.closing_minor, section.open_lines) == (0, ())
    taken = [each for each in section.lines if each.what == "Discount on R-7"]
    assert [each.credit_minor for each in taken] == [20_00]


def test_screen_table_and_pdf_name_the_discount(books):
    discounted(books)
    account = Account.objects.get(creditor=books.creditor, number="K7")
    found = account_statement(account, first=books.today, last=books.today, language="de")
    [(_, items)] = tables(found)
    assert [each.title for each in items.columns][-3:-1] == ["Skonto", "Bis"]
    assert items.rows[0]["discount_minor"] == 20_00
    assert write_pdf(found).startswith(b"%PDF")
