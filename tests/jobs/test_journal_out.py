"""The journal out of the books: complete, the same for ever, and in step with the aging."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from recoup.books import adjust, correct
from recoup.books import journal as read
from recoup.books.apply_cash import unapply
from recoup.books.models import Transfer
from recoup.jobs import report
from recoup.jobs.journal import journal
from recoup.kernel.errors import Refusal
from tests.books.ledgers import Ledger


@pytest.fixture
def books(creditor, today, at):
    """Five weeks of a business in two currencies, with everything that can be posted."""
    ledger = Ledger(creditor, today - timedelta(days=35), at)
    first, second = ledger.account("K1"), ledger.account("K2")
    item = ledger.invoice(first, 100_00)
    ledger.items(second, 70_00, 30_00, currency="USD")
    note = ledger.credit_note(first, 10_00)
    ledger.today += timedelta(days=20)
    money = ledger.receipt(first, 80_00)
    applied = ledger.apply(money, item, 60_00)
    ledger.apply(note, item, 10_00)
    ledger.today += timedelta(days=5)
    unapply(application=applied, **ledger.told)
    correct.refund(receipt=money, amount_minor=5_00, **ledger.told)
    row = {
        "account_id": first.pk,
        "open_item_id": item.pk,
        "currency": "EUR",
        "amount_minor": 1_00,
        "kind": "write_off",
        "effective_date": ledger.today,
        "key": "small",
    }
    rows = adjust.ADJUSTMENTS.of([row])
    adjust.adjust(creditor=creditor, adjustments=rows, **ledger.told)
    ledger.today = today
    ledger.invoice(second, 40_00)
    return ledger


def all_of(books, first_day=400, last_day=0, **more):
    told = {"recorded_until": books.at + timedelta(hours=1)} | more
    first, last = (books.today - timedelta(days=days) for days in (first_day, last_day))
    return journal(books.creditor, first=first, last=last, **told)


def test_every_movement_of_the_books_is_in_it_once(books):
    rows = list(csv.DictReader(io.StringIO("".join(all_of(books).as_csv()))))
    assert len(rows) == 2 * Transfer.objects.count()
    found = all_of(books)
    found.count()
    for each in found.totals.sums():
        assert each["debit_minor"] == each["credit_minor"]


@pytest.mark.parametrize("chunk", [1, 2, 3, 5_000])
def test_it_is_the_same_in_whatever_portions_it_is_read(books, chunk):
    period = all_of(books).period
    assert list(read.movements(period, chunk=chunk)) == list(read.movements(period))


@pytest.mark.parametrize(("first_day", "last_day"), [(400, 0), (40, 0), (15, 0), (14, 10), (9, 3)])
def test_it_leads_from_the_aging_of_one_day_to_that_of_another(books, first_day, last_day):
    found = all_of(books, first_day, last_day)
    told = json.loads("".join(found.as_json()))
    day_before = found.head.first - timedelta(days=1)
    for name, day in (("opening", day_before), ("closing", found.head.last)):
        balances = {each["currency"]: each["balance_minor"] for each in told[name]}
        aged = {
            row["currency"]: row["balance_minor"]
            for row in report.aging(books.creditor, as_of=day).totals
        }
        assert {key: minor for key, minor in balances.items() if minor} == aged


def test_what_is_posted_later_does_not_change_what_was_exported(books):
    before = "".join(all_of(books).as_csv())
    books.at += timedelta(days=1)
    books.invoice(books.account("K1"), 9_00, due=books.today - timedelta(days=20))
    as_known_then = books.at - timedelta(hours=23)
    assert "".join(all_of(books, recorded_until=as_known_then).as_csv()) == before
    assert "".join(all_of(books).as_csv()) != before


def test_without_an_instant_it_is_as_of_the_latest_entry(books, creditor):
    period = {"first": books.today - timedelta(days=400), "last": books.today}
    told = json.loads("".join(journal(creditor, **period).as_json()))
    assert told["recorded_until"] == "2026-03-03T09:00:00Z"
    assert len(told["entries"]) > 0
    empty = journal(books.other("second").creditor, **period)
    assert empty.count().movements == 0


def test_the_same_question_gives_the_same_bytes(books):
    assert "".join(all_of(books).as_json()) == "".join(all_of(books).as_json())


def test_codes_of_the_general_ledger_stand_beside_our_names(books):
    text = "".join(all_of(books, codes={"receivable": "1400", "sales": "8400"}).as_csv())
    assert {"1400", "8400"} <= {row["code"] for row in csv.DictReader(io.StringIO(text))}


def test_another_creditors_movements_are_not_in_it(books):
    other = books.other("second")
    other.invoice(other.account("X1"), 5_00)
    assert "X1" not in "".join(all_of(books).as_csv())


def test_a_period_that_ends_before_it_begins_is_refused(books):
    with pytest.raises(Refusal, match="before it begins"):
        all_of(books, 0, 10)


def test_a_journal_is_written_once(books):
    found = all_of(books)
    found.count()
    with pytest.raises(ValueError, match="once"):
        list(found.as_csv())
