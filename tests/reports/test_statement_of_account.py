"""Statements of account from the books: every figure is the ledger's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books import correct
from recoup.books.apply_cash import unapply
from recoup.books.models import Account, Creditor, Debtor
from recoup.jobs import report
from recoup.jobs.account_statement import account_statement
from recoup.kernel.errors import Refusal
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
