"""What being late costs a debtor: each charge once, with its days and its law."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recoup.books.models.ledger import Document, OpenItem
from recoup.books.models.party import Account, Creditor
from recoup.kernel.money import MAX_MINOR


class Charge(models.Model):
    """One charge on an item or an account; given up or corrected, never edited or deleted.

    What is only announced is computed and has no row. Proposed waits for a person and is not
    owed; accrued is owed and held back from dunning; invoiced is due like any item. Waived was
    given up on purpose and is not charged again; corrected was taken back because the history
    changed, and what is right then is charged anew. Whether it is paid says its open item.
    """

    KINDS = [
        ("interest", "interest"),
        ("compensation", "fixed compensation"),
        ("fee", "fee for a reminder"),
        ("costs", "collection costs"),
    ]
    STATES = [
        ("proposed", "proposed"),
        ("accrued", "accrued"),
        ("invoiced", "invoiced"),
        ("waived", "waived"),
        ("corrected", "corrected"),
    ]
    MODES = [("accrue", "accrue"), ("invoice", "invoice")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="charges")
    # What it is charged on; empty for what concerns the whole account.
    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    # What makes it the same charge next time.
    key = models.CharField(max_length=200)
    number = models.CharField(max_length=100)
    # The days it covers, both inclusive; one day for what is charged once.
    first_date = models.DateField()
    last_date = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=20, choices=STATES)
    # What it becomes when it is posted, and by when it is to be paid then.
    mode = models.CharField(max_length=20, choices=MODES)
    due_date = models.DateField()
    law = models.CharField(max_length=10)
    law_version = models.CharField(max_length=64)
    # How it was worked out, in words and citations, as it was on the day.
    basis = models.JSONField()
    # What stands in the ledger for it; empty while nothing does.
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    # Why, by whom and when it was waived or corrected.
    closed_why = models.CharField(max_length=300, blank=True, default="")
    closed_by = models.CharField(max_length=150, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="charge_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="charge_of_creditor"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & Q(amount_minor__lte=MAX_MINOR),
                name="charge_amount_in_range",
            ),
            models.CheckConstraint(
                condition=Q(last_date__gte=models.F("first_date")), name="charge_days_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["creditor", "open_item", "kind"], name="charges_of_item"),
            models.Index(fields=["account", "state"], name="charges_of_account"),
        ]

    def __str__(self) -> str:
        return self.number
