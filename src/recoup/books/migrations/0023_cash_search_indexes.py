"""Indexes of what payments are found and ordered by.

Apart from the columns, because PostgreSQL makes none while what was filled waits to be checked.
"""

from django.db import migrations, models

from recoup.books.operations import SearchInOneGo


class Migration(migrations.Migration):
    """Each list of payments from an index of its own."""

    dependencies = [("books", "0022_cash_search")]

    operations = [
        migrations.RemoveIndex("statementline", "line_sums"),
        migrations.RemoveIndex("proposal", "proposals_likeliest"),
        migrations.AddIndex(
            "statementline",
            models.Index(
                fields=[
                    "creditor",
                    "state",
                    "currency",
                    "amount_minor",
                    "bank_account",
                    "sure_ppm",
                ],
                condition=models.Q(state="open"),
                name="line_sums_sure",
            ),
        ),
        migrations.AddIndex(
            "statementline",
            models.Index(
                fields=["creditor", "-sure_ppm", "id"],
                condition=models.Q(state="open", sure_ppm__isnull=False),
                name="line_by_sureness",
            ),
        ),
        migrations.AddIndex(
            "statementline",
            models.Index(
                fields=["creditor", "-id"],
                condition=models.Q(state="ignored"),
                name="line_left_out",
            ),
        ),
        migrations.AddIndex(
            "statementline",
            models.Index(
                fields=["creditor", "-receipt"],
                condition=models.Q(receipt__isnull=False),
                name="line_applied_last",
            ),
        ),
        SearchInOneGo(),
    ]
