"""What a payer said stays as it came, and advice and linked receipts stay within one creditor."""

from __future__ import annotations

from django.db import migrations

from recoup.books.operations import AppendOnly, SameCreditor

ONE_CREDITOR = [
    ("books_advice", "source_file_id", "books_sourcefile"),
    ("books_advice", "account_id", "books_account"),
    ("books_advice", "line_id", "books_statementline"),
    ("books_advicerow", "advice_id", "books_advice"),
    ("books_samemoney", "receipt_id", "books_receipt"),
    ("books_samemoney", "other_id", "books_receipt"),
]


class Migration(migrations.Migration):
    """Triggers and composite keys."""

    dependencies = [("books", "0011_advice")]
    operations = [
        AppendOnly(
            "books_advice",
            ("creditor_id", "source_file_id", "currency", "sum_minor", "total_minor", "is_whole"),
        ),
        AppendOnly("books_advicerow"),
        *(SameCreditor(*link) for link in ONE_CREDITOR),
    ]
