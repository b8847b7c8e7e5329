"""What has happened to a debt that a law asks about: letters of claim, acknowledgments, claims."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from recoup.books.models.ledger import OpenItem
from recoup.books.models.party import Account, Creditor
from recoup.law.debt import TITLES, Happened


class DebtEvent(models.Model):
    """A dated event of an account's debts or of one item; taken back, never edited."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debt_events")
    # Empty: every debt of the account issued by then.
    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=30)
    event_date = models.DateField()
    # The last day of what lasts, such as negotiations.
    last_date = models.DateField(null=True)
    # Of a notice of costs: the day the debtor had it, and the costs that it names.
    received_date = models.DateField(null=True)
    names_minor = models.BigIntegerField(null=True)
    names_currency = models.CharField(max_length=3, null=True)
    note = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()
    taken_back_by = models.CharField(max_length=150, blank=True)
    taken_back_why = models.CharField(max_length=300, blank=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="debt_event_once"),
            models.CheckConstraint(
                condition=Q(last_date__isnull=True) | Q(last_date__gte=F("event_date")),
                name="debt_event_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_date}"

    @property
    def happened(self) -> Happened:
        """What it is to a law."""
        return Happened(self.kind)

    @property
    def title(self) -> str:
        """What it is in words."""
        return TITLES[self.happened]
