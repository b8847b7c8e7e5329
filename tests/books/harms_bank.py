"""Harm done on purpose to what the bank said and to the money that came of it."""

from __future__ import annotations

from datetime import timedelta

from recoup.books import bank
from recoup.books.models import (
    BankAccount,
    CashApplication,
    Entry,
    MoneyRequest,
    Receipt,
    SourceFile,
    StatementLine,
    Transfer,
)

LINE = dict.fromkeys(bank.LINES.columns) | {
    "position": 1,
    "key": "line-1",
    "amount_minor": 40_00,
    "currency": "EUR",
    "is_return": False,
}


def statement(books, *, closing=40_00):
    """A statement of one payment of 40.00, from a file of its own."""
    ledger = books.ledger
    file = SourceFile.objects.create(
        creditor=ledger.creditor,
        name="statement.sta",
        sha256="5" * 64,
        size_bytes=1,
        received_at=ledger.at,
        by="tests",
        state="done",
        lines_total=1,
        lines_posted=1,
    )
    account = bank.open_bank_account(creditor=ledger.creditor, key="bank", currency="EUR")
    facts = {
        "to_date": ledger.today,
        "currency": "EUR",
        "opening_minor": 0,
        "closing_minor": closing,
        "sum_minor": 40_00,
        "lines": 1,
        "is_checked": True,
    }
    bank.post_statement(
        statement=bank.unsaved_statement(
            account=account, source_file=file, key="statement-1", facts=facts
        ),
        lines=bank.LINES.of([LINE | {"booked_date": ledger.today}]),
    )
    return StatementLine.objects.get()


def balances_do_not_meet(books):
    statement(books, closing=41_00)


def later(books, *, opening=40_00):
    """A second statement, of two days later, that begins with another balance or the same."""
    ledger = books.ledger
    statement(books)
    account = BankAccount.objects.get()
    file = SourceFile.objects.create(
        creditor=ledger.creditor,
        name="later.sta",
        sha256="6" * 64,
        size_bytes=1,
        received_at=ledger.at,
        by="tests",
        state="done",
        lines_total=1,
        lines_posted=1,
    )
    day = ledger.today + timedelta(days=2)
    facts = {
        "from_date": day,
        "to_date": day,
        "currency": "EUR",
        "opening_minor": opening,
        "closing_minor": opening + 40_00,
        "sum_minor": 40_00,
        "lines": 1,
        "is_checked": True,
    }
    bank.post_statement(
        statement=bank.unsaved_statement(
            account=account, source_file=file, key="statement-2", facts=facts
        ),
        lines=bank.LINES.of([LINE | {"booked_date": day, "key": "line-2"}]),
    )
    bank.note_gap(account)
    bank.note_bank_data(creditor=ledger.creditor)
    return BankAccount.objects.filter(pk=account.pk)


def gap_kept_quiet(books):
    later(books, opening=99_00).update(gap="")


def equal_line_dropped(books):
    account = later(books).get()
    StatementLine.objects.filter(bank_account=account, key="line-2").delete()
    SourceFile.objects.filter(name="later.sta").update(lines_posted=0, lines_duplicate=1)


def line_of_a_file_vanished(books):
    StatementLine.objects.filter(pk=statement(books).pk).delete()


def statement_of_a_file_held(books):
    statement(books)
    SourceFile.objects.filter(name="statement.sta").update(state="held")


def line_paid_another_sum(books):
    StatementLine.objects.filter(pk=statement(books).pk).update(
        state="applied", receipt=books.receipt
    )


def left_out_without_a_word(books):
    StatementLine.objects.filter(pk=statement(books).pk).update(state="ignored")


def put_among_the_rest(books):
    StatementLine.objects.filter(pk=statement(books).pk).update(state="other")


def receipt_let_go_of_its_line(books):
    line = statement(books)
    Receipt.objects.filter(pk=books.receipt.pk).update(source_ref=f"{line.pk}/1")


def surer_than_suggested(books):
    StatementLine.objects.filter(pk=statement(books).pk).update(sure_ppm=990_000)


def bounced_and_still_paid(books):
    bounced(books)


def bounced(books):
    """The entry that says the money went back to the bank, all else left as it was."""
    receipt = CashApplication.objects.get(pk=books.applied.pk).receipt
    came = Transfer.objects.get(receipt=receipt, credit=4)
    back = Entry.objects.create(
        creditor=books.ledger.creditor,
        kind="receipt_reversed",
        key="back",
        effective_date=books.ledger.today,
        recorded_at=books.ledger.at,
        by="tests",
        reverses=came.entry,
    )
    Transfer.objects.create(
        creditor=books.ledger.creditor,
        entry=back,
        account_id=came.account_id,
        effective_date=books.ledger.today,
        debit=came.credit,
        credit=came.debit,
        currency=came.currency,
        amount_minor=came.amount_minor,
        receipt=receipt,
    )
    return back


def _gives_away(books, key, *, limit):
    """A write-off of 40.00 by one person."""
    ledger, item = books.ledger, books.applied.open_item
    entry = Entry.objects.create(
        creditor=ledger.creditor,
        kind="write_off",
        key=key,
        effective_date=ledger.today,
        recorded_at=ledger.at,
        by="tests",
        limit_minor=limit,
    )
    Transfer.objects.create(
        creditor=ledger.creditor,
        entry=entry,
        account_id=item.account_id,
        effective_date=ledger.today,
        debit=6,
        credit=1,
        currency=item.currency,
        amount_minor=40_00,
        open_item=item,
    )
    return entry


def given_away_by_one_person(books):
    _gives_away(books, "alone", limit=5_00)


def given_away_without_a_limit(books):
    _gives_away(books, "small", limit=50_00)
    _gives_away(books, "unlimited", limit=None)


def approved_by_the_one_who_asked(books):
    entry = _gives_away(books, "asked", limit=5_00)
    MoneyRequest.objects.create(
        creditor=books.ledger.creditor,
        account_id=books.applied.account_id,
        open_item=books.applied.open_item,
        kind="write_off",
        currency="EUR",
        amount_minor=40_00,
        limit_minor=5_00,
        why="x",
        proposed_by="vera",
        proposed_at=books.ledger.at,
        state="approved",
        decided_by="vera",
        entry=entry,
    )


_TWO = "Two people stand behind what one may not give away"
BANK_HARMS = [
    ("M20", _TWO, given_away_by_one_person),
    ("M20", _TWO, given_away_without_a_limit),
    ("M20", _TWO, approved_by_the_one_who_asked),
    ("P1", "Statements that were checked add up", balances_do_not_meet),
    ("P2", "A missing statement is noted", gap_kept_quiet),
    ("P5", "Lines lead from balance to balance", equal_line_dropped),
    ("P6", "A file is taken whole or not at all", line_of_a_file_vanished),
    ("P6", "A file is taken whole or not at all", statement_of_a_file_held),
    ("P7", "Every bank line is accounted for", line_paid_another_sum),
    ("P7", "Every bank line is accounted for", left_out_without_a_word),
    ("P7", "Every bank line is accounted for", put_among_the_rest),
    ("P7", "Every bank line is accounted for", receipt_let_go_of_its_line),
    ("P8", "A payment is listed as sure as its best suggestion", surer_than_suggested),
    ("M16", "Reversed money pays nothing", bounced_and_still_paid),
]
