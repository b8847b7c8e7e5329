"""The timeline: an append-only index of evidence, in codes and ids, never names."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recoup.books.models.party import Account, Creditor


class TimelineEvent(models.Model):
    """Something that happened to an account; its sentence stands in `books/record.py`."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    business_date = models.DateField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["account", "recorded_at"], name="timeline_of_account"),
            # Few: what a night could not charge, asked for on every Today.
            models.Index(
                fields=["creditor", "business_date"],
                name="timeline_charge_refused",
                condition=Q(kind="charge_refused"),
            ),
        ]

    def __str__(self) -> str:
        return self.kind
