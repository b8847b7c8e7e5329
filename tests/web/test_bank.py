"""Bank accounts: brought statements, held files with reasons, freshness, what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recoup.books.models import BankAccount, Creditor, OpenItem, SourceFile, StatementLine
from recoup.web.bank_state import freshness, stopped
from tests.web.cash_books import mt940, taken_in

UNNAMED = "Date,Payee,Amount,Balance\n"


@pytest.fixture
def bring(books, owner):
    """Bring a file as the owner; the page one is led to, as text."""

    def brought(text, name="statement.sta", client=owner):
        file = SimpleUploadedFile(name, text.encode())
        address = reverse("bank_upload", args=[books.code])
        return client.post(address, {"file": file}, follow=True).content.decode()

    return brought


@pytest.fixture
def read(books, owner):
    """A page as the owner reads it."""
    return lambda name, *args: owner.get(reverse(name, args=[books.code, *args])).content.decode()


def test_a_statement_is_taken_in_and_what_is_certain_is_posted(bring, books):
    text = bring(mt940((1_240_50, "Bäckerei Sommer", "Rechnung S-1"), (5_00, "X", "y")))
    assert "2 lines new, 0 known already." in text
    assert "wait with a suggestion" in text
    assert "Add up" in text
    assert StatementLine.objects.filter(creditor=books).count() == 2


def test_the_same_file_again_adds_nothing(bring):
    bring(mt940((5_00, "X", "y")))
    assert "already" in bring(mt940((5_00, "X", "y")))
    assert StatementLine.objects.count() == 1


def test_a_file_that_does_not_add_up_is_held_with_its_reason(bring, read):
    text = bring(mt940((5_00, "X", "y")).replace("EUR5,00\n-", "EUR6,00\n-"))
    assert "Held: nothing of it is posted." in text
    assert "but the statement closes with" in text
    assert not StatementLine.objects.exists()
    assert "Held" in read("bank")


def test_today_names_a_missing_statement_until_a_person_says_that_none_is(
    books, owner, bring, read
):
    bring(mt940((5_00, "X", "y"), day="260227"))
    bring(mt940((5_00, "X", "z"), number=3, opening="75,00"))
    account = BankAccount.objects.get()
    assert "A bank statement is missing: nothing that presses" in read("today")
    assert "A statement is missing" in read("bank")
    address = reverse("bank_gap", args=[books.code, account.pk])
    said = owner.post(address, {"reason": " "}, follow=True).content.decode()
    assert "Say why nothing is missing" in said
    said = owner.post(address, {"reason": "Fees were booked back"}, follow=True).content.decode()
    assert "Noted: nothing is missing there." in said
    assert "Fees were booked back" in said
    assert "nothing that presses" not in read("today")
    assert "is missing" in owner.post(address, {"reason": "x"}, follow=True).content.decode()


def test_an_account_no_longer_used_is_waited_for_no_more(books, owner, bring, read, today):
    bring(mt940((5_00, "X", "y"), day="260127"))
    bring(mt940((5_00, "X", "y"), iban="DE75512108001245126199"))
    assert "days old: nothing that presses for payment goes out" in read("today")
    account = BankAccount.objects.order_by("pk").first()
    address = reverse("bank_close", args=[books.code, account.pk])
    said = owner.post(address, {"reason": "Moved to another bank"}, follow=True).content.decode()
    assert "Closed" in said
    assert "nothing that presses" not in read("today")
    owner.post(reverse("bank_reopen", args=[books.code, account.pk]))
    assert "nothing that presses" in read("today")
    owner.post(address, {"reason": "Moved to another bank"})
    bring(mt940((5_00, "X", "z"), number=2, opening="5,00", day="260304"))
    account.refresh_from_db()
    assert account.closed_date is None


@pytest.mark.parametrize("text", ["", "no statement at all", "<xml"])
def test_what_is_no_statement_is_refused_with_a_sentence(bring, read, text):
    assert 'role="alert"' in bring(text, name="holiday.txt")
    assert "holiday.txt" in read("bank")


def test_no_file_is_asked_for(books, owner):
    answer = owner.post(reverse("bank_upload", args=[books.code]), follow=True)
    assert "No file was chosen" in answer.content.decode()


def test_a_file_is_taken_in_again_with_answers(bring, books, owner):
    text = mt940((5_00, "X", "y")).replace(":25:DE02120300000000202051\n", "")
    bring(text)
    file = SourceFile.objects.get()
    address = reverse("bank_take", args=[books.code, file.pk])
    bad = owner.post(address, {"numbers": "roman"}, follow=True).content.decode()
    assert "Choose one of the answers offered." in bad
    owner.post(address, {"account": "Main account"}, follow=True)
    file.refresh_from_db()
    assert file.state in ("done", "held", "refused")


def test_a_missing_statement_is_said(bring, read):
    bring(mt940((5_00, "X", "y"), number=1))
    bring(mt940((5_00, "X", "z"), number=3, opening="90,00", day="260303"))
    text = read("bank")
    assert "a statement is missing" in text
    assert "Statement missing" in text
    account = BankAccount.objects.get()
    assert "the balances do not meet" in read("bank_account", account.pk)


@pytest.mark.parametrize(("days", "word"), [(1, "Fresh"), (3, "Fresh"), (4, "Too old")])
def test_an_account_is_fresh_as_long_as_the_policy_says(books, read, today, at, days, word):
    day = today - timedelta(days=days)
    taken_in(books, today, at, mt940((5_00, "X", "y"), day=f"{day:%y%m%d}"))
    text = read("bank")
    assert word in text
    assert f"{days} day{'' if days == 1 else 's'} old" in text


def test_the_stalest_account_is_named_and_stops_what_presses(books, today, at):
    day = today - timedelta(days=9)
    taken_in(books, today, at, mt940((5_00, "X", "y"), day="260302"))
    taken_in(
        books,
        today,
        at,
        mt940((5_00, "X", "y"), day=f"{day:%y%m%d}", iban="DE75512108001245126199"),
    )
    creditor = Creditor.objects.get(pk=books.pk)
    found = stopped(creditor, today)
    assert found is not None
    assert (found.days_old, found.names) == (9, "DE75512108001245126199")
    assert [each.is_stale for each in freshness(creditor, today)] == [True, False]


def test_payments_come_first_in_the_list_of_a_bank_account(bring, read, books):
    bring(mt940((5_00, "X", "y")))
    account = BankAccount.objects.get()
    assert f"?bank={account.pk}" in read("bank_account", account.pk)


def test_a_viewer_sees_the_accounts_and_brings_nothing(books, bring, person):
    bring(mt940((5_00, "X", "y")))
    viewer = person("viewer")
    text = viewer.get(reverse("bank", args=[books.code])).content.decode()
    assert "statement.sta" in text
    assert "Choose" not in text
    assert "Take it in" not in text


def test_what_the_file_paid_is_off_the_invoices(bring, books):
    bring(mt940((1_240_50, "Bäckerei Sommer", "Rechnung S-1")))
    state = StatementLine.objects.get().state
    left = OpenItem.objects.get(document__number="S-1").open_minor
    assert (state, left) in (("applied", 0), ("open", 1_240_50))
