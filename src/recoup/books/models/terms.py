"""What was agreed about when to pay: with whom, since when, on which document, in which words."""

from __future__ import annotations

from django.db import models

from recoup.books.models.ledger import Document
from recoup.books.models.moved import Merge
from recoup.books.models.party import Account, Creditor


class AgreedTerms(models.Model):
    """Terms agreed with one account from a day on; append-only, the newest of a day holds.

    An empty text ends what was agreed before.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="agreed_terms")
    first_date = models.DateField()
    text = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=300)
    # The merge with which it came from the account that was closed; empty where agreed here.
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, null=True, related_name="terms")
    by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-first_date", "-id"], name="agreed_terms_newest")
        ]

    def __str__(self) -> str:
        return f"{self.text} from {self.first_date}"


class DocumentTerms(models.Model):
    """The terms a document was posted with, and where they came from; never changed after."""

    SOURCES = [
        ("invoice", "the document itself"),
        ("agreed", "agreed with the account"),
        ("account", "the customer file"),
        ("tier", "the tier of the account"),
        ("creditor", "the creditor's own terms"),
        ("law", "the law"),
        ("none", "nothing is known"),
    ]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="terms")
    text = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=10, choices=SOURCES)
    # The due date was counted by these terms; otherwise the document states it.
    is_counted = models.BooleanField()
    # What may be deducted for paying early, per million and in days from issue; 0 for nothing.
    discount_ppm = models.IntegerField(default=0)
    discount_days = models.SmallIntegerField(default=0)
    later_ppm = models.IntegerField(default=0)
    later_days = models.SmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.text} ({self.source})"


class TermsLink(models.Model):
    """A link by which a debtor may read and accept a terms sheet without signing in."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="terms_links")
    # 128 bits by chance, in the signed token beside the id: knowing one helps with no other.
    secret = models.CharField(max_length=32)
    language = models.CharField(max_length=10)
    # What is shown and accepted: the words as they were when the link was made.
    text = models.TextField()
    fingerprint = models.CharField(max_length=64)
    first_date = models.DateField()
    # The last day on which it opens.
    last_date = models.DateField()
    by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "creditor"], name="terms_link_of_creditor"),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="terms_links_newest")]

    def __str__(self) -> str:
        return f"link {self.pk} to {self.last_date}"


class TermsAcceptance(models.Model):
    """Who accepted which words of terms, when and how; append-only evidence."""

    WAYS = [("link", "on the terms page"), ("paper", "on paper"), ("email", "by e-mail")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="terms_acceptances")
    link = models.ForeignKey(TermsLink, on_delete=models.PROTECT, null=True)
    way = models.CharField(max_length=10, choices=WAYS)
    person = models.CharField(max_length=200)
    accepted_date = models.DateField()
    language = models.CharField(max_length=10)
    # Byte for byte what was accepted.
    text = models.TextField()
    fingerprint = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "fingerprint", "way", "person", "accepted_date"],
                name="terms_acceptance_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.accepted_date}"
