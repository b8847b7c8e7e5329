"""Money from the command line: statements in, payments applied, statements and journals out."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from recoup.books.models import OpenItem, SourceFile, StatementLine
from recoup.cli.exits import Exit
from tests.books.ledgers import Ledger
from tests.jobs.moneyed import OnPaper, Paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(creditor, today, at):
    """Two invoices of one account."""
    books = Ledger(creditor, today, at)
    account = books.account("K1", name="Ahorn Handels GmbH")
    books.invoice(account, 100_00, key="RE-2026-0815")
    books.invoice(account, 70_00, key="RE-2026-0816")
    return books


@pytest.fixture
def paper(ledger):
    """A statement of two payments: one names its invoice, one says nothing."""
    named = Paid(100_00, "RE-2026-0815", "Ahorn Handels GmbH")
    return OnPaper(1, ledger.today, 50_00, (named, Paid(70_00, "thanks", "Ahorn Handel")))


@pytest.fixture
def taken(recoup, file, paper):
    """The statement, taken in."""
    path = file("bank.sta", *paper.text().splitlines())
    assert recoup("bank", "import", path).exit_code == Exit.DONE
    return path


def left():
    return sorted(OpenItem.objects.values_list("open_minor", flat=True))


def test_a_statement_is_taken_in_once(recoup, answer, taken):
    again = recoup("bank", "import", taken)
    assert "1 statement, 0 lines new, 2 known already" in again.stdout
    assert StatementLine.objects.count() == 2
    (found,) = answer("bank", "list")["bank_accounts"]
    assert (found["closing_minor"], found["gap"]) == (220_00, "")
    assert "220.00" in recoup("bank", "list").stdout


def test_a_statement_that_does_not_add_up_is_held(recoup, answer, file, paper):
    path = file("bank.sta", *paper.text(closing_minor=1).splitlines())
    held = recoup("bank", "import", path)
    assert held.exit_code == Exit.REFUSED
    assert "held, and nothing of it posted" in " ".join(held.stdout.split())
    (told,) = answer("bank", "import", path, code=Exit.REFUSED)["files"]
    assert told["state"] == "held"
    assert not StatementLine.objects.exists()


def test_a_file_that_is_no_statement_is_refused_with_a_sentence(recoup, answer, ledger, file):
    path = file("notes.txt", "milk", "bread")
    refused = recoup("bank", "import", path)
    assert refused.exit_code == Exit.REFUSED
    assert "notes.txt" in refused.stderr
    assert answer("bank", "import", path, code=Exit.REFUSED)["files"][0]["error"]["code"]


def test_what_a_table_leaves_open_is_asked_with_the_option_that_answers(
    recoup, answer, ledger, file
):
    path = file("table.csv", "Date,Description,Amount,Balance", "23/02/2026,Payer,5.00,9.00")
    asked = recoup("bank", "import", path)
    assert asked.exit_code == Exit.ASKED
    assert "Answer with --format bank_first_direct" in asked.stdout
    (told,) = answer("bank", "import", path, code=Exit.ASKED)["files"]
    assert told["questions"][0]["option"] == "--format"
    of_nobody = recoup("bank", "import", path, "--format", "bank_first_direct")
    assert of_nobody.exit_code == Exit.ASKED
    assert "Answer with --account." in of_nobody.stdout
    assert not SourceFile.objects.filter(state="received").exists()
    answers = ("--format", "bank_first_direct", "--account", "till")
    assert recoup("bank", "import", path, *answers).exit_code == Exit.DONE
    assert "till" in recoup("bank", "list").stdout


def test_before_any_statement_the_lists_say_what_to_do(recoup, ledger):
    assert "recoup bank import" in recoup("bank", "list").stdout
    assert recoup("cash", "list").stdout == "Every payment is applied.\n"


def test_what_is_certain_is_applied_and_the_rest_waits(recoup, answer, taken):
    told = recoup("cash", "match")
    assert told.exit_code == Exit.DONE
    assert "1 payment applied" in told.stdout
    assert left() == [0, 70_00]
    found = answer("cash", "list")
    assert found["waiting"] == 1
    assert found["lines"][0]["counterparty_name"] == "Ahorn Handel"
    assert "Ahorn Handel" in recoup("cash", "list").stdout
    assert answer("cash", "match")["posted"] == 0


def test_a_person_accepts_and_takes_back(recoup, answer, taken):
    recoup("cash", "match")
    line = answer("cash", "list")["lines"][0]
    assert line["proposal"]["account"] == "K1"
    accepted = recoup("cash", "accept", line["line"])
    assert "70.00 EUR applied for K1" in accepted.stdout
    assert left() == [0, 0]
    undone = answer("cash", "undo", line["line"], "--why", "not theirs")
    assert undone == {"line": line["line"], "state": "open"}
    assert left() == [0, 70_00]


@pytest.mark.parametrize("words", [("accept", 999), ("undo", 999, "--why", "x")])
def test_a_payment_that_there_is_not_is_refused(recoup, ledger, words):
    refused = recoup("cash", *words)
    assert refused.exit_code == Exit.REFUSED
    assert "no payment 999" in refused.stderr


def test_a_payment_without_a_proposal_is_not_accepted(recoup, taken):
    line = StatementLine.objects.order_by("pk").first()
    refused = recoup("cash", "accept", line.pk, "--rank", 3)
    assert refused.exit_code == Exit.REFUSED
    assert "no proposal 3" in refused.stderr


def test_a_statement_of_account_is_shown_written_and_told(recoup, answer, taken, tmp_path, today):
    recoup("cash", "match")
    since = today - timedelta(days=60)
    shown = recoup("statement", "K1", "--from", since)
    assert shown.exit_code == Exit.DONE, shown.output
    assert "Rechnung RE-2026-0815" in shown.stdout
    pdf, sheet = tmp_path / "st.pdf", tmp_path / "st.xlsx"
    recoup("statement", "K1", "--from", since, "--pdf", pdf, "--xlsx", sheet, "--language", "en")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert sheet.read_bytes().startswith(b"PK")
    (section,) = answer("statement", "K1", "--from", since)["sections"]
    assert section["closing_minor"] == 70_00
    assert section["lines"][-1]["balance_minor"] == 70_00
    assert sum(section["aging_minor"]) + section["credits_minor"] == 70_00


def test_a_statement_of_an_account_that_there_is_not_is_refused(recoup, ledger):
    refused = recoup("statement", "K9", "--from", "2026-01-01")
    assert refused.exit_code == Exit.REFUSED
    assert "K9" in refused.stderr


def test_a_journal_is_shown_written_and_told(recoup, answer, taken, file, tmp_path, today):
    recoup("cash", "match")
    period = ("--from", today - timedelta(days=60), "--to", today)
    codes = file("codes.csv", "receivable,1400", "sales,8400")
    shown = recoup("journal", *period, "--codes", codes)
    assert shown.exit_code == Exit.DONE, shown.output
    assert "1400" in shown.stdout
    assert "All" in shown.stdout
    lines, whole = tmp_path / "j.csv", tmp_path / "j.json"
    recoup("journal", *period, "--csv", lines, "--json-file", whole)
    rows = list(csv.DictReader(io.StringIO(lines.read_text())))
    assert len(rows) == 2 * 4
    told = answer("journal", *period)
    assert told["totals"] == json.loads(whole.read_text())["totals"]
    screen = recoup("journal", *period, "--csv", "-")
    assert screen.stdout.splitlines() == lines.read_text().splitlines()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--recorded-until", "yesterday"), "2026-03-31T18:00"),
        (("--to", "2020-01-01"), "before it begins"),
    ],
)
def test_a_journal_that_cannot_be_is_refused(recoup, ledger, today, words, says):
    refused = recoup("journal", "--from", today, "--to", today, *words)
    assert refused.exit_code == Exit.REFUSED
    assert says in refused.stderr


def test_codes_that_are_not_text_are_refused(recoup, ledger, today, tmp_path):
    path = tmp_path / "codes.csv"
    path.write_bytes(b"receivable,\xff\xfe")
    refused = recoup("journal", "--from", today, "--to", today, "--codes", path)
    assert refused.exit_code == Exit.REFUSED
    assert "UTF-8" in refused.stderr


def test_a_table_of_no_known_bank_is_to_be_explained_on_the_page(recoup, answer, file, ledger):
    path = file("marzo.csv", "Fecha;Ordenante;Importe", "13/03/2026;Ahorn;1,00")
    told = recoup("bank", "import", path)
    assert told.exit_code == Exit.ASKED
    assert "Say once, on the page Bank, which column is what" in " ".join(told.stdout.split())
    assert SourceFile.objects.latest("pk").state == "needs_answers"


def test_more_than_one_person_may_give_away_waits_for_a_second(recoup, answer, ledger):
    asked = answer("cash", "write-off", "RE-2026-0815", "--why", "the goods came late")
    assert asked["is_done"] is False
    assert left() == [70_00, 100_00]
    (waiting,) = answer("cash", "requests")["requests"]
    assert (waiting["request"], waiting["amount_minor"]) == (asked["request"], 100_00)
    assert "the goods came late" in recoup("cash", "requests").stdout
    number = str(asked["request"])
    declined = recoup("cash", "decline", number, "--why", "they ordered again")
    assert "nothing is posted" in declined.stdout
    again = str(answer("cash", "write-off", "RE-2026-0815", "--why", "agreed")["request"])
    alone = recoup("cash", "approve", again)
    assert alone.exit_code == Exit.REFUSED
    assert (
        "Write-off of 100.00 EUR posted." in recoup("cash", "approve", again, "--why", "so").stdout
    )
    assert left() == [0, 70_00]
    assert "Nothing waits for a second person." in recoup("cash", "requests").stdout


def test_a_little_is_given_up_by_one_person_alone(recoup, ledger):
    ledger.invoice(ledger.account("K1"), 3_00, key="RE-3")
    done = recoup("cash", "write-off", "RE-3", "--why", "small", "--charges")
    assert "3.00 EUR of RE-3 given up." in done.stdout
    assert 3_00 not in left()
    assert recoup("cash", "write-off", "RE-9", "--why", "x").exit_code == Exit.REFUSED


def test_a_payment_of_nobody_is_not_paid_back(recoup, taken):
    line = StatementLine.objects.get(amount_minor=70_00)
    assert recoup("cash", "refund", str(line.pk), "--why", "x").exit_code == Exit.REFUSED
