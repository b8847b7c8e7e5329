"""What happened to a debt that a law asks about, and finding old items by their day."""

import django.db.models.deletion
from django.db import migrations, models

from recoup.books.operations import AppendOnly, SameCreditor


class Migration(migrations.Migration):
    """A table with its guards, and an index."""

    dependencies = [
        ("books", "0013_second_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="DebtEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("event_date", models.DateField()),
                ("last_date", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("key", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                ("taken_back_by", models.CharField(blank=True, max_length=150)),
                ("taken_back_why", models.CharField(blank=True, max_length=300)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("creditor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="books.creditor")),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="debt_events", to="books.account")),
                ("open_item", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="books.openitem")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("creditor", "key"), name="debt_event_once"),
                    models.CheckConstraint(
                        condition=models.Q(("last_date__isnull", True), ("last_date__gte", models.F("event_date")), _connector="OR"),
                        name="debt_event_in_order",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="openitem",
            index=models.Index(condition=models.Q(("open_minor__gt", 0)), fields=["creditor", "due_date"], name="item_open_due"),
        ),
        AppendOnly("books_debtevent", ("creditor_id", "account_id", "open_item_id", "kind", "event_date", "last_date", "key")),
        SameCreditor("books_debtevent", "account_id", "books_account"),
        SameCreditor("books_debtevent", "open_item_id", "books_openitem"),
    ]
