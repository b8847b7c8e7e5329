"""What was agreed with a closed account goes on with the other, and says by which merge."""

import django.db.models.deletion
from django.db import migrations, models

from recoup.books.operations import SameCreditor


class Migration(migrations.Migration):
    """The reference, within one creditor."""

    dependencies = [("books", "0019_costs_notice")]

    operations = [
        migrations.AddField(
            model_name="agreedterms",
            name="merge",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="terms",
                to="books.merge",
            ),
        ),
        SameCreditor("books_agreedterms", "merge_id", "books_merge"),
    ]
