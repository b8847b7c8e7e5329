"""A notice of collection costs says when it was received and which costs it names."""

from django.db import migrations, models

from recoup.books.operations import AppendOnlyAnew

FIXED = ("creditor_id", "account_id", "open_item_id", "kind", "event_date", "last_date", "key")
MORE = ("received_date", "names_minor", "names_currency")


class Migration(migrations.Migration):
    """Three columns, and the guard over them."""

    dependencies = [("books", "0018_charge_guards")]
    operations = [
        migrations.AddField("debtevent", "received_date", models.DateField(null=True)),
        migrations.AddField("debtevent", "names_minor", models.BigIntegerField(null=True)),
        migrations.AddField("debtevent", "names_currency", models.CharField(max_length=3, null=True)),
        AppendOnlyAnew("books_debtevent", FIXED, (*FIXED, *MORE)),
    ]
