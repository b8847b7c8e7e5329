"""Harm done to the books on purpose, one for each way an invariant can be broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from shutil import rmtree

import polars as pl

from recoup.books.models import (
    Account,
    Attempt,
    CashApplication,
    ContactPoint,
    Entry,
    Intent,
    IntentItem,
    OpenItem,
    Receipt,
    Run,
    SourceFile,
    Transfer,
)
from recoup.books.query import execute, is_postgresql
from recoup.jobs.schedule import artefact_folder
from tests.books.harms_bank import BANK_HARMS
from tests.books.harms_charges import CHARGE_HARMS
from tests.books.harms_moves import MOVE_HARMS
from tests.books.ledgers import Ledger


@dataclass(frozen=True)
class Books:
    """A small but complete history, sound in every respect."""

    ledger: Ledger
    other: Ledger
    account: Account
    item: OpenItem
    credit: OpenItem
    receipt: Receipt
    applied: CashApplication
    run: Run
    attempt: Attempt
    file: SourceFile


def change(table: str, thing: object, **columns: object) -> None:
    """Write into a row as no door would."""
    sets = ", ".join(f"{name} = %s" for name in columns)
    execute(f"UPDATE {table} SET {sets} WHERE id = %s", [*columns.values(), thing.pk])


def copy(model, thing, **changes):
    """The same row once more, with changes."""
    fields = {f.attname: getattr(thing, f.attname) for f in model._meta.concrete_fields}
    fields.pop("id", None)
    return model.objects.bulk_create([model(**fields | changes)])[0]


def transfer_without_item(books):
    copy(Transfer, Transfer.objects.get(open_item=books.item), open_item_id=None)


def half_a_set_off(books):
    copy(Transfer, Transfer.objects.filter(debit=5)[0])


def item_without_document(books):
    change("books_document", books.item.document, total_minor=1)


def stale_open(books):
    change("books_openitem", books.item, open_minor=99_00)


def huge_amount(books):
    change("books_transfer", Transfer.objects.get(open_item=books.item), amount_minor=10**13)


def no_currency(books):
    change("books_receipt", books.receipt, currency="QQQ")


def mixed_currency(books):
    change("books_cashapplication", books.applied, currency="USD")


def other_account(books):
    moved = Account.objects.get(number="K2")
    change("books_cashapplication", books.applied, account_id=moved.pk)


def receipt_applied_beyond(books):
    change("books_cashapplication", books.applied, amount_minor=50_01)


def credit_applied_beyond(books):
    set_off = CashApplication.objects.get(credit_item=books.credit)
    change("books_cashapplication", set_off, amount_minor=10_01)


def item_overpaid(books):
    copy(CashApplication, books.applied)


def item_below_zero(books):
    change("books_openitem", books.item, open_minor=-1)


def receipt_not_in_ledger(books):
    change("books_receipt", books.receipt, unapplied_minor=19_00)


def receipt_vanished(books):
    execute("DELETE FROM books_cashapplication WHERE id = %s", [books.applied.pk])


def half_a_reversal(books):
    entry = Transfer.objects.get(open_item=books.credit, debit=1).entry
    undone = copy(Entry, entry, key="undone", reverses_id=entry.pk)
    first = entry.transfers.order_by("pk")[0]
    copy(Transfer, first, entry_id=undone.pk, debit=first.credit, credit=first.debit)


def nameless_receipt(books):
    change("books_receipt", books.receipt, source_ref=" ")


def charge_twice(books):
    account = books.account
    books.ledger.invoice(account, 5_00, kind="charge", key="fee-1")
    twin = books.ledger.invoice(account, 5_00, kind="charge", key="fee-2")
    change("books_document", twin.document, number="fee-1")


def gate_forgot(books):
    execute(
        "UPDATE books_accountevent SET balance_after_minor = 1 WHERE account_id = %s",
        [books.account.pk],
    )


def list_is_stale(books):
    execute(
        "UPDATE books_accountstanding SET balance_minor = 1 WHERE account_id = %s",
        [books.account.pk],
    )


def list_lacks_a_debt(books):
    execute("DELETE FROM books_accountstanding")


def guard_removed(books):
    on = " ON books_entry" if is_postgresql() else ""
    execute(f"DROP TRIGGER IF EXISTS books_entry_no_update{on}")


def other_creditors_account(books):
    theirs = Account.objects.get(creditor=books.other.creditor)
    change("books_document", books.item.document, account_id=theirs.pk)


def line_lost(books):
    change("books_sourcefile", books.file, lines_posted=3)


def file_posted_twice(books):
    copy(SourceFile, books.file, name="again.csv", lines_posted=5, lines_duplicate=0)


def set_aside_vanished(books):
    change("books_sourcefile", books.file, lines_set_aside=1, lines_posted=3)


def twice_a_day(books):
    copy(Intent, books.attempt.intent, revision=2)


def same_step_again(books):
    again = copy(
        Intent,
        books.attempt.intent,
        cycle_date=books.ledger.today - timedelta(days=1),
    )
    copy(IntentItem, books.attempt.intent.items.get(), intent_id=again.pk)


def second_copy(books):
    copy(Attempt, books.attempt, number=2, state="in_doubt")


def left_without_gate(books):
    change("books_attempt", books.attempt, gate_seq=None)


def left_with_nothing_open(books):
    change("books_attempt", books.attempt, gate_open_minor=0)


def reminded_after_payment(books):
    execute(
        "UPDATE books_accountevent SET balance_after_minor = 0 WHERE evseq = "
        "(SELECT MAX(evseq) FROM books_accountevent WHERE account_id = %s AND evseq < %s)",
        [books.account.pk, books.attempt.gate_seq],
    )


def reminded_under_an_account_hold(books):
    held = books.ledger.hold(books.account)
    change("books_hold", held, evseq=books.attempt.gate_seq - 1)


def reminded_under_an_item_hold(books):
    held = books.ledger.hold(books.account, item=books.item)
    change("books_hold", held, evseq=books.attempt.gate_seq - 1)


def reminded_before_the_hold_was_ended(books):
    day = books.ledger.today
    held = books.ledger.hold(books.account, first=day)
    change(
        "books_hold",
        held,
        evseq=books.attempt.gate_seq - 1,
        ended_evseq=books.attempt.gate_seq + 100,
        last_date=day - timedelta(days=1),
    )


def written_to_another(books):
    theirs = ContactPoint.objects.get(account__number="K2")
    change("books_intent", books.attempt.intent, contact_point_id=theirs.pk)


def anothers_item_named(books):
    theirs = OpenItem.objects.get(account__number="K2")
    change("books_intentitem", books.attempt.intent.items.get(), open_item_id=theirs.pk)


def cleared_and_unsaid(books):
    execute("DELETE FROM books_attemptevent")
    for table in ("books_attempt", "books_message", "books_intentitem"):
        execute(f"DELETE FROM {table} WHERE intent_id = %s", [books.attempt.intent_id])
    execute("DELETE FROM books_intent WHERE id = %s", [books.attempt.intent_id])


def said_and_not_cleared(books):
    path = artefact_folder(books.run) / "actions.parquet"
    blocked = pl.read_parquet(path).with_columns(pl.lit(1).alias("blocked_bits"))
    blocked.write_parquet(path)


def decision_gone(books):
    rmtree(artefact_folder(books.run))


def decided_on_other_figures(books):
    path = artefact_folder(books.run) / "aging.parquet"
    pl.read_parquet(path).with_columns(pl.col("balance_minor") + 1).write_parquet(path)


def left_waiting(books):
    early = books.ledger.at - timedelta(days=5)
    change("books_intent", books.attempt.intent, state="pending", not_before=early)


def hung_worker(books):
    early = books.ledger.at - timedelta(hours=2)
    change("books_attempt", books.attempt, state="in_flight", claimed_at=early)


def leased_by_nobody(books):
    change("books_intent", books.attempt.intent, state="leased")


def resurrected(books):
    execute("UPDATE books_attemptevent SET from_state = 'accepted' WHERE to_state = 'accepted'")


def doubt_wiped_out(books):
    execute(
        "UPDATE books_attemptevent SET from_state = 'in_doubt', evidence = ' ' "
        "WHERE to_state = 'accepted'"
    )


def state_without_log(books):
    change("books_attempt", books.attempt, state="refused")


def other_bytes_sent(books):
    change("books_attempt", books.attempt, body_hash="0" * 64)


HARMS = [
    ("M1", "Every movement is whole", transfer_without_item),
    ("M1", "Every movement is whole", half_a_set_off),
    ("M1", "Every movement is whole", item_without_document),
    ("M2", "What is open is the sum of the ledger", stale_open),
    ("M3", "Amounts are within the limit", huge_amount),
    ("M3", "Currencies are known", no_currency),
    ("M4", "Applied within one currency and account", mixed_currency),
    ("M4", "Applied within one currency and account", other_account),
    ("M5", "No source is applied beyond its amount", receipt_applied_beyond),
    ("M5", "No source is applied beyond its amount", credit_applied_beyond),
    ("M6", "No item is paid beyond its amount", item_overpaid),
    ("M6", "No item is paid beyond its amount", item_below_zero),
    ("M7", "Every receipt is applied, unapplied or reversed", receipt_not_in_ledger),
    ("M7", "Every receipt is applied, unapplied or reversed", receipt_vanished),
    ("M8", "A reversal is the exact opposite", half_a_reversal),
    ("M9", "History cannot be rewritten", guard_removed),
    ("M10", "Each receipt is held once", nameless_receipt),
    ("M11", "Each charge is made once", charge_twice),
    ("M15", "The gate knows what is owed", gate_forgot),
    ("M15", "Lists show what is owed", list_is_stale),
    ("M15", "Lists show what is owed", list_lacks_a_debt),
    ("T1", "No row names another creditor's", other_creditors_account),
    ("P3", "Every line of a file is accounted for", line_lost),
    ("P4", "No file is posted twice", file_posted_twice),
    ("P5", "Every line set aside is kept", set_aside_vanished),
    ("C1", "One message a day and case", twice_a_day),
    ("C1", "Each step is said once of an item", same_step_again),
    ("C2", "Never two copies of one message", second_copy),
    ("C3", "Nothing leaves without the gate", left_without_gate),
    ("C3", "Nothing leaves without the gate", left_with_nothing_open),
    ("C4", "Nobody is written to after paying", reminded_after_payment),
    ("C5", "Nobody is written to under a hold", reminded_under_an_account_hold),
    ("C5", "Nobody is written to under a hold", reminded_under_an_item_hold),
    ("C5", "Nobody is written to under a hold", reminded_before_the_hold_was_ended),
    ("C6", "A message is for its own debtor", written_to_another),
    ("C6", "A message is for its own debtor", anothers_item_named),
    ("C11", "What was cleared is said", cleared_and_unsaid),
    ("C11", "What is said was cleared", said_and_not_cleared),
    ("C11", "Every decision is kept", decision_gone),
    ("C11", "The decision saw what was owed", decided_on_other_figures),
    ("C12", "No message is stuck", left_waiting),
    ("C12", "No message is stuck", hung_worker),
    ("C12", "No message is stuck", leased_by_nobody),
    ("C13", "What is over stays over", resurrected),
    ("C13", "What is over stays over", doubt_wiped_out),
    ("C13", "What is over stays over", state_without_log),
    ("C14", "What left is what is kept", other_bytes_sent),
    *BANK_HARMS,
    *MOVE_HARMS,
    *CHARGE_HARMS,
]
HARMLESS_TO_DEBTORS = {
    ("P5", "Lines lead from balance to balance"),
    ("P8", "A payment is listed as sure as its best suggestion"),
    ("C11", "What was cleared is said"),
    ("C11", "The decision saw what was owed"),
    ("C12", "No message is stuck"),
}
