"""Who is owed, who owes, and how they can be reached."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recoup.kernel.parties import LegalKind


class Creditor(models.Model):
    """A business that is owed money; the unit of isolation."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, default="en")
    currency = models.CharField(max_length=3)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_email = models.CharField(max_length=254, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    postal_address = models.TextField(blank=True)
    # Where debtors pay; what the country does not use stays empty.
    bank_holder = models.CharField(max_length=200, blank=True)
    bank_iban = models.CharField(max_length=34, blank=True)
    bank_bic = models.CharField(max_length=11, blank=True)
    bank_name = models.CharField(max_length=200, blank=True)
    bank_account_number = models.CharField(max_length=40, blank=True)
    bank_routing_code = models.CharField(max_length=40, blank=True)
    policy = models.ForeignKey(
        "books.PolicyVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The last day that bank data cover; empty when payments come with the invoices.
    bank_data_until = models.DateField(null=True)
    # The first run that a person approved; until then every run waits for approval.
    first_run_approved_at = models.DateTimeField(null=True)
    frozen_since = models.DateTimeField(null=True)
    frozen_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Debtor(models.Model):
    """A person or company that owes; shared between creditors only by an explicit act."""

    LEGAL_KINDS = [(kind.value, kind.name.replace("_", " ").lower()) for kind in LegalKind]

    name = models.CharField(max_length=300)
    legal_kind = models.SmallIntegerField(choices=LEGAL_KINDS, default=LegalKind.UNKNOWN)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """A debtor's account with one creditor: the row that is locked when money or mail moves."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    number = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    # The name folded for search: lower case, no accents.
    search_text = models.CharField(max_length=700, blank=True)
    tier = models.CharField(max_length=20, blank=True)
    terms = models.CharField(max_length=60, blank=True)
    postal_address = models.TextField(blank=True)
    first_invoice_date = models.DateField(null=True)
    # The account that goes on for this one, which is closed; follows the merges in force.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="absorbed"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "number"], name="account_number_once"),
            models.UniqueConstraint(fields=["creditor", "debtor"], name="account_debtor_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="account_of_creditor"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ContactPoint(models.Model):
    """An e-mail address or number of an account, with what is known of consent to use it."""

    KINDS = [("email", "e-mail"), ("phone", "phone"), ("post", "post")]
    ROLES = [("billing", "billing"), ("escalation", "escalation"), ("other", "other")]
    STATES = [("usable", "usable"), ("bounced", "bounced"), ("opted_out", "opted out")]
    # Business contact data given for invoicing needs no opt-in; what was said is recorded.
    CONSENTS = [("contract", "given for invoicing"), ("opt_in", "opted in"), ("none", "none")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=KINDS)
    value = models.CharField(max_length=254)
    person = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=ROLES, default="billing")
    state = models.CharField(max_length=20, choices=STATES, default="usable")
    consent = models.CharField(max_length=20, choices=CONSENTS, default="contract")
    consent_source = models.CharField(max_length=200, blank=True)
    consent_date = models.DateField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "value"],
                condition=Q(until__isnull=True),
                name="contact_point_once",
            ),
            models.UniqueConstraint(fields=["id", "creditor"], name="contact_point_of_creditor"),
        ]

    def __str__(self) -> str:
        return self.value
