"""What moved stays told as it was, and stays within one creditor."""

from __future__ import annotations

from django.db import migrations

from recoup.books.operations import AppendOnly, SameCreditor

APPEND_ONLY = {
    "books_merge": ("creditor_id", "account_id", "survivor_id", "business_date", "by", "why"),
    "books_move": (),
}

ONE_CREDITOR = [
    ("books_account", "merged_into_id", "books_account"),
    ("books_merge", "account_id", "books_account"),
    ("books_merge", "survivor_id", "books_account"),
    ("books_move", "entry_id", "books_entry"),
    ("books_move", "merge_id", "books_merge"),
    ("books_move", "from_item_id", "books_openitem"),
    ("books_move", "to_item_id", "books_openitem"),
    ("books_move", "from_receipt_id", "books_receipt"),
    ("books_move", "to_receipt_id", "books_receipt"),
]


class Migration(migrations.Migration):
    """Triggers and composite keys."""

    dependencies = [("books", "0009_moves")]
    operations = [
        *(AppendOnly(table, columns) for table, columns in APPEND_ONLY.items()),
        *(SameCreditor(*link) for link in ONE_CREDITOR),
    ]
