"""Runs: what was decided on a day, from which inputs, and whether it may go out."""

from __future__ import annotations

from django.db import models

from recoup.books.models.party import Creditor


class Run(models.Model):
    """One decision of one business date, named by its inputs; equal inputs are one run."""

    STATES = [
        ("awaiting_approval", "waits for approval"),
        ("released", "released"),
        ("stopped", "stopped"),
    ]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    as_of = models.DateField()
    bundle_fingerprint = models.CharField(max_length=64)
    policy_fingerprint = models.CharField(max_length=64)
    law_version = models.CharField(max_length=64)
    code_version = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=STATES)
    # Why it waits, in words; empty when it does not.
    brake = models.CharField(max_length=300, blank=True)
    messages = models.IntegerField(default=0)
    tallies = models.JSONField(default=dict)
    # Cleared by the gate and yet without an address when it was planned.
    unaddressed = models.IntegerField(null=True)
    started_at = models.DateTimeField()
    # Drawn each time its messages are planned; empty when that was cut short.
    planned_evseq = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "creditor",
                    "as_of",
                    "bundle_fingerprint",
                    "policy_fingerprint",
                    "law_version",
                    "code_version",
                ],
                name="run_once",
            ),
            models.UniqueConstraint(fields=["id", "creditor"], name="run_of_creditor"),
        ]

    def __str__(self) -> str:
        return f"{self.as_of} {self.state}"
