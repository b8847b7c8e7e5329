"""A bookkeeper's two clients: the same numbers and names, and nothing of one reaches the other."""

from __future__ import annotations

import pytest

from recoup.books.models import Account, Creditor, Debtor, Intent
from tests.cli.letters import CUSTOMERS, INVOICES, customer, invoice

pytestmark = pytest.mark.django_db

DAY = "2026-03-02"
BOTH = ("weir", "holm")


@pytest.fixture
def clients(recoup, file):
    """Two creditors with a customer K1 each, late with an invoice 1 each."""
    for code, total in zip(BOTH, ("111.00", "222.00"), strict=True):
        added = recoup(
            "creditor", "add", "--name", code.title(), "--code", code, "--country", "DE",
            "--owner", f"{code}@books.example",
        )  # fmt: skip
        assert added.exit_code == 0, added.output
        recoup("creditor", "set", code, "--sender-email", f"accounts@{code}.example")
        people = file(f"{code}-customers.csv", CUSTOMERS, customer("K1", "Ahorn"))
        rows = invoice("K1", "1", "2026-01-28", "2026-02-27", total)
        invoices = file(f"{code}-invoices.csv", INVOICES, rows)
        taken = recoup("import", people, invoices, "--creditor", code, "--as-of", "2026-02-10")
        assert taken.exit_code == 0, taken.output


def test_the_same_number_is_two_accounts_and_two_debtors(clients):
    assert Account.objects.filter(number="K1").count() == 2
    assert Debtor.objects.count() == 2


def test_one_night_serves_both_and_each_writes_in_its_own_name(clients, recoup, answer, mailbox):
    found = answer("nightly", "--as-of", DAY)["creditors"]
    assert sorted(each["creditor"] for each in found) == sorted(BOTH)
    for code in BOTH:
        recoup("approve", "--creditor", code, "--as-of", DAY, "--yes")
    answer("nightly", "--as-of", DAY)
    mails = {each.sender: each.text for each in mailbox.mails()}
    assert set(mails) == {"accounts@weir.example", "accounts@holm.example"}
    assert "111,00" in mails["accounts@weir.example"]
    assert "222,00" not in mails["accounts@weir.example"]
    assert recoup("verify", "--as-of", DAY).exit_code == 0


def test_approving_one_sends_nothing_of_the_other(clients, recoup, answer, mailbox):
    answer("nightly", "--as-of", DAY)
    recoup("approve", "--creditor", "weir", "--as-of", DAY, "--yes")
    answer("send", "--as-of", DAY)
    assert [each.sender for each in mailbox.mails()] == ["accounts@weir.example"]
    waiting = Intent.objects.filter(creditor__code="holm").values_list("state", flat=True)
    assert list(waiting) == ["waiting"]


def test_stopping_one_stops_nothing_of_the_other(clients, recoup, answer, mailbox):
    answer("nightly", "--as-of", DAY)
    recoup("approve", "--creditor", "weir", "--as-of", DAY, "--stop", "wrong file", "--yes")
    recoup("approve", "--creditor", "holm", "--as-of", DAY, "--yes")
    answer("send", "--as-of", DAY)
    assert [each.sender for each in mailbox.mails()] == ["accounts@holm.example"]


@pytest.mark.parametrize(
    "words",
    [
        ("decide",),
        ("explain", "K1"),
        ("report", "aging"),
        ("approve", "--yes"),
        ("policy", "show"),
    ],
    ids=" ".join,
)
def test_what_is_about_one_asks_which(clients, recoup, words):
    refused = recoup(*words)
    assert refused.exit_code == 1
    assert "holm, weir" in refused.stderr
    assert "--creditor" in refused.stderr


def test_the_report_of_one_shows_nothing_of_the_other(clients, answer):
    found = answer("report", "aging", "--creditor", "weir", "--as-of", DAY)
    assert [row["balance_minor"] for row in found["rows"]] == [111_00]
    assert Creditor.objects.count() == 2
