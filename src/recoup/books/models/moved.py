"""What was booked on the wrong account and moved, and accounts that turned out to be one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from recoup.books.models.cash import Receipt
from recoup.books.models.ledger import Entry, OpenItem
from recoup.books.models.party import Account, Creditor


class Merge(models.Model):
    """An account that was closed because another is the same debtor's; undone, never deleted."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    # The account that is closed, and the one that goes on.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="merges")
    survivor = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="merges_in")
    business_date = models.DateField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    why = models.CharField(max_length=300)
    # Contact points of the survivor that came with the closed account.
    contact_point_ids = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(undone_at__isnull=True), name="merge_once"
            ),
            models.UniqueConstraint(fields=["id", "creditor"], name="merge_of_creditor"),
            models.CheckConstraint(condition=~Q(account=F("survivor")), name="merge_joins_two"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} into {self.survivor_id}"


class Move(models.Model):
    """An open item or money that went to another account by an entry; append-only.

    What stands on the other account is an item or receipt of its own. It is undone when its
    entry is reversed.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="move")
    # The merge it belongs to, when it is not a correction by itself.
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, null=True, related_name="moves")
    from_item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, null=True, related_name="moved_away"
    )
    to_item = models.OneToOneField(
        OpenItem, on_delete=models.PROTECT, null=True, related_name="moved_here"
    )
    from_receipt = models.ForeignKey(
        Receipt, on_delete=models.PROTECT, null=True, related_name="moved_away"
    )
    to_receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, related_name="moved_here"
    )
    amount_minor = models.BigIntegerField()
    moved_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    from_item__isnull=False,
                    to_item__isnull=False,
                    from_receipt__isnull=True,
                    to_receipt__isnull=True,
                )
                | Q(
                    from_item__isnull=True,
                    to_item__isnull=True,
                    from_receipt__isnull=False,
                    to_receipt__isnull=False,
                ),
                name="move_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="move_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.amount_minor}"
