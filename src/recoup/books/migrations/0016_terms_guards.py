"""What was agreed and accepted stays as it was, and stays within one creditor."""

from __future__ import annotations

from django.db import migrations

from recoup.books.operations import AppendOnly, SameCreditor

APPEND_ONLY = {
    "books_agreedterms": (),
    "books_documentterms": (),
    "books_termsacceptance": (),
    # A link may be taken back; what it shows and to whom may not change.
    "books_termslink": (
        "creditor_id",
        "account_id",
        "secret",
        "language",
        "text",
        "fingerprint",
        "first_date",
        "last_date",
        "by",
        "recorded_at",
    ),
}

ONE_CREDITOR = [
    ("books_agreedterms", "account_id", "books_account"),
    ("books_documentterms", "document_id", "books_document"),
    ("books_termslink", "account_id", "books_account"),
    ("books_termsacceptance", "account_id", "books_account"),
    ("books_termsacceptance", "link_id", "books_termslink"),
]


class Migration(migrations.Migration):
    """Triggers and composite keys."""

    dependencies = [("books", "0015_terms")]
    operations = [
        *(AppendOnly(table, columns) for table, columns in APPEND_ONLY.items()),
        *(SameCreditor(*link) for link in ONE_CREDITOR),
    ]
