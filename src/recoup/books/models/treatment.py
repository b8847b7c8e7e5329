"""Holds: dunning stopped for a reason, from a first day to a last one, both inclusive."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recoup.books.models.ledger import OpenItem
from recoup.books.models.party import Account, Creditor
from recoup.engine.bundle import Hold


class HoldRecord(models.Model):
    """One hold on an account, or on one open item or part of it. Ended, never deleted."""

    REASONS = [(hold.value, hold.name.replace("_", " ").lower()) for hold in Hold]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, null=True)
    # The part of the item that is held; empty for all of it.
    held_minor = models.BigIntegerField(null=True)
    reason = models.SmallIntegerField(choices=REASONS)
    first_date = models.DateField()
    last_date = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)
    # Drawn while the account is locked, so that a hold and a gate have an order.
    evseq = models.BigIntegerField()
    ended_evseq = models.BigIntegerField(null=True)

    class Meta:
        db_table = "books_hold"
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="hold_once"),
            models.CheckConstraint(
                condition=Q(held_minor__isnull=True) | Q(held_minor__gt=0),
                name="hold_part_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.first_date}"
