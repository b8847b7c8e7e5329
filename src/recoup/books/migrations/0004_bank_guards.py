"""What a bank said stays as it said it, and stays within one creditor."""

from __future__ import annotations

from django.db import migrations

from recoup.books.operations import AppendOnly, SameCreditor

APPEND_ONLY = {
    "books_statement": (),
    "books_statementline": (
        "creditor_id",
        "bank_account_id",
        "statement_id",
        "key",
        "booked_date",
        "amount_minor",
        "currency",
        "remittance",
    ),
}

ONE_CREDITOR = [
    ("books_statement", "bank_account_id", "books_bankaccount"),
    ("books_statement", "source_file_id", "books_sourcefile"),
    ("books_statementline", "bank_account_id", "books_bankaccount"),
    ("books_statementline", "statement_id", "books_statement"),
    ("books_statementline", "receipt_id", "books_receipt"),
    ("books_proposal", "line_id", "books_statementline"),
    ("books_proposal", "account_id", "books_account"),
    ("books_alias", "account_id", "books_account"),
]


class Migration(migrations.Migration):
    """Triggers and composite keys."""

    dependencies = [("books", "0003_bank")]
    operations = [
        *(AppendOnly(table, columns) for table, columns in APPEND_ONLY.items()),
        *(SameCreditor(*link) for link in ONE_CREDITOR),
    ]
