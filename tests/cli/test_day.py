"""The day from the command line: what is told, to people and to programs."""

from __future__ import annotations

import re

import pytest

from recoup.books.models import Account, Intent, Transfer
from recoup.books.treat import NewHold, set_hold
from recoup.cli import clock
from recoup.cli.exits import Exit
from recoup.engine.bundle import Hold
from tests.cli.letters import CUSTOMERS, INVOICES, customer, invoice

pytestmark = pytest.mark.django_db

DAY = "2026-03-03"


@pytest.fixture
def books(recoup, creditor, file):
    """Four debtors, late for three days or more: one unreachable, one on hold."""
    people = [
        customer("A", "Ahorn"),
        customer("B", "Birke"),
        customer("C", "Ceder", email=""),
        customer("D", "Dorn"),
    ]
    rows = [
        invoice(number, f"F-{number}", "2026-01-29", "2026-02-28", f"{total}.00")
        for number, total in (("A", 1234), ("B", 50), ("C", 70), ("D", 900))
    ]
    taken = recoup(
        "import",
        file("customers.csv", CUSTOMERS, *people),
        file("invoices.csv", INVOICES, *rows),
        "--as-of",
        "2026-02-10",
    )
    assert taken.exit_code == 0, taken.output
    return creditor


@pytest.fixture
def held(books, today, at):
    """Dorn has promised to pay."""
    account = Account.objects.get(number="D")
    hold = NewHold(Hold.PROMISE, today, note="on Friday")
    set_hold(account=account, new=hold, today=today, at=at, by="vera")
    return books


def test_the_day_tells_what_waits_what_is_withheld_and_what_to_do(held, recoup):
    told = recoup("nightly")
    assert told.exit_code == 0, told.output
    assert "Tuesday 03 March 2026" in told.stdout
    assert re.search(r"first-reminder\s+2\b", told.stdout)
    assert re.search(r"1\s+no-address", told.stdout)
    assert re.search(r"1\s+hold-promise", told.stdout)
    assert "2 messages wait for approval" in told.stdout
    assert "recoup approve --creditor lindenhof --as-of 2026-03-03" in told.stdout
    assert "Add an e-mail address for 1 account." in told.stdout


@pytest.mark.parametrize("width", ["80", "120"])
def test_no_line_is_wider_than_the_screen(held, recoup, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    for words in (("nightly",), ("decide",), ("report", "aging"), ("explain", "A"), ("verify",)):
        lines = recoup(*words).stdout.splitlines()
        assert max(map(len, lines)) <= int(width), words


def test_a_look_writes_nothing(held, recoup, answer):
    before = Transfer.objects.count()
    told = recoup("decide")
    found = answer("decide")
    assert "Would go out: 2 messages" in told.stdout
    assert "1,234.00" in told.stdout
    assert [(each["account"], each["asked_minor"]) for each in found["messages"]] == [
        ("A", 1234_00),
        ("B", 50_00),
    ]
    assert {each["code"] for each in found["withheld"]} == {"no-address", "hold-promise"}
    assert (Intent.objects.count(), Transfer.objects.count()) == (0, before)


def test_an_account_is_explained_by_number_or_by_name(held, recoup, answer):
    by_number = answer("explain", "D")
    assert by_number == answer("explain", "dorn")
    (found,) = by_number["currencies"]
    assert found["outcome"] == "stop"
    assert ("hold-promise", False) in {(each["code"], each["is_passed"]) for each in found["rules"]}
    told = recoup("explain", "D").stdout
    assert "D Dorn, Tuesday 03 March 2026" in told
    assert "✗ A payment is promised" in told


@pytest.mark.parametrize(
    ("words", "sentence"), [("nobody", "No account of"), ("r", "is in several")]
)
def test_an_account_that_is_not_clear_is_refused(books, recoup, words, sentence):
    refused = recoup("explain", words)
    assert refused.exit_code == Exit.REFUSED
    assert sentence in refused.stderr


def test_approving_asks_back_and_no_leaves_everything_waiting(books, recoup):
    recoup("nightly")
    assert recoup("approve", input="n\n").exit_code == Exit.INTERRUPTED
    assert set(Intent.objects.values_list("state", flat=True)) == {"waiting"}
    assert "3 messages approved" in recoup("approve", input="y\n").stdout
    nothing = recoup("approve", "--yes")
    assert nothing.exit_code == Exit.REFUSED
    assert "waits for approval" in nothing.stderr


def test_nothing_due_is_said_so(books, recoup):
    told = recoup("nightly", "--as-of", "2026-02-11")
    assert "Nothing is to be said today." in told.stdout
    assert "Nothing here needs you today." in told.stdout
    assert "Nothing is due to be sent now." in recoup("send").stdout


def test_a_day_may_be_prepared_without_sending(books, recoup, mailbox):
    recoup("nightly")
    recoup("approve", "--yes")
    told = recoup("nightly", "--no-send")
    assert mailbox.mails() == []
    assert "3 messages may go from 08:00 on" in told.stdout
    assert "3 messages sent." in recoup("send").stdout
    assert len(mailbox.mails()) == 3


def test_in_production_only_today_is_sent(books, recoup, mailbox, settings, monkeypatch):
    monkeypatch.setattr(clock, "_fixed", lambda: None)
    settings.ENVIRONMENT = "production"
    recoup("nightly", "--as-of", DAY)
    recoup("approve", "--as-of", DAY, "--yes")
    told = recoup("nightly", "--as-of", DAY)
    assert "in production only today's messages are sent" in told.stdout.replace("\n", " ")
    assert recoup("send", "--as-of", DAY).exit_code == Exit.REFUSED
    assert mailbox.mails() == []


def test_the_day_named_for_a_demo_means_nothing_in_production(creditor, settings, monkeypatch):
    monkeypatch.setenv("RECOUP_TODAY", "2020-01-01")
    settings.ENVIRONMENT = "production"
    assert clock.today(creditor).year > 2020


def test_a_rehearsed_day_is_judged_at_ten_in_the_morning(creditor, monkeypatch, today):
    monkeypatch.setenv("RECOUP_TODAY", today.isoformat())
    at = clock.business_now(creditor, today)
    assert clock.local(at, creditor).strftime("%F %H:%M") == "2026-03-03 10:00"


def test_the_worker_s_promises_are_checked(books, recoup, answer):
    found = answer("verify")["findings"]
    assert all(each["holds"] for each in found)
    assert f"All {len(found)} hold." in recoup("verify").stdout


def test_the_report_of_ages_comes_as_table_csv_workbook_and_json(books, recoup, answer, tmp_path):
    assert "2,254.00" in recoup("report", "aging").stdout
    csv, xlsx = tmp_path / "aging.csv", tmp_path / "aging.xlsx"
    assert recoup("report", "aging", "--csv", csv, "--xlsx", xlsx).exit_code == 0
    assert csv.read_text().splitlines()[0].startswith("Account,Name,Currency,Not due")
    assert len(csv.read_text().splitlines()) == 6
    assert xlsx.read_bytes().startswith(b"PK")
    assert recoup("report", "aging", "--csv", "-").stdout.startswith("Account,Name")
    assert [row["overdue_minor"] for row in answer("report", "aging")["totals"]] == [2254_00]
    earlier = answer("report", "aging", "--as-of", "2026-02-20")
    assert [row["overdue_minor"] for row in earlier["totals"]] == [0]
