"""A charge stays what it was charged for, and within one creditor."""

from __future__ import annotations

from django.db import migrations

from recoup.books.operations import AppendOnly, SameCreditor

APPEND_ONLY = (
    "creditor_id",
    "account_id",
    "open_item_id",
    "kind",
    "key",
    "first_date",
    "last_date",
    "currency",
    "amount_minor",
    "law",
    "law_version",
    "basis",
)
ONE_CREDITOR = [
    ("books_charge", "account_id", "books_account"),
    ("books_charge", "open_item_id", "books_openitem"),
    ("books_charge", "document_id", "books_document"),
]


class Migration(migrations.Migration):
    """Triggers and composite keys."""

    dependencies = [("books", "0017_charges")]
    operations = [
        AppendOnly("books_charge", APPEND_ONLY),
        *(SameCreditor(*link) for link in ONE_CREDITOR),
    ]
