"""What one person may not give away alone: asked for, and decided by another."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recoup.books.models.cash import Receipt
from recoup.books.models.ledger import Entry, OpenItem
from recoup.books.models.party import Account, Creditor
from recoup.kernel.money import plain


class MoneyRequest(models.Model):
    """A write-off or refund above the policy's limit: it waits until a second person decides."""

    KINDS = [
        ("write_off", "write-off"),
        ("bank_charges", "bank charges given up"),
        ("refund", "refund"),
    ]
    STATES = [("waiting", "waits"), ("approved", "approved"), ("declined", "declined")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, null=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    # The most that one person could post alone when it was asked for.
    limit_minor = models.BigIntegerField()
    why = models.CharField(max_length=300)
    proposed_by = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=STATES)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=300, blank=True)
    # Nobody else could decide, so the one who asked confirmed it.
    is_alone = models.BooleanField(default=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="request")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="request_positive"),
            models.CheckConstraint(
                condition=Q(kind="refund", receipt__isnull=False, open_item__isnull=True)
                | (~Q(kind="refund") & Q(receipt__isnull=True, open_item__isnull=False)),
                name="request_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", entry__isnull=False)
                | (~Q(state="approved") & Q(entry__isnull=True)),
                name="request_approved_is_posted",
            ),
            models.UniqueConstraint(
                fields=["open_item"], condition=Q(state="waiting"), name="request_item_once"
            ),
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(state="waiting"), name="request_receipt_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["creditor", "id"], condition=Q(state="waiting"), name="requests_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"

    @property
    def what(self) -> str:
        """What is asked for, in words."""
        amount = f"{plain(self.amount_minor, self.currency)} {self.currency}"
        return f"{self.get_kind_display().capitalize()} of {amount}"
