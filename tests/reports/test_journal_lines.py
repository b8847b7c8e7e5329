"""The journal as the general ledger reads it: two lines for each movement, totals that close."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from recoup.kernel.errors import Fault, Refusal
from recoup.reports.journal import (
    COLUMNS,
    Chart,
    Head,
    Moved,
    Totals,
    csv_pieces,
    json_pieces,
    owed,
    read_codes,
)

NAMES = {1: "receivable", 2: "sales", 3: "bank", 4: "unapplied"}
DAY = date(2026, 3, 3)
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)


def moved(number, entry, debit, credit, amount, **changes):
    plain = Moved(
        number, entry, DAY, AT, "invoice", f"invoice/{entry}", "vera", "", 0, debit, credit,
        "EUR", amount, "K1", "Ahorn GmbH", "R-1", "",
    )  # fmt: skip
    return plain._replace(**changes)


MOVED = (
    moved(1, 1, 1, 2, 100_00),
    moved(2, 1, 1, 2, 50_00),
    moved(3, 2, 3, 4, 120_00, kind="receipt", document="", receipt="7/1"),
    moved(4, 3, 1, 2, 500, currency="JPY", name="=Ltd"),
)


def head(**changes):
    told = {
        "opening": {(1, "EUR"): 10_00},
        "closing": {
            (1, "EUR"): 160_00,
            (2, "EUR"): -150_00,
            (3, "EUR"): 120_00,
            (4, "EUR"): -120_00,
            (1, "JPY"): 500,
            (2, "JPY"): -500,
        },
    } | changes
    return Head(
        "lindenhof", "Lindenhof", DAY, DAY, AT, Chart(NAMES, {"receivable": "1400"}), **told
    )


def as_csv(totals):
    text = "".join(csv_pieces(head(), MOVED, totals))
    return list(csv.DictReader(io.StringIO(text)))


def test_every_movement_is_a_debit_and_a_credit_of_the_same_amount():
    rows = as_csv(Totals())
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["code"], row["debit"], row["credit"]) for row in rows[:2]] == [
        ("1400", "100.00", ""),
        ("sales", "", "100.00"),
    ]
    assert [row["debit"] for row in rows[-2:]] == ["500", ""]


def test_a_name_that_looks_like_a_formula_stays_a_name():
    assert as_csv(Totals())[-1]["name"] == "'=Ltd"


def test_debits_are_credits_in_every_currency():
    totals = Totals()
    as_csv(totals)
    assert totals.sums() == [
        {"currency": "EUR", "debit_minor": 270_00, "credit_minor": 270_00},
        {"currency": "JPY", "debit_minor": 500, "credit_minor": 500},
    ]


def test_totals_lead_from_the_opening_to_the_closing_balance():
    totals = Totals()
    as_csv(totals)
    first = totals.rows(head())[0]
    assert first == {
        "ledger": "receivable",
        "code": "1400",
        "currency": "EUR",
        "opening_minor": 10_00,
        "debit_minor": 150_00,
        "credit_minor": 0,
        "closing_minor": 160_00,
    }


def test_totals_that_do_not_close_are_our_mistake():
    totals = Totals()
    as_csv(totals)
    with pytest.raises(Fault, match="receivable EUR does not close"):
        totals.rows(head(opening={}))


def test_json_holds_the_entries_and_the_totals_last():
    told = json.loads("".join(json_pieces(head(), MOVED, Totals())))
    assert told["format"] == "recoup-journal/1"
    assert [len(entry["lines"]) for entry in told["entries"]] == [4, 2, 2]
    for entry in told["entries"]:
        lines = entry["lines"]
        assert sum(line["debit_minor"] - line["credit_minor"] for line in lines) == 0
    assert told["closing"][0] == {
        "currency": "EUR",
        "receivable_minor": 160_00,
        "unapplied_minor": -120_00,
        "balance_minor": 40_00,
    }


def test_a_period_in_which_nothing_happened_is_a_journal_too():
    quiet = head(opening={}, closing={})
    told = json.loads("".join(json_pieces(quiet, (), Totals())))
    assert told["entries"] == told["totals"] == told["sums"] == []
    assert "".join(csv_pieces(quiet, (), Totals())) == ",".join(COLUMNS) + "\r\n"


def test_what_customers_owe_is_items_less_money_not_applied():
    assert owed({(2, "EUR"): -5}, NAMES) == []


def test_codes_are_a_ledger_account_and_a_code_on_each_line():
    text = "ledger,code\n# ours, theirs\nreceivable,1400\n\nsales, 8400 \n"
    assert read_codes(text) == {"receivable": "1400", "sales": "8400"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("receivable", "Line 1"),
        ("receivable,\n", "Line 1"),
        ("sales,1,2", "Line 1"),
        ("sales,1\nsales,2", "two codes"),
    ],
)
def test_codes_that_cannot_be_read_are_refused(text, says):
    with pytest.raises(Refusal, match=says):
        read_codes(text)


def test_a_code_of_a_ledger_account_that_there_is_not_is_refused():
    with pytest.raises(Refusal, match="'debtors'"):
        Chart(NAMES, {"debtors": "1400"})
