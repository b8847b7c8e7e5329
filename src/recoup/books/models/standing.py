"""What each account owes on the last day we looked: a cache for lists, never a source."""

from __future__ import annotations

from django.db import models

from recoup.books.models.party import Account, Creditor


class AccountStanding(models.Model):
    """One row per account and currency with anything open; derived from the open items.

    not_due + the four buckets = the open invoices; less credit = balance. Overdue is what is
    late and not held, after credits.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="standings")
    currency = models.CharField(max_length=3)
    as_of = models.DateField()
    balance_minor = models.BigIntegerField()
    overdue_minor = models.BigIntegerField()
    not_due_minor = models.BigIntegerField()
    days_1_30_minor = models.BigIntegerField()
    days_31_60_minor = models.BigIntegerField()
    days_61_90_minor = models.BigIntegerField()
    over_90_minor = models.BigIntegerField()
    # Held parts (disputes, promises …) stand in the buckets and never in overdue.
    held_minor = models.BigIntegerField()
    credit_minor = models.BigIntegerField()
    oldest_due_date = models.DateField(null=True)
    item_count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "currency"], name="standing_once"),
        ]
        indexes = [
            models.Index(fields=["creditor", "-overdue_minor"], name="standing_by_overdue"),
            models.Index(fields=["creditor", "-balance_minor"], name="standing_by_balance"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.balance_minor} {self.currency}"
