"""What one person may not give away alone: asked for by one, decided by another."""

import django.db.models.deletion
from django.db import migrations, models

from recoup.books.operations import AppendOnly, SameCreditor


# What was asked for stays as it was asked; only what was decided is added.
ASKED = (
    "creditor_id",
    "kind",
    "currency",
    "amount_minor",
    "limit_minor",
    "why",
    "proposed_by",
    "proposed_at",
)
ONE_CREDITOR = [
    ("books_moneyrequest", "account_id", "books_account"),
    ("books_moneyrequest", "open_item_id", "books_openitem"),
    ("books_moneyrequest", "receipt_id", "books_receipt"),
    ("books_moneyrequest", "entry_id", "books_entry"),
]


class Migration(migrations.Migration):
    """The requests, and on each entry the most that one person could post alone."""


    dependencies = [
        ("books", "0012_advice_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="limit_minor",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="MoneyRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("write_off", "write-off"), ("bank_charges", "bank charges given up"), ("refund", "refund")], max_length=20)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("limit_minor", models.BigIntegerField()),
                ("why", models.CharField(max_length=300)),
                ("proposed_by", models.CharField(max_length=150)),
                ("proposed_at", models.DateTimeField()),
                ("state", models.CharField(choices=[("waiting", "waits"), ("approved", "approved"), ("declined", "declined")], max_length=20)),
                ("decided_by", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_why", models.CharField(blank=True, max_length=300)),
                ("is_alone", models.BooleanField(default=False)),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="books.account")),
                ("creditor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="books.creditor")),
                ("entry", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="request", to="books.entry")),
                ("open_item", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="books.openitem")),
                ("receipt", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="books.receipt")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("state", "waiting")), fields=["creditor", "id"], name="requests_waiting")],
                "constraints": [models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="request_positive"), models.CheckConstraint(condition=models.Q(models.Q(("kind", "refund"), ("open_item__isnull", True), ("receipt__isnull", False)), models.Q(models.Q(("kind", "refund"), _negated=True), ("open_item__isnull", False), ("receipt__isnull", True)), _connector="OR"), name="request_is_about_one_thing"), models.CheckConstraint(condition=models.Q(models.Q(("entry__isnull", False), ("state", "approved")), models.Q(models.Q(("state", "approved"), _negated=True), ("entry__isnull", True)), _connector="OR"), name="request_approved_is_posted"), models.UniqueConstraint(condition=models.Q(("state", "waiting")), fields=("open_item",), name="request_item_once"), models.UniqueConstraint(condition=models.Q(("state", "waiting")), fields=("receipt",), name="request_receipt_once")],
            },
        ),
        AppendOnly("books_moneyrequest", ASKED),
        *(SameCreditor(*link) for link in ONE_CREDITOR),
    ]
