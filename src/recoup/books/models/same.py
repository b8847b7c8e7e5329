"""What people decided about two receipts that looked like the same money."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from recoup.books.models.cash import Receipt
from recoup.books.models.party import Creditor


class SameMoney(models.Model):
    """A receipt the bank proves and another of the same money, or not, as a person said."""

    STATES = [
        ("same", "the same money"),
        ("different", "two payments"),
        ("undone", "linked and taken back"),
    ]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="same_as")
    other = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="counted_in")
    state = models.CharField(max_length=20, choices=STATES)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "other"], name="same_money_once"),
            models.UniqueConstraint(
                fields=["other"], condition=Q(state="same"), name="same_money_as_one"
            ),
            models.CheckConstraint(condition=~Q(receipt=F("other")), name="same_money_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.state} {self.other_id}"
