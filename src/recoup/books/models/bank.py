"""Bank accounts, their statements line by line, and what is proposed for each line."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recoup.books.models.cash import Receipt
from recoup.books.models.intake import SourceFile
from recoup.books.models.party import Account, Creditor
from recoup.kernel.money import MAX_MINOR


class BankAccount(models.Model):
    """An account of the creditor at a bank or payment provider."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    # What makes it the same account next time: its IBAN, or what the file calls it.
    key = models.CharField(max_length=100)
    iban = models.CharField(max_length=34, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    name = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    # The last day that its statements cover, and the balance they closed with.
    data_until = models.DateField(null=True)
    closing_minor = models.BigIntegerField(null=True)
    # A statement is missing between the ones we have: where the chain breaks, in words.
    gap = models.CharField(max_length=300, blank=True)
    # Gaps of which a person said that nothing is missing: [[gap, why, by, instant], …].
    gaps_accepted = models.JSONField(null=True)
    # From when on no statement of it is waited for, in a person's words.
    closed_date = models.DateField(null=True)
    closed_why = models.CharField(max_length=200, null=True)
    closed_by = models.CharField(max_length=150, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="bank_account_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="bank_account_of_creditor"),
        ]

    def __str__(self) -> str:
        return self.name or self.key


class Statement(models.Model):
    """One statement of a bank account, as its file had it."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT)
    source_file = models.ForeignKey(SourceFile, on_delete=models.PROTECT)
    key = models.CharField(max_length=200)
    statement_id = models.CharField(max_length=100, blank=True)
    sequence = models.BigIntegerField(null=True)
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField(null=True)
    closing_minor = models.BigIntegerField(null=True)
    # The sum of its booked lines, also of those we had from another file.
    sum_minor = models.BigIntegerField()
    lines = models.IntegerField()
    is_checked = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "key"], name="statement_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="statement_of_creditor"),
        ]

    def __str__(self) -> str:
        return self.statement_id or self.key


class StatementLine(models.Model):
    """One line of a statement; what it says never changes, what became of it does."""

    STATES = [
        ("open", "to be applied"),
        ("applied", "applied"),
        ("ignored", "left out"),
        # Money out, and other lines that are no receipt.
        ("other", "no receipt"),
    ]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="rows")
    position = models.IntegerField()
    key = models.CharField(max_length=200)
    booked_date = models.DateField()
    value_date = models.DateField(null=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    counterparty_name = models.CharField(max_length=300, blank=True)
    counterparty_account = models.CharField(max_length=60, blank=True)
    counterparty_bic = models.CharField(max_length=20, blank=True)
    remittance = models.TextField(blank=True)
    structured_reference = models.CharField(max_length=300, blank=True)
    end_to_end_id = models.CharField(max_length=100, blank=True)
    mandate_id = models.CharField(max_length=100, blank=True)
    bank_reference = models.CharField(max_length=100, blank=True)
    is_return = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    charges_minor = models.BigIntegerField(null=True)
    original_currency = models.CharField(max_length=3, blank=True)
    original_minor = models.BigIntegerField(null=True)
    state = models.CharField(max_length=20, choices=STATES)
    # Why it is left out, in the person's words, or was before it was taken back.
    ignored_reason = models.CharField(max_length=200, blank=True)
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, null=True)
    # Payer, text and reference folded for search; the door of statements writes it.
    search_text = models.TextField(null=True)
    # How sure its best suggestion is; null without one. The door of suggestions keeps it.
    sure_ppm = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "key"], name="statement_line_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="statement_line_of_creditor"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=-MAX_MINOR) & Q(amount_minor__lte=MAX_MINOR),
                name="statement_line_in_range",
            ),
            models.CheckConstraint(
                condition=Q(state="applied", receipt__isnull=False)
                | (~Q(state="applied") & Q(receipt__isnull=True)),
                name="statement_line_applied_has_receipt",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creditor", "-booked_date", "id"],
                condition=Q(state="open"),
                name="line_to_apply",
            ),
            # The sums and the order of a list of 100,000 payments, read from the index alone.
            models.Index(
                fields=[
                    "creditor",
                    "state",
                    "currency",
                    "amount_minor",
                    "bank_account",
                    "sure_ppm",
                ],
                condition=Q(state="open"),
                name="line_sums_sure",
            ),
            models.Index(
                fields=["creditor", "-amount_minor", "id"],
                condition=Q(state="open"),
                name="line_by_amount",
            ),
            models.Index(
                fields=["creditor", "-sure_ppm", "id"],
                condition=Q(state="open", sure_ppm__isnull=False),
                name="line_by_sureness",
            ),
            models.Index(
                fields=["creditor", "-id"], condition=Q(state="ignored"), name="line_left_out"
            ),
            models.Index(
                fields=["creditor", "-receipt"],
                condition=Q(receipt__isnull=False),
                name="line_applied_last",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_date} {self.amount_minor} {self.currency}"


class Proposal(models.Model):
    """What a statement line may pay; a suggestion, replaced whenever it is thought over again."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    line = models.ForeignKey(StatementLine, on_delete=models.CASCADE, related_name="proposals")
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    rank = models.SmallIntegerField()
    kind = models.CharField(max_length=40)
    confidence_ppm = models.IntegerField()
    combinations = models.IntegerField()
    residual_minor = models.BigIntegerField()
    residual_kind = models.CharField(max_length=40)
    reason_bits = models.IntegerField()
    # [[open item id, applied, discount], …] in minor units.
    items = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "rank"], name="proposal_once"),
        ]
        indexes = [
            models.Index(fields=["account"], name="proposals_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} #{self.rank}"


class Alias(models.Model):
    """How an account's payments may be known: learned from what people decided."""

    KINDS = [("iban", "bank account"), ("name", "name"), ("mandate", "mandate")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=KINDS)
    value = models.CharField(max_length=300)
    count = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "value"], name="alias_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
