"""What the database itself refuses: rewriting history and mixing creditors."""

from __future__ import annotations

from django.db import migrations

from recoup.books.operations import AppendOnly, EventSequence, SameCreditor

APPEND_ONLY = {
    "books_entry": (),
    "books_transfer": (),
    "books_accountevent": (),
    "books_timelineevent": (),
    "books_attemptevent": (),
    "books_policyversion": (),
    # What is cached or erasable may change; what proves something may not.
    "books_document": ("creditor_id", "account_id", "kind", "key", "currency", "total_minor"),
    "books_openitem": ("creditor_id", "account_id", "document_id", "currency", "amount_minor"),
    "books_receipt": (
        "creditor_id",
        "account_id",
        "source",
        "source_ref",
        "currency",
        "amount_minor",
    ),
    "books_cashapplication": (
        "creditor_id",
        "account_id",
        "entry_id",
        "receipt_id",
        "credit_item_id",
        "open_item_id",
        "currency",
        "amount_minor",
    ),
    "books_message": ("creditor_id", "intent_id", "message_id", "sha256"),
}

ONE_CREDITOR = [
    ("books_contactpoint", "account_id", "books_account"),
    ("books_document", "account_id", "books_account"),
    ("books_openitem", "account_id", "books_account"),
    ("books_openitem", "document_id", "books_document"),
    ("books_receipt", "account_id", "books_account"),
    ("books_setasiderow", "source_file_id", "books_sourcefile"),
    ("books_entry", "reverses_id", "books_entry"),
    ("books_transfer", "entry_id", "books_entry"),
    ("books_transfer", "account_id", "books_account"),
    ("books_transfer", "open_item_id", "books_openitem"),
    ("books_transfer", "receipt_id", "books_receipt"),
    ("books_cashapplication", "account_id", "books_account"),
    ("books_cashapplication", "entry_id", "books_entry"),
    ("books_cashapplication", "reversed_entry_id", "books_entry"),
    ("books_cashapplication", "receipt_id", "books_receipt"),
    ("books_cashapplication", "credit_item_id", "books_openitem"),
    ("books_cashapplication", "open_item_id", "books_openitem"),
    ("books_hold", "account_id", "books_account"),
    ("books_hold", "open_item_id", "books_openitem"),
    ("books_accountevent", "account_id", "books_account"),
    ("books_accountstanding", "account_id", "books_account"),
    ("books_timelineevent", "account_id", "books_account"),
    ("books_intent", "account_id", "books_account"),
    ("books_intent", "run_id", "books_run"),
    ("books_intent", "contact_point_id", "books_contactpoint"),
    ("books_intentitem", "intent_id", "books_intent"),
    ("books_intentitem", "open_item_id", "books_openitem"),
    ("books_message", "intent_id", "books_intent"),
    ("books_attempt", "intent_id", "books_intent"),
    ("books_attempt", "message_id", "books_message"),
    ("books_attemptevent", "attempt_id", "books_attempt"),
]


class Migration(migrations.Migration):
    """Triggers, composite keys and the event sequence."""

    dependencies = [("books", "0001_ledger_and_outbox")]
    operations = [
        EventSequence(),
        *(AppendOnly(table, columns) for table, columns in APPEND_ONLY.items()),
        *(SameCreditor(*link) for link in ONE_CREDITOR),
    ]
