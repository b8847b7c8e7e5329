"""A message may mention a payment that may be the debtor's."""

import django.db.models.deletion
from django.db import migrations, models

from recoup.books.operations import SameCreditor


class Migration(migrations.Migration):
    """The line that an intent mentions, of the same creditor."""

    dependencies = [("books", "0007_bank_use")]
    operations = [
        migrations.AddField(
            model_name="intent",
            name="maybe_line",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="books.statementline",
            ),
        ),
        SameCreditor("books_intent", "maybe_line_id", "books_statementline"),
    ]
