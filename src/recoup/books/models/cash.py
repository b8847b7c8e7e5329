"""Money that arrived, and what it was applied to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from recoup.books.models.ledger import Entry, OpenItem
from recoup.books.models.party import Account, Creditor
from recoup.kernel.money import MAX_MINOR


class Receipt(models.Model):
    """Money from a known payer; what is not yet applied is a credit of the account."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    source = models.CharField(max_length=40)
    source_ref = models.CharField(max_length=200)
    received_date = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    # Cached: always the sum of the receipt's transfers (invariant M7).
    unapplied_minor = models.BigIntegerField()
    reference = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "source", "source_ref"], name="receipt_once"
            ),
            models.UniqueConstraint(fields=["id", "creditor"], name="receipt_of_creditor"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & Q(amount_minor__lte=MAX_MINOR),
                name="receipt_amount_in_range",
            ),
            models.CheckConstraint(
                condition=Q(unapplied_minor__gte=0) & Q(unapplied_minor__lte=F("amount_minor")),
                name="receipt_unapplied_within_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creditor", "account"],
                condition=~Q(unapplied_minor=0),
                name="receipt_unapplied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.source_ref}"


class CashApplication(models.Model):
    """A receipt or a credit note applied to an open item; undone by a reversal, never edited."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="applications")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True)
    credit_item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, null=True, related_name="set_off_against"
    )
    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="applications")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    applied_date = models.DateField()
    reversed_entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, related_name="unapplications"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(receipt__isnull=False, credit_item__isnull=True)
                | Q(receipt__isnull=True, credit_item__isnull=False),
                name="application_has_one_source",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="application_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} to {self.open_item_id}"
