"""Documents, what is open of them, and the append-only transfers that say why."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from recoup.books.models.party import Account, Creditor
from recoup.kernel.money import MAX_MINOR


class LedgerAccount(models.IntegerChoices):
    """The ledger accounts a transfer moves between. Never reuse a number."""

    RECEIVABLE = 1, "receivable"
    SALES = 2, "sales"
    BANK = 3, "bank"
    UNAPPLIED = 4, "unapplied receipts"
    SET_OFF = 5, "set-off of credit notes"
    WRITE_OFF = 6, "written off"
    DISCOUNT = 7, "early-payment discount"
    BANK_CHARGES = 8, "bank charges"
    CONTRA = 9, "set off against what we owe"
    TRANSIT = 10, "between two accounts"
    CHARGES = 11, "charges for late payment"


class Document(models.Model):
    """An invoice or credit note as issued."""

    KINDS = [("invoice", "invoice"), ("credit_note", "credit note"), ("charge", "charge")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=KINDS)
    # What makes it the same document next time: its number, or the content of its row.
    key = models.CharField(max_length=200)
    number = models.CharField(max_length=100)
    reference = models.CharField(max_length=200, blank=True)
    issue_date = models.DateField()
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "kind", "key"], name="document_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="document_of_creditor"),
            models.CheckConstraint(
                condition=Q(total_minor__gte=0) & Q(total_minor__lte=MAX_MINOR),
                name="document_total_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OpenItem(models.Model):
    """One dated installment of a document; a credit note's amounts are negative."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="items")
    position = models.SmallIntegerField(default=1)
    issue_date = models.DateField()
    due_date = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    # Cached: always the sum of the item's transfers (invariant M2).
    open_minor = models.BigIntegerField()
    # The business day on which we first heard of it.
    imported_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="item_position_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="item_of_creditor"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=-MAX_MINOR) & Q(amount_minor__lte=MAX_MINOR),
                name="item_amount_in_range",
            ),
            # Between nothing and all of it, on the item's own side of zero.
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gte=0, open_minor__gte=0, open_minor__lte=F("amount_minor")
                )
                | Q(amount_minor__lt=0, open_minor__lte=0, open_minor__gte=F("amount_minor")),
                name="item_open_within_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creditor", "account"], condition=~Q(open_minor=0), name="item_still_open"
            ),
            # What is old is asked for by its day alone: limitation, on every Today.
            models.Index(
                fields=["creditor", "due_date"], condition=Q(open_minor__gt=0), name="item_open_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.position}"


class Entry(models.Model):
    """One event of the ledger; append-only. Its key makes posting it twice impossible."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=260)
    effective_date = models.DateField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    why = models.CharField(max_length=300, blank=True)
    # The most of its kind that one person could post alone then; empty where nothing limits it.
    limit_minor = models.BigIntegerField(null=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="entry_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="entry_of_creditor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Transfer(models.Model):
    """An amount from one ledger account to another; append-only, never unbalanced."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="transfers")
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    effective_date = models.DateField()
    debit = models.SmallIntegerField(choices=LedgerAccount.choices)
    credit = models.SmallIntegerField(choices=LedgerAccount.choices)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, null=True)
    receipt = models.ForeignKey("books.Receipt", on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & Q(amount_minor__lte=MAX_MINOR),
                name="transfer_amount_in_range",
            ),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_moves"),
        ]
        indexes = [models.Index(fields=["creditor", "effective_date"], name="transfer_by_day")]

    def __str__(self) -> str:
        return f"{self.debit}>{self.credit} {self.amount_minor} {self.currency}"


class AccountEvent(models.Model):
    """What an account owed after each thing that touched it; append-only.

    `evseq` is drawn while the account is locked, so its order is the order of commits.
    """

    evseq = models.BigIntegerField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=30)
    # Open items less credits and unapplied receipts.
    balance_after_minor = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "evseq"], name="account_events")]

    def __str__(self) -> str:
        return f"{self.evseq} {self.kind}"
