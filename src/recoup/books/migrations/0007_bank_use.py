"""Bank accounts no longer in use, and gaps of which a person said that nothing is missing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns of the bank account."""

    dependencies = [
        ("books", "0006_cash_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="bankaccount",
            name="closed_by",
            field=models.CharField(max_length=150, null=True),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="closed_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="closed_why",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="gaps_accepted",
            field=models.JSONField(null=True),
        ),
    ]
