"""Remittance advice: what a payer says a payment is for, row by row, as it came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recoup.books.models.bank import StatementLine
from recoup.books.models.intake import SourceFile
from recoup.books.models.party import Account, Creditor
from recoup.kernel.money import MAX_MINOR


class Advice(models.Model):
    """One advice; what it says never changes, whose it is and what became of it does."""

    STATES = [
        ("waiting", "waits for its payment"),
        ("used", "its payment is applied"),
        ("dismissed", "left out"),
    ]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    source_file = models.ForeignKey(SourceFile, on_delete=models.PROTECT)
    origin = models.CharField(max_length=20)
    payer_name = models.CharField(max_length=100, blank=True)
    payer_number = models.CharField(max_length=100, blank=True)
    payer_email = models.CharField(max_length=254, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    paid_date = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    # As stated, and as its rows come to; without a statement null.
    total_minor = models.BigIntegerField(null=True)
    sum_minor = models.BigIntegerField()
    # Every row was read and they come to the total; anything else is for a person.
    is_whole = models.BooleanField()
    # Whose it is, and how we know: number, email, documents, name, or person.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True)
    known_by = models.CharField(max_length=20, blank=True)
    # The payment it tells of, once that is known.
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, null=True)
    state = models.CharField(max_length=20, choices=STATES, default="waiting")
    # Why a person left it out.
    why = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_file"], name="advice_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="advice_of_creditor"),
            models.CheckConstraint(
                condition=Q(sum_minor__gte=-MAX_MINOR) & Q(sum_minor__lte=MAX_MINOR),
                name="advice_in_range",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creditor", "account"],
                condition=Q(state="waiting"),
                name="advice_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_file_id} {self.sum_minor} {self.currency}"


class AdviceRow(models.Model):
    """What an advice says is paid of one document."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="rows")
    line = models.IntegerField()
    # As the books know it, where they do; else as the payer wrote it.
    document = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField()
    deduction_minor = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=-MAX_MINOR) & Q(amount_minor__lte=MAX_MINOR),
                name="advice_row_in_range",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0) & Q(deduction_minor__gte=0),
                name="advice_row_takes_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.amount_minor}"
