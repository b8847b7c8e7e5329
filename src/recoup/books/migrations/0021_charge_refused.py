"""Finding what a night could not charge."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of few rows."""

    dependencies = [("books", "0020_agreed_by_merge")]
    operations = [
        migrations.AddIndex(
            model_name="timelineevent",
            index=models.Index(
                condition=models.Q(("kind", "charge_refused")),
                fields=["creditor", "business_date"],
                name="timeline_charge_refused",
            ),
        ),
    ]
