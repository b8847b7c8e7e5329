"""Published policies: immutable, named by the fingerprint of their text."""

from __future__ import annotations

from django.db import models

from recoup.books.models.party import Creditor


class PolicyVersion(models.Model):
    """A policy document as published; append-only."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    fingerprint = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    text = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "fingerprint"], name="policy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.fingerprint[:12]}"
